"""Registration put together: what it hears and announces, its clock and its routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from fastapi import APIRouter
from sqlmodel import Session

from services.registration.api import people
from services.registration.api.wiring import Wiring
from services.registration.handlers import heard, own, safeguards
from services.registration.store import CASEWORK, METADATA, REQUEST, TABLES, Store
from shared.casework.api import casework_router
from shared.casework.handlers import SENDER_SENDS, Desk, casework_hears, erase_released
from shared.casework.handlers.desk import seal_nothing
from shared.casework.store import Book
from shared.crypto.keys import Seal
from shared.crypto.payload_keys import SealPayload
from shared.events.border import (
    ArrivalRecorded,
    DisembarkationRecorded,
    HandoverMade,
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
    SafeguardsStated,
    StreamGapFound,
    WithholdingSet,
)
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.profiling import CorrectionProposed
from shared.events.registration import HandoverReceived, PersonRegistered, RegistrationUpdated
from shared.kernel.agencies import RECEPTION
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

ANNOUNCES: Final[frozenset[type[Event]]] = SENDER_SENDS | frozenset(
    {
        PersonRegistered,
        RegistrationUpdated,
        HandoverReceived,
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

HEARS: Final[Mapping[type[Event], Callable[..., None]]] = {
    ArrivalRecorded: heard.on_encounter_recorded,
    DisembarkationRecorded: heard.on_encounter_recorded,
    InterceptionRecorded: heard.on_encounter_recorded,
    RescueRecorded: heard.on_encounter_recorded,
    ScreeningCompleted: heard.on_screening_completed,
    HandoverMade: heard.on_handover_made,
    CorrectionProposed: heard.on_correction_proposed,
    SafeguardsStated: heard.on_safeguards_stated,
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

    def open_outbox(self, session: Session) -> Outbox:
        """Return the outbox of a transaction."""
        return Outbox(session, RECEPTION, TABLES, self.make_id, self.clock())

    def open_store(self, session: Session, at: datetime) -> Store:
        """Return the memory of a transaction."""
        outbox = Outbox(session, RECEPTION, TABLES, self.make_id, at)
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
        """Return all that registration hears: its own matters, and referrals that it sent."""
        own_matters = {event: self.hearing(handler) for event, handler in HEARS.items()}
        return own_matters | casework_hears(RECEPTION, self.open_desk)

    def on_clock_passed(self, timer: Timer, session: Session) -> None:
        """Show what is overdue."""
        at = self.clock()
        heard.on_clock_passed(timer, store=self.open_store(session, at), at=at)

    def open_desk(self, session: Session) -> Desk:
        """Return the desk at which casework is done."""
        at = self.clock()
        store = self.open_store(session, at)
        return Desk(
            agency=RECEPTION,
            outbox=store.outbox,
            find_age=partial(safeguards.find_age, store=store, at=at),
            book=Book(session, CASEWORK),
            requests=Requests(session, REQUEST, at),
            seal=self.seal,
            at=at,
            make_id=self.make_id,
            is_hidden=partial(safeguards.is_hidden, store=store, at=at),
            own_values=partial(own.own_values, store=store),
            seal_payload=self.seal_payload,
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
    partitions: int = PARTITIONS,
) -> Service:
    """Return registration, ready to be served and to carry its post.

    Args:
        database: the file of what registration remembers; made if there is none.
        bus: the reception authority's own way to the carrier.
        clock: case time, by which people wait. Whether the exchange is alive is judged by the
            system's clock.
        make_id: makes identifiers.
        verify: tells who calls.
        seal: seals a note to UNHCR's protection desk.
        seal_payload: seals what an accepting provider needs; without it a task says so.
        partitions: of the reception authority's stream.
    """
    memory = Database.sqlite(database, METADATA)
    room = Room(clock, make_id, seal, seal_payload)
    wiring = Wiring(memory.transact, room.open_store, clock, REQUEST, make_id)
    routers = (people.router, operations.router, casework(memory, room))
    post = post_of(memory, room, bus, partitions, wiring.forgetting())
    app = build_app("Registration", routers, verify=verify, context=wiring)
    return Service(RECEPTION, app, post, memory)


def post_of(memory: Database, room: Room, bus: Bus, partitions: int, chore: Chore) -> Post:
    """Return what carries registration's announcements out and what it hears in."""
    receiver = Receiver(
        agency=RECEPTION,
        bus=bus,
        database=memory,
        hears=room.hearings(),
        open_outbox=room.open_outbox,
        tables=TABLES,
        clock=system_clock,
        partitions=partitions,
    )
    deadlines = Deadlines(memory, TABLES, room.on_clock_passed, room.clock, liveness=system_clock)
    return Post(Relay(RECEPTION, bus, memory, room.open_outbox), receiver, deadlines, chore)


def casework(memory: Database, room: Room) -> APIRouter:
    """Return the routes by which a person says no, consents, is referred, or a worry is heard."""

    async def transact(work: Callable[[Desk], T]) -> T:
        return await memory.transact(lambda session: work(room.open_desk(session)))

    return casework_router(transact)
