"""Profiling with its real database on the real event log; the test is the exchange."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import text
from sqlmodel import Session

from services.profiling.main import build
from services.profiling.store import TABLES, Store
from shared.crypto import sealing, signing
from shared.crypto.keys import Seal, opener, sealer
from shared.crypto.partners import PartnerRegistry
from shared.crypto.payload_keys import Opening, payload_opening, payload_sealer
from shared.crypto.payloads import Value
from shared.crypto.signing import Use, signer
from shared.events.event import Event, decode, encode, key_of
from shared.events.registry import contract_of, find_contract
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency, Role
from shared.kernel.categories import Category
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
from tests.profiling.builders import NOON, counted_ids

T = TypeVar("T")
PARTITIONS = 3


def verify(token: str) -> Caller:
    role, _, name = token.partition(":")
    if role not in set(Role):
        raise NotSignedIn
    return Caller(UNHCR, name or "staff", Role(role))


class World:
    """One service, its carrier, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.log = EventLog(
            folder / "log.sqlite", topics([UNHCR], PARTITIONS), grants([UNHCR]), lambda: self.now
        )
        self.exchange = self.log.as_principal(EXCHANGE)
        self.numbers: defaultdict[int, int] = defaultdict(int)
        self.key, seed = sealing.new_sealing_key(), signing.new_signing_key()
        self.seal: Seal = sealer(
            RECEPTION, signer(seed, Use.SEAL), recipient=UNHCR, to=sealing.public_of(self.key)
        )
        self.sender_seed = seed
        senders = {RECEPTION: signing.public_of(seed)}
        self.open_sealed = opener(UNHCR, self.key, senders)
        self.opening: Opening | None = payload_opening(UNHCR, self.key, senders)
        self.own_seed = signing.new_signing_key()
        self.registry = PartnerRegistry(())
        self.database_file = folder / "profiling.sqlite"
        self.service = self.build()

    def build(self) -> Service:
        return build(
            database=self.database_file,
            bus=self.log.as_principal(UNHCR),
            clock=lambda: self.now,
            make_id=counted_ids(),
            verify=verify,
            open_sealed=self.open_sealed,
            seal_payload=self.seal_payload,
            opening=self.opening,
            partitions=PARTITIONS,
        )

    def seal_payload(
        self, values: Mapping[Category, Value], *, recipient: Agency, key: KeyId, nonce: bytes
    ) -> tuple[Sealed, ...]:
        """Seal by the registry as it is at that moment."""
        seal = payload_sealer(UNHCR, signer(self.own_seed, Use.SEAL), self.registry)
        return seal(values, recipient=recipient, key=key, nonce=nonce)

    def close(self) -> None:
        self.service.database.close()
        self.log.close()

    async def tell(self, *events: Event, partition: int = 0) -> list[int]:
        """Release events on UNHCR's stream, each with the next number; have them heard."""
        messages = [self.release(event, partition) for event in events]
        await self.exchange.publish(messages)
        while await self.service.post.step():
            pass
        last = self.numbers[partition]
        return list(range(last - len(events) + 1, last + 1))

    def release(self, event: Event, partition: int) -> Message:
        self.numbers[partition] += 1
        stream = stream_topic(UNHCR)
        envelope = Envelope(
            id=release_id(stream, partition, self.numbers[partition]),
            wire=contract_of(type(event)).wire,
            source=EXCHANGE,
            day=self.now.date(),
        )
        return Message(
            topic=stream,
            key=key_of(event, UNHCR).encode(),
            value=encode(event),
            headers=headers_of(envelope),
            partition=partition,
        )

    async def announced(self) -> list[Event]:
        """Return all that UNHCR has sent, control first."""
        while await self.service.post.step():
            pass
        sent = await self.exchange.end_offsets([control_topic(UNHCR), events_topic(UNHCR)])
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
            outbox = Outbox(session, UNHCR, TABLES, counted_ids(), self.now)
            return work(Store(session, outbox=outbox, timers=Timers(session, TABLES)))

        return await database.transact(within)

    async def rows(self, statement: str) -> list[Any]:
        """Return the rows of a query of the test's own."""
        database = self.service.database
        assert isinstance(database, Database)
        return await database.transact(
            lambda session: list(session.connection().execute(text(statement)))
        )

    async def clock(self, kind: str, about: str) -> datetime | None:
        """Return when something falls due, None if nothing is set."""
        timer: Timer | None = await self.ask(lambda store: store.timers.find(kind, about))
        return None if timer is None else timer.due_at

    def client(self, role: Role = Role.PROFILER, name: str = "") -> httpx.AsyncClient:
        """Return a browser of a member of staff."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.service.app),
            base_url="http://profiling",
            headers={"Authorization": f"Bearer {role}:{name}"},
        )
