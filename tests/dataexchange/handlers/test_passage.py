"""Numbers are found on the carrier wherever they stand, with and without a hint."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataexchange.handlers import passage
from services.dataexchange.handlers.passage import Passage
from shared.kernel.errors import Gap
from shared.messaging.bus import Partition, Record
from shared.messaging.envelope import release_id

PLACE = Partition("exchange.cp.v1", 0)


class Shelf:
    """A carrier with one partition, of which the first records are gone."""

    def __init__(self, numbers: list[int], gone: int) -> None:
        self.start = min(gone, len(numbers))
        self.records = [
            Record(PLACE, offset, b"key", b"{}", headers(number), 0)
            for offset, number in enumerate(numbers)
        ]

    async def begin_offsets(self, _: Any) -> dict[Partition, int]:
        return {PLACE: self.start}

    async def end_offsets(self, _: Any) -> dict[Partition, int]:
        return {PLACE: len(self.records)}

    async def read(self, spans: Any) -> list[Record]:
        [span] = spans
        assert self.start <= span.start < span.stop <= len(self.records)
        return self.records[span.start : span.stop]


def headers(number: int) -> Any:
    return (("ce_id", release_id(PLACE.topic, 0, number).encode()),)


def number_of(record: Record) -> int:
    return int((record.header("ce_id") or b"").rpartition(b":")[2])


@st.composite
def streams(draw: st.DrawFn) -> list[int]:
    """Numbers on a carrier: each for the first time in order, earlier ones again in between."""
    numbers: list[int] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        numbers.append(number)
        numbers += draw(st.lists(st.integers(1, number), max_size=3))
    return numbers


def plainly(kept: list[int], after: int, most: int) -> list[int] | None:
    """What follows a number, looked for from the start; None for a gap."""
    found: list[int] = []
    for number in kept:
        if number > after + len(found) + 1:
            return found or None
        if number == after + len(found) + 1 and len(found) < most:
            found.append(number)
    return found


@given(
    numbers=streams(),
    gone=st.integers(0, 14),
    questions=st.lists(st.tuples(st.integers(0, 13), st.integers(1, 5)), max_size=8),
    at_once=st.integers(1, 4),
)
def test_any_question_after_any_other_is_answered_as_by_looking_from_the_start(
    numbers: list[int], gone: int, questions: list[tuple[int, int]], at_once: int
) -> None:
    shelf = Shelf(numbers, gone)
    way = Passage(shelf, PLACE)  # type: ignore[arg-type]

    async def ask() -> None:
        for after, most in questions:
            expected = plainly(numbers[shelf.start :], after, most)
            if expected is None:
                with pytest.raises(Gap):
                    await way.read(after, most)
            else:
                assert [number_of(one) for one in await way.read(after, most)] == expected

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passage, "AT_ONCE", at_once)
        asyncio.run(ask())
