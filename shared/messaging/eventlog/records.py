"""Partitions and their records, as kept in the file: append, fetch, and forget from the start."""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Final, NamedTuple

import msgspec

from shared.kernel.errors import Forbidden, Gap, Unavailable
from shared.messaging.bus import Headers, Message, Partition, Position, Record, Span
from shared.messaging.eventlog.file import LogFile, MadeOtherwise
from shared.messaging.murmur2 import partition_of
from shared.messaging.permissions import Topic

OFFSET_BITS: Final = 40
"""Room for 10^12 records in a partition and 8 million partitions in a file."""

INSERT: Final = (
    "insert into record (place, key, value, headers, timestamp_ms) values (?, ?, ?, ?, ?)"
)
FETCH: Final = (
    "select place, key, value, headers, timestamp_ms from record"
    " where place >= ? and place < ? order by place"
)
FIRST_SINCE: Final = (
    "select place from record where place >= ? and place < ? and timestamp_ms >= ?"
    " order by place limit 1"
)

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Headers).decode


class Bounds(NamedTuple):
    """Offsets of a partition: the first one kept, and the one after the last."""

    start: int
    stop: int

    def cover(self, start: int, stop: int) -> bool:
        """Return whether all offsets from `start` up to but without `stop` are there."""
        return self.start <= start <= stop <= self.stop


class Records:
    """The records of every topic of the table."""

    def __init__(self, file: LogFile, topics: Iterable[Topic]) -> None:
        """Make the partitions that the file does not have yet.

        Raises:
            MadeOtherwise: the file has a topic with another number of partitions, which would move
                keys away from their older records, or a topic that no table names any more, whose
                records nobody would read or expire.
            Unavailable: the file failed.
        """
        self._file = file
        self.partitions: dict[str, int] = {topic.name: topic.partitions for topic in topics}
        there = Counter(partition.topic for partition in self._found().values())
        if any(self.partitions.get(name) != count for name, count in there.items()):
            raise MadeOtherwise("partitions")
        with file.writing() as connection:
            connection.executemany(
                "insert into partition (topic, number) values (?, ?)",
                [
                    (name, number)
                    for name, count in self.partitions.items()
                    if name not in there
                    for number in range(count)
                ],
            )
        self._partitions = self._found()
        self._ids = {partition: key for key, partition in self._partitions.items()}

    def _found(self) -> dict[int, Partition]:
        """Return the partitions that the file has, by row number."""
        rows = self._file.rows("select id, topic, number from partition order by id")
        return {key: Partition(topic, number) for key, topic, number in rows}

    def known(self, partition: Partition) -> bool:
        """Return whether the topic table has this partition."""
        return partition in self._ids

    def append(self, messages: Sequence[Message], at_ms: int) -> list[Position]:
        """Write all messages, or none, and return where each stands.

        Raises:
            Forbidden: a topic has no partition of that number.
            Unavailable: the file failed; nothing was written.
        """
        placed = [self._partition_for(message) for message in messages]
        stops: dict[Partition, int] = {}
        positions: list[Position] = []
        with self._file.writing() as connection:
            bounds = self.bounds()
            for partition in placed:
                offset = stops.get(partition, bounds[partition].stop)
                positions.append(Position(partition, offset))
                stops[partition] = offset + 1
            connection.executemany(
                INSERT,
                [
                    (self._place(*position), m.key, m.value, _encode(m.headers), at_ms)
                    for m, position in zip(messages, positions, strict=True)
                ],
            )
            connection.executemany(
                "update partition set stop = ? where id = ?",
                [(stop, self._ids[partition]) for partition, stop in stops.items()],
            )
        return positions

    def bounds(self) -> dict[Partition, Bounds]:
        """Return start and end of every partition.

        Raises:
            Unavailable: the file failed.
        """
        rows = self._file.rows("select id, start, stop from partition")
        return {self._partitions[key]: Bounds(start, stop) for key, start, stop in rows}

    def fetch(self, span: Span) -> Generator[Record, None, None]:
        """Return the records of a span that is there, one by one.

        Raises:
            Unavailable: the file failed, or has lost records that it says it has.
        """
        partition, start, stop = span
        rows = self._file.rows(FETCH, self._place(partition, start), self._place(partition, stop))
        expected = start
        with closing(rows):
            for place, key, value, headers, timestamp_ms in rows:
                if place != self._place(partition, expected):
                    raise Unavailable
                yield Record(partition, expected, key, value, _headers(headers), timestamp_ms)
                expected += 1
        if expected != stop:
            raise Unavailable

    def forget(self, before: Mapping[Partition, int]) -> None:
        """Delete the records of each partition before that offset; a start never moves back.

        Raises:
            Gap: an offset lies beyond the end of its partition.
            Unavailable: the file failed; nothing was deleted.
        """
        with self._file.writing() as connection:
            bounds = self.bounds()
            for partition, offset in before.items():
                if offset > bounds[partition].stop:
                    raise Gap(partition.topic, str(partition.number))
                start = max(offset, bounds[partition].start)
                connection.execute(
                    "delete from record where place >= ? and place < ?",
                    (self._place(partition, 0), self._place(partition, start)),
                )
                connection.execute(
                    "update partition set start = ? where id = ?", (start, self._ids[partition])
                )
        self._file.fold()

    def first_since(self, partition: Partition, bounds: Bounds, at_ms: int) -> int:
        """Return the offset of the first record appended at or after the instant, or the end.

        Raises:
            Unavailable: the file failed.
        """
        low, high = (self._place(partition, offset) for offset in bounds)
        with closing(self._file.rows(FIRST_SINCE, low, high, at_ms)) as rows:
            return next((place - low + bounds.start for (place,) in rows), bounds.stop)

    def _partition_for(self, message: Message) -> Partition:
        """Return the partition named by the message, or the one its key goes to."""
        number = message.partition
        if number is None:
            number = partition_of(message.key, self.partitions[message.topic])
        partition = Partition(message.topic, number)
        if partition not in self._ids:
            raise Forbidden
        return partition

    def _place(self, partition: Partition, offset: int) -> int:
        """Return partition and offset in one integer."""
        return self._ids[partition] << OFFSET_BITS | offset


def _headers(encoded: bytes) -> Headers:
    """Return the headers as they were published."""
    try:
        return _decode(encoded)
    except msgspec.DecodeError:
        raise Unavailable from None
