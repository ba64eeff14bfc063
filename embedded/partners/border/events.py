"""What the border tells of one boat: counts, one short form a person, concerns, the handover."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from embedded.people import Traveller, encounter_of, reference_of
from shared.codes.movement import EntryMode
from shared.codes.people import AgeBand
from shared.codes.places import CountryText, LanguageText, NumberText, SiteText
from shared.crypto.keys import Seal
from shared.events.border import (
    DisembarkationRecorded,
    HandedOver,
    HandoverMade,
    PeopleCount,
    ScreeningCompleted,
)
from shared.events.control import ProtectionConcernRaised
from shared.events.event import ABSENT, Event
from shared.kernel.categories import Category
from shared.kernel.dates import PartialDate
from shared.kernel.identifiers import EncounterRef, MakeId, PersonRef

BANDS = (
    (4, AgeBand.FROM_0_TO_4),
    (11, AgeBand.FROM_5_TO_11),
    (17, AgeBand.FROM_12_TO_17),
    (59, AgeBand.FROM_18_TO_59),
)
"""Highest age of each band. Source: UNHCR Refugee Data Finder, age ranges."""

QUAY = SiteText("XTP-QUAY-1")


def band_of(traveller: Traveller) -> AgeBand:
    """Return the age band that an officer writes down; unknown where nobody knows."""
    if traveller.age is None:
        return AgeBand.UNKNOWN
    return next((band for most, band in BANDS if traveller.age <= most), AgeBand.FROM_60)


def events_of(boat: Sequence[Traveller], *, seal: Seal, make_id: MakeId) -> Iterator[Event]:
    """Yield everything the border tells of one boat, in the order in which it happens."""
    first = boat[0]
    encounter = EncounterRef(encounter_of(first.seed, first.day, first.boat or 0))
    yield landing(encounter, boat, first.day)
    for traveller in boat:
        yield screening(traveller, encounter)
        if traveller.fear is not None:
            note = seal(traveller.fear.encode(), category=Category.FEAR_OF_RETURN, nonce=make_id())
            yield ProtectionConcernRaised(person=PersonRef(reference_of(traveller)), note=note)
    yield handover(encounter, boat)


def landing(encounter: EncounterRef, boat: Sequence[Traveller], day: date) -> Event:
    """Return the landing of a boat: how many people, by sex and age band."""
    counts = Counter((traveller.sex, band_of(traveller)) for traveller in boat)
    return DisembarkationRecorded(
        encounter=encounter,
        site=QUAY,
        counts=tuple(
            PeopleCount(sex=sex, age_band=band, people=people)
            for (sex, band), people in sorted(counts.items())
        ),
        medical_urgent=0,
        landed_on=PartialDate(day.isoformat()),
        entry_mode=EntryMode.SEA_SMALL_CRAFT,
    )


def screening(traveller: Traveller, encounter: EncounterRef) -> ScreeningCompleted:
    """Return one person's short form."""
    return ScreeningCompleted(
        person=PersonRef(reference_of(traveller)),
        encounter=encounter,
        sex=traveller.sex,
        age_band=band_of(traveller),
        languages=(LanguageText(traveller.language),),
        private_talk=traveller.private_talk,
        nationality_stated=CountryText(traveller.nationality),
        child_alone=traveller.child_alone or ABSENT,
        reception_needs=traveller.reception_needs,
        needs=traveller.needs or ABSENT,
    )


def handover(encounter: EncounterRef, boat: Sequence[Traveller]) -> HandoverMade:
    """Return the handover of a boat to reception, with everybody's wristband."""
    return HandoverMade(
        encounter=encounter,
        persons=tuple(
            HandedOver(
                person=PersonRef(reference_of(traveller)),
                wristband=NumberText(traveller.wristband),
            )
            for traveller in boat
        ),
        people=len(boat),
        urgent_open=0,
    )
