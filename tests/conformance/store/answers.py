"""What the exchange's answers do to the rows of the outbox."""

import pytest

from shared.events.exchange import Outcome
from shared.kernel.identifiers import EventRef
from shared.storage.outbox import OutboxState
from tests.conformance.store.service import LATER, NOW, A, B, Desk, Stores


async def answer(desk: Desk, event: str, outcome: Outcome, code: str | None = None) -> None:
    await desk.database.transact(lambda session: desk.open(session).close(event, outcome, code))


async def open_rows(desk: Desk) -> list[OutboxState]:
    return await desk.database.transact(lambda session: desk.open(session).open_rows())


async def refused(desk: Desk) -> list[OutboxState]:
    return await desk.database.transact(lambda session: desk.open(session).refused_rows())


class Answers(Stores):
    async def test_a_row_is_open_until_it_is_answered(self, desk: Desk) -> None:
        first, second = [await desk.tell() for _ in range(2)]
        await desk.send_all()

        await answer(desk, first, Outcome.TAKEN)

        [row] = await open_rows(desk)
        assert (row.event_id, row.recorded_at, row.sent_at) == (second, NOW, NOW)

    async def test_a_second_answer_changes_nothing(self, desk: Desk) -> None:
        event = await desk.tell()
        await answer(desk, event, Outcome.REFUSED, "not_yours")

        await answer(desk, event, Outcome.TAKEN)

        [row] = await refused(desk)
        assert (row.event_id, row.code) == (event, "not_yours")

    async def test_an_answer_to_an_unknown_event_changes_nothing(self, desk: Desk) -> None:
        event = await desk.tell()

        for outcome in Outcome:
            await answer(desk, "EW" + "0" * 26, outcome, "gap")

        assert [row.event_id for row in await open_rows(desk)] == [event]

    async def test_an_answer_before_the_mark_closes_too(self, desk: Desk) -> None:
        event = await desk.tell()
        await answer(desk, event, Outcome.TAKEN)

        await desk.send_all()

        assert await desk.unsent() == []
        assert await open_rows(desk) == []

    async def test_a_refused_row_is_shown_as_not_sent_newest_first(self, desk: Desk) -> None:
        events = [await desk.tell() for _ in range(2)]
        for event in events:
            await answer(desk, event, Outcome.REFUSED, "bad_reference")

        rows = await refused(desk)

        assert [(row.event_id, row.code) for row in rows] == [
            (event, "bad_reference") for event in reversed(events)
        ]
        assert await open_rows(desk) == []

    @pytest.mark.parametrize("code", ["unreadable", "stopped", "behind", None])
    async def test_a_held_row_stays_open_and_is_shown(self, desk: Desk, code: str | None) -> None:
        event = await desk.tell()
        await desk.send_all()

        await answer(desk, event, Outcome.HELD, code)

        [row] = await open_rows(desk)
        assert (row.outcome, row.code) == ("HELD", code)
        assert await desk.unsent() == []

    async def test_a_row_held_for_a_gap_goes_again_with_the_open_rows_of_its_key(
        self, desk: Desk
    ) -> None:
        lost, held, behind, other = await tell_each(desk)
        await desk.send_all()

        await answer(desk, held, Outcome.HELD, "gap")

        assert await desk.unsent_ids() == [lost, held, behind]
        assert [row.outcome for row in await open_rows(desk)] == [None] * 4
        assert other not in await desk.unsent_ids()

    async def test_a_gap_with_nothing_open_before_it_starts_no_storm(self, desk: Desk) -> None:
        event = await desk.tell()
        await desk.send_all()

        await answer(desk, event, Outcome.HELD, "gap")

        assert await desk.unsent() == []

    async def test_a_gap_behind_a_held_row_starts_no_storm(self, desk: Desk) -> None:
        poison, held, _, _ = await tell_each(desk)
        await desk.send_all()
        await answer(desk, poison, Outcome.HELD, "unreadable")

        await answer(desk, held, Outcome.HELD, "gap")

        assert await desk.unsent() == []

    async def test_what_is_asked_for_again_goes_with_all_of_its_key(self, desk: Desk) -> None:
        poison, behind, last, _ = await tell_each(desk)
        await desk.send_all()
        await answer(desk, poison, Outcome.HELD, "unreadable")
        await answer(desk, behind, Outcome.HELD, "behind")

        await answer(desk, poison, Outcome.HELD, "again")

        assert await desk.unsent_ids() == [poison, behind, last]
        assert [row.code for row in await open_rows(desk)] == [None] * 4

    async def test_closed_rows_are_forgotten_and_open_ones_never(self, desk: Desk) -> None:
        closed, still_open = [await desk.tell() for _ in range(2)]
        await answer(desk, closed, Outcome.REFUSED, "not_yours")

        assert await forget(desk) == 0
        desk.now = LATER
        assert await forget(desk) == 1

        assert await refused(desk) == []
        assert [row.event_id for row in await open_rows(desk)] == [still_open]


async def tell_each(desk: Desk) -> list[EventRef]:
    """Tell three things about one person and one about another."""
    return [await desk.tell(person) for person in (A, A, A, B)]


async def forget(desk: Desk) -> int:
    """Forget what was closed before the present."""
    return await desk.database.transact(
        lambda session: desk.open(session).forget_closed(before=desk.now)
    )
