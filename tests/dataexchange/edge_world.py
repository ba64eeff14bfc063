"""A world with a partner that has no client of the carrier: its calls, and what it sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI

from services.dataexchange.api import Wiring, edge_router, operator_router
from services.dataexchange.handlers.edge import Edge
from shared.codes.protection import Stated
from shared.events.control import ProtectionStated, TaskOpened
from shared.events.event import Event, encode, key_of
from shared.events.registry import contract_of
from shared.kernel.agencies import CHILD_PROTECTION, RECEPTION, UNHCR, Agency, Purpose, Role
from shared.kernel.errors import NotSignedIn
from shared.kernel.identifiers import Kind, PersonRef, own, random_id
from shared.messaging.bus import Bus
from shared.messaging.edge.wire import MOST_BYTES
from shared.messaging.permissions import EDGE
from shared.web.app import build_app
from shared.web.caller import Caller
from tests.crashes.town import UNTIL
from tests.dataexchange.world import World, a_world

CP = CHILD_PROTECTION
AGENCIES = (CP, RECEPTION, UNHCR)


def verify(token: str) -> Caller:
    agency, _, role = token.partition("/")
    if role not in set(Role):
        raise NotSignedIn
    return Caller(Agency(agency), "program", Role(role))


@contextmanager
def an_edge_world(folder: Path) -> Iterator[World]:
    with a_world(folder, agencies=AGENCIES) as made:
        yield made


def an_app(world: World, bus: Bus | None = None) -> FastAPI:
    """The exchange's whole interface; the edge may be given a carrier that fails."""
    handle = bus or world.town.log.as_principal(EDGE)
    edge = Edge(handle, world.town.database, world.town.deployment, world.leader.desk)
    return build_app(
        "Data exchange",
        [operator_router, edge_router],
        verify=verify,
        context=Wiring(world.town.database, world.leader, edge),
        most_bytes=MOST_BYTES,
    )


def a_client(app: FastAPI, *, agency: str = CP, role: str = Role.SYSADMIN) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://exchange",
        headers={"Authorization": f"Bearer {agency}/{role}"},
    )


async def call(
    app: FastAPI, path: str, body: Any = None, *, agency: str = CP, role: str = Role.SYSADMIN
) -> httpx.Response:
    async with a_client(app, agency=agency, role=role) as client:
        return await (client.get(path) if body is None else client.post(path, json=body))


def a_met_person() -> PersonRef:
    return PersonRef(own(Kind.PERSON, random_id))


def as_sent(event: Event, sequence: int = 1, author: Agency = CP, **more: Any) -> dict[str, Any]:
    """An event as a partner's program sends it."""
    told: dict[str, Any] = {
        "id": own(Kind.EVENT, random_id),
        "type": contract_of(type(event)).wire,
        "day": "2026-03-01",
        "key": key_of(event, author),
        "sequence": sequence,
        "body": msgspec.json.decode(encode(event)),
    }
    return told | more


def a_task(person: PersonRef | None = None) -> TaskOpened:
    purpose = Purpose.CHILD_PROTECTION
    return TaskOpened(person=person or a_met_person(), purpose=purpose, until=UNTIL)


def a_statement(person: PersonRef | None = None, word: Stated = Stated.YES) -> ProtectionStated:
    return ProtectionStated(person=person or a_met_person(), removal=word)
