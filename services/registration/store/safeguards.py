"""What has a caseworker stated of a person's age and place?"""

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from services.registration.store.tables import SAFEGUARD
from shared.casework.commands import StateSafeguards
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import PersonRef


class Safeguards:
    """What caseworkers have stated, of those who wait, too; within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._connection = session.connection()

    def save(self, person: PersonRef, stated: StateSafeguards) -> None:
        """Remember what was stated last; it replaces what was stated before."""
        self._connection.execute(delete(SAFEGUARD).where(SAFEGUARD.c.person == person))
        row = {
            "person": person,
            "treated_as_child": stated.treated_as_child.value,
            "hide_location": stated.hide_location,
        }
        self._connection.execute(insert(SAFEGUARD), row)

    def find(self, person: PersonRef) -> StateSafeguards | None:
        """Return what was stated last, or None if nothing ever was."""
        rows = self._connection.execute(select(SAFEGUARD).where(SAFEGUARD.c.person == person))
        return next(
            (
                StateSafeguards(
                    treated_as_child=AgeState(row.treated_as_child),
                    hide_location=row.hide_location,
                )
                for row in rows
            ),
            None,
        )
