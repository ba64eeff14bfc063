"""How the tests of the receiver's half call profiling."""

import dataclasses
from typing import Any

import httpx

from shared.casework.rules.payload import payload
from shared.codes.pathways import Pathway, Priority
from shared.crypto.payloads import PayloadContext, Value, seal_payload
from shared.crypto.sealing import public_of
from shared.crypto.signing import Use, signer
from shared.events.referral import (
    ReferralAccepted,
    ReferralOffered,
    ReferralPayloadSent,
)
from shared.kernel.agencies import RECEPTION, UNHCR, Role
from shared.kernel.categories import Category
from shared.kernel.identifiers import Form, Kind, ReferralRef, reference
from tests.profiling.builders import a_person
from tests.profiling.world import World

CANARY = "Qzxcanaryxzq"
REFERRAL = ReferralRef(reference(Kind.REFERRAL, Form.ISSUED, bytes(16)))
OFFERED = ReferralOffered(
    referral=REFERRAL, provider=UNHCR, pathway=Pathway.ASYLUM, priority=Priority.EMERGENCY
)
OFFER = f"/v1/offers/{REFERRAL}"


async def call(
    world: World, method: str, path: str, body: object = None, *, name: str = "one"
) -> httpx.Response:
    async with world.client(Role.CASEWORKER, name) as client:
        if body is None:
            return await client.request(method, path)
        return await client.request(method, path, json=body)


async def accepted(world: World) -> ReferralAccepted:
    await world.tell(OFFERED)
    answer = await call(world, "POST", f"{OFFER}/answer", {"answer": "ACCEPT"})
    assert answer.status_code == httpx.codes.NO_CONTENT, answer.json()
    return next(one for one in await world.announced() if isinstance(one, ReferralAccepted))


def sealed(world: World, bound_to: str, **change: Any) -> ReferralPayloadSent:
    context = PayloadContext(RECEPTION, UNHCR, bytes.fromhex(bound_to))
    values = {
        Category.FULL_NAME: Value(f'{{"family_name":"{CANARY}"}}'.encode()),
        Category.SEX: Value(b'{"sex":"F"}'),
    }
    parts = seal_payload(
        values,
        context=dataclasses.replace(context, **change),
        to=public_of(world.key),
        signed_by=signer(world.sender_seed, Use.SEAL),
    )
    return payload(a_person(), REFERRAL, parts)


async def seen(world: World, name: str = "one") -> Any:
    return (await call(world, "GET", OFFER, name=name)).json()


async def kinds(world: World) -> list[tuple[str, list[str]]]:
    page = (await call(world, "GET", "/v1/tasks")).json()
    return [(task["kind"], task["codes"]) for task in page["tasks"]]
