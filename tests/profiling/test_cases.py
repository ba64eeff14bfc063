"""From the first interview to the end of a profile, over HTTP, on a real database and carrier."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.codes.people import AgeBand
from shared.codes.protection import Stated
from shared.events.control import (
    ProtectionConcernRaised,
)
from shared.events.event import ABSENT
from shared.events.profiling import JourneyRecorded
from shared.events.referral import ReferralRequested
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import Role
from tests.profiling.builders import NOON, a_person
from tests.profiling.calls import PROFILE, get, post
from tests.profiling.cases import (
    ASKED,
    CONSENT,
    PERSON,
    completed,
    consented,
    established,
    interviewed,
    put,
    stated,
)
from tests.profiling.rules.test_case import finding
from tests.profiling.rules.test_talk import SAFE
from tests.profiling.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.tell(PersonRegistered(person=a_person(), age_band=AgeBand.FROM_18_TO_59))
    yield world
    world.close()


async def test_an_interview_begins_under_a_consent_and_the_profile_with_it(world: World) -> None:
    await interviewed(world)

    assert (await get(world, PROFILE))["state"] == "IN_PROGRESS"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"consent": None}, "consent_missing"),
        ({"information_given": False}, "information_not_given"),
        ({"room_private": False}, "room_not_private"),
        ({"spouse_apart": False}, "spouse_present"),
    ],
)
async def test_an_unsafe_interview_is_refused_by_its_own_code(
    world: World, said: dict[str, Any], code: str
) -> None:
    safe = SAFE | {"consent": await consented(world)}

    answer = await post(world, f"{PROFILE}/interviews", safe | said)

    assert (answer.status_code, answer.json()["code"]) == (httpx.codes.CONFLICT, code)
    assert (await get(world, PROFILE))["state"] == "OPEN"


async def test_a_consent_that_was_withdrawn_begins_nothing(world: World) -> None:
    consent = await consented(world)
    await post(world, f"{PERSON}/withdrawals", {"consent": consent})

    answer = await post(world, f"{PROFILE}/interviews", SAFE | {"consent": consent})

    assert answer.json()["code"] == "consent_missing"


async def test_who_may_be_a_child_by_unhcrs_own_word_is_not_heard_alone(world: World) -> None:
    words = {"treated_as_child": "CHILD", "hide_location": False}
    await post(world, f"{PROFILE}/safeguards", words)
    by_guardian = await post(world, f"{PERSON}/consents", CONSENT | {"giver": "GUARDIAN"})

    said = SAFE | {"consent": by_guardian.json()["consent"]}
    answer = await post(world, f"{PROFILE}/interviews", said)

    assert answer.json()["code"] == "child_without_support"


async def test_answers_are_kept_as_a_whole_and_never_overwritten_unseen(world: World) -> None:
    path = f"/v1/interviews/{await interviewed(world)}/answers"
    said = {"seen": 0, "answers": {"fear_of_return": ["YES"]}}

    first, again, foreign = [
        await put(world, path, body)
        for body in (said, said, {"seen": 1, "answers": {"religion": ["YES"]}})
    ]

    assert first.json() == {"version": 1}
    assert (again.status_code, again.json()["code"]) == (409, "superseded")
    assert (foreign.status_code, foreign.json()["code"]) == (422, "question_not_asked")
    assert await world.ask(lambda store: store.cases.get_interview(1).answers) == {
        "fear_of_return": ("YES",)
    }


async def test_a_journey_is_told_once_it_is_known_and_once_it_changed(world: World) -> None:
    path = f"/v1/interviews/{await interviewed(world)}/answers"
    journey = {"origin_country": "XTA", "route": [{"country": "XTB"}]}

    for seen in (0, 1):
        await put(world, path, {"seen": seen, "answers": {}, "journey": journey})

    told = [one for one in await world.announced() if isinstance(one, JourneyRecorded)]
    assert [(one.origin_country, one.transit, one.place_of_origin) for one in told] == [
        ("XTA", ("XTB",), ABSENT)
    ]


async def test_a_paused_interview_waits_and_goes_on_with_another(world: World) -> None:
    number = await interviewed(world)

    paused = await post(world, f"/v1/interviews/{number}/pause", {"reason": "NO_INTERPRETER"})
    waiting = await get(world, f"{PROFILE}/case")
    early = await put(world, PROFILE, {"findings": [finding()]})
    await interviewed(world)

    assert paused.status_code == httpx.codes.NO_CONTENT
    assert (waiting["state"], waiting["paused"]) == ("PAUSED", "NO_INTERPRETER")
    assert early.json()["code"] == "not_interviewed"
    assert (await get(world, PROFILE))["state"] == "IN_PROGRESS"


async def test_of_a_profile_only_what_it_bars_leaves(world: World) -> None:
    case = await established(world, "ASY", "TIP")

    assert (case["state"], case["unanswered"]) == ("PRELIMINARY", ["ASY", "TIP"])
    (told,) = await stated(world)
    assert (told.removal, told.assisted_return, told.readmission) == (Stated.YES,) * 3
    assert told.voluntary_repatriation is Stated.UNKNOWN
    everything = repr(await world.announced())
    assert "in words" not in everything
    assert "TIP" not in everything


async def test_a_profile_that_bars_nothing_states_nothing(world: World) -> None:
    await established(world, "MIG_LAB")

    assert await stated(world) == []


async def test_a_profile_is_due_by_its_most_urgent_category_until_it_is_referred(
    world: World,
) -> None:
    await established(world, "ASY")
    due = await world.clock("profile", a_person())

    await post(world, f"{PROFILE}/counselling", {"options": ["ASYLUM"], "declined": ["ASY"]})

    assert due == NOON + timedelta(hours=24)
    assert await world.clock("profile", a_person()) is None
    assert (await get(world, PROFILE))["state"] == "REFERRED"


async def test_a_referral_answers_its_categories(world: World) -> None:
    await established(world, "ASY", "MED_N")
    await post(world, f"{PROFILE}/counselling", {"options": ["ASYLUM", "MEDICAL"]})

    answer = await post(world, f"{PERSON}/referrals", ASKED)

    case = await get(world, f"{PROFILE}/case")
    assert answer.status_code == httpx.codes.CREATED
    assert (case["referred"], case["unanswered"], case["state"]) == (
        ["ASY"],
        ["MED_N"],
        "COUNSELLED",
    )


async def test_a_claim_that_is_never_hurried_is_not_referred_to_be(world: World) -> None:
    hurried = ASKED | {"pathway": "PW-ASY-ACC"}
    unseen = await post(world, f"{PERSON}/referrals", hurried)
    await established(world, "ASY", "TORT")

    barred = await post(world, f"{PERSON}/referrals", hurried)
    view = await get(world, f"{PROFILE}/barred-modalities")

    assert unseen.json()["code"] == barred.json()["code"] == "barred_modality"
    assert view["barred"]["ACCELERATED"] == ["TORT"]
    assert not [one for one in await world.announced() if isinstance(one, ReferralRequested)]


async def test_a_concern_has_unhcr_state_unknown_at_once(world: World) -> None:
    await completed(world)
    await put(world, f"{PROFILE}/protection", {"removal": "NO"}, Role.SUPERVISOR)

    await world.tell(ProtectionConcernRaised(person=a_person()))

    assert [one.removal for one in await stated(world)] == [Stated.NO, Stated.UNKNOWN]
    view = await get(world, f"{PROFILE}/case")
    assert (view["state"], len(view["history"])) == ("PRELIMINARY", 1)
    again = await put(world, f"{PROFILE}/protection", {"removal": "NO"}, Role.SUPERVISOR)
    assert again.json()["code"] == "concern_open"


async def test_a_concern_never_takes_a_yes_back(world: World) -> None:
    await established(world, "ASY")

    await world.tell(ProtectionConcernRaised(person=a_person()))

    assert [one.removal for one in await stated(world)] == [Stated.YES]


async def test_a_yes_is_taken_back_by_two_people(world: World) -> None:
    await completed(world)
    path, no = f"{PROFILE}/protection", {"removal": "NO"}
    await put(world, path, {"removal": "YES"}, Role.SUPERVISOR, "one")

    first = await put(world, path, no, Role.SUPERVISOR, "one")
    same = await put(world, path, no, Role.SUPERVISOR, "one")
    waiting = await stated(world)
    second = await put(world, path, no, Role.SUPERVISOR, "two")

    assert first.json()["waits_for_second"] is True
    assert (same.status_code, same.json()["code"]) == (httpx.codes.CONFLICT, "same_person")
    assert [one.removal for one in waiting] == [Stated.YES]
    assert second.json()["stated"]["REMOVAL"] == "NO"
    assert [one.removal for one in await stated(world)] == [Stated.YES, Stated.NO]


async def test_no_is_not_stated_of_an_unfinished_profile(world: World) -> None:
    await established(world, "MIG_LAB")

    answer = await put(world, f"{PROFILE}/protection", {"removal": "NO"}, Role.SUPERVISOR)

    assert answer.json()["code"] == "profile_incomplete"
    assert await stated(world) == []
