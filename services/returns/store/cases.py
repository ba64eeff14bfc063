"""Which returns are there, and how did each come to where it is?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlmodel import Session

from services.returns.rules.case import ENDED, STOPPED, Case, State
from services.returns.store.tables import CASE, STEP
from shared.kernel.agencies import Role
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import EnquiryRef, PersonRef, ReferralRef, ReturnRef
from shared.storage.keyset import Moment, beyond
from shared.storage.tables import insert_into

READ: Final = msgspec.json.Decoder(Case)


class CasePlace(NamedTuple):
    """A place in the work list: after this case."""

    calm: bool
    since: Moment
    reference: str


class Step(NamedTuple):
    """When a case came into a state; by a member of staff in a role, or by what was heard."""

    state: State
    at: datetime
    by: Role | None


class Cases:
    """The returns, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._session = session
        self._connection = session.connection()

    def get(self, reference: ReturnRef) -> Case:
        """Return a case; raises NotFound if there is none."""
        found = self._find(CASE.c.reference == reference)
        if not found:
            raise NotFound
        return found[0]

    def of_person(self, person: PersonRef) -> Sequence[Case]:
        """Return all cases of a person, also those that ended."""
        return self._find(CASE.c.person == person)

    def open_of(self, person: PersonRef) -> Case | None:
        """Return the case of a person that has not ended; there is never more than one."""
        found = self._find((CASE.c.person == person) & CASE.c.ended.is_(False))
        return found[0] if found else None

    def of_nonce(self, nonce: EnquiryRef) -> Sequence[Case]:
        """Return the case that asked the exchange under a nonce, if that was its last question."""
        return self._find(CASE.c.nonce == nonce)

    def of_referral(self, referral: ReferralRef) -> Sequence[Case]:
        """Return the cases that came by a referral and have not ended."""
        return self._find((CASE.c.referral == referral) & CASE.c.ended.is_(False))

    def all_open(self) -> Sequence[Case]:
        """Return every case that has not ended."""
        return self._find(CASE.c.ended.is_(False))

    def worklist(self, *, after: CasePlace | None, most: int) -> Sequence[Case]:
        """Return cases that have not ended: what has fallen due first, then the longest waiting."""
        order = (CASE.c.calm, CASE.c.since, CASE.c.reference)
        query = select(CASE.c.body).where(CASE.c.ended.is_(False)).order_by(*order).limit(most)
        if after is not None:
            query = query.where(beyond(order, after))
        return [READ.decode(body) for body in self._connection.scalars(query)]

    def save(self, case: Case) -> None:
        """Write a case, new or not."""
        row = {
            "person": case.person,
            "ended": case.state in ENDED,
            "calm": case.overdue_at is None,
            "since": case.since,
            "nonce": None if case.enquiry is None else case.enquiry.nonce,
            "referral": case.referral,
            "body": msgspec.json.encode(case),
        }
        statement = insert_into(self._session, CASE).values(reference=case.reference, **row)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["reference"], set_=row)
        )

    def add_step(self, case: Case, *, by: Role | None, at: datetime) -> None:
        """Note that a case came into its state; of one that was stopped, all steps are forgotten.

        How, when and before whom somebody changed their mind is nobody's business.
        """
        mine = STEP.c.case == case.reference
        if case.state in STOPPED:
            self._connection.execute(delete(STEP).where(mine))
            return
        last = self._connection.scalar(select(func.max(STEP.c.number)).where(mine)) or 0
        row = {"case": case.reference, "number": last + 1, "state": case.state, "at": at}
        self._connection.execute(insert(STEP), {**row, "role": by})

    def steps(self, case: Case) -> Sequence[Step]:
        """Return the steps of a case, in order."""
        query = select(STEP).where(STEP.c.case == case.reference).order_by(STEP.c.number)
        return [
            Step(State(row.state), row.at, None if row.role is None else Role(row.role))
            for row in self._connection.execute(query)
        ]

    def _find(self, which: ColumnElement[bool]) -> list[Case]:
        query = select(CASE.c.body).where(which).order_by(CASE.c.since, CASE.c.reference)
        return [READ.decode(body) for body in self._connection.scalars(query)]
