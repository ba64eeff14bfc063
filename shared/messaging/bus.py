"""The port: what Tenpoint needs from any carrier of events.

Order holds per partition and nowhere else. A record may come again at any time. A publication that
raises `Unavailable` has an unknown outcome: some, all or none of its records may have been written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Partition(NamedTuple):
    """One ordered part of a topic."""

    topic: str
    number: int


class Position(NamedTuple):
    """Where a record was written: partition and offset."""

    partition: Partition
    offset: int


class Span(NamedTuple):
    """The records of one partition from `start` up to but without `stop`."""

    partition: Partition
    start: int
    stop: int


Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A record to publish. `partition` None lets the key choose (murmur2, as Kafka does)."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers = ()
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record as read. `timestamp_ms` is milliseconds since 1970-01-01 UTC."""

    partition: Partition
    offset: int
    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int

    def header(self, name: str) -> bytes | None:
        """Return the last header of that name, or None."""
        return next((value for key, value in reversed(self.headers) if key == name), None)


class Bus(Protocol):
    """One principal's way to the carrier; can do only what the permission table gives it.

    Every method may raise `Forbidden` (topic forbidden or unknown, told in the same way) and
    `Unavailable` (not reached or not answered within the adapter's bound).
    """

    async def publish(self, messages: Sequence[Message]) -> list[Position]:
        """Write the messages in order per partition and return where each stands.

        Raises:
            Invalid: a key is empty, or a record is larger than the carrier takes.
            Unavailable: outcome unknown; publish the same messages again.
        """
        ...

    async def assign(self, positions: Mapping[Partition, int]) -> None:
        """Read from exactly these partitions, from these offsets on; replaces any assignment."""
        ...

    async def poll(self, *, most: int, wait: float) -> list[Record]:
        """Return up to `most` further records, waiting up to `wait` seconds for the first.

        Raises:
            Gap: a position lies before the start or beyond the end of its partition. The position
                stays where it was: it is never reset and nothing is skipped.
        """
        ...

    async def read(self, spans: Sequence[Span]) -> list[Record]:
        """Return all records of the spans, without touching the assignment.

        Raises:
            Gap: a span is not wholly there any more.
        """
        ...

    async def begin_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the offset of the first record kept, per partition of the topics."""
        ...

    async def end_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the offset after the last record; includes every acknowledged record."""
        ...

    async def close(self) -> None:
        """Let go of everything; later calls raise `Unavailable`."""
        ...
