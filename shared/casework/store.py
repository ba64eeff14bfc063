"""What casework remembers: which withdrawals the agency took, so that a later consent names them.

The table is a mixin: each service that mounts casework has its own.
"""

from datetime import date

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel

from shared.kernel.identifiers import EventRef, PersonRef


class WithdrawalColumns(SQLModel):
    """One withdrawal of consent, by the reference of its event."""

    event: str = Field(primary_key=True)
    person: str = Field(index=True)
    day: date


class Withdrawals:
    """The withdrawals taken by one agency, within one open transaction."""

    def __init__(self, session: Session, table: Table) -> None:
        """Use the session of the current transaction and the service's own table."""
        self._session = session
        self._table = table

    def save(self, event: EventRef, person: PersonRef, day: date) -> None:
        """Remember a withdrawal."""
        self._session.execute(insert(self._table), {"event": event, "person": person, "day": day})

    def find(self, person: PersonRef, day: date) -> tuple[EventRef, ...]:
        """Return the withdrawals of a person on one day, which a later consent follows."""
        columns = self._table.c
        found = select(columns.event).where(columns.person == person, columns.day == day)
        return tuple(EventRef(event) for event in self._session.scalars(found))
