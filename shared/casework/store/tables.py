"""Casework's tables, as columns without a table: each service makes them its own."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import LargeBinary, Table
from sqlmodel import Field, SQLModel

from shared.storage.tables import Instant


class WordColumns(SQLModel):
    """One thing that a person said to this agency: a consent, a withdrawal, a withholding."""

    seq: int | None = Field(default=None, primary_key=True)
    """Order in which they were taken."""
    event: str = Field(unique=True)
    person: str = Field(index=True)
    day: date
    wire: str
    body: bytes = Field(sa_type=LargeBinary)


class ReferralColumns(SQLModel):
    """One referral that this agency sent."""

    referral: str = Field(primary_key=True)
    person: str = Field(index=True)
    body: bytes = Field(sa_type=LargeBinary)


class OfferColumns(SQLModel):
    """One referral that was offered to this agency, with the payload once it was opened."""

    referral: str = Field(primary_key=True)
    person: str | None = Field(default=None, index=True)
    open: bool = Field(index=True)
    body: bytes = Field(sa_type=LargeBinary)


class TaskColumns(SQLModel):
    """One thing that a person on the staff is asked to do; codes only."""

    id: int | None = Field(default=None, primary_key=True)
    referral: str = Field(index=True)
    kind: str
    codes: str
    at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


@dataclass(frozen=True, slots=True)
class CaseworkTables:
    """One service's own tables of casework."""

    words: Table
    referrals: Table
    offers: Table
    tasks: Table
