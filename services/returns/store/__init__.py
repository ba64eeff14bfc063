"""What returns remembers: cases, people, closed places; outbox and clocks beside them.

* `tables`: which tables are there?
* `cases`: which returns are there, and how did each come to where it is?
* `people`: what was told of people, and what has IOM's own staff stated?
* `closures`: to which countries and areas is nobody taken?
"""

from sqlmodel import Session

from services.returns.store.cases import CasePlace, Cases, Step
from services.returns.store.closures import Closures
from services.returns.store.people import People
from services.returns.store.tables import CASEWORK, REQUEST, TABLES, ReturnsTable
from shared.storage.health import health_of
from shared.storage.outbox import Outbox
from shared.storage.timers import Timers

__all__ = ["CASEWORK", "REQUEST", "TABLES", "CasePlace", "ReturnsTable", "Step", "Store"]


class Store:
    """Returns' memory within one open transaction; never commits."""

    def __init__(self, session: Session, *, outbox: Outbox, timers: Timers) -> None:
        """Use the session of the current transaction; outbox and timers write into it, too."""
        self._connection = session.connection()
        self.outbox = outbox
        self.timers = timers
        self.cases = Cases(session)
        self.people = People(session)
        self.closures = Closures(session)

    def health(self) -> dict[str, int]:
        """Return how many rows are open, partitions have a gap, releases were unreadable."""
        return health_of(self._connection, TABLES)
