"""The simulated border on the real event log; the test is the exchange and its stream."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from embedded.partners.border import BorderSystem
from shared.crypto import sealing, signing
from shared.crypto.keys import opener, sealer
from shared.crypto.signing import Use, signer
from shared.events.event import Event, decode, encode, key_of
from shared.events.registry import contract_of, find_contract
from shared.kernel.agencies import BORDER, EXCHANGE, UNHCR
from shared.messaging.bus import Message, Partition, Record, Span
from shared.messaging.envelope import Envelope, headers_of, read_envelope, release_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import (
    control_topic,
    events_topic,
    grants,
    stream_topic,
    topics,
)

NOON = datetime(2022, 7, 1, 12, tzinfo=UTC)
DAY: date = NOON.date()
SEED = 10
PEOPLE = 150
PARTITIONS = 2


def counted_ids() -> Callable[[], bytes]:
    numbers = count(1)
    return lambda: (next(numbers) << 88 | next(numbers)).to_bytes(16, "big")


class World:
    """One border system, its carrier, and what it has told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = EventLog(
            folder / "log.sqlite", topics([BORDER], PARTITIONS), grants([BORDER]), lambda: NOON
        )
        self.exchange = self.log.as_principal(EXCHANGE)
        self.told = 0
        self.make_id = counted_ids()
        key, seed = sealing.new_sealing_key(), signing.new_signing_key()
        self.open_sealed = opener(UNHCR, key, {BORDER: signing.public_of(seed)})
        self.seal = sealer(
            BORDER, signer(seed, Use.SEAL), recipient=UNHCR, to=sealing.public_of(key)
        )
        self.border = self.build()

    def build(self) -> BorderSystem:
        return BorderSystem.build(
            database=self.folder / "border.sqlite",
            bus=self.log.as_principal(BORDER),
            clock=lambda: NOON,
            make_id=self.make_id,
            seal=self.seal,
            partitions=PARTITIONS,
        )

    def start_again(self) -> None:
        """Let the system fall and come back on the same file."""
        self.border.database.close()
        self.border = self.build()

    def close(self) -> None:
        self.border.database.close()
        self.log.close()

    async def land(self) -> int:
        return await self.border.land(SEED, DAY, PEOPLE)

    async def settle(self) -> None:
        while await self.border.post.step():
            pass

    async def tell(self, event: Event) -> None:
        """Release one event on the border's stream."""
        self.told += 1
        stream = stream_topic(BORDER)
        envelope = Envelope(
            id=release_id(stream, 0, self.told),
            wire=contract_of(type(event)).wire,
            source=EXCHANGE,
            day=DAY,
        )
        message = Message(
            topic=stream,
            key=key_of(event, BORDER).encode(),
            value=encode(event),
            headers=headers_of(envelope),
            partition=0,
        )
        await self.exchange.publish([message])
        await self.settle()

    async def records(self) -> list[Record]:
        """Return everything that the border has sent, control first."""
        await self.settle()
        own = [control_topic(BORDER), events_topic(BORDER)]
        ends = await self.exchange.end_offsets(own)
        spans = [Span(Partition(*place), 0, end) for place, end in sorted(ends.items()) if end]
        return await self.exchange.read(spans)

    async def sent(self) -> list[tuple[Event, Envelope]]:
        return [read(record) for record in await self.records()]


def read(record: Record) -> tuple[Event, Envelope]:
    envelope = read_envelope(record)
    contract = find_contract(envelope.wire)
    assert contract is not None
    return decode(contract.event, record.value), envelope
