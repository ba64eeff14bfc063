"""The tables of registration. No other service shares them.

A person's history is a row a version, never overwritten. What was heard is a row a release, so
that an erasure takes away exactly what it names. Tenpoint design decision.
"""

from datetime import datetime
from typing import Final

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
)


class Table(SQLModel, registry=registry()):
    """Base of registration's tables."""


class RequestRow(RequestColumns, Table, table=True):
    """A request that was done."""

    __tablename__ = "request"


class PersonRow(Table, table=True):
    """One registered person; what is known of them is in the newest version."""

    __tablename__ = "person"

    person: str = Field(primary_key=True)
    registration_no: str = Field(unique=True)
    version: int
    encounter: str | None = Field(default=None, index=True)
    hide_location: bool | None = None


class PersonVersionRow(Table, table=True):
    """The whole state of a person as told at one time, in the words of the contract."""

    __tablename__ = "person_version"

    person: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    state: bytes
    recorded_at: datetime = Field(sa_type=Instant)


class WaitingRow(Table, table=True):
    """One person whom the border announced; the lowest urgency comes first."""

    __tablename__ = "waiting"

    seq: int | None = Field(default=None, primary_key=True)
    person: str = Field(unique=True)
    urgency: int = Field(index=True)
    encounter: str | None = None
    registered: bool = False


class HeardRow(Table, table=True):
    """What one release told about one person; `body` is the event, without a handover's persons."""

    __tablename__ = "heard"

    about: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    wire: str
    body: bytes
    encounter: str | None = None
    wristband: str | None = Field(default=None, index=True)


class EncounterRow(Table, table=True):
    """One encounter at the border: how many were reported, how many are to be received."""

    __tablename__ = "encounter"

    encounter: str = Field(primary_key=True)
    state: str
    expected: int | None = None
    overdue: bool = False


class CorrectionRow(Table, table=True):
    """One correction that profiling proposed; a clerk decides."""

    __tablename__ = "correction"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    partition: int
    number: int
    proposed: bytes
    accepted: bool | None = Field(default=None, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)


class RestatedRow(Table, table=True):
    """One token under which the current state was told again: answered once."""

    __tablename__ = "restated"

    token: str = Field(primary_key=True)


class SafeguardRow(Table, table=True):
    """What a caseworker has stated last of one person's age and place."""

    __tablename__ = "safeguard"

    person: str = Field(primary_key=True)
    treated_as_child: str
    hide_location: bool


class WordRow(WordColumns, Table, table=True):
    """One thing that a person said: a consent, a withdrawal, a withholding."""

    __tablename__ = "word"


class ReferralRow(ReferralColumns, Table, table=True):
    """One referral that the reception authority sent."""

    __tablename__ = "referral"


class OfferRow(OfferColumns, Table, table=True):
    """One referral offered to it; nothing is, as long as its contracts name no such provider."""

    __tablename__ = "offer"


class TaskRow(TaskColumns, Table, table=True):
    """One thing that a caseworker is asked to do about a referral."""

    __tablename__ = "task"


class OutboxRow(OutboxColumns, Table, table=True):
    """One event to announce."""

    __tablename__ = "outbox"


class SequenceRow(SequenceColumns, Table, table=True):
    """The last number of one own reference on one topic."""

    __tablename__ = "sequence"


class TimerRow(TimerColumns, Table, table=True):
    """One thing that falls due."""

    __tablename__ = "timer"


class StreamRow(StreamColumns, Table, table=True):
    """How far one partition of the own stream has been applied."""

    __tablename__ = "stream"


class UnreadableRow(UnreadableColumns, Table, table=True):
    """One release whose content could not be read."""

    __tablename__ = "unreadable"


TABLES: Final = Tables(
    outbox=OutboxRow,
    sequence=SequenceRow,
    timer=TimerRow,
    stream=StreamRow,
    unreadable=UnreadableRow,
)

METADATA: Final = Table.metadata
PERSON: Final = METADATA.tables["person"]
VERSION: Final = METADATA.tables["person_version"]
WAITING: Final = METADATA.tables["waiting"]
HEARD: Final = METADATA.tables["heard"]
ENCOUNTER: Final = METADATA.tables["encounter"]
CORRECTION: Final = METADATA.tables["correction"]
RESTATED: Final = METADATA.tables["restated"]
SAFEGUARD: Final = METADATA.tables["safeguard"]
REQUEST: Final = METADATA.tables["request"]
CASEWORK: Final = CaseworkTables(
    *(METADATA.tables[name] for name in ("word", "referral", "offer", "task"))
)
