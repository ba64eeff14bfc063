"""What the border police and coast guard tell: encounters, screening, handover.

The key is the encounter, or the border's own reference of the person. No names: registration asks
again. Source: 10-Point Plan of Action, point 3; Regulation (EU) 2024/1356 (Screening), article 17,
for the items of the form, of which this is no official version.
"""

from typing import Annotated, Final

from msgspec import Meta

from shared.codes.dates import PartialDate
from shared.codes.movement import Craft, EntryMode, Interception
from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.people import AgeBand, PrivateTalk, Sex
from shared.codes.places import Country, Language, Number, Site
from shared.events.event import ABSENT, COARSE, Absent, Event, Part, Topic, contract
from shared.kernel.agencies import BORDER, RECEPTION, STATISTICS, UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import EncounterRef, PersonRef

Count = Annotated[int, Meta(ge=0, le=100_000)]
"""Number of people."""

HEARERS: Final = (RECEPTION, UNHCR, STATISTICS)
"""Who can ever hear an encounter."""


class PeopleCount(Part, frozen=True, kw_only=True):
    """How many people of one sex and age band."""

    sex: Annotated[Sex, Category.ENCOUNTER, COARSE]
    age_band: Annotated[AgeBand, Category.ENCOUNTER, COARSE]
    people: Annotated[Count, Category.ENCOUNTER, COARSE]


class Encounter(Event, frozen=True, kw_only=True):
    """What all encounters have."""

    encounter: EncounterRef
    site: Annotated[Site | Absent | None, Category.ARRIVAL] = ABSENT
    counts: tuple[PeopleCount, ...] | Absent = ABSENT
    medical_urgent: Annotated[Count | Absent | None, Category.ENCOUNTER, COARSE] = ABSENT


@contract(Topic.EVENTS, authors=(BORDER,), audience=HEARERS, key="encounter")
class ArrivalRecorded(Encounter, frozen=True, kw_only=True):
    """People presented themselves or were found."""

    entry_mode: Annotated[EntryMode | Absent | None, Category.ARRIVAL] = ABSENT


@contract(Topic.EVENTS, authors=(BORDER,), audience=HEARERS, key="encounter")
class InterceptionRecorded(Encounter, frozen=True, kw_only=True):
    """People were stopped at sea, at the border, at an airport or inland."""

    kind: Annotated[Interception | Absent | None, Category.ENCOUNTER] = ABSENT
    force_used: Annotated[bool | Absent | None, Category.ENCOUNTER] = ABSENT
    injuries: Annotated[Count | Absent | None, Category.ENCOUNTER] = ABSENT
    transferred_to: Annotated[Country | Absent | None, Category.ROUTE] = ABSENT


@contract(Topic.EVENTS, authors=(BORDER,), audience=HEARERS, key="encounter")
class RescueRecorded(Encounter, frozen=True, kw_only=True):
    """People were rescued in distress. Source: IMO, ICS and UNHCR, Rescue at Sea."""

    craft: Annotated[Craft | Absent | None, Category.ROUTE] = ABSENT
    rescued: Annotated[Count | Absent | None, Category.ENCOUNTER, COARSE] = ABSENT
    missing: Annotated[Count | Absent | None, Category.DEATHS_MISSING, COARSE] = ABSENT
    dead: Annotated[Count | Absent | None, Category.DEATHS_MISSING, COARSE] = ABSENT


@contract(Topic.EVENTS, authors=(BORDER,), audience=HEARERS, key="encounter")
class DisembarkationRecorded(Encounter, frozen=True, kw_only=True):
    """People landed."""

    landed_on: Annotated[PartialDate | Absent | None, Category.ARRIVAL] = ABSENT
    entry_mode: Annotated[EntryMode | Absent | None, Category.ARRIVAL] = ABSENT


@contract(Topic.EVENTS, authors=(BORDER,), audience=(RECEPTION, UNHCR))
class ScreeningCompleted(Event, frozen=True, kw_only=True):
    """The short form of one person was signed. No claim, no fear: those are a concern."""

    person: PersonRef
    encounter: EncounterRef | Absent = ABSENT
    sex: Annotated[Sex | Absent | None, Category.SEX] = ABSENT
    age_band: Annotated[AgeBand | Absent | None, Category.AGE_BAND] = ABSENT
    languages: Annotated[tuple[Language, ...] | Absent | None, Category.LANGUAGE] = ABSENT
    private_talk: Annotated[PrivateTalk | Absent | None, Category.LANGUAGE] = ABSENT
    nationality_stated: Annotated[Country | Absent | None, Category.NATIONALITY] = ABSENT
    child_alone: Annotated[bool | Absent | None, Category.UASC_FLAG] = ABSENT
    reception_needs: Annotated[
        tuple[ReceptionNeed, ...] | Absent | None, Category.RECEPTION_NEEDS
    ] = ABSENT
    needs: Annotated[tuple[TopNeed, ...] | Absent | None, Category.NEEDS_ORDINARY, COARSE] = ABSENT


class HandedOver(Part, frozen=True, kw_only=True):
    """One person handed over, with the number of the wristband that travels with them."""

    person: PersonRef
    wristband: Annotated[Number | Absent, Category.REGISTRATION_NUMBER] = ABSENT


@contract(Topic.EVENTS, authors=(BORDER,), audience=(RECEPTION,), directed=True, key="encounter")
class HandoverMade(Event, frozen=True, kw_only=True):
    """People of one encounter were handed over to reception."""

    encounter: EncounterRef
    persons: tuple[HandedOver, ...] | Absent = ABSENT
    people: Annotated[Count | Absent | None, Category.ENCOUNTER, COARSE] = ABSENT
    urgent_open: Annotated[Count | Absent | None, Category.ENCOUNTER, COARSE] = ABSENT
