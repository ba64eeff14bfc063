"""To which countries and areas is nobody taken?"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select
from sqlmodel import Session

from services.returns.commands import ClosedFor
from services.returns.rules.travel import Closure
from services.returns.store.tables import CLOSURE

WHOLE = ""
"""In the place of an area: the whole country."""


class Closures:
    """The places that are closed, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._connection = session.connection()

    def all(self) -> Sequence[Closure]:
        """Return every place that is closed."""
        query = select(CLOSURE).order_by(CLOSURE.c.country, CLOSURE.c.area)
        return [
            Closure(row.country, row.area or None, row.since, ClosedFor(row.reason))
            for row in self._connection.execute(query)
        ]

    def save(self, closure: Closure) -> None:
        """Write that a place is closed."""
        self.forget(closure)
        row = {
            "country": closure.country,
            "area": closure.area or WHOLE,
            "since": closure.since,
            "reason": closure.reason,
        }
        self._connection.execute(insert(CLOSURE), row)

    def forget(self, closure: Closure) -> None:
        """Write that exactly this place is open again, and no other."""
        self._connection.execute(delete(CLOSURE).where(place_of(closure)))


def place_of(closure: Closure) -> ColumnElement[bool]:
    """Return the condition that a row is of the same place."""
    return (CLOSURE.c.country == closure.country) & (CLOSURE.c.area == (closure.area or WHOLE))
