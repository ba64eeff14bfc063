"""The exchange put together: what it says, what it hears, and that it runs."""

import hashlib
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from services.dataexchange.handlers.leader import Leader
from services.dataexchange.main import ANNOUNCES, HEARS, build
from services.dataexchange.store import log
from shared.events.control import ConsentWithdrawn
from shared.events.exchange import DecisionMade, HeadSigned
from shared.events.registration import PersonRegistered
from shared.events.registry import contracts
from shared.kernel.agencies import EXCHANGE
from shared.kernel.errors import NotSignedIn, Unavailable
from shared.messaging.permissions import EDGE
from shared.storage.engine import Database
from shared.web.caller import Caller
from shared.web.service import Service
from tests.dataexchange.world import World


def nobody(_: str) -> Caller:
    raise NotSignedIn


def built(world: World, database: Path) -> Service:
    return build(
        database=database,
        bus=world.town.log.as_principal(EXCHANGE),
        edge=world.town.log.as_principal(EDGE),
        clock=world.town.now,
        make_id=world.town.make_id,
        verify=nobody,
        deployment=world.town.deployment,
        sign=lambda data: hashlib.sha512(data).digest(),
        liveness=world.town.now,
        lease=timedelta(0),
    )


def test_it_announces_what_goes_on_streams_and_hears_everything_else() -> None:
    assert {DecisionMade, HeadSigned} <= ANNOUNCES
    assert {PersonRegistered, ConsentWithdrawn} <= HEARS
    assert {contract.event for contract in contracts()} == ANNOUNCES | HEARS
    assert not ANNOUNCES & HEARS


async def test_it_leads_at_once_and_signs(world: World, tmp_path: Path) -> None:
    service = built(world, tmp_path / "fresh.sqlite")
    leader, database = service.post, service.database
    assert isinstance(leader, Leader)
    assert isinstance(database, Database)

    await leader.step()
    head = await database.transact(log.lock_head)
    database.close()

    assert service.agency == EXCHANGE
    assert (head.holder, head.size > 0) == (leader.holder, True)


async def test_nothing_is_shown_to_who_is_not_signed_in(world: World, tmp_path: Path) -> None:
    service = built(world, tmp_path / "fresh.sqlite")
    transport = httpx.ASGITransport(app=service.app)

    async with httpx.AsyncClient(transport=transport, base_url="http://exchange") as client:
        answers = [await client.get(f"/v1/{path}") for path in ("held", "flows", "log")]
    service.database.close()

    assert {answer.status_code for answer in answers} == {401}


def test_a_database_that_cannot_be_opened_is_unavailable(world: World, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")

    with pytest.raises(Unavailable):
        built(world, tmp_path / "taken" / "exchange.sqlite")
