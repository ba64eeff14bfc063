"""Returns with its real database on the real event log; the test is the exchange."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx
from sqlmodel import Session

from services.returns.main import build
from services.returns.store import TABLES, Store
from shared.crypto import sealing, signing
from shared.crypto.keys import opener, sealer
from shared.crypto.signing import Use, signer
from shared.events.event import Event, decode, encode, key_of
from shared.events.registry import contract_of, find_contract
from shared.kernel.agencies import EXCHANGE, IOM, UNHCR, Role
from shared.kernel.errors import NotSignedIn
from shared.messaging.bus import Message, Partition, Span
from shared.messaging.envelope import Envelope, headers_of, release_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import (
    control_topic,
    events_topic,
    grants,
    stream_topic,
    topics,
)
from shared.storage.engine import Database
from shared.storage.outbox import Outbox
from shared.storage.timers import Timer, Timers
from shared.web.caller import Caller
from shared.web.service import Service
from tests.returns.builders import NOON, counted_ids

T = TypeVar("T")
PARTITIONS = 3


def verify(token: str) -> Caller:
    if token not in set(Role):
        raise NotSignedIn
    return Caller(IOM, "staff", Role(token))


class World:
    """One service, its carrier, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.log = EventLog(
            folder / "log.sqlite", topics([IOM], PARTITIONS), grants([IOM]), lambda: self.now
        )
        self.exchange = self.log.as_principal(EXCHANGE)
        self.numbers: defaultdict[int, int] = defaultdict(int)
        key, seed = sealing.new_sealing_key(), signing.new_signing_key()
        self.seal = sealer(IOM, signer(seed, Use.SEAL), recipient=UNHCR, to=sealing.public_of(key))
        self.open_sealed = opener(UNHCR, key, {IOM: signing.public_of(seed)})
        self.make_id = counted_ids()
        self.database_file = folder / "returns.sqlite"
        self.service = self.build()

    def build(self) -> Service:
        return build(
            database=self.database_file,
            bus=self.log.as_principal(IOM),
            clock=lambda: self.now,
            make_id=self.make_id,
            verify=verify,
            seal=self.seal,
            partitions=PARTITIONS,
        )

    def close(self) -> None:
        self.service.database.close()
        self.log.close()

    async def tell(self, *events: Event, partition: int = 0) -> list[int]:
        """Release events on IOM's stream, each with the next number; have them heard."""
        messages = [self.release(event, partition) for event in events]
        await self.exchange.publish(messages)
        while await self.service.post.step():
            pass
        last = self.numbers[partition]
        return list(range(last - len(events) + 1, last + 1))

    def release(self, event: Event, partition: int) -> Message:
        self.numbers[partition] += 1
        stream = stream_topic(IOM)
        envelope = Envelope(
            id=release_id(stream, partition, self.numbers[partition]),
            wire=contract_of(type(event)).wire,
            source=EXCHANGE,
            day=self.now.date(),
        )
        return Message(
            topic=stream,
            key=key_of(event, IOM).encode(),
            value=encode(event),
            headers=headers_of(envelope),
            partition=partition,
        )

    async def announced(self) -> list[Event]:
        """Return all that IOM has sent, control first."""
        while await self.service.post.step():
            pass
        sent = await self.exchange.end_offsets([control_topic(IOM), events_topic(IOM)])
        spans = [Span(Partition(*place), 0, end) for place, end in sorted(sent.items()) if end]
        events: list[Event] = []
        for record in await self.exchange.read(spans):
            contract = find_contract((record.header("ce_type") or b"").decode())
            assert contract is not None
            events.append(decode(contract.event, record.value))
        return events

    async def ask(self, work: Callable[[Store], T]) -> T:
        """Return what the work finds in the service's memory."""
        database = self.service.database
        assert isinstance(database, Database)

        def within(session: Session) -> T:
            outbox = Outbox(session, IOM, TABLES, self.make_id, self.now)
            return work(Store(session, outbox=outbox, timers=Timers(session, TABLES)))

        return await database.transact(within)

    async def clock(self, kind: str, about: str) -> datetime | None:
        """Return when something falls due, None if nothing is set."""
        timer: Timer | None = await self.ask(lambda store: store.timers.find(kind, about))
        return None if timer is None else timer.due_at

    def client(self, role: Role = Role.CASEWORKER) -> httpx.AsyncClient:
        """Return a browser of a member of staff."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.service.app),
            base_url="http://returns",
            headers={"Authorization": f"Bearer {role}"},
        )
