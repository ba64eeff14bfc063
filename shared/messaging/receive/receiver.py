"""Reads the agency's own stream and applies it: position, number and effect in one transaction."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session

from shared.events.event import Event
from shared.kernel.agencies import Agency
from shared.kernel.clock import Clock
from shared.kernel.errors import Fenced, Gap, Unavailable
from shared.messaging.bus import Bus, Partition, Record
from shared.messaging.permissions import PARTITIONS, stream_topic
from shared.messaging.receive.hearing import Ears, Hear, Hearing
from shared.messaging.receive.progress import begin_reading, load_readings
from shared.messaging.receive.stuck import Stuck, trace_of
from shared.storage.engine import Database
from shared.storage.outbox import Outbox
from shared.storage.tables import Tables

MOST: Final = 500
"""Records read in one step."""


@dataclass(eq=False)
class Receiver:
    """The receiver of one agency.

    `clock` tells liveness time, by which the age of a head is judged. Handlers get their time from
    whoever wired them.
    """

    agency: Agency
    bus: Bus
    database: Database
    hears: Mapping[type[Event], Hear]
    open_outbox: Callable[[Session], Outbox]
    tables: Tables
    clock: Clock
    partitions: int = PARTITIONS
    counts: Counter[str] = field(default_factory=Counter, init=False)
    """Records heard, dropped, passed, unknown, unreadable, malformed, beyond a gap; gaps found."""
    stuck: dict[int, Stuck] = field(default_factory=dict, init=False)
    """Partitions whose next record is refused by its handler at present."""
    _placed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Gather what hearing needs."""
        self._ears = Ears(self.agency, self.hears, self.open_outbox, self.tables, self.clock)

    async def start(self) -> None:
        """Read on from where the database says."""

        def positions(session: Session) -> dict[Partition, int]:
            begin_reading(session, self.tables, self.partitions)
            topic = stream_topic(self.agency)
            return {
                Partition(topic, number): reading.offset
                for number, reading in load_readings(session, self.tables).items()
            }

        await self.bus.assign(await self.database.transact(positions))
        self._placed = True

    async def step(self, wait: float = 0.0) -> int:
        """Apply what there is, waiting up to `wait` seconds for it; return how many records.

        A record whose handler raises is undone and comes again, and nothing behind it in its
        partition passes it; other partitions go on. See `stuck`.

        Raises:
            Unavailable: the carrier or the database failed; nothing was lost.
            Fenced: another receiver of the same agency has moved on; nothing was written.
        """
        if not self._placed:
            await self.start()
        self._placed = False
        try:
            records = await self.bus.poll(most=MOST, wait=wait)
        except Gap:
            return await self._find_gaps()
        self.stuck = {}
        done = await self._apply(sorted(records, key=lambda record: record.partition.number))
        self._placed = not self.stuck
        return done

    async def _apply(self, records: Sequence[Record]) -> int:
        """Apply records in one transaction, or in two halves where a handler raises."""
        records = [record for record in records if record.partition.number not in self.stuck]
        if not records:
            return 0
        try:
            counts = await self.database.transact(lambda session: self._hear(records, session))
        except (Unavailable, Fenced):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises undoes its record
            if len(records) > 1:
                half = len(records) // 2
                return await self._apply(records[:half]) + await self._apply(records[half:])
            self.stuck[records[0].partition.number] = Stuck(records[0].offset, *trace_of(error))
            return 0
        self.counts += counts
        return len(records)

    def _hear(self, records: Sequence[Record], session: Session) -> Counter[str]:
        """Apply records within a transaction."""
        hearing = Hearing(self._ears, session)
        for record in records:
            hearing.hear(record)
        hearing.save()
        return hearing.counts

    async def _find_gaps(self) -> int:
        """Find the partitions whose position is gone, and go on at the first record kept."""
        topics = [stream_topic(self.agency)]
        begin = await self.bus.begin_offsets(topics)
        end = await self.bus.end_offsets(topics)

        def miss(session: Session) -> Counter[str]:
            hearing = Hearing(self._ears, session)
            for partition, start in begin.items():
                if not start <= hearing.position(partition.number) <= end[partition]:
                    hearing.miss(partition.number, start)
            hearing.save()
            return hearing.counts

        counts = await self.database.transact(miss)
        self.counts += counts
        return counts["gaps"]
