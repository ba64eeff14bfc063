"""What UNHCR's profiling tells. Profiles themselves never travel."""

from typing import Annotated, Final

from shared.codes.dates import PartialDate
from shared.codes.places import Area, Country
from shared.events.event import ABSENT, COARSE, Absent, Event, Part, Topic, contract
from shared.events.registration import Identity
from shared.kernel.agencies import ASYLUM, CHILD_PROTECTION, IOM, RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef

HEARERS: Final = (ASYLUM, IOM, CHILD_PROTECTION)
"""Who can ever hear of a journey, each with a task only."""


@contract(Topic.EVENTS, authors=(UNHCR,), audience=(RECEPTION,), directed=True)
class CorrectionProposed(Identity, frozen=True, kw_only=True):
    """An interview found an entry of the registration wrong. A clerk decides, never a machine."""

    person: PersonRef


class Leg(Part, frozen=True, kw_only=True):
    """One country of a journey and the month in it, in the order travelled."""

    country: Annotated[Country | Absent, Category.ROUTE] = ABSENT
    month: Annotated[PartialDate | Absent, Category.ROUTE] = ABSENT


@contract(Topic.EVENTS, authors=(UNHCR,), audience=HEARERS)
class JourneyRecorded(Event, frozen=True, kw_only=True):
    """Where a person comes from and how she came, as she told it in an interview.

    Source: 10-Point Plan of Action, Annex I, point 5, for the questions.
    """

    person: PersonRef
    origin_country: Annotated[Country | Absent | None, Category.PLACE_OF_ORIGIN, COARSE] = ABSENT
    place_of_origin: Annotated[Area | Absent | None, Category.PLACE_OF_ORIGIN] = ABSENT
    relatives_elsewhere: Annotated[
        tuple[Country, ...] | Absent | None, Category.RELATIVES_ELSEWHERE
    ] = ABSENT
    """Countries in which relatives live, the country of origin not among them."""
    route: tuple[Leg, ...] | Absent = ABSENT
    transit: Annotated[tuple[Country, ...] | Absent | None, Category.ROUTE, COARSE] = ABSENT
    """The route's partial form: each country once, in the order of their codes, without that of
    origin."""
