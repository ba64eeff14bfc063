"""What was published is what is read, and stands where the carrier said."""

import pytest

from shared.kernel.errors import Unavailable
from shared.messaging.bus import Bus, Headers, Message, Span
from tests.conformance.bus.carrier import EVENTS, FIRST, Conforms, drain, message, values


class Publication(Conforms):
    """What was published is what is read, and stands where the carrier said."""

    async def test_each_message_stands_where_its_position_says(
        self, writer: Bus, reader: Bus
    ) -> None:
        sent = [message(str(number), partition=number % 3) for number in range(9)]

        positions = await writer.publish(sent)

        for told, (partition, offset) in zip(sent, positions, strict=True):
            (record,) = await reader.read([Span(partition, offset, offset + 1)])
            assert (record.partition, record.offset) == (partition, offset)
            assert record.value == told.value

    async def test_nothing_to_publish_is_no_error(self, writer: Bus) -> None:
        assert await writer.publish([]) == []

    @pytest.mark.parametrize(
        "headers",
        [
            (),
            (("ce_id", b"1"), ("ce_type", b"t")),
            (("twice", b"1"), ("twice", b"2")),
            (("bytes", b"\xff\x00\xfe"), ("empty", b"")),
            (("näme", b"1"),),
        ],
    )
    async def test_headers_come_back_as_they_were(
        self, writer: Bus, reader: Bus, headers: Headers
    ) -> None:
        (position,) = await writer.publish([Message(EVENTS, b"key", b"value", headers)])

        (record,) = await reader.read([Span(position.partition, 0, 1)])

        assert record.headers == headers

    @pytest.mark.parametrize("value", [b"", b"\xff\xfe\x00", b"\x00" * 1000])
    async def test_key_and_value_are_bytes_and_mean_nothing_to_the_carrier(
        self, writer: Bus, reader: Bus, value: bytes
    ) -> None:
        (position,) = await writer.publish([Message(EVENTS, b"\xff\x00", value)])

        (record,) = await reader.read([Span(position.partition, 0, 1)])

        assert (record.key, record.value) == (b"\xff\x00", value)

    async def test_resending_keeps_the_first_occurrences_in_order(
        self, writer: Bus, reader: Bus
    ) -> None:
        batch = [message(str(number)) for number in range(5)]

        await writer.publish(batch[:2])
        await writer.publish(batch)
        await writer.publish(batch)

        await reader.assign({FIRST: 0})
        records = await drain(reader, 12)
        assert list(dict.fromkeys(values(records))) == ["0", "1", "2", "3", "4"]
        assert len(records) == 12

    async def test_a_closed_handle_is_unavailable(self, writer: Bus) -> None:
        await writer.close()

        with pytest.raises(Unavailable):
            await writer.publish([message("1")])
