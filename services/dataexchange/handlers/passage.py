"""A stream of one partition read by its numbers: each once, in order, without a hole.

On the carrier a number may stand again, further on, but never for the first time behind a later
one. So whoever was read to up to a number goes on behind the place where it stood; anybody else is
found again from the first record kept.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.kernel.errors import Gap, Invalid, Unavailable
from shared.messaging.bus import Bus, Partition, Record, Span
from shared.messaging.envelope import number_of
from shared.messaging.limits import LARGEST_RECORD, size_of

AT_ONCE: Final = 200
"""Records read from the carrier at once."""

MOST_BYTES: Final = 4 * LARGEST_RECORD
"""An answer ends after so many bytes, whatever number of records it may have."""


class Place(NamedTuple):
    """Every number up to `number` stands before `offset` for the first time."""

    number: int
    offset: int


NOWHERE: Final = Place(0, 0)
"""Before everything."""


@dataclass(slots=True)
class Passage:
    """One agency's way through its own stream. Losing the hint costs time and nothing else."""

    bus: Bus
    partition: Partition
    hint: Place = NOWHERE

    async def first(self) -> int | None:
        """Return the number of the first record kept, or None where there is none.

        Raises:
            Unavailable: the carrier failed.
        """
        start, stop = await self.ends()
        async for record in self.records(start, min(start + 1, stop)):
            return numbered(record)
        return None

    async def read(self, after: int, most: int) -> list[Record]:
        """Return up to `most` records from the number that follows `after`.

        Raises:
            Gap: that number is not kept any more.
            Unavailable: the carrier failed.
        """
        start, stop = await self.ends()
        is_known = self.hint.number <= after and start <= self.hint.offset <= stop
        place = self.hint if is_known else Place(0, start)
        found: list[Record] = []
        size = 0
        async for record in self.records(place.offset, stop):
            number, following = numbered(record), after + len(found) + 1
            if number > following and not found:
                raise Gap
            if number > following:
                break
            if number == following:
                found.append(record)
                size += size_of(record)
            place = Place(max(place.number, number), record.offset + 1)
            if len(found) == most or size >= MOST_BYTES:
                break
        self.hint = place
        return found

    async def ends(self) -> tuple[int, int]:
        """Return the offsets of the first record kept and behind the last."""
        topics = [self.partition.topic]
        begins, ends = await self.bus.begin_offsets(topics), await self.bus.end_offsets(topics)
        return begins[self.partition], ends[self.partition]

    async def records(self, start: int, stop: int) -> AsyncIterator[Record]:
        """Give the records from one offset to another, some at once."""
        while start < stop:
            end = min(start + AT_ONCE, stop)
            try:
                records = await self.bus.read([Span(self.partition, start, end)])
            except Gap:
                raise Unavailable from None
            for record in records:
                yield record
            start = end


def numbered(record: Record) -> int:
    """Return the number under which the exchange has written a record.

    Raises:
        Unavailable: it is none of the exchange's: nobody else may write here.
    """
    try:
        return number_of((record.header("ce_id") or b"").decode("ascii", "replace")).number
    except Invalid:
        raise Unavailable from None
