"""The tables that every service has, as columns without a table.

A service makes them its own in its own registry, so that two services in one process never share a
table: `class Table(SQLModel, registry=registry())`, `class OutboxRow(OutboxColumns, Table,
table=True)`. Source: Tenpoint design decision.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy import Dialect, Index, Table, TypeDecorator, UniqueConstraint, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, Session, SQLModel
from typing_extensions import override


class Instant(TypeDecorator[datetime]):
    """An instant, in UTC also where the database forgets time zones."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant as it is kept.

        Raises:
            ValueError: the instant has no time zone.
        """
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant without time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant with its zone."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class OutboxColumns(SQLModel):
    """What the agency has to tell; open until the exchange has said what became of it."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        """Return the rules: a lost update hits the unique key instead of a used number."""
        name = str(cls.__tablename__)
        open_only = text("closed_at IS NULL")
        unsent = text("closed_at IS NULL AND sent_at IS NULL")
        return (
            UniqueConstraint("topic", "key", "sequence"),
            _partial(f"{name}_open", ("topic", "key", "sequence"), open_only),
            _partial(f"{name}_unsent", ("seq",), unsent),
        )

    seq: int | None = Field(default=None, primary_key=True)
    """Order of writing."""
    event_id: str = Field(unique=True)
    topic: str
    """`events` or `control`."""
    key: str
    """The agency's own reference that the event is about, or its code."""
    sequence: int
    """1, 2, 3, ... per topic and key."""
    wire: str
    day: date
    token: str | None = None
    body: bytes
    recorded_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    partition: int | None = None
    offset: int | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
    code: str | None = None


class SequenceColumns(SQLModel):
    """The last number given per topic and key."""

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    last: int


class TimerColumns(SQLModel):
    """What falls due. A cancelled timer keeps its row without a due time, and its generation."""

    kind: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    generation: int
    due_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    fired_at: datetime | None = Field(default=None, sa_type=Instant)


class StreamColumns(SQLModel):
    """How far the agency has applied one partition of its own stream."""

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int = 0
    """Number applied last."""
    offset: int = 0
    """Offset of the next record to read."""
    gap: bool = False
    """Whether numbers are missing: what came from this partition is stale."""
    seen: int | None = None
    """Beyond a gap: the highest number seen; None where the next number may be any."""
    head: int = 0
    """Last number of the partition as of the newest head heard."""
    head_at: datetime | None = Field(default=None, sa_type=Instant)
    """When that head was signed, or heard if its own time lies in the future."""


class UnreadableColumns(SQLModel):
    """A release whose content could not be read: recorded, passed, told again on restate."""

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str
    wire: str
    code: str


@dataclass(frozen=True, slots=True)
class Tables:
    """One service's own tables, handed to the pieces that use them."""

    outbox: type[OutboxColumns]
    sequence: type[SequenceColumns]
    timer: type[TimerColumns]
    stream: type[StreamColumns]
    unreadable: type[UnreadableColumns]


def table_of(model: type[SQLModel]) -> Table:
    """Return the table of a model, for statements without the unit of work.

    Raises:
        TypeError: the model is only columns.
    """
    table = getattr(model, "__table__", None)
    if not isinstance(table, Table):
        message = f"{model.__name__} is no table"
        raise TypeError(message)
    return table


def insert_into(session: Session, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an insert that can say what happens on conflict, in the database's own dialect."""
    name = session.get_bind().dialect.name
    return postgresql.insert(table) if name == "postgresql" else sqlite.insert(table)


def _partial(name: str, columns: tuple[str, ...], where: Any) -> Index:  # noqa: ANN401
    """Return an index over some rows only."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
