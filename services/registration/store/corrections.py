"""Which corrections are proposed, and what was decided?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlmodel import Session

from services.registration.store.tables import CORRECTION
from shared.events.event import decode, encode
from shared.events.profiling import CorrectionProposed
from shared.kernel.identifiers import Reference


@dataclass(frozen=True, slots=True)
class Correction:
    """One proposal; `accepted` is None as long as no clerk has decided."""

    id: int
    proposed: CorrectionProposed
    accepted: bool | None


class Corrections:
    """The proposed corrections, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._connection = session.connection()

    def add(self, proposed: CorrectionProposed, partition: int, number: int) -> None:
        """Remember a proposal and the release that brought it."""
        self._connection.execute(
            insert(CORRECTION),
            {
                "person": proposed.person,
                "partition": partition,
                "number": number,
                "proposed": encode(proposed),
            },
        )

    def find(self, number: int) -> Correction | None:
        """Return a proposal by its number, or None."""
        return next(iter(self._find(CORRECTION.c.id == number)), None)

    def open(self, after: int | None, most: int) -> list[Correction]:
        """Return up to `most` proposals that wait for a clerk, after a number, the oldest first."""
        waits = CORRECTION.c.accepted.is_(None)
        return self._find(waits & (CORRECTION.c.id > (after or 0)), most)

    def find_named(
        self, about: Reference, partition: int, numbers: Collection[int]
    ) -> list[Correction]:
        """Return the proposals that an erasure notice names."""
        return self._find(
            (CORRECTION.c.person == about)
            & (CORRECTION.c.partition == partition)
            & CORRECTION.c.number.in_(numbers)
        )

    def _find(self, condition: ColumnElement[bool], most: int | None = None) -> list[Correction]:
        rows = select(CORRECTION).where(condition).order_by(CORRECTION.c.id).limit(most)
        return [
            Correction(row.id, decode(CorrectionProposed, row.proposed), row.accepted)
            for row in self._connection.execute(rows)
        ]

    def decide(self, number: int, *, accepted: bool, at: datetime) -> None:
        """Remember what a clerk decided."""
        decided = update(CORRECTION).where(CORRECTION.c.id == number)
        self._connection.execute(decided, {"accepted": accepted, "decided_at": at})

    def replace(self, number: int, left: CorrectionProposed | None) -> None:
        """Keep what is left of a proposal after an erasure, if anything is."""
        named = CORRECTION.c.id == number
        if left is None:
            self._connection.execute(delete(CORRECTION).where(named))
        else:
            self._connection.execute(update(CORRECTION).where(named), {"proposed": encode(left)})

    def count(self) -> int:
        """Return how many proposals wait for a clerk."""
        waits = select(func.count()).select_from(CORRECTION)
        return self._connection.scalar(waits.where(CORRECTION.c.accepted.is_(None))) or 0
