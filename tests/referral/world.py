"""The desk with its real database on the real event log; the test is the exchange."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
from sqlmodel import Session

from services.referral.main import build
from services.referral.rules.record import Referral
from services.referral.store import ALARMS, TABLES, Store
from shared.events.event import Event, decode, encode, key_of
from shared.events.exchange import HeadSigned
from shared.events.registry import contract_of, find_contract
from shared.kernel.agencies import DESK, EXCHANGE, Role
from shared.kernel.clock import system_clock
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
from tests.referral.builders import NOON, a_referral, counted_ids

T = TypeVar("T")
PARTITIONS = 3
COORDINATOR = "coordinator"
STAFF = "staff"


def verify(token: str) -> Caller:
    role, _, person = token.partition(" ")
    if role not in set(Role):
        raise NotSignedIn
    return Caller(DESK, person, Role(role))


class World:
    """One service, its carrier, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.log = EventLog(
            folder / "log.sqlite", topics([DESK], PARTITIONS), grants([DESK]), lambda: self.now
        )
        self.exchange = self.log.as_principal(EXCHANGE)
        self.make_id = counted_ids()
        self.numbers: defaultdict[int, int] = defaultdict(int)
        self.database_file = folder / "referral.sqlite"
        self.service = self.build()

    def build(self) -> Service:
        return build(
            database=self.database_file,
            bus=self.log.as_principal(DESK),
            clock=lambda: self.now,
            make_id=self.make_id,
            verify=verify,
            coordinators=[COORDINATOR],
            partitions=PARTITIONS,
        )

    def close(self) -> None:
        self.service.database.close()
        self.log.close()

    async def tell(self, *events: Event, partition: int = 0) -> list[int]:
        """Release events on DESK's stream, each with the next number; have them heard."""
        messages = [self.release(event, partition) for event in events]
        await self.exchange.publish(messages)
        while await self.service.post.step():
            pass
        last = self.numbers[partition]
        return list(range(last - len(events) + 1, last + 1))

    def release(self, event: Event, partition: int) -> Message:
        self.numbers[partition] += 1
        stream = stream_topic(DESK)
        envelope = Envelope(
            id=release_id(stream, partition, self.numbers[partition]),
            wire=contract_of(type(event)).wire,
            source=EXCHANGE,
            day=self.now.date(),
        )
        return Message(
            topic=stream,
            key=key_of(event, DESK).encode(),
            value=encode(event),
            headers=headers_of(envelope),
            partition=partition,
        )

    async def announced(self) -> list[Event]:
        """Return all that DESK has sent, control first."""
        while await self.service.post.step():
            pass
        sent = await self.exchange.end_offsets([control_topic(DESK), events_topic(DESK)])
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
            outbox = Outbox(session, DESK, TABLES, self.make_id, self.now)
            return work(
                Store(
                    session,
                    outbox=outbox,
                    timers=Timers(session, TABLES),
                    alarms=Timers(session, ALARMS),
                )
            )

        return await database.transact(within)

    async def referral(self, number: int = 1) -> Referral:
        """Return a referral as the desk remembers it."""
        return await self.ask(lambda store: store.get_referral(a_referral(number)))

    async def caught_up(self) -> None:
        """Have the desk hear a head that counts everything told so far, and itself."""
        last = [self.numbers[partition] for partition in range(PARTITIONS)]
        last[0] += 1
        head = {"size": 1, "root": "0" * 64, "at": system_clock(), "signature": "s"}
        await self.tell(msgspec.convert(head | {"last": last, "reached": []}, HeadSigned))

    async def clock(self, kind: str, about: str) -> datetime | None:
        """Return when something falls due, None if nothing is set."""
        timer: Timer | None = await self.ask(lambda store: store.timers.find(kind, about))
        return None if timer is None else timer.due_at

    def client(self, role: Role = Role.CASEWORKER, person: str = STAFF) -> httpx.AsyncClient:
        """Return a browser of a member of staff."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.service.app),
            base_url="http://referral",
            headers={"Authorization": f"Bearer {role} {person}"},
        )
