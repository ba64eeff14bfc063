"""The sender's half over HTTP, and the list of what a person is asked to do."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from types import NoneType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from shared.casework.api.transact import Transact, referral_of
from shared.casework.commands.referral import (
    AmendReferral,
    Cause,
    RequestReferral,
    WithdrawReferral,
)
from shared.casework.handlers import referral as sending
from shared.casework.handlers.desk import Desk
from shared.casework.rules.sent import Sent, SentState
from shared.casework.rules.task import TaskKind
from shared.casework.store import OpenTask
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Level, Service, ServiceOutcome, Step
from shared.kernel.agencies import Agency, Role
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import PersonRef, Reference, ReferralRef
from shared.storage.keyset import Count
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy
from shared.web.paging import Cursor, Limit, next_of, read_cursor

REFERS: Final = (Role.CASEWORKER, Role.PROFILER)
READS: Final = (*REFERS, Role.SUPERVISOR)

Named = Annotated[ReferralRef, Depends(referral_of)]
Refers = Annotated[Caller, calls(*REFERS)]
Reads = Annotated[Caller, calls(*READS)]
Number = Annotated[int, Path(ge=1, lt=2**53)]


class Requested(BaseModel):
    """The reference of a referral."""

    referral: ReferralRef


class ReferralView(BaseModel):
    """A referral as its sender sees it. What is null was not told, or did not happen."""

    referral: ReferralRef
    person: PersonRef
    state: SentState
    service: Service
    pathway: Pathway
    priority: Priority
    requested_at: datetime
    due_at: datetime
    escalated: Level | None
    declined_by: tuple[Agency, ...]
    provider: Agency | None
    payload_sent: bool
    step: Step | None
    outcome: ServiceOutcome | None
    cause: Cause | None

    @classmethod
    def of(cls, sent: Sent) -> "ReferralView":
        """Return the view of a referral."""
        names = set(cls.model_fields) - {"payload_sent"}
        fields = {name: getattr(sent, name) for name in names}
        return cls(payload_sent=sent.sealed, **fields)


class TaskView(BaseModel):
    """One thing that a person on the staff is asked to do."""

    id: int
    referral: ReferralRef
    kind: TaskKind
    codes: tuple[str, ...]
    at: datetime

    @classmethod
    def of(cls, one: OpenTask) -> "TaskView":
        """Return the view of a task."""
        task = one.task
        return cls(id=one.id, referral=task.referral, kind=task.kind, codes=task.codes, at=one.at)


class TaskPage(BaseModel):
    """A part of what waits, the oldest first."""

    tasks: list[TaskView]
    next: str | None = None


def referral_router(transact: Transact) -> APIRouter:
    """Return the routes of a sender."""
    router = APIRouter(prefix="/v1", tags=["referrals"])

    @router.post("/persons/{p}/referrals", status_code=HTTPStatus.CREATED)
    async def post_referral(
        p: PersonRef, command: RequestReferral, caller: Refers, once: OnceBy
    ) -> Requested:
        """Ask for a service for a person who agreed to it."""
        referral = await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: str(sending.request_referral(command, p, desk=desk)), str
            )
        )
        return Requested(referral=ReferralRef(Reference(referral)))

    @router.get("/referrals/{r}")
    async def get_referral(r: Named, _: Reads) -> ReferralView:
        """Return how a referral goes."""
        return ReferralView.of(await transact(lambda desk: find_sent(r, desk)))

    add_changes(router, transact)
    add_tasks(router, transact)
    return router


def add_changes(router: APIRouter, transact: Transact) -> None:
    """Add the routes by which a sender corrects or takes back."""

    @router.post("/referrals/{r}/amendments", status_code=HTTPStatus.NO_CONTENT)
    async def post_amendment(
        r: Named, command: AmendReferral, caller: Refers, once: OnceBy
    ) -> None:
        """Tell the card anew, as it is now."""
        await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: sending.amend_referral(command, r, desk=desk), NoneType
            )
        )

    @router.post("/referrals/{r}/withdrawal", status_code=HTTPStatus.NO_CONTENT)
    async def post_referral_withdrawal(
        r: Named, command: WithdrawReferral, caller: Refers, once: OnceBy
    ) -> None:
        """Take a referral back; why is told to nobody."""
        await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: sending.withdraw_referral(command, r, desk=desk), NoneType
            )
        )


def add_tasks(router: APIRouter, transact: Transact) -> None:
    """Add the routes of what a person is asked to do."""

    @router.get("/tasks")
    async def get_tasks(_: Reads, cursor: Cursor = None, limit: Limit = 50) -> TaskPage:
        """Return what waits, the oldest first."""
        after = read_cursor(cursor, Count)

        def work(desk: Desk) -> Sequence[OpenTask]:
            return desk.book.tasks.open(after, limit)

        found = await transact(work)
        views = [TaskView.of(one) for one in found]
        return TaskPage(tasks=views, next=next_of([one.id for one in found], limit))

    @router.post("/tasks/{t}/completion", status_code=HTTPStatus.NO_CONTENT)
    async def post_completion(t: Number, _: Reads) -> None:
        """Say that a person has done it."""
        if not await transact(lambda desk: desk.book.tasks.done(t, desk.at)):
            raise NotFound


def find_sent(referral: ReferralRef, desk: Desk) -> Sent:
    """Return a referral of this agency's own; raises NotFound for every other."""
    sent = desk.book.referrals.find(referral)
    if sent is None:
        raise NotFound
    return sent
