"""What registration does when something changes, is asked again, or is to be erased."""

from typing import Any

import pytest

from shared.codes.needs import ReceptionNeed
from shared.codes.people import Sex
from shared.codes.places import NameText, NumberText
from shared.events.border import (
    HandedOver,
    HandoverMade,
    ScreeningCompleted,
)
from shared.events.control import ErasureConfirmed, RestateEnded, SafeguardsStated
from shared.events.event import ABSENT, Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.profiling import CorrectionProposed
from shared.events.registration import RegistrationUpdated
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import EncounterRef, PersonRef
from tests.registration.builders import (
    DUE,
    encounter,
    notice,
    person,
    said,
    token,
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


async def test_a_correction_waits_for_a_clerk(world: World) -> None:
    registered = PersonRef(await world.register(said(family_name="Ka", sex="F")))  # type: ignore[arg-type]
    await world.tell(CorrectionProposed(person=registered, family_name=NameText("Kaa")))

    listed = (await world.call("GET", CORRECTIONS)).json()["corrections"]
    untouched = await world.announced(RegistrationUpdated)
    decided = await world.call("POST", f"{CORRECTIONS}/1/decision", {"accept": True})

    assert listed == [{"id": 1, "proposed": {"person": registered, "family_name": "Kaa"}}]
    assert untouched == []
    assert decided.status_code == 204
    (told,) = await world.announced(RegistrationUpdated)
    assert isinstance(told, RegistrationUpdated)
    assert (told.family_name, told.sex) == ("Kaa", Sex.FEMALE)
    assert (await world.call("GET", CORRECTIONS)).json()["corrections"] == []


async def test_a_correction_that_is_not_taken_over_changes_nothing(world: World) -> None:
    registered = PersonRef(await world.register(said(family_name="Ka")))  # type: ignore[arg-type]
    await world.tell(CorrectionProposed(person=registered, family_name=NameText("Kaa")))

    await world.call("POST", f"{CORRECTIONS}/1/decision", {"accept": False})
    again = await world.call("POST", f"{CORRECTIONS}/1/decision", {"accept": True})

    assert again.json()["code"] == "already_decided"
    assert await world.announced(RegistrationUpdated) == []


async def test_a_correction_of_somebody_not_registered_stays_open(world: World) -> None:
    await world.tell(CorrectionProposed(person=person(), sex=Sex.MALE))

    answer = await world.call("POST", f"{CORRECTIONS}/1/decision", {"accept": True})

    assert answer.status_code == 404
    assert len((await world.call("GET", CORRECTIONS)).json()["corrections"]) == 1


@pytest.mark.parametrize("later", [AgeState.ADULT, AgeState.UNKNOWN, ABSENT])
async def test_the_strictest_word_on_age_is_kept(world: World, later: AgeState) -> None:
    registered = PersonRef(await world.register(said(age=30)))  # type: ignore[arg-type]

    await world.tell(
        SafeguardsStated(person=registered, treated_as_child=AgeState.CHILD),
        SafeguardsStated(person=registered, treated_as_child=later),
    )

    shown = (await world.call("GET", f"/v1/persons/{registered}")).json()
    assert shown["treated_as_child"] == "CHILD"


async def test_erasure_takes_what_the_release_told_and_leaves_others(world: World) -> None:
    numbers = await world.tell(screened(1), screened(2))

    await world.tell(erasure(numbers))

    assert await waiting(world) == [person(2)]
    assert await world.announced(ErasureConfirmed) == [
        ErasureConfirmed(notice=notice(), outcome="ERASED")
    ]


async def test_erasure_in_another_partition_takes_nothing(world: World) -> None:
    numbers = await world.tell(screened())

    await world.tell(erasure(numbers), partition=1)

    assert await waiting(world) == [person()]


async def test_erasure_of_one_release_leaves_what_another_told(world: World) -> None:
    first, _ = await world.tell(
        screened(child_alone=True), screened(reception_needs=(ReceptionNeed.DIET,))
    )

    await world.tell(erasure([first]))

    (shown,) = (await world.call("GET", INTAKE)).json()["waiting"]
    assert (shown["child_alone"], shown["reception_needs"]) == (None, ["RN-DIET"])
    assert shown["urgency"] == "NEED"


async def test_erasure_of_categories_leaves_the_others(world: World) -> None:
    numbers = await world.tell(screened(child_alone=True, reception_needs=(ReceptionNeed.DIET,)))

    await world.tell(erasure(numbers, categories=(Category.UASC_FLAG,)))

    (shown,) = (await world.call("GET", INTAKE)).json()["waiting"]
    assert (shown["child_alone"], shown["reception_needs"]) == (None, ["RN-DIET"])


async def test_erasure_takes_wristbands_and_proposals(world: World) -> None:
    (handed,) = await world.tell(handed_over(1), partition=1)
    numbers = await world.tell(CorrectionProposed(person=person(), sex=Sex.MALE))

    await world.tell(erasure([handed]), partition=1)
    await world.tell(erasure(numbers, notice=notice(2)))

    assert await waiting(world) == []
    assert await world.rows("SELECT 1 FROM heard UNION ALL SELECT 1 FROM correction") == []


async def test_erasure_leaves_what_registration_itself_recorded(world: World) -> None:
    (handed,) = await world.tell(handed_over(1))
    registered = await world.register(said(wristband="W-0001", family_name="Ka"))

    await world.tell(erasure([handed]))

    shown = await world.call("GET", f"/v1/persons/{registered}")
    assert shown.json()["family_name"] == "Ka"
    assert await world.rows("SELECT 1 FROM person WHERE encounter IS NOT NULL") == []


async def test_erasure_of_something_unknown_is_confirmed(world: World) -> None:
    await world.tell(erasure([5], about=encounter()))

    assert len(await world.announced(ErasureConfirmed)) == 1


async def test_a_restatement_tells_the_state_under_its_token_and_ends(world: World) -> None:
    registered = PersonRef(await world.register(said(family_name="Ka")))  # type: ignore[arg-type]

    await world.tell(RestateAsked(about=registered, token=token()))

    told = [(event, envelope.token) for event, envelope in await world.sent()]
    again = [event for event, under in told if under == token()]
    ended = [event for event, _ in told if isinstance(event, RestateEnded)]
    assert [type(event) for event in again] == [SafeguardsStated, RegistrationUpdated]
    assert isinstance(again[1], RegistrationUpdated)
    assert again[1].family_name == "Ka"
    assert ended == [RestateEnded(token=token(), events=2)]


@pytest.mark.parametrize("about", [person(9), encounter(9)])
async def test_a_restatement_of_something_unknown_ends(
    world: World, about: PersonRef | EncounterRef
) -> None:
    await world.tell(RestateAsked(about=about, token=token()))

    expected: list[Event] = [RestateEnded(token=token(), events=0)]
    assert await world.announced() == expected


async def test_a_token_is_answered_once(world: World) -> None:
    asked = RestateAsked(about=person(9), token=token())

    await world.tell(asked, asked)

    assert len(await world.announced(RestateEnded)) == 1
