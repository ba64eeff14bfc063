"""What no carrier takes is refused before anything is written."""

import pytest

from shared.kernel.errors import Invalid
from shared.messaging.bus import Bus, Message, Partition, Span
from shared.messaging.limits import LARGEST_RECORD
from tests.conformance.bus.carrier import EVENTS, WAIT_S, Conforms, message


class Limits(Conforms):
    """What no carrier takes is refused before anything is written."""

    @pytest.mark.parametrize("excess", [-1, 0])
    async def test_the_largest_record_passes(self, writer: Bus, reader: Bus, excess: int) -> None:
        value = b"x" * (LARGEST_RECORD + excess - 6)

        (position,) = await writer.publish([Message(EVENTS, b"key", value, (("h", b"12"),))])

        (record,) = await reader.read([Span(position.partition, 0, 1)])
        assert record.value == value

    @pytest.mark.parametrize(
        "unfit",
        [
            Message(EVENTS, b"", b"value"),
            Message(EVENTS, b"key", b"x" * (LARGEST_RECORD - 2)),
            Message(EVENTS, b"key", b"", (("h", b"x" * LARGEST_RECORD),)),
            Message(EVENTS, b"key", b"", (("\ud800", b""),)),
        ],
        ids=["no key", "value too large", "headers too large", "name no text"],
    )
    async def test_an_unfit_message_is_refused_and_its_batch_with_it(
        self, writer: Bus, reader: Bus, unfit: Message
    ) -> None:
        with pytest.raises(Invalid):
            await writer.publish([*(message("1", partition=n) for n in range(3)), unfit])

        assert set((await reader.end_offsets([EVENTS])).values()) == {0}

    async def test_a_poll_gives_no_more_than_asked_for(self, writer: Bus, reader: Bus) -> None:
        await writer.publish([message(str(n), partition=n % 3) for n in range(30)])
        await reader.assign({Partition(EVENTS, number): 0 for number in range(3)})

        sizes = [len(await reader.poll(most=most, wait=WAIT_S)) for most in (1, 2, 7)]

        assert all(0 < size <= most for size, most in zip(sizes, (1, 2, 7), strict=True))
