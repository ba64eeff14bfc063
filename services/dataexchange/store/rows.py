"""Many rows at a time: what the exchange's tables need of SQLite and of PostgreSQL alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, SQLModel, select

AT_ONCE: Final = 500
"""Values in one list of a query."""


def upsert(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace those with the same primary key."""
    if not rows:
        return
    columns = table.__table__  # type: ignore[attr-defined]
    keys = [column.name for column in columns.primary_key]
    dialect = session.get_bind().dialect.name
    insert = insert_postgresql if dialect == "postgresql" else insert_sqlite
    statement = insert(columns)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = (
        statement.on_conflict_do_update(index_elements=keys, set_=others)
        if others
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    session.connection().execute(statement, list(rows))


def fetch(session: Session, table: type[Any], column: str, values: Iterable[object]) -> list[Any]:
    """Return the rows whose column has one of the values."""
    wanted = sorted(set(values), key=str)
    attribute = getattr(table, column)
    return [
        row
        for start in range(0, len(wanted), AT_ONCE)
        for row in session.exec(
            select(table).where(attribute.in_(wanted[start : start + AT_ONCE]))
        ).all()
    ]


def to_mask(blob: bytes) -> int:
    """Return a mask from its 8 bytes."""
    return int.from_bytes(blob, "big")


def to_blob(mask: int) -> bytes:
    """Return the 8 bytes of a mask."""
    return mask.to_bytes(8, "big")
