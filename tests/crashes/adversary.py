"""The seeded adversarial scheduler: one seed is one schedule of steps, crashes, zombies and faults.

Actors are coroutines that await nothing but port calls of `Adversary.bus` and `Adversary.sleep`, so
no event loop is needed: each port call gives way once before and once after the real call, and
between any two such steps another actor may run, or this one may end for good.
"""

import random
import types
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, cast

from shared.kernel.errors import Fenced, Unavailable
from shared.messaging.bus import Bus
from tests.crashes.hostile_bus import Faults, HostileBus

Actor = Coroutine[Any, Any, None]
MakeActor = Callable[[], Actor]

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
STEP_S: Final = 0.01
"""Virtual seconds that a step takes, so that time passes although somebody is always busy."""

QUIET: Final = Faults(**dict.fromkeys(Faults.__dataclass_fields__, 0.0))


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """What an actor yields: do not resume before so many virtual seconds have passed."""

    seconds: float


@dataclass(slots=True)
class Life:
    """One incarnation of an actor, from its start to its end."""

    name: str
    number: int
    make: MakeActor
    crashes: bool
    zombies: bool
    due_s: float
    replaced: bool = False
    body: Actor | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """Name and number of the incarnation."""
        return f"{self.name}#{self.number}"


@types.coroutine
def pause(seconds: float = 0.0) -> Generator[Pause, None, None]:
    """Give way to the scheduler."""
    yield Pause(seconds)


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that never gives way, such as a call of the log's own handle.

    Raises:
        AssertionError: it gives way.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    coroutine.close()
    msg = "the coroutine gave way"
    raise AssertionError(msg)


class Adversary:
    """Runs actors in an order drawn from the seed, and lets them down as the faults say."""

    def __init__(self, seed: int, faults: Faults | None = None) -> None:
        """Begin at a fixed instant with nobody there."""
        self.seed = seed
        self.random = random.Random(seed)
        self.trace: list[str] = []
        """What happened, step by step; names, topics and counts only."""
        self._faults = faults if faults is not None else Faults()
        self._now_s = 0.0
        self._lives: list[Life] = []
        self._running: Life | None = None
        self._ending = False
        self._quiet = False

    @property
    def faults(self) -> Faults:
        """What may go wrong at present: nothing in the quiet phase."""
        return QUIET if self._quiet else self._faults

    def clock(self) -> datetime:
        """Return the virtual instant; a `Clock`."""
        return START + timedelta(seconds=self._now_s)

    def bus(self, inner: Bus) -> Bus:
        """Return a handle that does what a carrier may do at its worst. Made anew in each life."""
        return HostileBus(self, inner)

    async def sleep(self, seconds: float) -> None:
        """Wait so many virtual seconds."""
        await self.step("sleeps", seconds)

    async def step(self, what: str, seconds: float = 0.0) -> None:
        """Give way: a crash may fall here. A dying actor gets no further than this."""
        if self._ending:
            raise GeneratorExit
        self.note(what)
        await pause(seconds)

    def note(self, what: str) -> None:
        """Add a line to the trace, about the actor that runs."""
        label = self._running.label if self._running else "-"
        self.trace.append(f"{self._now_s:.3f} {label} {what}")

    def start(
        self, name: str, make: MakeActor, *, crashes: bool = True, zombies: bool = True
    ) -> None:
        """Start an actor. `make` is called again for every further life, so state kept in it dies.

        An actor that raises `Unavailable` or `Fenced` has crashed; one that returns is done and not
        started again; any other error fails the test.
        """
        self._lives.append(Life(name, 1, make, crashes, zombies, self._now_s))

    def run(self, steps: int) -> None:
        """Take so many steps, or fewer when everybody is done."""
        for _ in range(steps):
            if not self._lives:
                return
            self._step()

    def settle(self, until: Callable[[], bool], most_steps: int) -> None:
        """Go on without faults until the predicate holds; who is suspended comes back soon.

        Raises:
            AssertionError: it does not hold after so many steps; the text names the seed.
        """
        self._quiet = True
        for life in self._lives:
            if life.replaced:
                life.due_s = min(life.due_s, self._now_s + self.random.random())
        for _ in range(most_steps):
            if until() or not self._lives:
                break
            self._step()
        self._quiet = False
        last = "\n".join(self.trace[-20:])
        assert until(), f"seed {self.seed}: not settled after {most_steps} steps\n{last}"

    def end(self) -> None:
        """End every actor, as a crash would."""
        for life in self._lives:
            self._close(life)
        self._lives = []

    def crash(self, name: str) -> None:
        """End the present life of that actor now, and start the next one."""
        self._crash(self._present(name), 0.0)

    def haunt(self, name: str, seconds: float) -> None:
        """Suspend the present life of that actor for so long, and start its replacement now."""
        self._haunt(self._present(name), seconds)

    def _present(self, name: str) -> Life:
        """Return the life of that actor that has not been replaced."""
        return next(life for life in self._lives if life.name == name and not life.replaced)

    def _step(self) -> None:
        """Let one actor take one step, or one misfortune befall one."""
        self._now_s += STEP_S
        if self._draw(self.faults.crash) and (life := self._victim(zombie=False)):
            self._crash(life, self.random.uniform(0, self.faults.longest_delay_s))
            return
        if self._draw(self.faults.zombie) and (life := self._victim(zombie=True)):
            self._haunt(life, self.random.uniform(0, self.faults.longest_absence_s))
            return
        self._now_s = max(self._now_s, min(life.due_s for life in self._lives))
        ready = [life for life in self._lives if life.due_s <= self._now_s]
        self._resume(self.random.choice(ready))

    def _draw(self, probability: float) -> bool:
        """Return whether something of that probability happens."""
        return self.random.random() < probability

    def _victim(self, *, zombie: bool) -> Life | None:
        """Return somebody to crash, or to suspend; an actor has one zombie at a time."""
        haunted = {life.name for life in self._lives if life.replaced}
        lives = [
            life
            for life in self._lives
            if life.body and (life.zombies and life.name not in haunted if zombie else life.crashes)
        ]
        return self.random.choice(lives) if lives else None

    def _resume(self, life: Life) -> None:
        """Run an actor up to its next step."""
        self._running = life
        try:
            if life.body is None:
                life.body = life.make()
            paused = life.body.send(None)
        except StopIteration:
            self.note("is done")
            self._lives.remove(life)
        except (Unavailable, Fenced) as error:
            self.note(f"fell: {error.code}")
            self._crash(life, self.random.uniform(0, self._faults.longest_delay_s))
        except Exception as error:
            msg = f"seed {self.seed}: {life.label} raised {type(error).__name__}"
            raise AssertionError(msg) from error
        else:
            assert isinstance(paused, Pause), f"{life.label} awaits something but a port or sleep"
            life.due_s = self._now_s + paused.seconds
        finally:
            self._running = None

    def _crash(self, life: Life, delay_s: float) -> None:
        """End a life; a zombie has been replaced already."""
        self.trace.append(f"{self._now_s:.3f} {life.label} crashes")
        self._close(life)
        self._lives.remove(life)
        if not life.replaced:
            self._replace(life, delay_s)

    def _haunt(self, life: Life, seconds: float) -> None:
        """Suspend a life and start the next beside it; later it goes on as if nothing had been."""
        self.trace.append(f"{self._now_s:.3f} {life.label} is suspended")
        life.due_s = self._now_s + seconds
        life.replaced = True
        self._replace(life, 0.0)

    def _replace(self, life: Life, delay_s: float) -> None:
        """Start the next life of an actor."""
        due_s = self._now_s + delay_s
        self._lives.append(
            Life(life.name, life.number + 1, life.make, life.crashes, life.zombies, due_s)
        )

    def _close(self, life: Life) -> None:
        """End a coroutine; port calls in its `finally` blocks end at once, as when killed."""
        self._ending = True
        try:
            if life.body is not None:
                life.body.close()
        finally:
            self._ending = False
