"""What registration does with what it hears, with its real database and the real event log."""

from datetime import timedelta
from typing import Any

from shared.codes.needs import ReceptionNeed
from shared.codes.people import AgeBand, Sex
from shared.codes.places import NumberText
from shared.events.border import (
    ArrivalRecorded,
    HandedOver,
    HandoverMade,
    PeopleCount,
    ScreeningCompleted,
)
from shared.events.control import SafeguardsStated
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked
from shared.events.registration import HandoverReceived, PersonRegistered
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import Form, Kind, PersonRef, form_of, is_well_formed
from shared.storage.timers import Timer
from tests.registration.builders import (
    DUE,
    encounter,
    notice,
    person,
    said,
)
from tests.registration.world import World

INTAKE = "/v1/intake"
CORRECTIONS = "/v1/corrections"
BAND = NumberText("W-0017")


def screened(number: int = 1, **told: Any) -> ScreeningCompleted:
    return ScreeningCompleted(person=person(number), **({"encounter": encounter()} | told))


def handed_over(*numbers: int, **told: Any) -> HandoverMade:
    persons = tuple(
        HandedOver(person=person(number), wristband=NumberText(f"W-{number:04}"))
        for number in numbers
    )
    return HandoverMade(encounter=encounter(), persons=persons, **told)


def erasure(numbers: list[int], **told: Any) -> ErasureAsked:
    asked: dict[str, Any] = {"about": person(), "notice": notice(), "due": DUE}
    return ErasureAsked(releases=tuple(numbers), **(asked | told))


async def waiting(world: World) -> list[str]:
    return [one["person"] for one in (await world.call("GET", INTAKE)).json()["waiting"]]


async def test_screened_people_wait_and_the_urgent_come_first(world: World) -> None:
    await world.tell(
        screened(1),
        screened(2, reception_needs=(ReceptionNeed.DIET,)),
        screened(3, reception_needs=(ReceptionNeed.MEDICAL_EMERGENCY,)),
        screened(4),
    )

    assert await waiting(world) == [person(3), person(2), person(1), person(4)]


async def test_those_who_wait_are_shown_by_reference_and_needs_only(world: World) -> None:
    await world.tell(screened(sex=Sex.FEMALE, reception_needs=(ReceptionNeed.DIET,)))

    answer = await world.call("GET", INTAKE)

    assert answer.json()["waiting"] == [
        {
            "person": person(),
            "urgency": "NEED",
            "encounter": encounter(),
            "child_alone": None,
            "private_talk": None,
            "reception_needs": ["RN-DIET"],
            "needs": None,
            "wristband": None,
        }
    ]


async def test_a_wristband_finds_its_person_and_is_destroyed(world: World) -> None:
    await world.tell(screened(), screened(2))
    await world.tell(handed_over(1, 2), partition=1)

    registered = await world.register(said(wristband="W-0001"))

    assert registered == person()
    assert await waiting(world) == [person(2)]
    assert await world.rows("SELECT 1 FROM heard WHERE wristband = 'W-0001'") == []
    assert all("W-0001" not in repr(event) for event in await world.announced())


async def test_a_wristband_heard_before_the_screening_finds_its_person(world: World) -> None:
    await world.tell(handed_over(1), partition=1)
    await world.tell(screened(child_alone=True))

    answer = await world.call("GET", INTAKE)
    registered = await world.register(said(wristband="W-0001"))

    assert answer.json()["waiting"][0]["urgency"] == "CHILD_ALONE"
    assert registered == person()


async def test_a_wristband_of_two_people_finds_neither(world: World) -> None:
    twice = (HandedOver(person=person(1), wristband=BAND),)
    again = (HandedOver(person=person(2), wristband=BAND),)
    await world.tell(
        HandoverMade(encounter=encounter(1), persons=twice),
        HandoverMade(encounter=encounter(2), persons=again),
    )

    answer = await world.call("POST", "/v1/persons", said(wristband=BAND))

    assert answer.json()["code"] == "wristband_unknown"


async def test_a_person_named_twice_in_one_handover_is_heard_once(world: World) -> None:
    part = HandedOver(person=person(), wristband=BAND)

    await world.tell(HandoverMade(encounter=encounter(), persons=(part, part)))

    assert await waiting(world) == [person()]


async def test_a_wristband_told_again_after_registration_is_not_kept(world: World) -> None:
    await world.tell(handed_over(1))
    await world.register(said(wristband="W-0001"))

    await world.tell(handed_over(1))

    assert await world.rows("SELECT 1 FROM heard WHERE wristband IS NOT NULL") == []
    assert await waiting(world) == []


async def test_a_walk_in_has_a_reference_of_registrations_own(world: World) -> None:
    registered = await world.register(said())

    assert is_well_formed(registered, Kind.PERSON)
    assert form_of(PersonRef(registered)) is Form.OWN  # type: ignore[arg-type]


async def test_the_border_hears_once_all_are_registered(world: World) -> None:
    await world.tell(ArrivalRecorded(encounter=encounter()), screened(1), screened(2))
    await world.tell(handed_over(1, 2, people=2), partition=1)

    await world.register(said(wristband="W-0001"))
    before = await world.announced(HandoverReceived)
    await world.register(said(person=person(2)))

    assert before == []
    assert await world.announced(HandoverReceived) == [
        HandoverReceived(encounter=encounter(), registered=2)
    ]


async def test_people_of_another_encounter_are_not_counted(world: World) -> None:
    await world.tell(screened(1), screened(2), screened(3, encounter=encounter(2)))
    await world.tell(handed_over(1, 2), partition=1)

    await world.register(said(person=person(3)))
    await world.register(said())
    await world.register(said(wristband="W-0001"))

    assert await world.announced(HandoverReceived) == []


async def test_people_registered_before_the_handover_was_heard_count(world: World) -> None:
    await world.tell(screened(encounter=ABSENT))
    await world.register(said(person=person()))

    await world.tell(handed_over(1), partition=1)

    assert await world.announced(HandoverReceived) == [
        HandoverReceived(encounter=encounter(), registered=1)
    ]


async def test_a_screening_heard_last_counts(world: World) -> None:
    await world.tell(HandoverMade(encounter=encounter(), people=1))
    await world.tell(screened(encounter=ABSENT), partition=1)
    await world.register(said(person=person()))

    await world.tell(screened(), partition=1)

    assert await world.announced(HandoverReceived) == [
        HandoverReceived(encounter=encounter(), registered=1)
    ]


async def test_an_encounter_of_which_nobody_was_handed_over_is_shown(world: World) -> None:
    counts = (PeopleCount(sex=Sex.FEMALE, age_band=AgeBand.ADULT, people=3),)
    await world.tell(
        ArrivalRecorded(encounter=encounter(1), counts=counts),
        ArrivalRecorded(encounter=encounter(2)),
        handed_over(1),
    )

    due = await world.rows("SELECT about, due_at FROM timer WHERE due_at IS NOT NULL")

    assert [row.about for row in due] == [encounter(2)]
    assert str((world.now + timedelta(hours=24)).date()) in due[0].due_at


async def test_a_clock_that_passed_shows_its_encounter(world: World) -> None:
    await world.tell(ArrivalRecorded(encounter=encounter()))
    deadlines = world.service.post.deadlines  # type: ignore[attr-defined]
    timer = Timer("handover", encounter(), 1, world.now)

    await deadlines.database.transact(lambda session: deadlines.on_clock_passed(timer, session))

    health = (await world.call("GET", "/v1/operations/health", role="SYSADMIN")).json()
    assert health["encounters_overdue"] == 1


async def test_safeguards_go_before_the_person(world: World) -> None:
    await world.register(said(date_of_birth="2012", hide_location=False))

    control, told = await world.sent()

    assert isinstance(control[0], SafeguardsStated)
    assert control[0].treated_as_child is AgeState.CHILD
    assert control[0].hide_location is False
    assert isinstance(told[0], PersonRegistered)
    rows = await world.rows("SELECT topic FROM outbox ORDER BY seq")
    assert [row.topic for row in rows] == ["control", "events"]


async def test_history_is_never_overwritten(world: World) -> None:
    registered = await world.register(said(family_name="Ka"))

    await world.call("PATCH", f"/v1/persons/{registered}", {"family_name": "Kaa"})
    await world.call("PATCH", f"/v1/persons/{registered}", {"family_name": "Kaaa"})

    rows = await world.rows("SELECT state FROM person_version ORDER BY version")
    assert [b'"Ka"' in row.state for row in rows] == [True, False, False]
    assert len(rows) == 3
