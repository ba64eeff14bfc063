"""How the tests of cases call profiling."""

from typing import Any

import httpx

from shared.events.control import (
    ProtectionStated,
)
from shared.kernel.agencies import Role
from tests.profiling.builders import a_person
from tests.profiling.calls import PROFILE, post
from tests.profiling.rules.test_case import finding
from tests.profiling.rules.test_talk import SAFE
from tests.profiling.world import World

PERSON = f"/v1/persons/{a_person()}"
CONSENT: dict[str, Any] = {
    "information_given": True,
    "giver": "SELF",
    "purpose": "PROFILING",
    "recipients": ["unhcr"],
    "categories": ["LANGUAGE"],
    "until": "2026-09-01",
    "alone": True,
}
ASKED: dict[str, Any] = {
    "service": "OTHER",
    "pathway": "PW-ASY-REG",
    "priority": "EMERGENCY",
    "checked": ["WISH_CONFIRMED"],
    "given": CONSENT | {"purpose": "ASYLUM_PROCEDURE", "recipients": ["gov-asylum"]},
}


async def put(
    world: World, path: str, body: object, role: Role = Role.PROFILER, name: str = ""
) -> httpx.Response:
    async with world.client(role, name) as client:
        return await client.put(path, json=body)


async def consented(world: World) -> str:
    answer = await post(world, f"{PERSON}/consents", CONSENT)
    return str(answer.json()["consent"])


async def interviewed(world: World) -> int:
    said = SAFE | {"consent": await consented(world)}
    answer = await post(world, f"{PROFILE}/interviews", said)
    assert answer.status_code == httpx.codes.CREATED, answer.json()
    return int(answer.json()["interview"])


async def established(world: World, *codes: str) -> Any:
    await interviewed(world)
    answer = await put(world, PROFILE, {"findings": [finding(code) for code in codes]})
    assert answer.status_code == httpx.codes.OK, answer.json()
    return answer.json()


async def completed(world: World) -> None:
    await established(world, "MIG_LAB")
    said = {"options": ["LABOUR_ROUTE"], "declined": ["MIG_LAB"]}
    await post(world, f"{PROFILE}/counselling", said)


async def stated(world: World) -> list[ProtectionStated]:
    return [one for one in await world.announced() if isinstance(one, ProtectionStated)]
