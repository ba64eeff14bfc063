"""What registration remembers: people, who waits, encounters, proposed corrections.

* `tables`: which tables are there?
* `people`: who is registered, and what was told of them at each time?
* `waiting`: whom did the border announce, and who comes first?
* `releases`: what did each release tell, so that an erasure takes away exactly that?
* `encounters`: how many people of each encounter are to be received?
* `safeguards`: what has a caseworker stated of a person's age and place?
* `corrections`: which corrections are proposed, and what was decided?
"""

from sqlalchemy import Select, func, select
from sqlmodel import Session

from services.registration.store.corrections import Corrections
from services.registration.store.encounters import Encounters
from services.registration.store.people import People
from services.registration.store.releases import Releases
from services.registration.store.safeguards import Safeguards
from services.registration.store.tables import (
    CASEWORK,
    METADATA,
    OUTBOX,
    REQUEST,
    STREAM,
    TABLES,
    UNREADABLE,
)
from services.registration.store.waiting import WaitingList, WaitingPlace
from shared.storage.outbox import Outbox
from shared.storage.timers import Timers

__all__ = ["CASEWORK", "METADATA", "REQUEST", "TABLES", "Store", "WaitingPlace"]


class Store:
    """Registration's memory within one open transaction; never commits."""

    def __init__(self, session: Session, *, outbox: Outbox, timers: Timers) -> None:
        """Use the session of the current transaction; outbox and timers write into it, too."""
        self._connection = session.connection()
        self.outbox = outbox
        self.timers = timers
        self.safeguards = Safeguards(session)
        self.people = People(session, self.safeguards)
        self.waiting = WaitingList(session)
        self.releases = Releases(session)
        self.encounters = Encounters(session)
        self.corrections = Corrections(session)

    def count_open_rows(self) -> int:
        """Return how many announcements the exchange has not answered yet."""
        return self._count(
            select(func.count()).select_from(OUTBOX).where(OUTBOX.c.closed_at.is_(None))
        )

    def count_unheard(self) -> tuple[int, int]:
        """Return how many partitions of the own stream have a gap, and releases no reader."""
        gaps = self._count(select(func.count()).select_from(STREAM).where(STREAM.c.gap))
        return gaps, self._count(select(func.count()).select_from(UNREADABLE))

    def _count(self, counted: Select[int]) -> int:
        return self._connection.scalar(counted) or 0
