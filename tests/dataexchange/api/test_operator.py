"""The exchange over HTTP: for its operator and the parties' officers, and about nobody."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.dataexchange.api import Wiring, operator_router
from services.dataexchange.handlers import views
from services.dataexchange.handlers.edge import Edge
from shared.events.control import WithholdingSet
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency, Role
from shared.kernel.errors import NotSignedIn
from shared.messaging.permissions import EDGE
from shared.web.app import build_app
from shared.web.caller import Caller
from tests.builders import ROOT
from tests.dataexchange.handlers.test_commit import BROKEN, add, rewrite
from tests.dataexchange.world import World, a_world

CANARY = "Qanaryx"
TEXT = (ROOT / "deploy" / "agreements" / "gov-reception.unhcr.PROFILING.toml").read_bytes()
PARTIES = {"author": RECEPTION, "recipient": UNHCR, "purpose": "PROFILING"}
READS = ("/v1/held", "/v1/flows", "/v1/log", "/v1/agreements")
WRITES = (
    "/v1/held/0000/redrive",
    "/v1/agreements",
    "/v1/agreements/suspension",
    "/v1/agreements/resumption",
)


def verify(token: str) -> Caller:
    agency, _, role = token.partition("/")
    if role not in set(Role):
        raise NotSignedIn
    return Caller(Agency(agency), "staff", Role(role))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as made:
        yield made


async def call(
    world: World, path: str, body: Any = None, *, role: str = Role.DPO, agency: str = EXCHANGE
) -> httpx.Response:
    """Ask, or send if there is something to send."""
    bus = world.town.log.as_principal(EDGE)
    edge = Edge(bus, world.town.database, world.town.deployment, world.leader.desk)
    context = Wiring(world.town.database, world.leader, edge)
    app = build_app("Data exchange", [operator_router], verify=verify, context=context)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://exchange",
        headers={"Authorization": f"Bearer {agency}/{role}"},
    ) as client:
        return await (client.get(path) if body is None else client.post(path, json=body))


def sent(text: bytes, **signatures: bytes) -> dict[str, Any]:
    signed = {
        party: hashlib.sha256(party.encode() + text).digest() for party in (RECEPTION, UNHCR)
    } | signatures
    return {
        "text": base64.b64encode(text).decode(),
        "signatures": {party: base64.b64encode(mark).decode() for party, mark in signed.items()},
    }


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.DPO])
async def test_operator_and_officers_see_numbers(world: World, path: str, role: Role) -> None:
    assert (await call(world, path, role=role)).status_code == 200


@pytest.mark.parametrize("path", [*READS, *WRITES])
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSADMIN, Role.DPO}))
async def test_for_everybody_else_there_is_nothing_here(
    world: World, path: str, role: Role
) -> None:
    body = None if path in READS else (sent(TEXT) if path == "/v1/agreements" else PARTIES)

    answer = await call(world, path, body, role=role)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.DPO])
async def test_staff_of_a_partner_sees_nothing_of_the_exchanges_working(
    world: World, path: str, role: Role
) -> None:
    assert (await call(world, path, role=role, agency=UNHCR)).status_code == 404


async def test_a_partners_technician_asks_no_author_again(world: World) -> None:
    path = f"/v1/held/{held_handle(world)}/redrive"

    answer = await call(world, path, {}, role=Role.SYSADMIN, agency=UNHCR)

    assert answer.status_code == 404


@pytest.mark.parametrize("path", READS)
async def test_nobody_is_shown_anything_without_a_token(world: World, path: str) -> None:
    assert (await call(world, path, role="nobody")).status_code == 401


async def test_only_the_technician_asks_an_author_again(world: World) -> None:
    handle = held_handle(world)

    refused = await call(world, f"/v1/held/{handle}/redrive", {}, role=Role.DPO)
    done = await call(world, f"/v1/held/{handle}/redrive", {}, role=Role.SYSADMIN)

    assert refused.status_code == 404
    assert done.status_code == 202
    assert done.json()["record"] == world.ask(views.counts)["size"] - 1


async def test_only_an_officer_speaks_for_a_party(world: World) -> None:
    for path in ("/v1/agreements/suspension", "/v1/agreements/resumption"):
        assert (await call(world, path, PARTIES, role=Role.SYSADMIN)).status_code == 404
    answer = await call(world, "/v1/agreements", sent(TEXT), role=Role.SYSADMIN)
    assert answer.status_code == 404


def held_handle(world: World) -> str:
    person = world.register()
    rewrite(world, add(world, WithholdingSet(person=person)), BROKEN)
    world.send(RECEPTION)
    world.lead()
    [held] = world.ask(views.held)
    return held.handle


async def test_what_is_held_is_shown_by_handle_and_code(world: World) -> None:
    handle = held_handle(world)

    [shown] = (await call(world, "/v1/held")).json()

    assert (shown["handle"], shown["agency"], shown["code"]) == (handle, RECEPTION, "unreadable")


async def test_a_party_stops_an_agreement_and_a_stranger_finds_none(world: World) -> None:
    path = "/v1/agreements/suspension"

    stranger = await call(world, path, PARTIES, agency="gov-border")
    party = await call(world, path, PARTIES, agency=UNHCR)

    assert (stranger.status_code, party.status_code) == (404, 200)
    shown = (await call(world, "/v1/agreements")).json()
    assert {one["state"] for one in shown if one["author"] == RECEPTION} == {"suspended"}


async def test_the_party_is_the_callers_own_agency_whatever_is_said(world: World) -> None:
    said = PARTIES | {"by": RECEPTION}

    answer = await call(world, "/v1/agreements/suspension", said, agency="gov-border")

    assert answer.status_code == 404


async def test_both_let_an_agreement_go_on(world: World) -> None:
    await call(world, "/v1/agreements/suspension", PARTIES, agency=UNHCR)

    for agency, state in ((UNHCR, "suspended"), (RECEPTION, "active")):
        await call(world, "/v1/agreements/resumption", PARTIES, agency=agency)
        shown = (await call(world, "/v1/agreements")).json()
        assert {one["state"] for one in shown if one["author"] == RECEPTION} == {state}


async def test_a_signed_agreement_comes_into_force_and_an_old_one_is_a_conflict(
    world: World,
) -> None:
    newer = TEXT.replace(b"serial = 1", b"serial = 2")

    assert (await call(world, "/v1/agreements", sent(newer))).status_code == 201
    assert (await call(world, "/v1/agreements", sent(TEXT))).status_code == 409


BAD: dict[str, Any] = {
    "unsigned": sent(TEXT, unhcr=b"other"),
    "crooked": sent(CANARY.encode()),
    "no base 64": {"text": CANARY + "!", "signatures": {}},
    "no signature": {"text": "AAAA", "signatures": {CANARY: CANARY + "!"}},
    "no text": {"signatures": {CANARY: CANARY}},
    "not even a word": CANARY,
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_refusal_repeats_nothing_of_what_was_sent(world: World, kind: str) -> None:
    answer = await call(world, "/v1/agreements", BAD[kind])

    assert answer.status_code == 422
    assert CANARY not in answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("length", [1, 64, 65, 2000])
async def test_an_unknown_handle_is_not_found_however_long(world: World, length: int) -> None:
    path = f"/v1/held/{'q' * length}/redrive"

    answer = await call(world, path, {}, role=Role.SYSADMIN)

    assert answer.status_code in (404, 422)
    assert "qq" not in answer.text
