"""How much of a service's post waits: numbers only."""

from sqlalchemy import Connection, func, select

from shared.storage.tables import Tables, table_of


def health_of(connection: Connection, tables: Tables) -> dict[str, int]:
    """Return how many rows are open, partitions have a gap, and releases were unreadable."""
    outbox, stream, unreadable = map(table_of, (tables.outbox, tables.stream, tables.unreadable))
    counts = {
        "open_rows": select(func.count()).where(outbox.c.closed_at.is_(None)),
        "gaps": select(func.count()).where(stream.c.gap),
        "unreadable": select(func.count()).select_from(unreadable),
    }
    return {name: connection.scalar(count) or 0 for name, count in counts.items()}
