"""What falls due: set and cancelled in the transaction of the state that it belongs to.

A generation guards against firing late or twice: a timer that was set again or cancelled meanwhile
does not fire. Source: Tenpoint design decision.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from shared.storage.tables import Tables, insert_into, table_of


@dataclass(frozen=True, slots=True)
class Timer:
    """A time that was set: what falls due, about whom, and which setting of it this is."""

    kind: str
    about: str
    generation: int
    due_at: datetime


class Timers:
    """The timers of one service, within one transaction."""

    def __init__(self, session: Session, tables: Tables) -> None:
        """Begin within the transaction of the session."""
        self._session = session
        self._table = table_of(tables.timer)

    def set(self, kind: str, about: str, due_at: datetime) -> None:
        """Let something fall due at an instant; replaces what was set before."""
        given = {"kind": kind, "about": about, "generation": 1, "due_at": due_at}
        statement = (
            insert_into(self._session, self._table)
            .values(given)
            .on_conflict_do_update(
                index_elements=[self._table.c.kind, self._table.c.about],
                set_={
                    "generation": self._table.c.generation + 1,
                    "due_at": due_at,
                    "fired_at": None,
                },
            )
        )
        self._session.connection().execute(statement)

    def cancel(self, kind: str, about: str) -> None:
        """Let nothing fall due. Nothing set, nothing done."""
        row = self._table.c
        self._session.connection().execute(
            update(self._table).where(row.kind == kind, row.about == about).values(due_at=None)
        )

    def find(self, kind: str, about: str) -> Timer | None:
        """Return what is set and has not fired, or None."""
        row = self._table.c
        found = self._session.connection().execute(
            select(row.generation, row.due_at).where(
                row.kind == kind,
                row.about == about,
                row.due_at.is_not(None),
                row.fired_at.is_(None),
            )
        )
        return next((Timer(kind, about, *values) for values in found), None)

    def due(self, at: datetime, limit: int) -> list[Timer]:
        """Return what is past due at an instant, earliest first; the instant itself is on time."""
        row = self._table.c
        found = self._session.connection().execute(
            select(row.kind, row.about, row.generation, row.due_at)
            .where(row.due_at < at, row.fired_at.is_(None))
            .order_by(row.due_at, row.kind, row.about)
            .limit(limit)
        )
        return [Timer(*values) for values in found]

    def fired(self, timer: Timer, at: datetime) -> bool:
        """Note that a timer has fired; False if it was cancelled, set again or fired before."""
        row = self._table.c
        found = self._session.connection().execute(
            update(self._table)
            .where(
                row.kind == timer.kind,
                row.about == timer.about,
                row.generation == timer.generation,
                row.due_at.is_not(None),
                row.fired_at.is_(None),
            )
            .values(fired_at=at)
            .returning(row.generation)
        )
        return found.one_or_none() is not None
