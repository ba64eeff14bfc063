"""What IOM tells of returns: one word a case, and the countries to which nobody is taken.

Source: 10-Point Plan of Action, point 9; IOM, A Framework for Assisted Voluntary Return and
Reintegration (2018). That others hear a word and nothing else is a Tenpoint design decision.
"""

from datetime import date
from typing import Annotated, Final

from shared.codes.places import Area, Country
from shared.codes.returns import ReturnWord
from shared.events.event import ABSENT, COARSE, Absent, Event, Topic, contract
from shared.kernel.agencies import BORDER, CHILD_PROTECTION, COLUMN_OF, IOM, UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef, ReturnRef

HEARERS: Final = (UNHCR, CHILD_PROTECTION)
"""Who can ever hear that a return is under way. No State is among them."""


class ReturnTold(Event, frozen=True, kw_only=True):
    """What all events of a return case have."""

    person: PersonRef
    return_case: ReturnRef | Absent = ABSENT
    state: Annotated[ReturnWord | Absent | None, Category.RETURN_CASE, COARSE] = ABSENT


@contract(Topic.EVENTS, authors=(IOM,), audience=HEARERS)
class ReturnApplied(ReturnTold, frozen=True, kw_only=True):
    """A person applied for assistance to return, counselled and of her own will."""


@contract(Topic.EVENTS, authors=(IOM,), audience=HEARERS)
class ReturnSuspended(ReturnTold, frozen=True, kw_only=True):
    """The case stands still until a human looks at it. Never says why."""


@contract(Topic.EVENTS, authors=(IOM,), audience=HEARERS)
class ReturnEnded(ReturnTold, frozen=True, kw_only=True):
    """The case is closed: withdrawn, cancelled or complete. Never says which."""


@contract(Topic.EVENTS, authors=(IOM,), audience=HEARERS)
class DepartureConfirmed(ReturnTold, frozen=True, kw_only=True):
    """The person left."""


@contract(Topic.EVENTS, authors=(IOM,), audience=HEARERS)
class ArrivalConfirmed(ReturnTold, frozen=True, kw_only=True):
    """The person arrived; IOM's own staff say so, never a border service."""


@contract(
    Topic.EVENTS,
    authors=(IOM,),
    audience=tuple(agency for agency in COLUMN_OF if agency not in (IOM, BORDER)),
    key=None,
)
class CountrySuspended(Event, frozen=True, kw_only=True):
    """IOM takes nobody to a country or area, or takes people there again. About no person."""

    country: Annotated[Country | Absent, Category.PUBLIC] = ABSENT
    area: Annotated[Area | Absent | None, Category.PUBLIC] = ABSENT
    """Null is the whole country; absent too."""
    since: Annotated[date | Absent, Category.PUBLIC] = ABSENT
    on: Annotated[bool | Absent, Category.PUBLIC] = ABSENT
    """Absent counts as suspended."""
