"""The end of a profile, its beginning anew, and what UNHCR's staff states of age and place."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.codes.people import AgeBand
from shared.codes.protection import Stated
from shared.events.control import RestateEnded, SafeguardsStated
from shared.events.exchange import RestateAsked
from shared.events.profiling import JourneyRecorded
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import Role
from shared.kernel.consent import AgeState
from tests.profiling.builders import a_person, a_token
from tests.profiling.calls import PROFILE, get, post
from tests.profiling.cases import (
    ASKED,
    PERSON,
    completed,
    established,
    interviewed,
    put,
    stated,
)
from tests.profiling.world import World


async def test_a_profile_is_closed_once_nothing_is_open(world: World) -> None:
    await established(world, "ASY")
    early = await post(world, f"{PROFILE}/closure", role=Role.SUPERVISOR)
    await post(world, f"{PROFILE}/counselling", {"options": ["ASYLUM"]})
    referral = (await post(world, f"{PERSON}/referrals", ASKED)).json()["referral"]
    open_ = await post(world, f"{PROFILE}/closure", role=Role.SUPERVISOR)
    await post(world, f"/v1/referrals/{referral}/withdrawal", {"cause": "MISTAKE"})

    closed = await post(world, f"{PROFILE}/closure", role=Role.SUPERVISOR)

    assert early.json()["code"] == "profile_incomplete"
    assert open_.json()["code"] == "referral_open"
    assert closed.json()["state"] == "CLOSED"


async def test_a_closed_profile_is_opened_anew_with_its_history_and_its_clock(
    world: World,
) -> None:
    await completed(world)
    await put(world, f"{PROFILE}/protection", {"removal": "NO"}, Role.SUPERVISOR)
    not_closed = await post(world, f"{PROFILE}/reopening", role=Role.SUPERVISOR)
    await post(world, f"{PROFILE}/closure", role=Role.SUPERVISOR)

    case = (await post(world, f"{PROFILE}/reopening", role=Role.SUPERVISOR)).json()

    assert not_closed.json()["code"] == "not_closed"
    assert (case["state"], len(case["history"])) == ("PRELIMINARY", 1)
    assert case["reopened_at"] is not None
    assert [one.removal for one in await stated(world)] == [Stated.NO, Stated.UNKNOWN]
    assert await world.clock("profile", a_person()) is not None


async def test_what_staff_states_of_age_and_place_is_told_and_seen(world: World) -> None:
    words = {"treated_as_child": "CHILD", "hide_location": True}

    answer = await post(world, f"{PROFILE}/safeguards", words, Role.CASEWORKER)

    assert answer.status_code == httpx.codes.NO_CONTENT
    assert await world.announced() == [
        SafeguardsStated(person=a_person(), treated_as_child=AgeState.CHILD, hide_location=True)
    ]
    assert (await get(world, PROFILE))["treated_as_child"] == "CHILD"


async def test_an_adult_by_one_word_and_a_child_by_another_is_a_child(world: World) -> None:
    await post(world, f"{PROFILE}/safeguards", {"treated_as_child": "UNKNOWN"})
    assert (await get(world, PROFILE))["treated_as_child"] == "ADULT"

    await post(world, f"{PROFILE}/safeguards", {"treated_as_child": "CHILD"})
    assert (await get(world, PROFILE))["treated_as_child"] == "CHILD"


async def test_asked_again_unhcr_tells_age_and_place_first_then_the_journey_once(
    world: World,
) -> None:
    await post(world, f"{PROFILE}/safeguards", {"treated_as_child": "ADULT"})
    path = f"/v1/interviews/{await interviewed(world)}/answers"
    await put(world, path, {"seen": 0, "answers": {}, "journey": {"origin_country": "XTA"}})
    before = await world.announced()

    asked = RestateAsked(about=a_person(), token=a_token())
    await world.tell(asked, asked)

    after = [one for one in await world.announced() if one not in before]
    tokens = await world.rows("select wire, token from outbox where token is not null order by seq")
    assert after == [RestateEnded(token=a_token(), events=2)]
    assert [row[0].split(".")[3] for row in tokens] == ["SafeguardsStated", "JourneyRecorded"]
    assert {row[1] for row in tokens} == {a_token()}
    assert sum(isinstance(one, JourneyRecorded) for one in await world.announced()) == 2


ROUTES: list[tuple[str, str, Any, set[Role]]] = [
    ("POST", f"{PROFILE}/interviews", {}, {Role.PROFILER}),
    ("PUT", "/v1/interviews/1/answers", {"seen": 0, "answers": {}}, {Role.PROFILER}),
    ("POST", "/v1/interviews/1/pause", {"reason": "CHILD"}, {Role.PROFILER}),
    ("GET", f"{PROFILE}/case", None, {Role.PROFILER, Role.SUPERVISOR}),
    ("POST", f"{PROFILE}/counselling", {"options": ["ASYLUM"]}, {Role.PROFILER}),
    ("GET", f"{PROFILE}/protection", None, {Role.PROFILER, Role.SUPERVISOR}),
    ("PUT", f"{PROFILE}/protection", {}, {Role.SUPERVISOR}),
    ("POST", f"{PROFILE}/closure", None, {Role.SUPERVISOR}),
    ("POST", f"{PROFILE}/reopening", None, {Role.SUPERVISOR}),
    ("GET", f"{PROFILE}/barred-modalities", None, {Role.PROFILER, Role.LEGAL}),
    (
        "POST",
        f"{PROFILE}/safeguards",
        {},
        {Role.PROFILER, Role.CASEWORKER, Role.SUPERVISOR},
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "roles"), ROUTES)
async def test_who_may_not_finds_nothing(
    world: World, method: str, path: str, body: Any, roles: set[Role]
) -> None:
    await interviewed(world)

    for role in Role:
        async with world.client(role) as client:
            answer = await client.request(method, path, json=body)
        assert (answer.status_code != httpx.codes.NOT_FOUND) == (role in roles)


@pytest.mark.parametrize(("method", "path", "body", "roles"), ROUTES)
async def test_somebody_unknown_is_not_found(
    world: World, method: str, path: str, body: Any, roles: set[Role]
) -> None:
    elsewhere = path.replace(a_person(), a_person(9)).replace("interviews/1", "interviews/9")

    async with world.client(min(roles)) as client:
        answer = await client.request(method, elsewhere, json=body)

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_no_refusal_repeats_what_was_sent(world: World, tmp_path: Path) -> None:
    del tmp_path
    canary = "Qanaryx"
    await interviewed(world)
    said = {"findings": [{"code": "ASY", "confidence": canary, "basis": ["SELF"]}]}

    answer = await put(world, PROFILE, said)

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert canary not in answer.text


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.tell(PersonRegistered(person=a_person(), age_band=AgeBand.FROM_18_TO_59))
    yield world
    world.close()
