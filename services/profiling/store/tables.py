"""Profiling's tables, in a registry of its own."""

from datetime import datetime
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


class ProfilingTable(SQLModel, registry=registry()):
    """Root of profiling's own tables."""


class OutboxRow(OutboxColumns, ProfilingTable, table=True):
    """What must be announced."""

    __tablename__ = "outbox"


class SequenceRow(SequenceColumns, ProfilingTable, table=True):
    """Last number of each aggregate."""

    __tablename__ = "sequence"


class TimerRow(TimerColumns, ProfilingTable, table=True):
    """What falls due."""

    __tablename__ = "timer"


class StreamRow(StreamColumns, ProfilingTable, table=True):
    """How far each partition of the own stream is heard."""

    __tablename__ = "stream"


class UnreadableRow(UnreadableColumns, ProfilingTable, table=True):
    """What could not be read."""

    __tablename__ = "unreadable"


TABLES: Final = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)


class RequestRow(RequestColumns, ProfilingTable, table=True):
    """A request that was done."""

    __tablename__ = "request"


class WordRow(WordColumns, ProfilingTable, table=True):
    """One thing that a person said: a consent, a withdrawal, a withholding."""

    __tablename__ = "word"


class ReferralRow(ReferralColumns, ProfilingTable, table=True):
    """One referral that UNHCR sent."""

    __tablename__ = "referral"


class OfferRow(OfferColumns, ProfilingTable, table=True):
    """One referral that was offered to UNHCR."""

    __tablename__ = "offer"


class TaskRow(TaskColumns, ProfilingTable, table=True):
    """One thing that a caseworker is asked to do about a referral."""

    __tablename__ = "task"


class AccountRow(ProfilingTable, table=True):
    """What one author has told about one person or encounter."""

    __tablename__ = "account"

    subject: str = Field(primary_key=True)
    author: str = Field(primary_key=True)
    told: bytes = Field(sa_type=LargeBinary)
    """JSON: field name to value, partition and number of the release that told it."""


class ProfileRow(ProfilingTable, table=True):
    """One person to be heard."""

    __tablename__ = "profile"
    __table_args__ = (Index("profile_worklist", "calm", "due_at", "person"),)

    person: str = Field(primary_key=True)
    state: str
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    calm: bool
    """Whether no concern waits; false comes first in the work list."""
    overdue_at: datetime | None = Field(default=None, sa_type=Instant)


class ConcernRow(ProfilingTable, table=True):
    """One worry about a person's safety, with the note as it came: sealed."""

    __tablename__ = "concern"
    __table_args__ = (Index("concern_worklist", "heard", "due_at", "partition", "number"),)

    partition: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    person: str = Field(index=True)
    raised_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    state: str
    heard: bool
    heard_at: datetime | None = Field(default=None, sa_type=Instant)
    heard_by: str | None = None
    note: bytes | None = Field(default=None, sa_type=LargeBinary)
    note_state: str


class CaseRow(ProfilingTable, table=True):
    """How the profile of one person goes, with its history."""

    __tablename__ = "profile_case"

    person: str = Field(primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)


class ProtectionRow(ProfilingTable, table=True):
    """What UNHCR states to be barred against one person."""

    __tablename__ = "protection"

    person: str = Field(primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)


class InterviewRow(ProfilingTable, table=True):
    """One interview with its answers."""

    __tablename__ = "interview"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    body: bytes = Field(sa_type=LargeBinary)


class JourneyRow(ProfilingTable, table=True):
    """What was last told of one person's journey."""

    __tablename__ = "journey"

    person: str = Field(primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)


class SafeguardRow(ProfilingTable, table=True):
    """What UNHCR's staff has stated last of one person's age and place."""

    __tablename__ = "safeguard"

    person: str = Field(primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)


class RestatedRow(ProfilingTable, table=True):
    """One token under which the current state was told again: answered once."""

    __tablename__ = "restated"

    token: str = Field(primary_key=True)


ACCOUNT: Final = table_of(AccountRow)
PROFILE: Final = table_of(ProfileRow)
CONCERN: Final = table_of(ConcernRow)
REQUEST: Final = table_of(RequestRow)
CASEWORK: Final = CaseworkTables(
    *(table_of(row) for row in (WordRow, ReferralRow, OfferRow, TaskRow))
)
CASE: Final = table_of(CaseRow)
PROTECTION: Final = table_of(ProtectionRow)
INTERVIEW: Final = table_of(InterviewRow)
JOURNEY: Final = table_of(JourneyRow)
SAFEGUARD: Final = table_of(SafeguardRow)
RESTATED: Final = table_of(RestatedRow)
