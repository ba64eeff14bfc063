"""The simulated border system's own tables."""

from datetime import date

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.storage.tables import (
    OutboxColumns,
    SequenceColumns,
    StreamColumns,
    Tables,
    TimerColumns,
    UnreadableColumns,
)


class Table(SQLModel, registry=registry()):
    """Root of the border's tables."""


class OutboxRow(OutboxColumns, Table, table=True):
    """What the border has to tell."""

    __tablename__ = "outbox"


class SequenceRow(SequenceColumns, Table, table=True):
    """Numbers given."""

    __tablename__ = "sequence"


class TimerRow(TimerColumns, Table, table=True):
    """What falls due; nothing so far."""

    __tablename__ = "timer"


class StreamRow(StreamColumns, Table, table=True):
    """How far the border has heard its own stream."""

    __tablename__ = "stream"


class UnreadableRow(UnreadableColumns, Table, table=True):
    """Releases that could not be read."""

    __tablename__ = "unreadable"


class ScreenedRow(Table, table=True):
    """The short form of one person, as the border keeps it; it tells it again when asked."""

    __tablename__ = "screened"

    person: str = Field(primary_key=True)
    form: bytes


class LandedRow(Table, table=True):
    """One boat that has landed: how far the simulation has come."""

    __tablename__ = "landed"

    day: date = Field(primary_key=True)
    boat: int = Field(primary_key=True)
    people: int


class ReceiptRow(Table, table=True):
    """Reception's word that all of one boat are registered."""

    __tablename__ = "receipt"

    encounter: str = Field(primary_key=True)
    registered: int | None = None


class AnsweredRow(Table, table=True):
    """A question that was answered; it is answered once."""

    __tablename__ = "answered"

    token: str = Field(primary_key=True)


TABLES = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)
