"""The simulated border system: writes its own topics, hears its own stream, in its own file.

It is one more agency's system, built of the same pieces; Tenpoint knows it by its topics only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from sqlmodel import Session, select

from embedded.partners.border.events import events_of
from embedded.partners.border.tables import (
    TABLES,
    AnsweredRow,
    LandedRow,
    ReceiptRow,
    ScreenedRow,
    Table,
)
from embedded.people import Traveller, travellers
from shared.crypto.keys import Seal
from shared.events.border import ScreeningCompleted
from shared.events.control import ErasureConfirmed, RestateEnded
from shared.events.event import ABSENT, Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import HandoverReceived
from shared.kernel.agencies import BORDER
from shared.kernel.clock import Clock, system_clock
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Bus
from shared.messaging.post import Post
from shared.messaging.receive import Hear, Heard, Receiver
from shared.messaging.relay import Relay
from shared.storage.engine import Database
from shared.storage.outbox import Outbox


@dataclass(slots=True)
class BorderSystem:
    """The border's system: its database, its post, and the people it sees."""

    database: Database
    post: Post
    clock: Clock
    make_id: MakeId
    seal: Seal

    @classmethod
    def build(
        cls,
        *,
        database: Path,
        bus: Bus,
        clock: Clock,
        make_id: MakeId,
        seal: Seal,
        partitions: int,
    ) -> "BorderSystem":
        """Return the system on its own file and its own handle of the carrier."""
        memory = Database.sqlite(database, Table.metadata)

        def open_outbox(session: Session) -> Outbox:
            return Outbox(session, BORDER, TABLES, make_id, clock())

        receiver = Receiver(
            agency=BORDER,
            bus=bus,
            database=memory,
            hears=hears(open_outbox),
            open_outbox=open_outbox,
            tables=TABLES,
            clock=system_clock,
            partitions=partitions,
        )
        post = Post(Relay(BORDER, bus, memory, open_outbox), receiver)
        return cls(memory, post, clock, make_id, seal)

    async def land(self, seed: int, day: date, count: int) -> int:
        """Let the next boat of a day land; return how many people, 0 when the day is over.

        Everything told of a boat is written in one transaction with the note that it has landed,
        so that no boat lands twice, whatever falls.
        """
        boats = boats_of(travellers(seed, day, count))

        def work(session: Session) -> int:
            done = set(session.exec(select(LandedRow.boat).where(LandedRow.day == day)).all())
            boat = next((number for number in sorted(boats) if number not in done), None)
            return 0 if boat is None else self.tell(session, day, boat, boats[boat])

        return await self.database.transact(work)

    def tell(self, session: Session, day: date, boat: int, people: list[Traveller]) -> int:
        """Write everything about one boat."""
        outbox = Outbox(session, BORDER, TABLES, self.make_id, self.clock())
        for event in events_of(people, seal=self.seal, make_id=self.make_id):
            outbox.add(event, on=day)
            if isinstance(event, ScreeningCompleted):
                form = msgspec.json.encode(event)
                session.add(ScreenedRow(person=event.person, form=form))
        session.add(LandedRow(day=day, boat=boat, people=len(people)))
        return len(people)

    async def landed(self) -> int:
        """Return how many people have landed."""
        return await self.database.transact(
            lambda session: sum(session.exec(select(LandedRow.people)).all())
        )

    async def receipts(self) -> int:
        """Return of how many boats reception has registered everybody."""
        return await self.database.transact(
            lambda session: len(session.exec(select(ReceiptRow.encounter)).all())
        )


def boats_of(people: tuple[Traveller, ...]) -> Mapping[int, list[Traveller]]:
    """Return who came on which boat; those who came by themselves are on none."""
    boats: dict[int, list[Traveller]] = {}
    for traveller in people:
        if traveller.boat is not None:
            boats.setdefault(traveller.boat, []).append(traveller)
    return boats


def hears(open_outbox: Callable[[Session], Outbox]) -> Mapping[type[Event], Hear]:
    """Return what the border does with what it hears.

    Receipts are all that it is told, so that an erasure takes the whole receipt, whatever part of
    it the notice names. What the border has written itself was not told to it and stays.
    """

    def on_receipt(event: HandoverReceived, _: Heard, session: Session) -> None:
        registered = None if event.registered is ABSENT else event.registered
        session.merge(ReceiptRow(encounter=event.encounter, registered=registered))

    def on_restate_asked(event: RestateAsked, _: Heard, session: Session) -> None:
        if session.get(AnsweredRow, event.token) is not None:
            return
        session.add(AnsweredRow(token=event.token))
        outbox = open_outbox(session)
        screened = session.get(ScreenedRow, event.about)
        if screened is not None:
            form = msgspec.json.decode(screened.form, type=ScreeningCompleted)
            outbox.add(form, token=event.token)
        outbox.add(RestateEnded(token=event.token, events=int(screened is not None)))

    def on_erasure_asked(event: ErasureAsked, _: Heard, session: Session) -> None:
        receipt = session.get(ReceiptRow, event.about)
        if receipt is not None:
            session.delete(receipt)
        open_outbox(session).add(ErasureConfirmed(notice=event.notice, outcome="ERASED"))

    return {
        HandoverReceived: on_receipt,
        RestateAsked: on_restate_asked,
        ErasureAsked: on_erasure_asked,
    }
