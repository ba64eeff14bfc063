"""How the tests of the routes call the desk."""

from typing import Any

import httpx

from services.referral.rules.record import OfferState
from shared.kernel.agencies import Role
from tests.referral.builders import a_referral
from tests.referral.world import STAFF, World

ACCEPTED = 202
NOT_FOUND = 404
CONFLICT = 409
INVALID = 422
REFERRAL = f"/v1/referrals/{a_referral()}"


async def call(
    world: World,
    method: str,
    path: str,
    body: object = None,
    role: Role = Role.CASEWORKER,
    *,
    person: str = STAFF,
    key: str = "",
) -> httpx.Response:
    async with world.client(role, person) as client:
        headers = {"Idempotency-Key": key} if key else {}
        return await client.request(method, path, json=body, headers=headers)


async def get(world: World, path: str, role: Role = Role.CASEWORKER, *, person: str = STAFF) -> Any:
    answer = await call(world, "GET", path, role=role, person=person)
    assert answer.status_code == 200, answer.json()["code"]
    return answer.json()


async def states(world: World) -> dict[str, OfferState]:
    """Return how each provider's offer stands."""
    return {offer.provider: offer.state for offer in (await world.referral()).offers}


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal, which must be a problem document (RFC 9457)."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "code", "errors"}
    assert body["type"] == f"urn:tenpoint:problem:{body['code']}"
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]
