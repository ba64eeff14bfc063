"""What falls due, once, unless it was cancelled or set again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from shared.storage.engine import Database
from shared.storage.timers import Timer, Timers
from tests.conformance.store.service import NOW, TABLES, Stores

T = TypeVar("T")
HOUR = timedelta(hours=1)
DUE = NOW + HOUR


async def do(database: Database, work: Callable[[Timers], T]) -> T:
    return await database.transact(lambda session: work(Timers(session, TABLES)))


async def due(database: Database, at: datetime) -> list[Timer]:
    return await do(database, lambda timers: timers.due(at, 10))


class Clocks(Stores):
    async def test_the_instant_itself_is_on_time(self, database: Database) -> None:
        await do(database, lambda timers: timers.set("response", "a", DUE))

        assert await due(database, DUE) == []
        [timer] = await due(database, DUE + timedelta(microseconds=1))
        assert timer == Timer("response", "a", 1, DUE)

    async def test_what_is_due_earliest_comes_first_up_to_the_limit(
        self, database: Database
    ) -> None:
        for about, hours in (("late", 3), ("early", 1), ("middle", 2)):
            await do(
                database,
                partial(Timers.set, kind="response", about=about, due_at=NOW + hours * HOUR),
            )

        timers = await do(database, lambda timers: timers.due(NOW + 4 * HOUR, 2))

        assert [timer.about for timer in timers] == ["early", "middle"]

    async def test_a_timer_fires_once(self, database: Database) -> None:
        await do(database, lambda timers: timers.set("response", "a", DUE))
        [timer] = await due(database, DUE + HOUR)

        fired = [await do(database, lambda timers: timers.fired(timer, NOW)) for _ in range(2)]

        assert fired == [True, False]
        assert await due(database, DUE + HOUR) == []
        assert await do(database, lambda timers: timers.find("response", "a")) is None

    async def test_a_cancelled_timer_does_not_fire(self, database: Database) -> None:
        await do(database, lambda timers: timers.set("response", "a", DUE))
        [timer] = await due(database, DUE + HOUR)

        await do(database, lambda timers: timers.cancel("response", "a"))

        assert await due(database, DUE + HOUR) == []
        assert await do(database, lambda timers: timers.find("response", "a")) is None
        assert not await do(database, lambda timers: timers.fired(timer, NOW))

    async def test_a_timer_set_again_does_not_fire_for_its_old_time(
        self, database: Database
    ) -> None:
        await do(database, lambda timers: timers.set("response", "a", DUE))
        [old] = await due(database, DUE + HOUR)

        await do(database, lambda timers: timers.set("response", "a", DUE + HOUR))

        assert not await do(database, lambda timers: timers.fired(old, NOW))
        assert await due(database, DUE + HOUR) == []
        new = await do(database, lambda timers: timers.find("response", "a"))
        assert new == Timer("response", "a", 2, DUE + HOUR)
        assert new is not None
        assert await do(database, lambda timers: timers.fired(new, NOW))

    async def test_a_timer_set_after_it_was_cancelled_or_fired_is_another(
        self, database: Database
    ) -> None:
        await do(database, lambda timers: timers.set("response", "a", DUE))
        [old] = await due(database, DUE + HOUR)
        await do(database, lambda timers: timers.fired(old, NOW))
        await do(database, lambda timers: timers.cancel("response", "a"))

        await do(database, lambda timers: timers.set("response", "a", DUE))

        [new] = await due(database, DUE + HOUR)
        assert new.generation > old.generation
        assert not await do(database, lambda timers: timers.fired(old, NOW))

    async def test_timers_of_one_subject_are_apart_by_kind(self, database: Database) -> None:
        await do(database, lambda timers: timers.set("response", "a", DUE))
        await do(database, lambda timers: timers.set("concern", "a", DUE))

        await do(database, lambda timers: timers.cancel("concern", "a"))

        assert [timer.kind for timer in await due(database, DUE + HOUR)] == ["response"]

    async def test_cancelling_what_was_never_set_does_nothing(self, database: Database) -> None:
        await do(database, lambda timers: timers.cancel("response", "a"))

        assert await do(database, lambda timers: timers.find("response", "a")) is None
