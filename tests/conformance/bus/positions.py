"""A reader is where it said, and what is not there is told instead of skipped."""

import pytest

from shared.kernel.agencies import EXCHANGE
from shared.kernel.errors import Gap
from shared.messaging.bus import Bus, Span
from tests.conformance.bus.carrier import (
    EVENTS,
    FIRST,
    SECOND,
    Carrier,
    Conforms,
    drain,
    message,
    values,
)


class Positions(Conforms):
    """A reader is where it said, moves behind what it was given, and is never moved otherwise."""

    async def test_reading_starts_at_the_assigned_offset(self, writer: Bus, reader: Bus) -> None:
        await writer.publish([message(str(number)) for number in range(5)])

        await reader.assign({FIRST: 3})

        assert values(await drain(reader, 2)) == ["3", "4"]

    async def test_a_further_poll_goes_on_behind_the_last_record(
        self, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])
        await reader.assign({FIRST: 0})

        polls = [await drain(reader, 2, most=2), await drain(reader, 2, most=2)]

        assert [values(records) for records in polls] == [["0", "1"], ["2", "3"]]

    async def test_a_reader_at_the_end_hears_what_comes_later(
        self, writer: Bus, reader: Bus
    ) -> None:
        await reader.assign({FIRST: 0})
        assert await reader.poll(most=10, wait=0) == []

        await writer.publish([message("1")])

        assert values(await drain(reader, 1)) == ["1"]

    async def test_what_a_handler_failed_at_comes_again_before_all_behind_it(
        self, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message(str(number)) for number in range(4)])
        await reader.assign({FIRST: 0})
        handled = values(await drain(reader, 4))[:1]

        await reader.assign({FIRST: len(handled)})
        handled += values(await drain(reader, 3))

        assert handled == ["0", "1", "2", "3"]

    async def test_an_assignment_replaces_the_one_before(self, writer: Bus, reader: Bus) -> None:
        await writer.publish([message("first"), message("second", partition=1)])
        await reader.assign({FIRST: 0})

        await reader.assign({SECOND: 0})
        records = await drain(reader, 1) + await reader.poll(most=10, wait=0)

        assert [record.partition for record in records] == [SECOND]

    async def test_who_is_assigned_nothing_hears_nothing(self, writer: Bus, reader: Bus) -> None:
        await writer.publish([message("1")])

        await reader.assign({})

        assert await reader.poll(most=10, wait=0) == []

    async def test_two_handles_of_one_principal_each_hear_everything(
        self, carrier: Carrier, writer: Bus, reader: Bus
    ) -> None:
        other = carrier.as_principal(EXCHANGE)
        await writer.publish([message("1")])
        await reader.assign({FIRST: 0})
        await other.assign({FIRST: 0})

        heard = [values(await drain(reader, 1)), values(await drain(other, 1))]

        assert heard == [["1"], ["1"]]

    async def test_reading_spans_leaves_the_assignment_alone(
        self, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])
        await reader.assign({FIRST: 4})

        records = await reader.read([Span(FIRST, 1, 3), Span(SECOND, 0, 0)])

        assert values(records) == ["1", "2"]
        assert values(await drain(reader, 1)) == ["4"]


class Gaps(Conforms):
    """What is not there is told, never skipped: no reset to the start or the end."""

    @pytest.mark.parametrize("position", [0, 2, 6, 100, -1])
    async def test_a_position_outside_is_a_gap_and_stays_one(
        self, carrier: Carrier, writer: Bus, reader: Bus, position: int
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])
        await carrier.truncate(FIRST, 3)
        await reader.assign({FIRST: position})

        for _ in range(2):
            with pytest.raises(Gap):
                await reader.poll(most=10, wait=0)

    async def test_a_gap_names_its_partition(self, reader: Bus) -> None:
        await reader.assign({FIRST: 0, SECOND: 1})

        with pytest.raises(Gap) as gap:
            await reader.poll(most=10, wait=0)

        assert gap.value.fields == (EVENTS, "1")

    @pytest.mark.parametrize("position", [3, 5])
    async def test_start_and_end_are_no_gaps(
        self, carrier: Carrier, writer: Bus, reader: Bus, position: int
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])
        await carrier.truncate(FIRST, 3)

        await reader.assign({FIRST: position})
        records = await drain(reader, 5 - position)

        assert values(records) == ["3", "4"][position - 3 :]

    async def test_a_gap_that_opens_under_a_reader_is_told(
        self, carrier: Carrier, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])
        await reader.assign({FIRST: 0})
        await drain(reader, 1, most=1)

        await carrier.truncate(FIRST, 4)

        with pytest.raises(Gap):
            await reader.poll(most=10, wait=0)

    @pytest.mark.parametrize(("start", "stop"), [(2, 4), (0, 3), (4, 6), (5, 4), (-1, 4)])
    async def test_a_span_that_is_not_wholly_there_is_a_gap(
        self, carrier: Carrier, writer: Bus, reader: Bus, start: int, stop: int
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])
        await carrier.truncate(FIRST, 3)

        with pytest.raises(Gap):
            await reader.read([Span(FIRST, start, stop)])
