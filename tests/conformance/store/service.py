"""A service that owns nothing but the tables every service has, and one of its own."""

import itertools
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Final

import pytest
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from shared.events.control import SafeguardsStated
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import RECEPTION
from shared.kernel.identifiers import EventRef, Kind, PersonRef, reference
from shared.kernel.identifiers import Form as RefForm
from shared.storage.engine import Database
from shared.storage.outbox import Outbox, OutboxEntry
from shared.storage.tables import (
    Instant,
    OutboxColumns,
    SequenceColumns,
    StreamColumns,
    Tables,
    TimerColumns,
    UnreadableColumns,
)

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Table(SQLModel, registry=registry()):
    """The tables of this service, and of no other."""


class OutboxRow(OutboxColumns, Table, table=True):
    """What is to be told."""


class SequenceRow(SequenceColumns, Table, table=True):
    """The last numbers."""


class TimerRow(TimerColumns, Table, table=True):
    """What falls due."""


class StreamRow(StreamColumns, Table, table=True):
    """How far the stream was applied."""


class UnreadableRow(UnreadableColumns, Table, table=True):
    """What could not be read."""


class Note(Table, table=True):
    """An effect of what was heard, in the order of its making."""

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(unique=True)
    at: datetime | None = Field(default=None, sa_type=Instant)


TABLES: Final = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)

PERSONS: Final = tuple(
    PersonRef(reference(Kind.PERSON, RefForm.OWN, bytes(15) + bytes([number])))
    for number in range(4)
)
A, B = PERSONS[:2]


class Ids:
    """Identifiers 1, 2, 3, ... as 16 bytes."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def __call__(self) -> bytes:
        return next(self._numbers).to_bytes(16, "big")


class Desk:
    """Does one thing at a time with the outbox, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.make_id = Ids()
        self.now = NOW

    def open(self, session: Session) -> Outbox:
        """Return the outbox of a transaction."""
        return Outbox(session, RECEPTION, TABLES, self.make_id, self.now)

    async def tell(self, person: PersonRef = A) -> EventRef:
        """Write an event about a person."""
        event = PersonRegistered(person=person)
        return await self.database.transact(lambda session: self.open(session).add(event))

    async def guard(self, person: PersonRef = A) -> EventRef:
        """Write a control event about a person."""
        event = SafeguardsStated(person=person)
        return await self.database.transact(lambda session: self.open(session).add(event))

    async def unsent(self, limit: int = 100) -> list[OutboxEntry]:
        """Return what is to be sent."""
        return await self.database.transact(lambda session: self.open(session).unsent(limit))

    async def unsent_ids(self) -> list[str]:
        """Return the identifiers of what is to be sent, in order."""
        return [row.event_id for row in await self.unsent()]

    async def send_all(self, partition: int = 0, start: int = 0) -> None:
        """Mark all as sent to successive places."""
        rows = await self.unsent()
        places = [(row.seq, partition, start + index) for index, row in enumerate(rows)]
        await self.database.transact(lambda session: self.open(session).mark_all_sent(places))


class Stores(ABC):
    """A word of the store. The database's own tests say what the database is."""

    @pytest.fixture
    @abstractmethod
    def database(self) -> Database:
        """Give a fresh database with the tables of `Table`; an override is a fixture."""

    @pytest.fixture
    def desk(self, database: Database) -> Desk:
        """Give an outbox to work with."""
        return Desk(database)
