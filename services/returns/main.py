"""Returns put together: what it hears and announces, its clock and its routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from fastapi import APIRouter
from sqlmodel import Session

from services.returns.api import arrivals, cases, checks, journeys, people, places
from services.returns.api.wiring import Wiring
from services.returns.handlers import heard
from services.returns.handlers.people import find_age
from services.returns.store import CASEWORK, REQUEST, TABLES, ReturnsTable, Store
from shared.casework.api import casework_router
from shared.casework.handlers import (
    RECEIVER_SENDS,
    SENDER_SENDS,
    Desk,
    casework_hears,
    erase_released,
)
from shared.casework.handlers.desk import seal_nothing
from shared.casework.store import Book
from shared.crypto.keys import Seal
from shared.crypto.payload_keys import Opening, SealPayload
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ErasureConfirmed,
    ProtectionCheckAsked,
    ProtectionConcernRaised,
    RestateEnded,
    SafeguardsStated,
    StreamGapFound,
    TaskClosed,
    TaskOpened,
    WithholdingSet,
)
from shared.events.event import Event
from shared.events.exchange import (
    ErasureAsked,
    FlowInterrupted,
    ProtectionCheckAnswered,
    RestateAsked,
)
from shared.events.partners import ClosureAdvised
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.events.returns import (
    ArrivalConfirmed,
    CountrySuspended,
    DepartureConfirmed,
    ReturnApplied,
    ReturnEnded,
    ReturnSuspended,
)
from shared.kernel.agencies import IOM
from shared.kernel.clock import Clock, system_clock
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Bus
from shared.messaging.permissions import PARTITIONS
from shared.messaging.post import Chore, Deadlines, Post
from shared.messaging.receive import Hear, Heard, Receiver
from shared.messaging.relay import Relay
from shared.storage.engine import Database
from shared.storage.idempotency import Requests
from shared.storage.outbox import Outbox
from shared.storage.timers import Timer, Timers
from shared.web import operations
from shared.web.app import build_app
from shared.web.caller import Verify
from shared.web.service import Service

T = TypeVar("T")

ANNOUNCES: Final[frozenset[type[Event]]] = (
    SENDER_SENDS
    | RECEIVER_SENDS
    | frozenset(
        {
            ReturnApplied,
            ReturnSuspended,
            ReturnEnded,
            DepartureConfirmed,
            ArrivalConfirmed,
            CountrySuspended,
            ClosureAdvised,
            ProtectionCheckAsked,
            TaskOpened,
            TaskClosed,
            SafeguardsStated,
            ProtectionConcernRaised,
            ConsentGiven,
            ConsentWithdrawn,
            WithholdingSet,
            ErasureConfirmed,
            RestateEnded,
            StreamGapFound,
        }
    )
)

HEARS: Final[Mapping[type[Event], Callable[..., None]]] = {
    ProtectionCheckAnswered: heard.on_check_answered,
    PersonRegistered: heard.on_person_described,
    RegistrationUpdated: heard.on_person_described,
    SafeguardsStated: heard.on_safeguards_stated,
    FlowInterrupted: heard.on_flow_interrupted,
    ErasureAsked: heard.on_erasure_asked,
    RestateAsked: heard.on_restate_asked,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What every handler needs, made anew within each transaction."""

    clock: Clock
    make_id: MakeId
    seal: Seal
    seal_payload: SealPayload
    opening: Opening | None

    def open_outbox(self, session: Session) -> Outbox:
        """Return the outbox of a transaction."""
        return Outbox(session, IOM, TABLES, self.make_id, self.clock())

    def open_store(self, session: Session, at: datetime) -> Store:
        """Return the memory of a transaction."""
        outbox = Outbox(session, IOM, TABLES, self.make_id, at)
        return Store(session, outbox=outbox, timers=Timers(session, TABLES))

    def hearing(self, handler: Callable[..., None]) -> Hear:
        """Return a handler as the receiver calls it."""

        def hear(event: Event, heard: Heard, session: Session) -> None:
            at = self.clock()
            handler(event, heard, store=self.open_store(session, at), at=at)
            if isinstance(event, ErasureAsked):
                erase_released(event, heard, desk=self.open_desk(session))

        return hear

    def hearings(self) -> dict[type[Event], Hear]:
        """Return all that returns hear: their own matters, and referrals sent and received.

        That a referral cannot go on is heard by both.
        """
        own = {event: self.hearing(handler) for event, handler in HEARS.items()}
        referrals = casework_hears(IOM, self.open_desk)

        def hear_both(event: Event, heard: Heard, session: Session) -> None:
            own[FlowInterrupted](event, heard, session)
            referrals[FlowInterrupted](event, heard, session)

        return own | referrals | {FlowInterrupted: hear_both}

    def on_clock_passed(self, timer: Timer, session: Session) -> None:
        """Show what has fallen due."""
        at = self.clock()
        heard.on_clock_passed(timer, store=self.open_store(session, at), at=at)

    def open_desk(self, session: Session) -> Desk:
        """Return the desk at which casework is done."""
        at = self.clock()
        store = self.open_store(session, at)
        return Desk(
            agency=IOM,
            outbox=heard.Watching(store, at),
            find_age=partial(find_age, store=store, at=at),
            book=Book(session, CASEWORK),
            requests=Requests(session, REQUEST, at),
            seal=self.seal,
            at=at,
            make_id=self.make_id,
            seal_payload=self.seal_payload,
            opening=self.opening,
        )


def build(  # noqa: PLR0913 - whatever a service needs is handed in here
    *,
    database: Path,
    bus: Bus,
    clock: Clock,
    make_id: MakeId,
    verify: Verify,
    seal: Seal,
    seal_payload: SealPayload = seal_nothing,
    opening: Opening | None = None,
    partitions: int = PARTITIONS,
) -> Service:
    """Return returns, ready to be served and to carry its post.

    Args:
        database: the file of what returns remembers; made if there is none.
        bus: IOM's own way to the carrier.
        clock: case time, by which people wait and answers run out. Whether the exchange is alive
            is judged by the system's clock.
        make_id: makes identifiers.
        verify: tells who calls.
        seal: seals a note to UNHCR's protection desk.
        seal_payload: seals what an accepting provider needs; without it a task says so.
        opening: IOM's key for payloads; without it IOM accepts no referral.
        partitions: of IOM's stream.
    """
    memory = Database.sqlite(database, ReturnsTable.metadata)
    room = Room(clock, make_id, seal, seal_payload, opening)
    wiring = Wiring(memory.transact, room.open_store, clock, REQUEST, make_id)
    own = (cases, checks, journeys, arrivals, places, people, operations)
    routers = (*(part.router for part in own), casework(memory, room))
    post = post_of(memory, room, bus, partitions, wiring.forgetting())
    app = build_app("Returns", routers, verify=verify, context=wiring)
    return Service(IOM, app, post, memory)


def post_of(memory: Database, room: Room, bus: Bus, partitions: int, chore: Chore) -> Post:
    """Return what carries returns' announcements out and what it hears in."""
    receiver = Receiver(
        agency=IOM,
        bus=bus,
        database=memory,
        hears=room.hearings(),
        open_outbox=room.open_outbox,
        tables=TABLES,
        clock=system_clock,
        partitions=partitions,
    )
    deadlines = Deadlines(memory, TABLES, room.on_clock_passed, room.clock, liveness=system_clock)
    return Post(Relay(IOM, bus, memory, room.open_outbox), receiver, deadlines, chore)


def casework(memory: Database, room: Room) -> APIRouter:
    """Return the routes by which a person says no, consents, or a worry is heard."""

    async def transact(work: Callable[[Desk], T]) -> T:
        return await memory.transact(lambda session: work(room.open_desk(session)))

    return casework_router(transact, receives=True)
