"""Returns over HTTP: who may do what, and what does not exist for whom."""

import pytest

from shared.kernel.agencies import Role
from tests.returns.builders import NOON, a_person, a_return
from tests.returns.calls import (
    APPLICATION,
    CANARY,
    CASES,
    CHECKS,
    COUNSELLING,
    INVALID,
    NOT_FOUND,
    YES,
    bring_to,
    call,
    enquire,
    get,
)
from tests.returns.world import World

LEAVES = {"leaves_at": "2026-03-04T04:00:00Z"}
NOW = {"boards_at": NOON.isoformat()}

ROLES = {
    Role.CASEWORKER: [
        "counselling",
        "application",
        "alternatives",
        "checks/PROTECTION",
        "booking",
        "reconfirmation",
        "departure",
        "arrival",
        "monitoring",
        "closure",
    ],
    Role.SUPERVISOR: ["suspension", "resumption", "cancellation"],
}
BODIES: dict[str, object] = {
    "counselling": COUNSELLING,
    "application": APPLICATION,
    "booking": LEAVES,
    "reconfirmation": {"signed": True},
    "departure": NOW,
    "monitoring": {},
    "alternatives": {"alternative": "STUDY"},
}


@pytest.mark.parametrize("role", Role)
async def test_every_act_is_for_its_own_role_and_for_others_does_not_exist(
    world: World, role: Role
) -> None:
    case = await bring_to(world, "PREPARING")
    for owner, acts in ROLES.items():
        for act in acts if role is not owner else []:
            answer = await call(world, "POST", f"{case}/{act}", BODIES.get(act), role)
            assert answer.status_code == NOT_FOUND, act
    for name, body in CHECKS.items():
        fits = Role.MEDICAL if name == "FIT" else Role.CASEWORKER
        if role is not fits:
            answer = await call(world, "PUT", f"{case}/checks/{name}", body, role)
            assert answer.status_code == NOT_FOUND, name
    if role not in (Role.CASEWORKER, Role.SUPERVISOR):
        for path in (CASES, case, "/v1/countries"):
            assert (await call(world, "GET", path, role=role)).status_code == NOT_FOUND


async def test_what_does_not_exist_looks_like_what_one_may_not_see(world: World) -> None:
    case = await enquire(world)

    answers = [
        await call(world, "GET", f"{CASES}/{a_return(9)}"),
        await call(world, "GET", f"{CASES}/{CANARY}"),
        await call(world, "GET", case, role=Role.LEGAL),
        await call(world, "PUT", f"{case}/checks/PROTECTION", YES, Role.LEGAL),
        await call(world, "POST", CASES, {"person": a_person(7)}),
    ]

    assert {answer.status_code for answer in answers[:3]} == {NOT_FOUND}
    assert len({answer.content for answer in (*answers[:3], answers[4])}) == 1


async def test_a_caller_without_a_token_is_nobody(world: World) -> None:
    async with world.client() as client:
        client.headers.pop("Authorization")
        answer = await client.get(CASES)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_only_references_are_kept_as_references(world: World) -> None:
    answer = await call(world, "POST", CASES, {"referral": CANARY, "person": CANARY})

    fields = [error["field"] for error in answer.json()["errors"]]
    assert (answer.status_code, sorted(fields)) == (INVALID, ["person", "referral"])
    assert CANARY not in answer.text
    assert (await get(world, CASES))["cases"] == []
