"""The referral desk put together: what it hears and announces, its clocks and its routes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session

from services.referral.api import referrals, services
from services.referral.api.wiring import Wiring, coordinators_of
from services.referral.handlers import heard
from services.referral.store import ALARMS, REQUEST, TABLES, ReferralTable, Store
from shared.events.control import ErasureConfirmed, StreamGapFound
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, FlowInterrupted
from shared.events.referral import (
    CapacityReported,
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    ReferralOffered,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import DESK
from shared.kernel.clock import Clock, system_clock
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Bus
from shared.messaging.permissions import PARTITIONS
from shared.messaging.post import Chore, Deadlines, Post
from shared.messaging.receive import Hear, Heard, Receiver
from shared.messaging.relay import Relay
from shared.storage.engine import Database
from shared.storage.outbox import Outbox
from shared.storage.timers import Timer, Timers
from shared.web import operations
from shared.web.app import build_app
from shared.web.caller import Verify
from shared.web.service import Service

ANNOUNCES: Final[frozenset[type[Event]]] = frozenset(
    {
        ReferralOffered,
        ReferralEscalated,
        ReferralExpired,
        ErasureConfirmed,
        StreamGapFound,
    }
)

HEARS: Final[Mapping[type[Event], Callable[..., None]]] = {
    ReferralRequested: heard.on_referral_requested,
    ReferralAmended: heard.on_referral_amended,
    ReferralWithdrawn: heard.on_referral_withdrawn,
    InformationRequested: heard.on_information_requested,
    ReferralAccepted: heard.on_referral_accepted,
    ReferralDeclined: heard.on_referral_declined,
    ServiceStarted: heard.on_service_started,
    ServiceEnded: heard.on_service_ended,
    CapacityReported: heard.on_capacity_reported,
    FlowInterrupted: heard.on_flow_interrupted,
    ErasureAsked: heard.on_erasure_asked,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What every handler needs, made anew within each transaction."""

    clock: Clock
    make_id: MakeId

    def open_outbox(self, session: Session) -> Outbox:
        """Return the outbox of a transaction."""
        return Outbox(session, DESK, TABLES, self.make_id, self.clock())

    def open_store(self, session: Session, at: datetime) -> Store:
        """Return the memory of a transaction."""
        outbox = Outbox(session, DESK, TABLES, self.make_id, at)
        timers, alarms = Timers(session, TABLES), Timers(session, ALARMS)
        return Store(session, outbox=outbox, timers=timers, alarms=alarms)

    def hearing(self, handler: Callable[..., None]) -> Hear:
        """Return a handler as the receiver calls it."""

        def hear(event: Event, where: Heard, session: Session) -> None:
            at = self.clock()
            handler(event, where, store=self.open_store(session, at), at=at)

        return hear

    def on_clock_passed(self, timer: Timer, session: Session) -> None:
        """Go on where nobody answered in time."""
        at = self.clock()
        heard.on_clock_passed(timer, store=self.open_store(session, at), at=at)

    def on_alarm_passed(self, timer: Timer, session: Session) -> None:
        """Show an emergency to a human."""
        at = self.clock()
        heard.on_alarm_passed(timer, store=self.open_store(session, at), at=at)


def build(
    *,
    database: Path,
    bus: Bus,
    clock: Clock,
    make_id: MakeId,
    verify: Verify,
    coordinators: Collection[str] = (),
    partitions: int = PARTITIONS,
) -> Service:
    """Return the desk, ready to be served and to carry its post.

    Args:
        database: the file of what the desk remembers; made if there is none.
        bus: the desk's own way to the carrier.
        clock: case time, by which people wait. Whether the exchange is alive is judged by the
            system's clock.
        make_id: makes identifiers.
        verify: tells who calls.
        coordinators: names of the staff, at most three, who see sensitive referrals.
        partitions: of the desk's stream.

    Raises:
        ValueError: there are too many coordinators.
    """
    named = coordinators_of(coordinators)
    memory = Database.sqlite(database, ReferralTable.metadata)
    room = Room(clock, make_id)
    receiver = Receiver(
        agency=DESK,
        bus=bus,
        database=memory,
        hears={event: room.hearing(handler) for event, handler in HEARS.items()},
        open_outbox=room.open_outbox,
        tables=TABLES,
        clock=system_clock,
        partitions=partitions,
    )
    deadlines = Deadlines(memory, TABLES, room.on_clock_passed, clock, liveness=system_clock)
    wiring = Wiring(memory.transact, room.open_store, clock, REQUEST, make_id, named)
    relay = Relay(DESK, bus, memory, room.open_outbox)
    post = Post(relay, receiver, deadlines, chores(memory, room, wiring))
    routers = (referrals.router, services.router, operations.router)
    app = build_app("Referral desk", routers, verify=verify, context=wiring)
    return Service(DESK, app, post, memory)


def chores(memory: Database, room: Room, wiring: Wiring) -> Chore:
    """Return what is done in every run: emergencies that are late, and requests to forget.

    An emergency does not wait until all is heard, as the other clocks do: the exchange may be
    silent for long.
    """
    alarms = Deadlines(
        memory, ALARMS, room.on_alarm_passed, room.clock, liveness=system_clock, always=True
    )
    forget = wiring.forgetting()

    async def work() -> None:
        await alarms.step()
        await forget()

    return work
