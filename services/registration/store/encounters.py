"""How many people of each encounter are to be received?"""

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from services.registration.rules.encounter import Encounter, EncounterState
from services.registration.store.tables import ENCOUNTER
from shared.kernel.identifiers import EncounterRef


class Encounters:
    """The encounters at the border, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._connection = session.connection()

    def find(self, encounter: EncounterRef) -> Encounter | None:
        """Return an encounter, or None if nobody told of it."""
        row = self._connection.execute(
            select(ENCOUNTER).where(ENCOUNTER.c.encounter == encounter)
        ).first()
        if row is None:
            return None
        return Encounter(encounter, EncounterState(row.state), row.expected, row.overdue)

    def add(self, encounter: Encounter) -> None:
        """Remember a new encounter."""
        self._connection.execute(insert(ENCOUNTER), row_of(encounter))

    def save(self, encounter: Encounter) -> None:
        """Remember how far a known encounter has come."""
        known = ENCOUNTER.c.encounter == encounter.encounter
        self._connection.execute(update(ENCOUNTER).where(known), row_of(encounter))

    def count_overdue(self) -> int:
        """Return of how many encounters nobody was handed over in time."""
        late = select(func.count()).select_from(ENCOUNTER).where(ENCOUNTER.c.overdue)
        return self._connection.scalar(late) or 0


def row_of(encounter: Encounter) -> dict[str, str | int | None]:
    """Return an encounter as a row."""
    return {
        "encounter": encounter.encounter,
        "state": encounter.state,
        "expected": encounter.expected,
        "overdue": encounter.overdue,
    }
