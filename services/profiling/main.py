"""Profiling put together: what it hears and announces, its clocks and its routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from fastapi import APIRouter
from sqlmodel import Session

from services.profiling import handlers
from services.profiling.api import cases as case_routes
from services.profiling.api import concerns, profiles
from services.profiling.api.wiring import Wiring, note_opener
from services.profiling.handlers import cases, own, safeguards
from services.profiling.store import REQUEST, TABLES, ProfilingTable, Store
from shared.casework.api import casework_router
from shared.casework.handlers import (
    RECEIVER_SENDS,
    SENDER_SENDS,
    Desk,
    casework_hears,
    erase_released,
)
from shared.casework.handlers.desk import seal_nothing
from shared.crypto.keys import Open
from shared.crypto.payload_keys import Opening, SealPayload
from shared.events.border import (
    ArrivalRecorded,
    DisembarkationRecorded,
    InterceptionRecorded,
    RescueRecorded,
    ScreeningCompleted,
)
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ErasureConfirmed,
    ProtectionConcernRaised,
    RestateEnded,
    StreamGapFound,
    TaskOpened,
    WithholdingSet,
)
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.events.sealed import Extent, Sealed
from shared.kernel.agencies import UNHCR
from shared.kernel.categories import Category
from shared.kernel.clock import Clock, system_clock
from shared.kernel.errors import Unavailable
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Bus
from shared.messaging.permissions import PARTITIONS
from shared.messaging.post import Deadlines, Post
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
            CorrectionProposed,
            TaskOpened,
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
    ArrivalRecorded: handlers.on_encounter_recorded,
    DisembarkationRecorded: handlers.on_encounter_recorded,
    InterceptionRecorded: handlers.on_encounter_recorded,
    RescueRecorded: handlers.on_encounter_recorded,
    ScreeningCompleted: handlers.on_person_described,
    PersonRegistered: handlers.on_person_described,
    RegistrationUpdated: handlers.on_person_described,
    ProtectionConcernRaised: handlers.on_concern_raised,
    ErasureAsked: handlers.on_erasure_asked,
    RestateAsked: handlers.on_restate_asked,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What every handler needs, made anew within each transaction."""

    clock: Clock
    make_id: MakeId
    seal_payload: SealPayload
    opening: Opening | None

    def open_outbox(self, session: Session) -> Outbox:
        """Return the outbox of a transaction."""
        return Outbox(session, UNHCR, TABLES, self.make_id, self.clock())

    def open_store(self, session: Session, at: datetime) -> Store:
        """Return the memory of a transaction."""
        outbox = Outbox(session, UNHCR, TABLES, self.make_id, at)
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
        """Return all that profiling hears: its own matters, and referrals sent and received."""
        own_matters = {event: self.hearing(handler) for event, handler in HEARS.items()}
        return own_matters | casework_hears(UNHCR, self.open_desk)

    def on_clock_passed(self, timer: Timer, session: Session) -> None:
        """Show what is overdue."""
        at = self.clock()
        handlers.on_clock_passed(timer, store=self.open_store(session, at), at=at)

    def open_desk(self, session: Session) -> Desk:
        """Return the desk at which casework is done."""
        at = self.clock()
        store = self.open_store(session, at)
        return Desk(
            agency=UNHCR,
            outbox=store.outbox,
            find_age=partial(safeguards.find_age, store=store, at=at),
            book=store.book,
            requests=Requests(session, REQUEST, at),
            seal=refuse_to_seal,
            at=at,
            make_id=self.make_id,
            seal_payload=self.seal_payload,
            opening=self.opening,
            is_hidden=partial(safeguards.is_hidden, store=store),
            own_values=partial(own.own_values, store=store),
            on_referral=partial(cases.on_referral, store=store),
        )


def build(  # noqa: PLR0913 - whatever a service needs is handed in here
    *,
    database: Path,
    bus: Bus,
    clock: Clock,
    make_id: MakeId,
    verify: Verify,
    open_sealed: Open,
    seal_payload: SealPayload = seal_nothing,
    opening: Opening | None = None,
    partitions: int = PARTITIONS,
) -> Service:
    """Return profiling, ready to be served and to carry its post.

    Args:
        database: the file of what profiling remembers; made if there is none.
        bus: UNHCR's own way to the carrier.
        clock: case time, by which people wait. Whether the exchange is alive is judged by the
            system's clock.
        make_id: makes identifiers.
        verify: tells who calls.
        open_sealed: opens what was sealed to UNHCR.
        seal_payload: seals what an accepting provider needs; without it a task says so.
        opening: UNHCR's key for payloads; without it UNHCR accepts no referral.
        partitions: of UNHCR's stream.
    """
    memory = Database.sqlite(database, ProfilingTable.metadata)
    room = Room(clock, make_id, seal_payload, opening)
    receiver = Receiver(
        agency=UNHCR,
        bus=bus,
        database=memory,
        hears=room.hearings(),
        open_outbox=room.open_outbox,
        tables=TABLES,
        clock=system_clock,
        partitions=partitions,
    )
    deadlines = Deadlines(memory, TABLES, room.on_clock_passed, clock, liveness=system_clock)
    wiring = Wiring(memory.transact, room.open_store, clock, REQUEST, note_opener(open_sealed))
    relay = Relay(UNHCR, bus, memory, room.open_outbox)
    post = Post(relay, receiver, deadlines, wiring.forgetting())
    routers = (
        profiles.router,
        case_routes.router,
        concerns.router,
        operations.router,
        casework(memory, room),
    )
    return Service(
        UNHCR, build_app("Profiling", routers, verify=verify, context=wiring), post, memory
    )


def casework(memory: Database, room: Room) -> APIRouter:
    """Return the routes by which a person says no, consents or is referred, at UNHCR."""

    async def transact(work: Callable[[Desk], T]) -> T:
        return await memory.transact(lambda session: work(room.open_desk(session)))

    return casework_router(transact, concerns=False, receives=True)


def refuse_to_seal(
    value: bytes, *, category: Category, nonce: bytes, extent: Extent = Extent.FULL
) -> Sealed:
    """Seal nothing: UNHCR sends no concern.

    Raises:
        Unavailable: always.
    """
    del value, category, nonce, extent
    raise Unavailable
