"""What the tests of the desk are made of: invented referrals, a fixed noon, counted identifiers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.referral.rules.record import Referral
from services.referral.rules.routing import Directory, Listing, ListingId
from shared.codes.pathways import Pathway, Priority
from shared.codes.places import AreaText
from shared.events.card import Card
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import UNHCR, Agency
from shared.kernel.identifiers import Form, Kind, MakeId, ReferralRef, reference

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
MOMENT = timedelta(seconds=1)
NORTH, SOUTH = AreaText("XTP-N"), AreaText("XTP-S")


def a_referral(number: int = 1) -> ReferralRef:
    """Return one of the exchange's references of a referral, in the desk's terms."""
    return ReferralRef(reference(Kind.REFERRAL, Form.ISSUED, number.to_bytes(16, "big")))


def counted_ids() -> MakeId:
    """Return a maker of identifiers that counts."""
    numbers = iter(range(1, 1_000_000))
    return lambda: next(numbers).to_bytes(16, "big")


def a_card(pathway: Pathway = Pathway.FAMILY, **told: Any) -> Card:
    """Return the card of an ordinary referral: two partners can receive it."""
    card: dict[str, Any] = {"pathway": pathway, "priority": Priority.NORMAL, "area": NORTH}
    return Card(**card | told)


def created(card: Card | None = None, number: int = 1, **more: Any) -> Referral:
    """Return a referral as it is after its request."""
    known: dict[str, Any] = {"card": card or a_card(), "requested": True}
    known |= {"created_at": NOON, "clock_from": NOON}
    return Referral(a_referral(number), **known | more)


def requested(pathway: Pathway = Pathway.FAMILY, number: int = 1, **told: Any) -> ReferralRequested:
    """Return a request as the desk hears it: without the person and her receipt."""
    card: dict[str, Any] = {"pathway": pathway, "priority": Priority.NORMAL, "area": NORTH}
    return ReferralRequested(referral=a_referral(number), **card | told)


def amended(number: int = 1, **told: Any) -> ReferralAmended:
    return ReferralAmended(referral=a_referral(number), **told)


def withdrawn(number: int = 1) -> ReferralWithdrawn:
    return ReferralWithdrawn(referral=a_referral(number))


def asked(provider: Agency = UNHCR, number: int = 1, **told: Any) -> InformationRequested:
    return InformationRequested(referral=a_referral(number), provider=provider, **told)


def accepted(provider: Agency = UNHCR, number: int = 1, **told: Any) -> ReferralAccepted:
    return ReferralAccepted(referral=a_referral(number), provider=provider, **told)


def declined(provider: Agency = UNHCR, number: int = 1, **told: Any) -> ReferralDeclined:
    return ReferralDeclined(referral=a_referral(number), provider=provider, **told)


def started(provider: Agency = UNHCR, number: int = 1, **told: Any) -> ServiceStarted:
    return ServiceStarted(referral=a_referral(number), provider=provider, **told)


def ended(provider: Agency = UNHCR, number: int = 1, **told: Any) -> ServiceEnded:
    return ServiceEnded(referral=a_referral(number), provider=provider, **told)


def listed(provider: Agency, pathway: Pathway, *areas: AreaText, **more: Any) -> Listing:
    """Return an entry of the directory."""
    return Listing(ListingId(f"{provider}-{pathway}"), provider, pathway, areas=areas, **more)


def a_directory(*listings: Listing, **more: Any) -> Directory:
    return Directory(listings, **more)
