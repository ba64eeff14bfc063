import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from shared.events.exchange import Outcome
from shared.kernel.errors import Unavailable
from shared.messaging import post as subject
from shared.messaging.post import Deadlines, Post
from shared.storage.timers import Timer, Timers
from tests.conformance.store.service import NOW, TABLES, Note
from tests.crashes.adversary import at_once
from tests.shared.messaging.station import EVENTS, Station, content
from tests.shared.messaging.test_receive_answers import decided, head

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Clocks:
    """A post with deadlines, and the two times it goes by."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.case = NOW
        self.refuses: set[str] = set()
        self.deadlines = Deadlines(
            database=station.database,
            tables=TABLES,
            on_clock_passed=self.on_clock_passed,
            clock=lambda: self.case,
            liveness=lambda: station.now,
        )
        self.post = Post(station.relay, station.receiver, self.deadlines)

    def on_clock_passed(self, timer: Timer, session: Session) -> None:
        """Write down what fell due."""
        session.add(Note(text=f"due:{timer.kind} {timer.about}"))
        session.flush()
        if timer.about in self.refuses:
            message = "Xaruwen"
            raise ValueError(message)

    def set(self, about: str) -> None:
        """Let something fall due in an hour."""
        self.station.do(lambda session: Timers(session, TABLES).set("response", about, NOW + HOUR))

    def fired(self) -> list[str]:
        """Return what fell due, in order."""
        found = self.station.do(
            lambda session: session.exec(select(Note.text).order_by(text("id"))).all()
        )
        return [note.removeprefix("due:") for note in found if note.startswith("due:")]


@pytest.fixture
def clocks(station: Station) -> Clocks:
    return Clocks(station)


def test_a_step_sends_and_hears(station: Station) -> None:
    post = Post(station.relay, station.receiver)
    event = at_once(station.tell())
    station.stream(content())

    assert at_once(post.step()) == 2

    assert len(station.arrived(EVENTS)) == 1
    assert station.numbers_noted() == [1]
    station.stream(decided((event, Outcome.TAKEN, None)))
    assert [at_once(post.step()) for _ in range(2)] == [1, 0]


def test_what_is_due_fires_once_when_the_exchange_is_heard(
    station: Station, clocks: Clocks
) -> None:
    clocks.set("a")
    station.stream(head(1, 0, 0))
    clocks.case = NOW + HOUR
    at_once(clocks.post.step())
    assert clocks.fired() == []

    clocks.case += MINUTE
    assert at_once(clocks.post.step()) == 1
    assert at_once(clocks.post.step()) == 0

    assert clocks.fired() == ["response a"]


def test_nothing_fires_before_the_first_head(clocks: Clocks) -> None:
    clocks.set("a")
    clocks.case = NOW + 2 * HOUR

    at_once(clocks.post.step())

    assert clocks.fired() == []


@pytest.mark.parametrize(("minutes", "fires"), [(4, True), (5, False), (600, False)])
def test_nothing_fires_while_the_exchange_is_silent(
    station: Station, clocks: Clocks, minutes: int, *, fires: bool
) -> None:
    clocks.set("a")
    station.stream(head(1, 0, 0))
    at_once(clocks.post.step())

    clocks.case = NOW + 2 * HOUR
    station.now = NOW + minutes * MINUTE
    at_once(clocks.post.step())

    assert bool(clocks.fired()) == fires


def test_nothing_fires_while_answers_are_on_their_way(station: Station, clocks: Clocks) -> None:
    clocks.set("a")
    station.stream(head(1, 1, 0))
    clocks.case = NOW + 2 * HOUR
    at_once(clocks.post.step())
    assert clocks.fired() == []

    station.stream(content(), 1)
    at_once(clocks.post.step())

    assert clocks.fired() == ["response a"]


def test_told_otherwise_clocks_run_while_the_exchange_is_silent(clocks: Clocks) -> None:
    clocks.set("a")
    clocks.deadlines.always = True
    clocks.case = NOW + 2 * HOUR

    at_once(clocks.post.step())

    assert clocks.fired() == ["response a"]


def test_a_timer_whose_rule_raises_stays_due_and_keeps_no_other(clocks: Clocks) -> None:
    for about in ("a", "b"):
        clocks.set(about)
    clocks.deadlines.always = True
    clocks.case = NOW + 2 * HOUR
    clocks.refuses = {"a"}

    at_once(clocks.post.step())
    assert clocks.fired() == ["response b"]
    [failure] = clocks.deadlines.failed
    assert failure.startswith("response ValueError test_post.py:")

    clocks.refuses = set()
    at_once(clocks.post.step())

    assert clocks.fired() == ["response b", "response a"]


def test_a_timer_cancelled_between_reading_and_firing_does_nothing(
    clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.set("a")
    clocks.deadlines.always = True
    clocks.case = NOW + 2 * HOUR
    due = Timers.due

    def cancelling(timers: Timers, *args: object) -> list[Timer]:
        found = due(timers, *args)  # type: ignore[arg-type]
        timers.cancel("response", "a")
        return found

    monkeypatch.setattr(Timers, "due", cancelling)

    assert at_once(clocks.post.step()) == 0
    assert clocks.fired() == []


@pytest.mark.parametrize("part", ["relay", "receiver"])
def test_one_part_that_fails_does_not_keep_the_other(
    station: Station, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    async def fail(*_: object) -> int:
        raise Unavailable

    post = Post(station.relay, station.receiver)
    at_once(station.tell())
    station.stream(content())
    monkeypatch.setattr(getattr(post, part), "step", fail)

    assert at_once(post.step()) == 1


async def until(done: Callable[[], bool]) -> None:
    """Let others have their turn until something is so, at most so many times."""
    for _ in range(2000):
        if done():
            return
        await asyncio.sleep(0)
    pytest.fail("it never was")


async def test_a_commit_wakes_the_relay(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "WAIT_S", 3600.0)
    running = asyncio.create_task(Post(station.relay, station.receiver).run(asyncio.Event()))
    for _ in range(10):
        await asyncio.sleep(0)

    await station.tell()
    await until(lambda: len(station.arrived(EVENTS)) == 1)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_release_is_heard_while_running_and_the_run_stops_when_told(
    station: Station,
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Post(station.relay, station.receiver).run(stop))
    await asyncio.sleep(0)

    station.stream(content())
    await until(lambda: station.numbers_noted() == [1])

    stop.set()
    await running


async def test_a_run_outlives_a_carrier_that_fails(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post(station.relay, station.receiver)
    publish = station.bus.publish
    failures = [Unavailable(), Unavailable()]
    idles: list[float] = []

    async def failing(messages: list[object]) -> list[object]:
        if failures:
            raise failures.pop()
        return await publish(messages)  # type: ignore[arg-type, return-value]

    async def idle(seconds: float) -> None:
        idles.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(station.bus, "publish", failing)
    await station.tell()
    stop = asyncio.Event()
    running = asyncio.create_task(post.run(stop, idle))
    await until(lambda: len(station.arrived(EVENTS)) == 1)
    stop.set()
    await running

    assert not failures
    assert set(idles) == {0.2}


async def test_a_run_ends_when_something_else_goes_wrong(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise TypeError

    post = Post(station.relay, station.receiver)
    monkeypatch.setattr(post.receiver, "step", fail)

    with pytest.raises(ExceptionGroup) as caught:
        await post.run(asyncio.Event())

    assert caught.group_contains(TypeError)
