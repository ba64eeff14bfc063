"""The exchange's tables. `log` is the truth; every other table is a fold of it.

Masks are blobs of 8 bytes, since integers of a database are signed. No table holds a value of a
person: only references, categories, digests and codes.
"""

from datetime import date, datetime

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.storage.tables import Instant


class Table(SQLModel, registry=registry()):
    """Root of the exchange's tables; no other service shares it."""


class HeadRow(Table, table=True):
    """One row: who leads, and where the log stands. Its lock orders every decision."""

    __tablename__ = "head"

    id: int = Field(primary_key=True)
    epoch: int = 0
    holder: str = ""
    until: datetime = Field(sa_type=Instant)
    """End of the lease, in liveness time."""
    size: int = 0
    time: datetime = Field(sa_type=Instant)
    root: bytes = b""
    signed_at: datetime = Field(sa_type=Instant)
    """When the last head was signed, in liveness time."""


class LogRow(Table, table=True):
    """One record of the log; `leaf` is the salted digest of its body."""

    __tablename__ = "log"

    no: int = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=Instant)
    body: bytes
    salt: bytes
    leaf: bytes


class PositionRow(Table, table=True):
    """Offset of the next record to read of an inside partition."""

    __tablename__ = "position"

    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    next: int


class StreamRow(Table, table=True):
    """Last number of a stream partition."""

    __tablename__ = "stream"

    recipient: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    last: int


class PendingRow(Table, table=True):
    """A record of the log whose releases are not yet acknowledged by the carrier."""

    __tablename__ = "pending"

    no: int = Field(primary_key=True)


class HoleRow(Table, table=True):
    """An agency that is to repeat its control events. `wide`: nothing is decided until it has."""

    __tablename__ = "hole"

    agency: str = Field(primary_key=True)
    hole: int
    wide: bool = True


class RescindedRow(Table, table=True):
    """A release whose number a marker took; it never has its content again."""

    __tablename__ = "rescinded"

    no: int = Field(primary_key=True)
    place: int = Field(primary_key=True)


class SubjectRow(Table, table=True):
    """A person or another thing with references. `authors`: comma-separated agencies."""

    __tablename__ = "subject"

    id: str = Field(primary_key=True)
    kind: str
    authors: str = ""


class ReferenceRow(Table, table=True):
    """What an agency calls a subject."""

    __tablename__ = "reference"

    agency: str = Field(primary_key=True)
    reference: str = Field(primary_key=True, index=True)
    subject: str = Field(index=True)
    ordinal: int = 0
    """Order in which an agency's references of one subject became known."""


class FactRow(Table, table=True):
    """Something told that decides what may flow."""

    __tablename__ = "fact"

    subject: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body: bytes


class AggregateRow(Table, table=True):
    """How far an author's events about one reference were counted. `early`: numbers, by commas."""

    __tablename__ = "aggregate"

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sequence: int
    early: str = ""
    stopped: int = 0
    unnumbered: bool = Field(default=False, index=True)
    held: str | None = Field(default=None, index=True)
    held_event: str = ""
    held_since: datetime | None = Field(default=None, sa_type=Instant)


class AnswerRow(Table, table=True):
    """What was answered to an event that was refused, or told to nobody; it is never forgotten."""

    __tablename__ = "answer"

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    verdict: str
    code: str | None = None
    told: bool | None = None


class StopRow(Table, table=True):
    """A control aggregate with an unread restriction about a person."""

    __tablename__ = "stop"

    subject: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)


class WaitingRow(Table, table=True):
    """An event held because of an unread restriction about its person."""

    __tablename__ = "waiting"

    event: str = Field(primary_key=True)
    author: str = Field(primary_key=True)
    subject: str = Field(index=True)
    topic: str
    key: str


class GivenRow(Table, table=True):
    """One release of content: who was given which categories about whom."""

    __tablename__ = "given"

    recipient: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    subject: str = Field(index=True)
    mask: bytes


class ToldRow(Table, table=True):
    """Salted digest of the last content of an author about a subject at a recipient."""

    __tablename__ = "told"

    subject: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    author: str = Field(primary_key=True)
    salt: bytes
    digest: bytes


class RestateRow(Table, table=True):
    """A question to an owner. `events` is how many it says it told; None while it tells."""

    __tablename__ = "restate"

    token: str = Field(primary_key=True)
    owner: str
    recipient: str
    subject: str
    taken: int = 0
    events: int | None = None


class NoticeRow(Table, table=True):
    """An erasure notice and its receipt."""

    __tablename__ = "notice"

    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    recipient: str
    partition: int
    body: bytes
    due: date
    outcome: str | None = None


class AgreementRow(Table, table=True):
    """A signed agreement. `stopped_by`: comma-separated parties that have suspended it."""

    __tablename__ = "agreement"

    digest: str = Field(primary_key=True)
    author: str
    recipient: str
    purpose: str
    serial: int
    body: bytes
    signatures: bytes
    stopped_by: str = ""
    replaced: bool = False
    begun: bool = False
    """Whether its author was asked to tell again since it began to release."""


class FeedRow(Table, table=True):
    """Until when all that an agency had to say was sent, as it has said itself."""

    __tablename__ = "feed"

    agency: str = Field(primary_key=True)
    until: datetime = Field(sa_type=Instant)


class TallyRow(Table, table=True):
    """How many fields towards a recipient went, or were withheld by which input."""

    __tablename__ = "tally"

    recipient: str = Field(primary_key=True)
    word: str = Field(primary_key=True)
    fields: int


class AlarmRow(Table, table=True):
    """How many records of an agency could not even be answered."""

    __tablename__ = "alarm"

    agency: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    records: int
