"""What registration remembers: people, who waits, encounters, proposed corrections.

* `tables`: which tables are there?
* `people`: who is registered, and what was told of them at each time?
* `waiting`: whom did the border announce, and who comes first?
* `releases`: what did each release tell, so that an erasure takes away exactly that?
* `encounters`: how many people of each encounter are to be received?
* `safeguards`: what has a caseworker stated of a person's age and place?
* `corrections`: which corrections are proposed, and what was decided?
"""

from sqlmodel import Session

from services.registration.store.corrections import Corrections
from services.registration.store.encounters import Encounters
from services.registration.store.people import People
from services.registration.store.releases import Releases
from services.registration.store.safeguards import Safeguards
from services.registration.store.tables import (
    CASEWORK,
    METADATA,
    REQUEST,
    TABLES,
)
from services.registration.store.waiting import WaitingList, WaitingPlace
from shared.storage.health import health_of
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

    def health(self) -> dict[str, int]:
        """Return how much waits: of the post, and of people for a clerk."""
        return health_of(self._connection, TABLES) | {
            "registered": self.people.count(),
            "waiting": self.waiting.count(),
            "corrections": self.corrections.count(),
            "encounters_overdue": self.encounters.count_overdue(),
        }
