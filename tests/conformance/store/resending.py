"""What goes again: what a person asks for, and what the exchange has passed by."""

import pytest

from shared.events.event import Topic
from shared.events.exchange import Outcome
from shared.kernel.identifiers import EventRef
from tests.conformance.store.answers import answer, open_rows
from tests.conformance.store.service import A, B, Desk, Stores


async def pass_by(desk: Desk, following: int, partition: int = 0) -> int:
    """Say that the exchange has read a partition up to an offset."""
    return await desk.database.transact(
        lambda session: desk.open(session).resend_before(Topic.EVENTS, partition, following)
    )


async def resend(desk: Desk, topic: Topic | None = None, key: str | None = None) -> int:
    """Ask for rows to go again."""
    return await desk.database.transact(lambda session: desk.open(session).resend(topic, key))


class Resending(Stores):
    @pytest.fixture
    async def sent(self, desk: Desk) -> list[EventRef]:
        """Send four events, A A B A, to offsets 0 to 3 of partition 0."""
        events = [await desk.tell(person) for person in (A, A, B, A)]
        await desk.send_all()
        return events

    async def test_what_was_passed_by_goes_again_in_order(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        assert await pass_by(desk, 4) == 4

        assert await desk.unsent_ids() == sent

    async def test_what_stands_behind_it_goes_again_too(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        assert await pass_by(desk, 1) == 3

        assert await desk.unsent_ids() == [sent[0], sent[1], sent[3]]

    async def test_what_stands_before_it_does_not(self, desk: Desk, sent: list[EventRef]) -> None:
        first, *_ = await open_rows(desk)
        await desk.database.transact(lambda session: desk.open(session).mark_sent(first.seq, 0, 9))

        await pass_by(desk, 2)

        assert await desk.unsent_ids() == [sent[1], sent[3]]

    async def test_an_answered_row_that_was_passed_by_takes_nothing_with_it(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        await answer(desk, sent[0], Outcome.TAKEN)

        assert await pass_by(desk, 1) == 0

    @pytest.mark.usefixtures("sent")
    async def test_what_the_exchange_has_not_reached_waits(self, desk: Desk) -> None:
        assert await pass_by(desk, 0) == 0
        assert await pass_by(desk, 4, partition=1) == 0

        assert await desk.unsent() == []

    async def test_what_was_answered_does_not_go_again(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        for event in sent[:3]:
            await answer(desk, event, Outcome.TAKEN)

        await pass_by(desk, 4)

        assert await desk.unsent_ids() == sent[3:]

    async def test_another_topic_does_not_go_again(self, desk: Desk) -> None:
        await desk.guard()
        await desk.send_all()

        assert await pass_by(desk, 9) == 0

    async def test_a_row_that_was_never_sent_is_not_touched(self, desk: Desk) -> None:
        await desk.tell()

        assert await pass_by(desk, 9) == 0

    async def test_a_held_row_and_what_stands_behind_it_wait(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        await answer(desk, sent[1], Outcome.HELD, "unreadable")
        await answer(desk, sent[3], Outcome.HELD, "behind")

        await pass_by(desk, 4)

        assert await desk.unsent_ids() == [sent[0], sent[2]]

    @pytest.mark.parametrize("code", ["gap", "behind"])
    async def test_a_row_held_for_what_is_past_goes_again(
        self, desk: Desk, sent: list[EventRef], code: str
    ) -> None:
        await answer(desk, sent[2], Outcome.HELD, code)

        await pass_by(desk, 4)

        assert sent[2] in await desk.unsent_ids()

    async def test_a_person_may_have_everything_go_again(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        await answer(desk, sent[0], Outcome.HELD, "unreadable")

        assert await resend(desk) == 4

        assert await desk.unsent_ids() == sent
        assert {row.outcome for row in await open_rows(desk)} == {None}

    async def test_a_person_may_have_one_key_go_again(
        self, desk: Desk, sent: list[EventRef]
    ) -> None:
        await resend(desk, Topic.EVENTS, B)

        assert await desk.unsent_ids() == [sent[2]]

    @pytest.mark.usefixtures("sent")
    async def test_a_person_may_have_one_topic_go_again(self, desk: Desk) -> None:
        control = await desk.guard()
        await desk.send_all()

        await resend(desk, Topic.CONTROL)

        assert await desk.unsent_ids() == [control]

    @pytest.mark.usefixtures("sent")
    async def test_what_goes_again_wakes_the_relay(self, desk: Desk) -> None:
        wakes: list[int] = []
        desk.database.when_announced(lambda: wakes.append(1))

        await pass_by(desk, 0)
        assert not wakes
        await pass_by(desk, 4)

        assert wakes == [1]
