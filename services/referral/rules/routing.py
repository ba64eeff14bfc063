"""Who can be asked, and who is asked without a human's choice? By pathway, area and capacity.

Never by nationality, and never by person: a card has neither. An emergency is offered to all of
its area at once, full or not. Otherwise one provider is asked at a time: whom the sender named,
or, of a pathway that is not sensitive, the only one that there is. Everything else a human
chooses; of a sensitive pathway a named coordinator. Source: UN Women, guiding principles of
referral, for as few people as possible; the rest is a Tenpoint design decision.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, NewType

from services.referral.commands import ListService
from services.referral.rules.record import Referral, State
from shared.codes.pathways import TERMS, Pathway, Priority
from shared.codes.places import AreaText
from shared.codes.referrals import Service
from shared.events.card import Card
from shared.events.event import Absent
from shared.events.referral import PROVIDERS, CapacityReported
from shared.kernel.agencies import COLUMN_OF, Agency
from shared.kernel.errors import Invalid

ListingId = NewType("ListingId", str)
"""Name of an entry of the directory, as its keeper chose it."""

PATHWAYS: Final = frozenset(str(pathway) for pathway in Pathway)


class UnknownPathway(Invalid):
    """There is no such pathway."""

    code = "unknown_pathway"


class NotAPartner(Invalid):
    """The provider is no partner, or none that may receive referrals of that pathway."""

    code = "not_a_partner"


class Place(NamedTuple):
    """What a capacity is reported for."""

    provider: Agency
    service: Service
    area: AreaText


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a provider reported last; None where it said nothing or took it back."""

    places: int | None
    waiting: int | None
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One entry of the directory: a provider's service on a pathway. Public."""

    id: ListingId
    provider: Agency
    pathway: Pathway
    service: Service | None = None
    """None means any that the pathway has."""
    areas: tuple[AreaText, ...] = ()
    """Empty means everywhere."""
    open: bool = True
    """Whether it takes referrals at present."""

    def serves(self, card: Card) -> bool:
        """Return whether the service is open for what a card asks for, where it asks for it."""
        service = None if isinstance(card.service, Absent) else card.service
        area = None if isinstance(card.area, Absent) else card.area
        return (
            self.open
            and (service is None or self.service in (None, service))
            and (area is None or not self.areas or area in self.areas)
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """Who offers what, and what was reported of it."""

    listings: tuple[Listing, ...] = ()
    capacities: Mapping[Place, Capacity] = field(default_factory=dict)


def list_service(command: ListService, listing: ListingId) -> Listing:
    """Return the entry that a command asks for.

    Raises:
        UnknownPathway: there is no such pathway.
        NotAPartner: the provider may not receive referrals of it.
    """
    pathway = pathway_of(command.pathway)
    if command.provider not in partners_of(pathway):
        raise NotAPartner("provider")
    return Listing(
        listing,
        Agency(command.provider),
        pathway,
        command.service,
        tuple(AreaText(area) for area in command.areas),
        command.open,
    )


def pathway_of(code: str) -> Pathway:
    """Return the pathway of a code.

    Raises:
        UnknownPathway: there is none.
    """
    if code not in PATHWAYS:
        raise UnknownPathway("pathway")
    return Pathway(code)


def capacity_of(event: CapacityReported, *, at: datetime) -> tuple[Place, Capacity] | None:
    """Return what a report says, None if it does not say of whom, which service and where."""
    if (
        isinstance(event.provider, Absent)
        or isinstance(event.service, Absent)
        or isinstance(event.area, Absent)
        or event.provider not in PROVIDERS
    ):
        return None
    places = None if isinstance(event.places, Absent) else event.places
    waiting = None if isinstance(event.waiting, Absent) else event.waiting
    return Place(event.provider, event.service, event.area), Capacity(places, waiting, at)


def partners_of(pathway: Pathway) -> frozenset[Agency]:
    """Return the partners that may receive referrals of a pathway."""
    receivers = TERMS[pathway].receivers
    return frozenset(agency for agency in PROVIDERS if COLUMN_OF[agency] in receivers)


def candidates(card: Card, directory: Directory, *, full_too: bool = False) -> tuple[Agency, ...]:
    """Return who could be asked, the likeliest to have a place first.

    A pathway for which the directory lists nobody goes to every partner that may receive it, as an
    empty directory must not be why nobody is asked. Who reported no place is left out, unless
    `full_too`.
    """
    if isinstance(card.pathway, Absent):
        return ()
    partners = partners_of(card.pathway)
    listed = [one for one in directory.listings if one.pathway is card.pathway]
    serving = {one.provider for one in listed if one.serves(card)} if listed else partners
    known = {provider: _capacity_at(provider, card, directory) for provider in serving & partners}
    return tuple(
        sorted(
            (one for one, capacity in known.items() if full_too or not _is_full(capacity)),
            key=lambda provider: (*_rank(known[provider]), provider),
        )
    )


def next_providers(referral: Referral, directory: Directory) -> tuple[Agency, ...]:
    """Return whom a human can ask next, the best first: nobody who declined or is asked now."""
    urgent = referral.priority is Priority.EMERGENCY
    found = candidates(referral.card, directory, full_too=urgent)
    if referral.pathway and referral.named in partners_of(referral.pathway):
        found = tuple(dict.fromkeys((referral.named, *found)))
    offers = {one: referral.offer_to(one) for one in found}
    never = [one for one in found if offers[one] is None]
    again = [one for one, offer in offers.items() if offer is not None and offer.is_lapsed]
    return (*never, *again)


def by_rule(referral: Referral, directory: Directory) -> tuple[Agency, ...]:
    """Return who is to be asked now without a human's choice; see the top of this file.

    A named provider is asked first and alone, also in an emergency; nobody is asked twice by rule,
    and nobody before the request itself is heard: only it tells whom the sender named.
    """
    if referral.state is not State.CREATED or not referral.requested or referral.pathway is None:
        return ()
    named, asked = referral.named, {offer.provider for offer in referral.offers}
    if named is not None and named not in asked:
        return (named,) if named in partners_of(referral.pathway) else ()
    urgent = referral.priority is Priority.EMERGENCY
    if referral.has_open_offer and (named is not None or not urgent):
        return ()
    fresh = _fresh(candidates(referral.card, directory, full_too=urgent), asked)
    if urgent:
        return fresh
    return fresh if len(fresh) == 1 and not referral.sensitive else ()


def _fresh(found: Collection[Agency], asked: Collection[Agency]) -> tuple[Agency, ...]:
    return tuple(provider for provider in found if provider not in asked)


def _capacity_at(provider: Agency, card: Card, directory: Directory) -> Capacity | None:
    if isinstance(card.service, Absent) or isinstance(card.area, Absent) or card.area is None:
        return None
    return directory.capacities.get(Place(provider, card.service, card.area))


def _is_full(capacity: Capacity | None) -> bool:
    return capacity is not None and capacity.places == 0


def _rank(capacity: Capacity | None) -> tuple[int, int]:
    """Return the order of a provider: more places first, then fewer who wait, then not known."""
    if capacity is None or capacity.places is None:
        return (1, 0)
    return (-capacity.places, capacity.waiting or 0)
