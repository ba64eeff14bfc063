"""The desk's tables, in a registry of their own. None has a place for a person."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

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


class ReferralTable(SQLModel, registry=registry()):
    """Root of the desk's own tables."""


class OutboxRow(OutboxColumns, ReferralTable, table=True):
    """What must be announced."""

    __tablename__ = "outbox"


class SequenceRow(SequenceColumns, ReferralTable, table=True):
    """Last number of each aggregate."""

    __tablename__ = "sequence"


class TimerRow(TimerColumns, ReferralTable, table=True):
    """What falls due, once all that was sent is heard."""

    __tablename__ = "timer"


class AlarmRow(TimerColumns, ReferralTable, table=True):
    """What goes to a human even while the exchange is silent: emergencies."""

    __tablename__ = "alarm"


class StreamRow(StreamColumns, ReferralTable, table=True):
    """How far each partition of the own stream is heard."""

    __tablename__ = "stream"


class UnreadableRow(UnreadableColumns, ReferralTable, table=True):
    """What could not be read."""

    __tablename__ = "unreadable"


TABLES: Final = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)

ALARMS: Final = replace(TABLES, timer=AlarmRow)
"""The same, with the clocks that do not wait for the exchange."""


class RequestRow(RequestColumns, ReferralTable, table=True):
    """A request that was done."""

    __tablename__ = "request"


class ReferralRow(ReferralTable, table=True):
    """One referral, and its place in the work list."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_worklist", "waits", "calm", "due_at", "referral"),)

    referral: str = Field(primary_key=True)
    waits: bool
    """Whether it is open, or a human must look at it."""
    calm: bool
    """Whether nobody must look at it; false comes first in the work list."""
    due_at: datetime = Field(sa_type=Instant)
    """When its next clock ends; without one, when it was created."""
    body: bytes = Field(sa_type=LargeBinary)
    """JSON of the whole referral."""


class ServiceRow(ReferralTable, table=True):
    """One entry of the directory."""

    __tablename__ = "service"

    id: str = Field(primary_key=True)
    pathway: str = Field(index=True)
    body: bytes = Field(sa_type=LargeBinary)
    """JSON of the whole entry."""


class CapacityRow(ReferralTable, table=True):
    """What a provider reported last of a service in an area."""

    __tablename__ = "capacity"

    provider: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    places: int | None = None
    waiting: int | None = None
    heard_at: datetime = Field(sa_type=Instant)


REFERRAL: Final = table_of(ReferralRow)
SERVICE: Final = table_of(ServiceRow)
CAPACITY: Final = table_of(CapacityRow)
REQUEST: Final = table_of(RequestRow)
