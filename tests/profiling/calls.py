"""How the tests of the routes call profiling."""

from datetime import timedelta
from typing import Any

import httpx

from shared.events.control import (
    ProtectionConcernRaised,
)
from shared.kernel.agencies import Role
from shared.kernel.categories import Category
from tests.profiling.builders import a_person
from tests.profiling.world import World

CANARY = "Qanaryx"
DAY = timedelta(hours=24)
ACCEPTED = 202
NOT_FOUND = 404
CONFLICT = 409
INVALID = 422
PROFILE = f"/v1/profiles/{a_person()}"
TASK = {"purpose": "SOLUTIONS", "until": "2026-06-01", "in_person": True}


async def get(world: World, path: str, role: Role = Role.PROFILER) -> Any:
    async with world.client(role) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.json()["code"]
    return answer.json()


async def post(
    world: World, path: str, body: object = None, role: Role = Role.PROFILER
) -> httpx.Response:
    async with world.client(role) as client:
        return await client.post(path, json=body)


def sealed_concern(world: World, text: str, number: int = 1) -> ProtectionConcernRaised:
    note = world.seal(text.encode(), category=Category.FEAR_OF_RETURN, nonce=bytes(16))
    return ProtectionConcernRaised(person=a_person(number), note=note)
