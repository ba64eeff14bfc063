"""The tables of a partner's own file. Each partner has one; nobody else reads it."""

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
    """Root of a partner's tables."""


class OutboxRow(OutboxColumns, Table, table=True):
    """What the partner has to tell."""

    __tablename__ = "outbox"


class SequenceRow(SequenceColumns, Table, table=True):
    """Numbers given."""

    __tablename__ = "sequence"


class TimerRow(TimerColumns, Table, table=True):
    """What falls due: answers, steps, follow-ups, the affirmation of the feed."""

    __tablename__ = "timer"


class StreamRow(StreamColumns, Table, table=True):
    """How far the partner has heard its own stream."""

    __tablename__ = "stream"


class UnreadableRow(UnreadableColumns, Table, table=True):
    """Releases that could not be read."""

    __tablename__ = "unreadable"


class CaseRow(Table, table=True):
    """One referral as far as the partner itself has come with it; no value that it was told."""

    __tablename__ = "case"

    referral: str = Field(primary_key=True)
    state: str
    place: int
    """Which offer it was, in the order heard: what the simulated staff does is drawn by it."""
    asked: bool = False
    acceptance: str | None = Field(default=None, index=True)
    """The event by which it was accepted."""
    nonce: str | None = None
    """What its payload must be bound to; forgotten once that is opened or will not come."""
    person: str | None = None
    steps: int = 0
    """Steps told."""


class HeldRow(Table, table=True):
    """One value that one release told, so that an erasure takes it and no other."""

    __tablename__ = "held"

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    field: str = Field(primary_key=True)
    category: int
    about: str = Field(index=True)
    value: bytes


class RecordRow(Table, table=True):
    """The partner's own word on a person: a claim, a kind of care, a reflection period."""

    __tablename__ = "record"

    person: str = Field(primary_key=True)
    word: str


class TaskRow(Table, table=True):
    """What a person has to look at, by code: a release that staff could do nothing with."""

    __tablename__ = "task"

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    code: str


class AnsweredRow(Table, table=True):
    """A question or a notice that was answered; it is answered once."""

    __tablename__ = "answered"

    asked: str = Field(primary_key=True)


class TallyRow(Table, table=True):
    """How often something was done."""

    __tablename__ = "tally"

    what: str = Field(primary_key=True)
    times: int


TABLES = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)
