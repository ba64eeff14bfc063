"""Where nobody is taken, and what a paper request for a travel document may say.

Source: UNHCR advisory opinion on the rules of confidentiality regarding asylum information (2005):
a country of origin never learns that asylum was sought; 10-Point Plan of Action, point 9. Which
fields may be said, and closing whole countries on any doubt, are Tenpoint design decisions.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

import msgspec

from services.returns.commands import Answer, ClosedFor, RecordDocuments, RecordSafety
from services.returns.rules.gate import ConsentMissing
from shared.codes.places import AreaText, CountryText
from shared.events.event import ABSENT
from shared.events.returns import CountrySuspended as CountrySuspendedTold
from shared.kernel.errors import Conflict, Invalid

MAY_SAY: Final = frozenset(
    {
        "family_name",
        "given_name",
        "date_of_birth",
        "sex",
        "photo",
        "nationality",
        "place_of_birth",
        "earlier_document_number",
    }
)
"""All that a request for a travel document may tell: what proves a nationality, and nothing more.

Source: UNHCR advisory opinion on confidentiality (2005), on minimal data; the list is a Tenpoint
design decision.
"""

SAYS: Final = "says"


class OriginWouldLearn(Conflict):
    """The country of return would learn, or may, that the person sought asylum."""

    code = "origin_would_learn"


class FieldNotAllowed(Invalid):
    """The request would tell more than proves a nationality."""

    code = "field_not_allowed"


class CountrySuspended(Conflict):
    """Nobody is taken to that country or area."""

    code = "country_suspended"


class TransitUnsafe(Conflict):
    """The journey would lead through a country that is closed."""

    code = "transit_unsafe"


class ReasonMissing(Invalid):
    """No reason was given."""

    code = "reason_missing"


class Closure(msgspec.Struct, frozen=True):
    """A country or one area of it, to which nobody is taken."""

    country: str
    area: str | None
    since: date
    reason: ClosedFor


def is_closed(country: str | None, area: str | None, closures: Iterable[Closure]) -> bool:
    """Return whether nobody is taken to a place.

    Where only some areas are closed, a place without an area may lie in one of them: it is closed.
    """
    return any(
        closure.country == country
        and (closure.area is None or area is None or closure.area == area)
        for closure in closures
    )


def refuse_transit(transits: Collection[str], closures: Collection[Closure]) -> None:
    """Refuse a journey through a country that is closed, in whole or in part.

    Raises:
        TransitUnsafe: it leads through one.
    """
    if any(is_closed(country, None, closures) for country in transits):
        field = "transits"
        raise TransitUnsafe(field)


def record_documents(command: RecordDocuments, *, is_clear: bool) -> Answer:
    """Return whether a travel document is there.

    Args:
        command: what was found, and what a request would say.
        is_clear: whether the exchange's word is CLEAR now: nobody is named to a country of return
            while a claim may be open.

    Raises:
        FieldNotAllowed: the request would tell more than may be told.
        ConsentMissing: the person did not agree to it.
        OriginWouldLearn: it would show a claim, or it is not known that it would not.
    """
    if command.says:
        if not MAY_SAY.issuperset(command.says):
            raise FieldNotAllowed(SAYS)
        if not command.agreed:
            field = "agreed"
            raise ConsentMissing(field)
        if command.shows_claim is not False or not is_clear:
            field = "shows_claim"
            raise OriginWouldLearn(field)
    return command.answer


def record_safety(command: RecordSafety, *, closed: bool) -> Answer:
    """Return whether the place of return is safe enough.

    Raises:
        CountrySuspended: yes was said of a place to which nobody is taken.
    """
    if command.answer is Answer.YES and closed:
        raise CountrySuspended
    return command.answer


def suspend(country: str, area: str | None, reason: ClosedFor | None, *, on: date) -> Closure:
    """Return the closure of a place.

    Raises:
        ReasonMissing: no reason was given; opening a place needs one, too.
    """
    if reason is None:
        field = "reason"
        raise ReasonMissing(field)
    return Closure(country, area, on, reason)


def tell(closure: Closure, *, is_on: bool) -> CountrySuspendedTold:
    """Return what others hear of a place: never why."""
    return CountrySuspendedTold(
        country=CountryText(closure.country),
        area=ABSENT if closure.area is None else AreaText(closure.area),
        since=closure.since,
        on=is_on,
    )
