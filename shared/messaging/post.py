"""The post of one service: what goes out, what comes in, what falls due."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlmodel import Session

from shared.kernel.clock import Clock
from shared.kernel.errors import Fenced, Unavailable
from shared.messaging.receive import Receiver, is_caught_up, newest_head
from shared.messaging.receive.stuck import trace_of
from shared.messaging.relay import Relay
from shared.storage.engine import Database
from shared.storage.tables import Tables
from shared.storage.timers import Timer, Timers

Idle = Callable[[float], Awaitable[None]]
"""Waits at most so many seconds."""

OnClockPassed = Callable[[Timer, Session], None]
"""Applies what fell due, within the transaction that notes that it has fired."""

Chore = Callable[[], Awaitable[None]]
"""Does what is to be done now and then, and knows itself when that is."""

WAIT_S: Final = 0.2
"""Longest wait for something to do."""

FRESH: Final = timedelta(minutes=5)
"""Age of the newest head up to which clocks run on what was heard."""

MOST: Final = 100
"""Timers fired in one step."""


@dataclass(eq=False)
class Deadlines:
    """What falls due in one service.

    `clock` tells case time, by which a timer is due; `liveness` the time by which a head is fresh.
    With `always`, timers fire while the exchange is silent, too.
    """

    database: Database
    tables: Tables
    on_clock_passed: OnClockPassed
    clock: Clock
    liveness: Clock
    always: bool = False
    failed: Counter[str] = field(default_factory=Counter, init=False)
    """How often a kind of timer was undone by an error: kind, kind of error, file and line."""

    async def step(self) -> int:
        """Fire what is due, each in its own transaction; return how many.

        Nothing fires before all that the exchange has sent was heard: an answer that is on its way
        is no answer that did not come.
        """
        timers = await self.database.transact(self._due)
        return sum([await self._fire(timer) for timer in timers])

    def _due(self, session: Session) -> list[Timer]:
        """Return what is due and may fire."""
        if not self.always and not self._hears_the_exchange(session):
            return []
        return Timers(session, self.tables).due(self.clock(), MOST)

    def _hears_the_exchange(self, session: Session) -> bool:
        """Return whether the newest head is fresh and everything it counts was applied."""
        head_at = newest_head(session, self.tables)
        if head_at is None or self.liveness() - head_at >= FRESH:
            return False
        return is_caught_up(session, self.tables)

    async def _fire(self, timer: Timer) -> bool:
        """Fire one timer; one whose rule raises stays due and does not keep the others."""

        def work(session: Session) -> bool:
            fires = Timers(session, self.tables).fired(timer, self.clock())
            if fires:
                self.on_clock_passed(timer, session)
            return fires

        try:
            return await self.database.transact(work)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a rule raises undoes its firing
            self.failed[" ".join((timer.kind, *trace_of(error)))] += 1
            return False


class Post:
    """Relay, receiver, deadlines and chore of one service, done in turn or side by side."""

    def __init__(
        self,
        relay: Relay,
        receiver: Receiver,
        deadlines: Deadlines | None = None,
        chore: Chore | None = None,
    ) -> None:
        """Be woken by every transaction that announces something."""
        self.relay = relay
        self.receiver = receiver
        self.deadlines = deadlines
        self.chore = chore
        self._woken = asyncio.Event()
        receiver.database.when_announced(self.wake)

    def wake(self) -> None:
        """Have the relay look at once."""
        self._woken.set()

    async def step(self) -> int:
        """Do each once, without waiting; return how much was done. Never raises `Unavailable`."""
        done = [await _tried(part) for part in (self.relay.step, self.receiver.step, self._fire)]
        return sum(count or 0 for count in done)

    async def run(self, stop: asyncio.Event, idle: Idle | None = None) -> None:
        """Send and hear side by side until told to stop.

        `idle` waits when there is nothing to send, or something failed; by default until woken.
        Errors other than a failed dependency end the run, in an `ExceptionGroup`.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_sending(stop, idle or self._until_woken))
            tasks.create_task(self._keep_hearing(stop, idle or self._until_woken))

    async def _keep_sending(self, stop: asyncio.Event, idle: Idle) -> None:
        """Send whatever there is to send, letting others have their turn in between."""
        while not stop.is_set():
            self._woken.clear()
            if not await _tried(self.relay.step):
                await idle(WAIT_S)
            await asyncio.sleep(0)

    async def _keep_hearing(self, stop: asyncio.Event, idle: Idle) -> None:
        """Hear whatever there is to hear, and fire what is due; the carrier does the waiting."""
        while not stop.is_set():
            heard = await _tried(lambda: self.receiver.step(WAIT_S))
            await _tried(self._fire)
            if heard is None or (heard == 0 and self.receiver.stuck):
                await idle(WAIT_S)
            await asyncio.sleep(0)

    async def _fire(self) -> int:
        """Fire what is due, if anything ever is, and do the chore; return how many fired."""
        fired = 0 if self.deadlines is None else await self.deadlines.step()
        if self.chore is not None:
            await self.chore()
        return fired

    async def _until_woken(self, seconds: float) -> None:
        """Wait until something is announced."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()


async def _tried(part: Callable[[], Awaitable[int]]) -> int | None:
    """Do a part and return how much was done; None if a dependency failed."""
    try:
        return await part()
    except (Unavailable, Fenced):
        return None
