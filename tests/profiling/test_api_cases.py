"""Profiling over HTTP: what is refused, and what the operator sees."""

import pytest

from shared.codes.people import Sex
from shared.events.border import ArrivalRecorded, PeopleCount, RescueRecorded
from shared.events.control import (
    ConsentWithdrawn,
    TaskOpened,
    WithholdingSet,
)
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import Purpose, Role
from tests.profiling.builders import a_person, an_encounter
from tests.profiling.calls import (
    ACCEPTED,
    CANARY,
    CONFLICT,
    INVALID,
    NOT_FOUND,
    PROFILE,
    TASK,
    get,
    post,
    sealed_concern,
)
from tests.profiling.world import World


async def test_a_task_goes_out_when_asked_in_person(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))

    answer = await post(world, f"{PROFILE}/tasks", TASK, Role.CASEWORKER)

    assert answer.status_code == ACCEPTED
    (event,) = await world.announced()
    assert isinstance(event, TaskOpened)
    assert event.purpose is Purpose.SOLUTIONS


async def test_a_persons_no_goes_out_from_unhcr_too(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))

    withdrawn = await post(world, f"/v1/persons/{a_person()}/withdrawals", {})
    withheld = await post(world, f"/v1/persons/{a_person()}/withholdings", {"from": ["iom"]})

    assert (withdrawn.status_code, withheld.status_code) == (ACCEPTED, ACCEPTED)
    sent = {type(event).__name__ for event in await world.announced()}
    assert sent == {ConsentWithdrawn.__name__, WithholdingSet.__name__}


async def test_unhcr_sends_no_concern_to_itself(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))

    answer = await post(world, f"/v1/persons/{a_person()}/concerns", {})

    assert answer.status_code == NOT_FOUND


async def test_arrivals_show_how_many_are_expected_or_that_nobody_told(world: World) -> None:
    few = PeopleCount(sex=Sex.MALE, age_band="ADULT", people=2)  # type: ignore[arg-type]
    await world.tell(
        RescueRecorded(encounter=an_encounter(1), counts=(few,), rescued=5),
        ArrivalRecorded(encounter=an_encounter(2)),
        PersonRegistered(person=a_person()),
    )

    first = await get(world, "/v1/arrivals?limit=1")
    second = await get(world, f"/v1/arrivals?limit=2&cursor={first['next']}")

    assert first["arrivals"] == [{"encounter": an_encounter(1), "people": 5}]
    assert second == {"arrivals": [{"encounter": an_encounter(2), "people": None}], "next": None}


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("corrections", {"sex": CANARY}, "invalid", "sex"),
        ("corrections", {"family_name": CANARY * 20}, "invalid", "family_name"),
        ("corrections", {"nationalities": [CANARY]}, "invalid", "nationalities.0"),
        (
            "corrections",
            {"identity_papers": [{"kind": CANARY}]},
            "invalid",
            "identity_papers.0.kind",
        ),
        ("corrections", {"date_of_birth": "1991-13"}, "invalid", "date_of_birth"),
        ("corrections", {"occupation": CANARY}, "invalid", "occupation"),
        ("corrections", {CANARY: CANARY}, "invalid", "body"),
        ("corrections", [CANARY], "invalid", "body"),
        ("corrections", {}, "nothing_to_correct", None),
        ("tasks", TASK | {"purpose": CANARY}, "invalid", "purpose"),
        ("tasks", TASK | {"until": CANARY}, "invalid", "until"),
        ("tasks", TASK | {"until": "2026-03-01"}, "task_ended", "until"),
        ("tasks", TASK | {"in_person": CANARY}, "invalid", "in_person"),
        ("tasks", TASK | {"in_person": False}, "not_in_person", "in_person"),
        ("tasks", {"purpose": "SOLUTIONS", "until": "2026-06-01"}, "not_in_person", "in_person"),
        ("tasks", {}, "invalid", "purpose"),
    ],
)
async def test_a_bad_body_is_refused_by_code_and_field_and_never_echoed(
    world: World, path: str, body: object, code: str, field: str | None
) -> None:
    await world.tell(PersonRegistered(person=a_person()))

    answer = await post(world, f"{PROFILE}/{path}", body)

    problem = answer.json()
    assert answer.status_code in (INVALID, CONFLICT)
    assert problem["code"] == code
    assert field is None or field in [error["field"] for error in problem["errors"]]
    assert CANARY not in answer.text
    assert await world.announced() == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"/v1/profiles?due={CANARY}", "due"),
        ("/v1/profiles?due=9999-12-31", "due"),
        (f"/v1/profiles?cursor={CANARY}", "cursor"),
        ("/v1/profiles?cursor=%C3%A9", "cursor"),
        ("/v1/profiles?cursor=WzEsMiwzXQ", "cursor"),
        (f"/v1/profiles?limit={CANARY}", "limit"),
        ("/v1/profiles?limit=0", "limit"),
        ("/v1/concerns?cursor=W10", "cursor"),
        ("/v1/arrivals?cursor=MQ", "cursor"),
    ],
)
async def test_a_bad_question_is_refused_by_field(world: World, path: str, field: str) -> None:
    async with world.client() as client:
        answer = await client.get(path)

    assert answer.status_code == INVALID
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert CANARY not in answer.text


async def test_what_is_not_there_and_what_one_may_not_see_look_the_same(world: World) -> None:
    await world.tell(sealed_concern(world, "afraid"))
    unseen = [
        ("GET", f"/v1/profiles/{a_person(9)}", Role.PROFILER),
        ("GET", "/v1/profiles/x", Role.PROFILER),
        ("GET", "/v1/concerns/0-9", Role.PROFILER),
        ("GET", "/v1/concerns/x", Role.PROFILER),
        ("POST", "/v1/concerns/0-9/hearing", Role.PROFILER),
        ("POST", f"/v1/persons/{a_person(9)}/withdrawals", Role.PROFILER),
        ("POST", f"/v1/profiles/{a_person(9)}/corrections", Role.PROFILER),
        ("POST", f"/v1/profiles/{a_person(9)}/tasks", Role.PROFILER),
        *[
            (method, path, role)
            for role in set(Role) - {Role.PROFILER, Role.SUPERVISOR}
            for method, path in (
                ("GET", "/v1/profiles"),
                ("GET", PROFILE),
                ("GET", "/v1/concerns"),
                ("GET", "/v1/concerns/0-1"),
                ("POST", "/v1/concerns/0-1/hearing"),
                ("POST", f"{PROFILE}/corrections"),
                ("GET", "/v1/arrivals"),
            )
        ],
        *[("GET", "/v1/operations/health", role) for role in set(Role) - {Role.SYSADMIN}],
    ]

    answers = set()
    for method, path, role in unseen:
        async with world.client(role) as client:
            body = TASK if "tasks" in path else {"sex": "F"} if "corrections" in path else {}
            sent = None if method == "GET" else body
            answer = await client.request(method, path, json=sent)
        answers.add((answer.status_code, answer.content))

    assert {status for status, _ in answers} == {NOT_FOUND}
    assert len(answers) == 1


async def test_nobody_is_served_without_a_token(world: World) -> None:
    async with world.client() as client:
        answer = await client.get("/v1/concerns", headers={"Authorization": "Bearer nobody"})

    assert answer.status_code == 401


async def test_operations_show_numbers_and_codes_only(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))
    await post(world, f"{PROFILE}/corrections", {"given_name": CANARY})
    await world.announced()

    async with world.client(Role.SYSADMIN) as client:
        rows = await client.get("/v1/operations/open-rows")
        resent = await client.post("/v1/operations/open-rows/resend")
        after = await client.get("/v1/operations/open-rows")
        health = await client.get("/v1/operations/health")

    (row,) = rows.json()["open_rows"]
    assert row | {"oldest": ""} == {
        "topic": "events",
        "wire": "org.tenpoint.profiling.CorrectionProposed.v1",
        "sent": True,
        "outcome": None,
        "code": None,
        "rows": 1,
        "oldest": "",
    }
    assert rows.json()["refused"] == []
    assert resent.json() == {"rows": 1}
    assert [row["sent"] for row in after.json()["open_rows"]] == [False]
    assert health.json() == {"open_rows": 1, "gaps": 0, "unreadable": 0}
    for answer in (rows, resent, after, health):
        assert a_person() not in answer.text
        assert CANARY not in answer.text
