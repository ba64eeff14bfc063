"""What is a person on the staff asked to do? No task is ever done by a machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from shared.casework.rules.task import Task, TaskKind
from shared.kernel.identifiers import Reference, ReferralRef

BETWEEN = " "


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that waits, under the number by which it is done."""

    id: int
    task: Task
    at: datetime


class Tasks:
    """The tasks of one agency's caseworkers, within one open transaction."""

    def __init__(self, session: Session, table: Table) -> None:
        """Use the session of the current transaction and the service's own table."""
        self._session = session
        self._table = table

    def add(self, task: Task, at: datetime) -> None:
        """Ask for something."""
        row = {
            "referral": task.referral,
            "kind": task.kind.value,
            "codes": BETWEEN.join(task.codes),
            "at": at,
        }
        self._session.execute(insert(self._table), row)

    def open(self, after: int | None, most: int) -> Sequence[OpenTask]:
        """Return what waits, the oldest first."""
        columns = self._table.c
        query = select(self._table).where(columns.done_at.is_(None), columns.id > (after or 0))
        return [
            OpenTask(
                row.id,
                Task(
                    ReferralRef(Reference(row.referral)),
                    TaskKind(row.kind),
                    tuple(row.codes.split()),
                ),
                row.at,
            )
            for row in self._session.execute(query.order_by(columns.id).limit(most))
        ]

    def done(self, number: int, at: datetime) -> bool:
        """Note that a person has done it; False if it does not wait."""
        columns = self._table.c
        found = self._session.execute(
            update(self._table)
            .where(columns.id == number, columns.done_at.is_(None))
            .values(done_at=at)
            .returning(columns.id)
        )
        return found.one_or_none() is not None
