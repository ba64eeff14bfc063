"""Order holds per partition, and the key chooses the partition as Kafka does."""

import pytest

from shared.messaging.bus import Bus, Message, Partition
from tests.conformance.bus.carrier import EVENTS, FIRST, SECOND, Conforms, drain, message, values


class Ordering(Conforms):
    """Order holds per partition; the key chooses the partition as Kafka does."""

    async def test_a_partition_gives_its_records_in_the_order_of_publication(
        self, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message("1"), message("2")])
        await writer.publish([message("3")])

        await reader.assign({FIRST: 0})
        records = await drain(reader, 3)

        assert values(records) == ["1", "2", "3"]
        assert [record.offset for record in records] == [0, 1, 2]

    @pytest.mark.parametrize(
        ("key", "partition"),
        [
            (b"21", 0),
            (b"foobar", 0),
            (b"a-little-bit-long-string", 2),
            (b"a-little-bit-longer-string", 2),
            (b"key", 1),
        ],
    )
    async def test_a_key_goes_to_the_partition_that_murmur2_gives(
        self, writer: Bus, key: bytes, partition: int
    ) -> None:
        (position,) = await writer.publish([Message(EVENTS, key, b"")])

        assert position.partition == Partition(EVENTS, partition)

    async def test_a_partition_that_is_named_wins_over_the_key(self, writer: Bus) -> None:
        positions = await writer.publish([message("", partition=number) for number in range(3)])

        assert [position.partition.number for position in positions] == [0, 1, 2]

    async def test_every_partition_comes_although_one_never_ends(
        self, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message(str(number)) for number in range(100)])
        await writer.publish([message("other", partition=1)])

        await reader.assign({FIRST: 0, SECOND: 0})
        records = await drain(reader, 20, most=5)

        assert values(records, SECOND) == ["other"]
