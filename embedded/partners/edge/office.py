"""One partner's system: its file, its post, its simulated staff; reached by the bus port alone."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, func, select

from embedded.partners.edge.duties import FEED, affirm, on_erasure_asked, on_restate_asked
from embedded.partners.edge.memory import Memory
from embedded.partners.edge.offers import (
    ANSWER,
    FOLLOW_UP,
    answer,
    on_amended,
    on_decision_made,
    on_offered,
)
from embedded.partners.edge.practice import Practice
from embedded.partners.edge.services import (
    STEP,
    give_up,
    go_on,
    on_interrupted,
    on_payload_sent,
    on_withdrawn,
)
from embedded.partners.edge.tables import TABLES, Table, TimerRow
from embedded.partners.edge.turn import Tools, Turn
from shared.events.event import Event
from shared.events.exchange import DecisionMade, ErasureAsked, FlowInterrupted, RestateAsked
from shared.events.referral import (
    ReferralAmended,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralWithdrawn,
)
from shared.kernel.agencies import STATES_PROTECTION
from shared.kernel.clock import Clock, system_clock
from shared.kernel.errors import Fenced, Unavailable
from shared.messaging.bus import Bus
from shared.messaging.post import WAIT_S, Deadlines, Idle, Post
from shared.messaging.receive import Hear, Heard, Receiver
from shared.messaging.relay import Relay
from shared.storage.engine import Database
from shared.storage.outbox import Outbox
from shared.storage.timers import Timer, Timers

PARTITIONS: Final = 1
"""The stream of an agency that reads it over HTTP has one; see `shared.messaging.permissions`."""

Hears = Callable[[Any, Heard, Practice, Turn], None]

HEARS: Final[Mapping[type[Event], Hears]] = {
    ReferralOffered: on_offered,
    ReferralAmended: on_amended,
    ReferralWithdrawn: on_withdrawn,
    ReferralPayloadSent: on_payload_sent,
    FlowInterrupted: on_interrupted,
    DecisionMade: on_decision_made,
    ErasureAsked: on_erasure_asked,
    RestateAsked: on_restate_asked,
}


@dataclass(slots=True)
class Office:
    """A partner at work.

    Attributes:
        down_until: until this instant of case time it reads, answers and does nothing.
    """

    practice: Practice
    database: Database
    post: Post
    clock: Clock
    down_until: datetime | None = None
    _awake: bool = field(default=False, init=False)

    @classmethod
    def build(
        cls,
        practice: Practice,
        *,
        database: Path,
        bus: Bus,
        tools: Tools,
        liveness: Clock = system_clock,
    ) -> "Office":
        """Return a partner on its own file and its own handle of the carrier."""
        memory = Database.sqlite(database, Table.metadata)
        agency = practice.agency

        def open_outbox(session: Session) -> Outbox:
            return Outbox(session, agency, TABLES, tools.make_id, tools.clock())

        def on_clock_passed(timer: Timer, session: Session) -> None:
            do_what_is_due(timer, practice, Turn(agency, session, tools))

        receiver = Receiver(
            agency=agency,
            bus=bus,
            database=memory,
            hears=hears(practice, lambda session: Turn(agency, session, tools)),
            open_outbox=open_outbox,
            tables=TABLES,
            clock=liveness,
            partitions=PARTITIONS,
        )
        deadlines = Deadlines(memory, TABLES, on_clock_passed, tools.clock, liveness)
        post = Post(Relay(agency, bus, memory, open_outbox), receiver, deadlines)
        return cls(practice, memory, post, tools.clock)

    @property
    def is_down(self) -> bool:
        """Whether the partner does nothing at present."""
        return self.down_until is not None and self.clock() < self.down_until

    async def step(self) -> int:
        """Send, hear and do what is due once; return how much was done."""
        if self.is_down:
            self._awake = False
            return 0
        try:
            heard = 0 if self._awake else await self._wake()
        except (Unavailable, Fenced):
            return 0
        return heard + await self.post.step()

    async def run(self, stop: asyncio.Event, idle: Idle = asyncio.sleep) -> None:
        """Work until told to stop; `idle` waits when there is nothing to do."""
        while not stop.is_set():
            await idle(0 if await self.step() else WAIT_S)

    async def next_due(self) -> datetime | None:
        """Return when staff has something to do next; the hourly affirmation does not count."""
        first = select(func.min(TimerRow.due_at)).where(
            col(TimerRow.fired_at).is_(None), TimerRow.kind != FEED
        )
        return await self.database.transact(lambda session: session.exec(first).one())

    async def counts(self) -> dict[str, int]:
        """Return how often each thing was done; see `Done`."""
        return await self.database.transact(lambda session: Memory(session).counts())

    async def tasks(self) -> dict[str, int]:
        """Return how many releases wait for a person, by code."""
        return await self.database.transact(lambda session: Memory(session).tasks())

    async def _wake(self) -> int:
        """Hear all that has come meanwhile before anything falls due; return how many records."""
        await self.database.transact(self._begin_feed)
        heard = 0
        while some := await self.post.receiver.step():
            heard += some
        self._awake = True
        return heard

    def _begin_feed(self, session: Session) -> None:
        """Set the clock of the feed, once, where silence would be no answer."""
        timers = Timers(session, TABLES)
        if self.practice.agency in STATES_PROTECTION and timers.find(FEED, FEED) is None:
            timers.set(FEED, FEED, self.clock())


def hears(practice: Practice, open_turn: Callable[[Session], Turn]) -> Mapping[type[Event], Hear]:
    """Return what a partner does with what it hears, each within one transaction."""

    def within(hear: Hears) -> Hear:
        return lambda event, heard, session: hear(event, heard, practice, open_turn(session))

    return {event: within(hear) for event, hear in HEARS.items()}


def do_what_is_due(timer: Timer, practice: Practice, turn: Turn) -> None:
    """Do what has fallen due."""
    if timer.kind == FEED:
        affirm(turn)
        return
    case = turn.memory.case(timer.about)
    if case is None:
        return
    if timer.kind == ANSWER:
        answer(case, practice, turn)
    elif timer.kind == STEP:
        go_on(case, practice, turn)
    elif timer.kind == FOLLOW_UP:
        give_up(case, turn)
