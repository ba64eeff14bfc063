"""A partner's program with relay and receiver over HTTP loses nothing and doubles nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select
from typing_extensions import override

from services.dataexchange.store.tables import AggregateRow
from shared.events.control import TaskClosed
from shared.events.event import Event
from shared.events.exchange import AgreementChanged, Outcome
from shared.events.partners import CareArranged
from shared.kernel.errors import Gap, Unavailable
from shared.messaging.bus import Partition
from shared.messaging.edge.bus import EdgeBus
from shared.messaging.permissions import control_topic, events_topic, stream_topic
from shared.messaging.receive import Heard, Receiver
from shared.messaging.relay import Relay
from tests.dataexchange.edge_world import (
    CP,
    a_client,
    a_met_person,
    a_statement,
    a_task,
    an_app,
    an_edge_world,
)
from tests.dataexchange.world import World

STREAM = Partition(stream_topic(CP), 0)


class Killed(BaseException):
    """The program ends here; what was written stays."""


class Death:
    """Ends the program before or after its n-th touch of the world outside it."""

    def __init__(self, after: int) -> None:
        self.left = after

    def may_strike(self) -> None:
        self.left -= 1
        if self.left == -1:
            raise Killed


class Line(httpx.AsyncBaseTransport):
    """The way to the exchange: death may strike before the request, or before its answer."""

    def __init__(self, app: Any, death: Death) -> None:
        self.inner = httpx.ASGITransport(app=app)
        self.death = death

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.death.may_strike()
        answer = await self.inner.handle_async_request(request)
        self.death.may_strike()
        return answer


class Ledger:
    """The partner's database: death may strike before a transaction, or once it is kept."""

    def __init__(self, inner: Any, death: Death) -> None:
        self.inner = inner
        self.death = death

    async def transact(self, work: Callable[[Session], Any]) -> Any:
        self.death.may_strike()
        done = await self.inner.transact(work)
        self.death.may_strike()
        return done


class Program:
    """One life of the partner's program."""

    def __init__(self, world: World, death: Death) -> None:
        self.world = world
        office = world.town.offices[CP]
        database: Any = Ledger(office.database, death)
        client = httpx.AsyncClient(transport=Line(an_app(world), death), base_url="http://exchange")
        bus = EdgeBus(CP, client, lambda: f"{CP}/SYSADMIN")
        self.relay = Relay(CP, bus, database, office.outbox)
        self.receiver = Receiver(
            agency=CP,
            bus=bus,
            database=database,
            hears={AgreementChanged: self.note},
            open_outbox=office.outbox,
            tables=office.tables,
            clock=world.town.now,
            partitions=1,
        )

    def note(self, _: Event, heard: Heard, session: Session) -> None:
        row = self.world.town.offices[CP].row(session, str(heard.number))
        row.times += 1
        session.add(row)

    async def run(self) -> None:
        """Send, have it judged, hear; until there is nothing to do."""
        done = 1
        while done:
            done = await self.relay.step()
            self.world.lead()
            done += await self.receiver.step()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with an_edge_world(tmp_path) as made:
        yield made


def told(world: World) -> list[str]:
    """What the partner writes into its outbox."""
    person, office = a_met_person(), world.town.offices[CP]
    events = (
        a_task(person),
        a_statement(person),
        CareArranged(person=person, in_care=True),
        TaskClosed(person=person),
    )
    return [
        str(office.ask(lambda session, event=event: office.outbox(session).add(event)))  # type: ignore[misc]
        for event in events
    ]


def assert_nothing_lost_or_doubled(world: World, events: list[str]) -> None:
    office = world.town.offices[CP]
    assert office.ask(lambda session: office.outbox(session).open_rows()) == []
    assert office.ask(lambda session: office.outbox(session).refused_rows()) == []
    assert world.answers(CP) == dict.fromkeys(events, (Outcome.TAKEN, None))
    counted = world.ask(counts)
    assert counted == {control_topic(CP): (3, ""), events_topic(CP): (1, "")}
    noted = office.ask(office.known)
    agreements = world.heard(CP, "AgreementChanged")
    numbers = {(one.header("ce_id") or b"").rpartition(b":")[2].decode() for one in agreements}
    assert {number: row.times for number, row in noted.items()} == dict.fromkeys(numbers, 1)


def counts(session: Session) -> dict[str, tuple[int, str]]:
    """How far the exchange has counted what the partner says of its person."""
    rows = session.exec(select(AggregateRow)).all()
    return {
        row.topic: (row.sequence, row.early)
        for row in rows
        if row.topic.startswith(CP) and row.key != CP
    }


async def test_what_is_told_is_answered_and_the_stream_is_heard(world: World) -> None:
    events = told(world)

    await Program(world, Death(10_000)).run()

    assert_nothing_lost_or_doubled(world, events)


async def test_killed_between_any_two_steps_it_goes_on_without_loss_or_doubling(
    tmp_path: Path,
) -> None:
    for moment in range(200):
        folder = tmp_path / str(moment)
        folder.mkdir()
        with an_edge_world(folder) as world:
            events = told(world)
            try:
                await Program(world, Death(moment)).run()
            except Killed:
                await Program(world, Death(10_000)).run()
            else:
                break
            assert_nothing_lost_or_doubled(world, events)
    assert 10 < moment < 199


async def test_what_was_not_kept_for_it_is_asked_for_and_it_goes_on(world: World) -> None:
    told(world)
    await Program(world, Death(10_000)).run()
    office = world.town.offices[CP]
    world.leader.head_due = True
    world.lead()
    world.leader.head_due = True
    world.lead()
    world.town.log.truncate(STREAM, before=len(world.stream(CP)) - 1)

    await Program(world, Death(10_000)).run()

    assert len(world.heard(CP, "StreamResumed")) == 1
    assert office.ask(lambda session: office.outbox(session).open_rows()) == []


async def test_the_bus_gives_the_stream_by_offset_and_keeps_its_place_at_a_gap(
    world: World,
) -> None:
    told(world)
    await Program(world, Death(10_000)).run()
    end = len(world.stream(CP))
    async with a_client(an_app(world)) as client:
        bus = EdgeBus(CP, client, lambda: f"{CP}/SYSADMIN")
        assert await bus.begin_offsets([STREAM.topic]) == {STREAM: 0}
        assert await bus.end_offsets([STREAM.topic]) == {STREAM: end}
        await bus.assign({STREAM: 1})
        first, rest = await bus.poll(most=1, wait=0), await bus.poll(most=500, wait=0)
        assert [one.offset for one in first + rest] == list(range(1, end))
        for got, stood in zip(first + rest, world.stream(CP)[1:], strict=True):
            assert (got.key, got.value, got.headers) == (stood.key, stood.value, stood.headers)

        world.town.log.truncate(STREAM, before=2)
        await bus.assign({STREAM: 0})
        for _ in range(2):
            with pytest.raises(Gap):
                await bus.poll(most=1, wait=0)
        assert await bus.begin_offsets([STREAM.topic]) == {STREAM: 2}
        await bus.close()
        with pytest.raises(Unavailable):
            await bus.poll(most=1, wait=0)
