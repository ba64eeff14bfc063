"""What has a person said to this agency? Kept in the order taken."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from shared.casework.rules.permission import Word
from shared.events.control import ConsentGiven, ConsentWithdrawn, WithholdingSet
from shared.events.event import decode, encode
from shared.events.registry import contract_of
from shared.kernel.identifiers import EventRef, PersonRef

KINDS: Final[Mapping[str, type[Word]]] = {
    contract_of(kind).wire: kind for kind in (ConsentGiven, ConsentWithdrawn, WithholdingSet)
}
WITHDRAWN: Final = contract_of(ConsentWithdrawn).wire


class Words:
    """Consents, withdrawals and withholdings, within one open transaction."""

    def __init__(self, session: Session, table: Table) -> None:
        """Use the session of the current transaction and the service's own table."""
        self._session = session
        self._table = table

    def save(self, event: EventRef, word: Word, day: date) -> None:
        """Remember what a person said."""
        row = {
            "event": event,
            "person": word.person,
            "day": day,
            "wire": contract_of(type(word)).wire,
            "body": encode(word),
        }
        self._session.execute(insert(self._table), row)

    def of(self, person: PersonRef) -> tuple[Word, ...]:
        """Return all that a person said, in the order taken."""
        columns = self._table.c
        query = select(columns.wire, columns.body).where(columns.person == person)
        rows = self._session.execute(query.order_by(columns.seq))
        return tuple(decode(KINDS[row.wire], row.body) for row in rows)

    def withdrawals(self, person: PersonRef, day: date) -> tuple[EventRef, ...]:
        """Return the withdrawals of a person on one day, which a later consent follows."""
        columns = self._table.c
        found = select(columns.event).where(
            columns.person == person, columns.day == day, columns.wire == WITHDRAWN
        )
        return tuple(EventRef(event) for event in self._session.scalars(found))
