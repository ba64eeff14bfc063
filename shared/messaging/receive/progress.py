"""How far the agency has read its own stream, kept beside the effects."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from shared.kernel.errors import Fenced
from shared.messaging.receive.reading import Reading
from shared.storage.engine import Database
from shared.storage.tables import Tables, insert_into, table_of


def begin_reading(session: Session, tables: Tables, partitions: int) -> None:
    """Make the rows of partitions that were never read."""
    table = table_of(tables.stream)
    rows = [{"partition": number, "last": 0, "offset": 0} for number in range(partitions)]
    blank = {"gap": False, "head": 0}
    session.connection().execute(
        insert_into(session, table).on_conflict_do_nothing(), [row | blank for row in rows]
    )


def load_readings(session: Session, tables: Tables) -> dict[int, Reading]:
    """Return how far every partition was applied."""
    row = table_of(tables.stream).c
    found = session.connection().execute(
        select(row.partition, row.last, row.offset, row.gap, row.seen, row.head, row.head_at)
    )
    return {values[0]: Reading(*values) for values in found}


def save_reading(session: Session, tables: Tables, before: Reading, after: Reading) -> None:
    """Move on in one partition.

    Raises:
        Fenced: somebody else has moved on meanwhile; the whole transaction must be given up.
    """
    table = table_of(tables.stream)
    moved = session.connection().execute(
        update(table)
        .where(
            table.c.partition == before.partition,
            table.c.last == before.last,
            table.c.offset == before.offset,
        )
        .values(
            last=after.last,
            offset=after.offset,
            gap=after.gap,
            seen=after.seen,
            head=after.head,
            head_at=after.head_at,
        )
        .returning(table.c.partition)
    )
    if moved.one_or_none() is None:
        raise Fenced("stream")


def is_caught_up(session: Session, tables: Tables) -> bool:
    """Return whether every partition has reached the newest head's numbers, without a gap.

    Where no head was heard nothing is known, so the answer is no.
    """
    return _all_caught_up(load_readings(session, tables).values())


async def caught_up(database: Database, tables: Tables) -> bool:
    """Return the same as `is_caught_up`, in a transaction of its own."""
    return await database.transact(lambda session: is_caught_up(session, tables))


def newest_head(session: Session, tables: Tables) -> datetime | None:
    """Return when the newest head was signed (or heard, if earlier); None before the first."""
    readings = load_readings(session, tables).values()
    return max((reading.head_at for reading in readings if reading.head_at), default=None)


def _all_caught_up(readings: Iterable[Reading]) -> bool:
    """Return whether there are partitions and all have caught up."""
    found = [reading.caught_up for reading in readings]
    return bool(found) and all(found)
