"""A handle that does what a carrier may do at its worst, and nothing that the port forbids."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from shared.kernel.errors import Unavailable
from shared.messaging.bus import Bus, Message, Partition, Position, Record, Span
from shared.messaging.limits import refuse_unfit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Faults:
    """How likely each fault is, and how long it may last in virtual seconds."""

    crash: float = 0.01
    """Per step: somebody's life ends."""
    zombie: float = 0.002
    """Per step: somebody is suspended for long while a replacement starts, and goes on later."""
    unknown: float = 0.05
    """Per publication: `Unavailable` after all, part or nothing was written."""
    unavailable: float = 0.03
    """Per call that reads: `Unavailable`."""
    redelivery: float = 0.05
    """Per poll: a partition goes back by some records."""
    disorder: float = 0.5
    """Per poll: some partitions only, some records only, partitions mixed."""
    delay: float = 0.05
    """Per call: it takes long."""
    longest_delay_s: float = 5.0
    longest_absence_s: float = 60.0


class Scheduler(Protocol):
    """What the handle needs of the adversary."""

    random: random.Random

    @property
    def faults(self) -> Faults:
        """What may go wrong at present."""
        ...

    async def step(self, what: str, seconds: float = 0.0) -> None:
        """Give way."""
        ...

    def note(self, what: str) -> None:
        """Add a line to the trace."""
        ...


class HostileBus:
    """One principal's handle, seen through bad weather. It keeps the positions itself."""

    def __init__(self, adversary: Scheduler, inner: Bus) -> None:
        """Begin with nothing assigned."""
        self._adversary = adversary
        self._random = adversary.random
        self._inner = inner
        self._floors: dict[Partition, int] = {}
        self._positions: dict[Partition, int] = {}

    async def publish(self, messages: Sequence[Message]) -> list[Position]:
        """Write in pieces, partitions in any order, each in its own; perhaps not to the end."""
        await self._before(f"publishes {len(messages)}")
        for message in messages:
            refuse_unfit(message)
        pieces = self._pieces(messages)
        stop = len(pieces)
        unknown = self._draw(self._adversary.faults.unknown)
        if unknown:
            stop = self._random.randint(0, stop)
        places: dict[int, Position] = {}
        for piece in pieces[:stop]:
            positions = await self._inner.publish([messages[index] for index in piece])
            places.update(zip(piece, positions, strict=True))
            await self._adversary.step(f"published {len(places)} of {len(messages)}")
        if not messages:
            await self._inner.publish(messages)
        if unknown:
            self._adversary.note("outcome unknown")
            raise Unavailable
        return [places[index] for index in range(len(messages))]

    async def assign(self, positions: Mapping[Partition, int]) -> None:
        """Assign, without faults: no carrier is asked."""
        await self._adversary.step(f"assigns {len(positions)}")
        await self._inner.assign(positions)
        self._positions = dict(positions)
        self._floors = dict(positions)

    async def poll(self, *, most: int, wait: float) -> list[Record]:
        """Return some further records: some again, some not yet, partitions in any order."""
        await self._before_reading(f"polls {most}")
        records = await self._take(most)
        if not records and wait > 0:
            await self._adversary.step("waits", self._random.uniform(0, wait))
            records = await self._take(most)
        await self._adversary.step(f"polled {len(records)}")
        return records

    async def read(self, spans: Sequence[Span]) -> list[Record]:
        """Return all records of the spans, partitions mixed."""
        await self._before_reading(f"reads {len(spans)} spans")
        records = await self._inner.read(spans)
        await self._adversary.step(f"has read {len(records)}")
        return self._mixed(records)

    async def begin_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the starts, true when they were asked for."""
        await self._before_reading("asks for starts")
        offsets = await self._inner.begin_offsets(topics)
        await self._adversary.step("has starts")
        return offsets

    async def end_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the ends, true when they were asked for."""
        await self._before_reading("asks for ends")
        offsets = await self._inner.end_offsets(topics)
        await self._adversary.step("has ends")
        return offsets

    async def close(self) -> None:
        """Close the handle."""
        await self._adversary.step("closes")
        await self._inner.close()

    async def _before(self, what: str) -> None:
        """Give way before a call, perhaps for long."""
        faults = self._adversary.faults
        delay_s = self._random.uniform(0, faults.longest_delay_s)
        await self._adversary.step(what, delay_s if self._draw(faults.delay) else 0.0)

    async def _before_reading(self, what: str) -> None:
        """Give way before a call that reads; it may fail."""
        await self._before(what)
        if self._draw(self._adversary.faults.unavailable):
            self._adversary.note("unavailable")
            raise Unavailable

    async def _take(self, most: int) -> list[Record]:
        """Return records from the present positions on and move behind what is returned."""
        faults = self._adversary.faults
        if self._draw(faults.redelivery):
            await self._go_back()
        wanted = list(self._positions)
        disorder = self._draw(faults.disorder)
        if disorder and wanted:
            wanted = self._random.sample(wanted, self._random.randint(1, len(wanted)))
            most = self._random.randint(1, max(1, most))
        await self._inner.assign({partition: self._positions[partition] for partition in wanted})
        records = await self._inner.poll(most=most, wait=0)
        if disorder:
            records = self._mixed(records)[: self._random.randint(1, max(1, most))]
        for record in records:
            self._positions[record.partition] = record.offset + 1
        # A fair carrier serves first who waited longest.
        for partition in {record.partition: None for record in records}:
            self._positions[partition] = self._positions.pop(partition)
        return records

    async def _go_back(self) -> None:
        """Let one partition come again from an earlier record that is still there."""
        read_on = [p for p, position in self._positions.items() if position > self._floors[p]]
        if not read_on:
            return
        partition = self._random.choice(read_on)
        start = (await self._inner.begin_offsets([partition.topic]))[partition]
        low, high = max(start, self._floors[partition]), self._positions[partition]
        if low < high:
            self._positions[partition] = self._random.randrange(low, high)
            self._adversary.note("redelivery")

    def _pieces(self, messages: Sequence[Message]) -> list[list[int]]:
        """Cut the messages, by index, into pieces that a carrier may write one by one.

        Messages with one partition keep their order; messages whose key chooses count as one.
        """
        queues: dict[tuple[str, int | None], list[list[int]]] = {}
        for index, message in enumerate(messages):
            queue = queues.setdefault((message.topic, message.partition), [[]])
            if queue[-1] and self._draw(self._adversary.faults.unknown):
                queue.append([])
            queue[-1].append(index)
        return self._merged(list(queues.values()))

    def _mixed(self, records: Sequence[Record]) -> list[Record]:
        """Return the records with partitions mixed, in order within each."""
        queues: dict[Partition, list[Record]] = {}
        for record in records:
            queues.setdefault(record.partition, []).append(record)
        return self._merged(list(queues.values()))

    def _merged(self, queues: Sequence[Sequence[T]]) -> list[T]:
        """Return one of the ways to merge the queues, each as likely as any other."""
        turns = [queue for queue, waiting in enumerate(queues) for _ in waiting]
        self._random.shuffle(turns)
        heads = [iter(queue) for queue in queues]
        return [next(heads[queue]) for queue in turns]

    def _draw(self, probability: float) -> bool:
        """Return whether something of that probability happens."""
        return self._random.random() < probability
