"""The ends of partitions, which are what a read barrier stands on."""

from shared.messaging.bus import Bus, Partition, Span
from tests.conformance.bus.carrier import (
    CONTROL,
    EVENTS,
    FIRST,
    Carrier,
    Conforms,
    drain,
    message,
    values,
)


class EndOffsets(Conforms):
    """The ends are what a read barrier stands on."""

    async def test_every_partition_of_the_topics_begins_and_ends_at_zero(self, reader: Bus) -> None:
        asked = [EVENTS, CONTROL]
        expected = dict.fromkeys(
            [*(Partition(EVENTS, number) for number in range(3)), Partition(CONTROL, 0)], 0
        )

        assert await reader.begin_offsets(asked) == expected
        assert await reader.end_offsets(asked) == expected

    async def test_the_end_includes_every_acknowledged_record_and_never_goes_back(
        self, carrier: Carrier, writer: Bus, reader: Bus
    ) -> None:
        ends = []
        for number in range(5):
            (position,) = await writer.publish([message(str(number))])
            ends.append((await reader.end_offsets([EVENTS]))[FIRST])
            assert ends[-1] > position.offset
        await carrier.truncate(FIRST, 5)
        ends.append((await reader.end_offsets([EVENTS]))[FIRST])

        assert ends == [1, 2, 3, 4, 5, 5]

    async def test_the_start_is_the_first_record_kept(
        self, carrier: Carrier, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message(str(number)) for number in range(5)])

        await carrier.truncate(FIRST, 3)

        assert (await reader.begin_offsets([EVENTS]))[FIRST] == 3

    async def test_a_control_topic_is_read_to_its_end_whatever_the_backlog(
        self, writer: Bus, reader: Bus
    ) -> None:
        for start in range(0, 5000, 500):
            await writer.publish([message(str(n)) for n in range(start, start + 500)])
        await writer.publish([message("withdrawn", topic=CONTROL)])
        await reader.assign({FIRST: 0})
        first = await drain(reader, 100)

        (end,) = (await reader.end_offsets([CONTROL])).items()
        control = await reader.read([Span(end[0], 0, end[1])])
        rest = await drain(reader, 5000 - len(first), most=500)

        assert values(control, Partition(CONTROL, 0)) == ["withdrawn"]
        assert values(first + rest) == [str(number) for number in range(5000)]
