"""Whom did the border announce, and who comes first?"""

from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlmodel import Session

from services.registration.rules.person import Waiting
from services.registration.rules.screening import Announced
from services.registration.store.tables import HEARD, WAITING
from shared.kernel.identifiers import EncounterRef, PersonRef, Reference
from shared.storage.keyset import Count, beyond

COLUMNS: Final = select(WAITING.c.person, WAITING.c.encounter, WAITING.c.registered)
ORDER: Final = (WAITING.c.urgency, WAITING.c.seq)


class WaitingPlace(NamedTuple):
    """A place in the list of those who wait: after this person."""

    urgency: Count
    seq: Count


class WaitingList:
    """Those whom the border announced, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._connection = session.connection()

    def find(self, person: PersonRef) -> Waiting | None:
        """Return one announced person, registered by now or not."""
        return next(iter(self._find(WAITING.c.person == person)), None)

    def find_by_wristband(self, wristband: str) -> Waiting | None:
        """Return the one person who waits with this wristband; None if nobody or several."""
        bears = select(HEARD.c.about).where(HEARD.c.wristband == wristband)
        found = self._find(WAITING.c.person.in_(bears) & ~WAITING.c.registered)
        return found[0] if len(found) == 1 else None

    def _find(self, condition: ColumnElement[bool]) -> list[Waiting]:
        return [
            Waiting(
                PersonRef(Reference(row.person)),
                None if row.encounter is None else EncounterRef(Reference(row.encounter)),
                row.registered,
            )
            for row in self._connection.execute(COLUMNS.where(condition))
        ]

    def next(self, after: WaitingPlace | None, most: int) -> dict[PersonRef, WaitingPlace]:
        """Return up to `most` people who wait, the most urgent first, then in order heard."""
        waits = select(WAITING.c.person, *ORDER).where(~WAITING.c.registered)
        if after is not None:
            waits = waits.where(beyond(ORDER, after))
        found = self._connection.execute(waits.order_by(*ORDER).limit(most))
        return {PersonRef(Reference(row[0])): WaitingPlace(*row[1:]) for row in found}

    def save(self, person: PersonRef, announced: Announced | None, *, registered: bool) -> None:
        """Remember what the border has told about a person, taken together; None forgets it."""
        if announced is None:
            self._connection.execute(delete(WAITING).where(WAITING.c.person == person))
            return
        values = {
            "urgency": announced.urgency,
            "encounter": announced.encounter,
            "registered": registered,
        }
        known = select(WAITING.c.seq).where(WAITING.c.person == person)
        if self._connection.scalar(known) is None:
            self._connection.execute(insert(WAITING), {"person": person, **values})
        else:
            self._connection.execute(update(WAITING).where(WAITING.c.person == person), values)

    def leave(self, person: PersonRef) -> None:
        """Take a person from the list once registered."""
        gone = update(WAITING).where(WAITING.c.person == person).values(registered=True)
        self._connection.execute(gone)

    def count(self) -> int:
        """Return how many people wait."""
        waits = select(func.count()).select_from(WAITING).where(~WAITING.c.registered)
        return self._connection.scalar(waits) or 0
