"""One principal's handle on the log: what the permission table gives it, and its own positions.

Everything but the wait for a first record is done in one step: no other task runs in between.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Final, NamedTuple

from shared.kernel.errors import Forbidden, Gap, Unavailable
from shared.messaging.bus import Message, Partition, Position, Record, Span
from shared.messaging.eventlog.bell import Idle
from shared.messaging.eventlog.records import Bounds, Records
from shared.messaging.limits import LARGEST_RECORD, refuse_unfit, size_of
from shared.messaging.permissions import Grant, Operation

FETCH_BYTES: Final = 8 * LARGEST_RECORD
"""A poll stops after so many bytes, whatever number of records it may take."""


class Mechanism(NamedTuple):
    """What the handles of one log share."""

    records: Records
    append: Callable[[Sequence[Message]], list[Position]]
    idle: Idle


class Handle:
    """A `Bus` for one principal."""

    def __init__(self, log: Mechanism, grants: Collection[Grant]) -> None:
        """Keep the principal's own rows of the permission table."""
        self._log = log
        self._records = log.records
        self._allowed = {(grant.operation, grant.topic) for grant in grants}
        self._positions: dict[Partition, int] = {}
        self._closed = False

    async def publish(self, messages: Sequence[Message]) -> list[Position]:
        """Write all messages in one transaction, or none, and return where each stands.

        Raises:
            Invalid: a key is empty, a header's name is no text, or a record is too large; found
                out first, as on a carrier that is asked over a network.
            Forbidden: the principal may not write a topic, or there is no such partition.
            Unavailable: the file failed, or the handle is closed.
        """
        self._demand_open()
        for message in messages:
            refuse_unfit(message)
        self._demand(Operation.WRITE, (message.topic for message in messages))
        return self._log.append(messages) if messages else []

    async def assign(self, positions: Mapping[Partition, int]) -> None:
        """Read from exactly these partitions, from these offsets on; replaces any assignment.

        Raises:
            Forbidden: the principal may not read a topic, or there is no such partition.
            Unavailable: the handle is closed.
        """
        self._demand_partitions(positions)
        self._positions = dict(positions)

    async def poll(self, *, most: int, wait: float) -> list[Record]:
        """Return up to `most` further records, waiting up to `wait` seconds for the first.

        Partitions take turns: whoever was served goes to the back of the queue.

        Raises:
            Gap: a position lies before the start or beyond the end of its partition, which the
                error names by topic and number; every position stays where it was.
            Unavailable: the file failed, or the handle is closed.
        """
        records = self._take(most)
        if not records and wait > 0:
            await self._log.idle(wait)
            records = self._take(most)
        return records

    async def read(self, spans: Sequence[Span]) -> list[Record]:
        """Return all records of the spans, without touching the assignment.

        Raises:
            Forbidden: the principal may not read a topic, or there is no such partition.
            Gap: a span is not wholly there, or ends before it starts.
            Unavailable: the file failed, or the handle is closed.
        """
        self._demand_partitions(span.partition for span in spans)
        bounds = self._records.bounds()
        for partition, start, stop in spans:
            _refuse_gap(partition, bounds[partition], start, stop)
        return [record for span in spans for record in self._records.fetch(span)]

    async def begin_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the offset of the first record kept, per partition of the topics.

        Raises:
            Forbidden: the principal may not read a topic.
            Unavailable: the file failed, or the handle is closed.
        """
        return {partition: bounds.start for partition, bounds in self._bounds(topics)}

    async def end_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the offset after the last record; includes every acknowledged record.

        Raises:
            Forbidden: the principal may not read a topic.
            Unavailable: the file failed, or the handle is closed.
        """
        return {partition: bounds.stop for partition, bounds in self._bounds(topics)}

    async def close(self) -> None:
        """Let go of the assignment; later calls raise `Unavailable`."""
        self._positions = {}
        self._closed = True

    def _take(self, most: int) -> list[Record]:
        """Return up to `most` further records and move on behind them."""
        self._demand_open()
        bounds = self._records.bounds()
        for partition, position in self._positions.items():
            _refuse_gap(partition, bounds[partition], position, bounds[partition].stop)
        spans = _shares(self._positions, bounds, most)
        records = self._up_to_a_size(spans)
        for record in records:
            self._positions.pop(record.partition)
            self._positions[record.partition] = record.offset + 1
        return records

    def _up_to_a_size(self, spans: Iterable[Span]) -> list[Record]:
        """Return the records of the spans in order, ending when they are large enough together."""
        records: list[Record] = []
        size = 0
        for span in spans:
            with closing(self._records.fetch(span)) as found:
                for record in found:
                    records.append(record)
                    size += size_of(record)
                    if size >= FETCH_BYTES:
                        return records
        return records

    def _bounds(self, topics: Sequence[str]) -> list[tuple[Partition, Bounds]]:
        """Return the bounds of every partition of the topics."""
        self._demand(Operation.READ, topics)
        wanted = set(topics)
        return [item for item in self._records.bounds().items() if item[0].topic in wanted]

    def _demand_partitions(self, partitions: Iterable[Partition]) -> None:
        """Refuse unless the principal may read these partitions and they exist."""
        self._demand_open()
        for partition in partitions:
            self._demand(Operation.READ, (partition.topic,))
            if not self._records.known(partition):
                raise Forbidden

    def _demand(self, operation: Operation, topics: Iterable[str]) -> None:
        """Refuse unless the table has a row for each; an unknown topic has none."""
        self._demand_open()
        if any((operation, topic) not in self._allowed for topic in topics):
            raise Forbidden

    def _demand_open(self) -> None:
        """Refuse when the handle is closed."""
        if self._closed:
            raise Unavailable


def _shares(
    positions: Mapping[Partition, int], bounds: Mapping[Partition, Bounds], most: int
) -> list[Span]:
    """Share `most` records out among the partitions that have some, first come first served."""
    ready = [
        Span(partition, position, bounds[partition].stop)
        for partition, position in positions.items()
        if position < bounds[partition].stop
    ]
    spans: list[Span] = []
    for turn, (partition, start, stop) in enumerate(ready):
        share = -(-most // (len(ready) - turn))
        if share <= 0:
            break
        spans.append(Span(partition, start, min(stop, start + share)))
        most -= spans[-1].stop - start
    return spans


def _refuse_gap(partition: Partition, bounds: Bounds, start: int, stop: int) -> None:
    """Refuse when the records from `start` to `stop` are not all there."""
    if not bounds.cover(start, stop):
        raise Gap(partition.topic, str(partition.number))
