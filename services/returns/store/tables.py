"""Returns' tables, in a registry of its own."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.casework.store import (
    CaseworkTables,
    OfferColumns,
    ReferralColumns,
    TaskColumns,
    WordColumns,
)
from shared.storage.idempotency import RequestColumns
from shared.storage.tables import (
    Instant,
    OutboxColumns,
    SequenceColumns,
    StreamColumns,
    Tables,
    TimerColumns,
    UnreadableColumns,
    table_of,
)


class ReturnsTable(SQLModel, registry=registry()):
    """Root of returns' own tables."""


class OutboxRow(OutboxColumns, ReturnsTable, table=True):
    """What must be announced."""

    __tablename__ = "outbox"


class SequenceRow(SequenceColumns, ReturnsTable, table=True):
    """Last number of each aggregate."""

    __tablename__ = "sequence"


class TimerRow(TimerColumns, ReturnsTable, table=True):
    """What falls due."""

    __tablename__ = "timer"


class StreamRow(StreamColumns, ReturnsTable, table=True):
    """How far each partition of the own stream is heard."""

    __tablename__ = "stream"


class UnreadableRow(UnreadableColumns, ReturnsTable, table=True):
    """What could not be read."""

    __tablename__ = "unreadable"


TABLES: Final = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)


class RequestRow(RequestColumns, ReturnsTable, table=True):
    """A request that was done."""

    __tablename__ = "request"


class WordRow(WordColumns, ReturnsTable, table=True):
    """One thing that a person said: a consent, a withdrawal, a withholding."""

    __tablename__ = "word"


class ReferralRow(ReferralColumns, ReturnsTable, table=True):
    """One referral that IOM sent."""

    __tablename__ = "referral"


class OfferRow(OfferColumns, ReturnsTable, table=True):
    """One referral that was offered to IOM."""

    __tablename__ = "offer"


class TaskRow(TaskColumns, ReturnsTable, table=True):
    """One thing that a caseworker is asked to do about a referral."""

    __tablename__ = "task"


class CaseRow(ReturnsTable, table=True):
    """One return of one person. The columns are what cases are found by."""

    __tablename__ = "return_case"
    __table_args__ = (Index("return_case_worklist", "ended", "calm", "since", "reference"),)

    reference: str = Field(primary_key=True)
    person: str = Field(index=True)
    ended: bool
    calm: bool
    """Whether nothing has fallen due; false comes first in the work list."""
    since: datetime = Field(sa_type=Instant)
    nonce: str | None = Field(default=None, index=True)
    referral: str | None = Field(default=None, index=True)
    body: bytes = Field(sa_type=LargeBinary)
    """JSON: the whole case."""


class StepRow(ReturnsTable, table=True):
    """One step of a case: when it came into which state, by whom."""

    __tablename__ = "step"

    case: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str
    at: datetime = Field(sa_type=Instant)
    role: str | None = None
    """Null for what was heard: nobody did it."""


class AccountRow(ReturnsTable, table=True):
    """What registration has told about one person, as far as a return needs it."""

    __tablename__ = "account"

    person: str = Field(primary_key=True)
    told: bytes = Field(sa_type=LargeBinary)
    """JSON: field name to value, partition and number of the release that told it."""


class AgeRow(ReturnsTable, table=True):
    """One agency's word on a person's age, by the release that told it."""

    __tablename__ = "age"

    person: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    age: str


class SafeguardRow(ReturnsTable, table=True):
    """What IOM's own staff has stated last of a person's age and place."""

    __tablename__ = "safeguard"

    person: str = Field(primary_key=True)
    treated_as_child: str
    hide_location: bool


class ClosureRow(ReturnsTable, table=True):
    """A country or area to which nobody is taken. About no person."""

    __tablename__ = "closure"

    country: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    """Empty for the whole country."""
    since: date
    reason: str


class RestatedRow(ReturnsTable, table=True):
    """One token under which the current state was told again: answered once."""

    __tablename__ = "restated"

    token: str = Field(primary_key=True)


CASE: Final = table_of(CaseRow)
STEP: Final = table_of(StepRow)
ACCOUNT: Final = table_of(AccountRow)
AGE: Final = table_of(AgeRow)
SAFEGUARD: Final = table_of(SafeguardRow)
CLOSURE: Final = table_of(ClosureRow)
RESTATED: Final = table_of(RestatedRow)
REQUEST: Final = table_of(RequestRow)
CASEWORK: Final = CaseworkTables(
    *(table_of(row) for row in (WordRow, ReferralRow, OfferRow, TaskRow))
)
