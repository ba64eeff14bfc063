"""Replaying real daily arrivals with invented people, through everything, to the last answer.

Boats land, the border screens and hands over, clerks register, UNHCR hears. Case time follows the
work, so that a deadline is met or missed as it would be. Source: Tenpoint design decision.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Final

import httpx

from embedded.main import Embedded
from embedded.partners.book import Book
from embedded.partners.clerk import Clerks
from embedded.partners.profiler import Profilers
from embedded.people import travellers
from embedded.progress import Progress, read_done, write_done
from embedded.settling import counts_of, has_arrived, has_concerns_waiting, is_sealed
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.kernel.errors import Unavailable

BACKLOG: Final = 400
"""People who may wait at reception before the next boat lands, at full speed."""

NAP_S: Final = 0.02
SHORT_NAP_S: Final = 0.1
LONG_NAP_S: Final = 0.2
"""Pauses of somebody who has nothing to do."""

ROUNDS: Final = 12
"""Rounds of looking in vain after which there is nothing to do: longer than the longest pause."""

DONE: Final = "days.txt"
BOOK: Final = "clerks.txt"
PROFILERS_BOOK: Final = "profilers.txt"


@dataclass(slots=True)
class Replay:
    """One replay of some days in one running demonstration.

    `speed` is how many people land a second; None is as fast as everybody can work.
    """

    embedded: Embedded
    counts: Mapping[date, int]
    speed: float | None = None
    begun: float = field(default_factory=time.monotonic)
    progress: Progress = field(init=False)
    walked_in: int = field(init=False)
    """How many have come to reception by themselves."""

    def __post_init__(self) -> None:
        """Take up where an earlier life left off."""
        self.progress = Progress(self.counts)
        self.progress.done = read_done(self.embedded.folder / DONE)
        finished = self.progress.done & self.counts.keys()
        self.walked_in = sum(self.by_themselves(day) for day in finished)

    async def run(self) -> None:
        """Replay every day that is not finished, and wait until everything has arrived."""
        self.progress.running = True
        async with self.staff() as (clerks, profilers):
            shifts = (
                Shift(clerks.work, NAP_S),
                Shift(profilers.hear_concerns, SHORT_NAP_S),
                Shift(profilers.work, LONG_NAP_S),
            )
            work = [asyncio.create_task(shift.run()) for shift in shifts]
            try:
                for day in self.progress.days:
                    if day not in self.progress.done:
                        await self.replay(day, clerks, work)
                await self.until(Rest(self.embedded, shifts).is_here, work)
                await self.until(lambda: is_sealed(self.embedded), work)
            finally:
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
        await self.count()
        self.progress.running = False
        self.progress.finished = True

    def staff(self) -> "Staff":
        """Return the simulated staff of reception and UNHCR, each at its own service."""
        return Staff(self.embedded, self.counts)

    async def replay(self, day: date, clerks: Clerks, work: list[asyncio.Task[None]]) -> None:
        """Let one day's people land and be received."""
        self.progress.day = day
        begins = datetime.combine(day, time_of_day(6), UTC)
        before = sum(count for other, count in self.counts.items() if other < day)
        while landed := await self.embedded.border.land(self.embedded.seed, day, self.counts[day]):
            await self.pace(landed)
            await self.until(lambda: self.keeps_up(begins, day, before), work)
        self.walked_in += self.by_themselves(day)
        await clerks.walk_ins(day)
        await self.until(lambda: self.is_received(day, before), work)
        await self.until(lambda: self.sleep_until(begins + timedelta(days=1)), work)
        self.progress.done.add(day)
        write_done(self.embedded.folder / DONE, self.progress.done)

    def by_themselves(self, day: date) -> int:
        """Return how many people of a day come on no boat."""
        people = travellers(self.embedded.seed, day, self.counts[day])
        return sum(traveller.boat is None for traveller in people)

    async def pace(self, landed: int) -> None:
        """Wait as long as so many people take to land."""
        if self.speed is not None:
            await asyncio.sleep(landed / self.speed)

    async def until(
        self, holds: Callable[[], Awaitable[bool]], work: list[asyncio.Task[None]]
    ) -> None:
        """Wait until something holds; raise what ended the staff's or the services' work."""
        while not await holds():
            for task in (*work, *self.embedded.tasks):
                if task.done():
                    task.result()
            await asyncio.sleep(NAP_S)

    async def keeps_up(self, begins: datetime, day: date, before: int) -> bool:
        """Move case time with the work of the day; return whether another boat may land."""
        await self.count()
        share = (self.progress.registered - before) / max(self.counts[day], 1)
        self.embedded.clock.advance(begins + timedelta(hours=20) * min(max(share, 0.0), 1.0))
        return self.progress.arrived - self.progress.registered < BACKLOG

    async def is_received(self, day: date, before: int) -> bool:
        """Return whether everybody of the day is registered and has a profile, and was heard."""
        await self.count()
        if await has_concerns_waiting(self.embedded):
            return False
        wanted = before + self.counts[day]
        return min(self.progress.registered, self.progress.profiled) >= wanted

    async def sleep_until(self, instant: datetime) -> bool:
        """Let the rest of the day pass, in steps, so that what falls due is seen."""
        return self.embedded.clock.advance(instant)

    async def count(self) -> None:
        """Look how far everybody has come."""
        counts = await counts_of(self.embedded)
        self.progress.arrived = counts.landed + self.walked_in
        self.progress.registered = counts.registered
        self.progress.profiled = counts.profiled
        if counts.heard and self.progress.first_event_s is None:
            self.progress.first_event_s = time.monotonic() - self.begun


class Staff:
    """The simulated clerks and profilers, with their HTTP clients open."""

    def __init__(self, embedded: Embedded, counts: Mapping[date, int]) -> None:
        """Sign them in at their own agencies only."""
        self.clients = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=service.app), base_url="http://service"
            )
            for service in (embedded.registration, embedded.profiling)
        ]
        at_reception, at_unhcr = self.clients
        self.clerks = Clerks(
            at_reception,
            embedded.badge(RECEPTION, "clerks"),
            seed=embedded.seed,
            counts=counts,
            book=Book(embedded.folder / BOOK),
        )
        self.profilers = Profilers(
            at_unhcr,
            embedded.badge(UNHCR, "profilers"),
            seed=embedded.seed,
            counts=counts,
            book=Book(embedded.folder / PROFILERS_BOOK),
        )

    async def __aenter__(self) -> tuple[Clerks, Profilers]:
        """Begin the shift."""
        return self.clerks, self.profilers

    async def __aexit__(self, *_: object) -> None:
        """End the shift."""
        for client in self.clients:
            await client.aclose()


class Shift:
    """Somebody who works as long as there is work, naps, and looks again."""

    def __init__(self, work: Callable[[], Awaitable[int]], nap_s: float) -> None:
        """Be ready to work."""
        self.work = work
        self.nap_s = nap_s
        self.idle_rounds = 0
        """Rounds in a row in which there was nothing to do."""

    async def run(self) -> None:
        """Work until cancelled; what a service cannot do at the moment is tried again.

        A round that failed is no round in which there was nothing to do.
        """
        while True:
            try:
                done = await self.work()
            except Unavailable:
                await asyncio.sleep(self.nap_s)
                continue
            self.idle_rounds = 0 if done else self.idle_rounds + 1
            await asyncio.sleep(0 if done else self.nap_s)


class Rest:
    """Whether everything has arrived and nobody has anything left to do."""

    def __init__(self, embedded: Embedded, shifts: Sequence[Shift]) -> None:
        """Begin to watch."""
        self.embedded = embedded
        self.shifts = shifts

    async def is_here(self) -> bool:
        """Return whether, since everything had arrived, everybody has looked in vain."""
        if not await has_arrived(self.embedded):
            for shift in self.shifts:
                shift.idle_rounds = 0
            return False
        return all(shift.idle_rounds >= ROUNDS for shift in self.shifts)
