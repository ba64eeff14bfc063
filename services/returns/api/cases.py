"""Who asked about return, was told of everything, and applied?"""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter

from services.returns.api.answers import (
    CaseLine,
    CasePage,
    CaseView,
    Checks,
    Kept,
    Opened,
)
from services.returns.api.wiring import Caseworker, Named, Staff, Wired
from services.returns.commands import (
    ApplyForReturn,
    OfferAlternative,
    RecordCounselling,
    RecordEnquiry,
)
from services.returns.handlers import before
from services.returns.handlers.before import Act
from services.returns.handlers.people import get_age
from services.returns.rules.case import BEFORE_DEPARTURE, STOPPED, Case
from services.returns.rules.described import known
from services.returns.rules.return_case import standing
from services.returns.store import CasePlace, Store
from shared.kernel.identifiers import Reference, ReturnRef
from shared.web.once import OnceBy
from shared.web.paging import Cursor, Limit, next_of, read_cursor

router = APIRouter(prefix="/v1/return-cases", tags=["returns"])


@router.get("")
async def get_cases(wired: Wired, _: Staff, cursor: Cursor = None, limit: Limit = 50) -> CasePage:
    """Return the work list: what has fallen due first, then the longest waiting."""
    after = read_cursor(cursor, CasePlace)
    cases = await wired.run(lambda store, _: store.cases.worklist(after=after, most=limit))
    places = [CasePlace(one.overdue_at is None, one.since, one.reference) for one in cases]
    return CasePage(cases=[CaseLine.of(case) for case in cases], next=next_of(places, limit))


@router.post("", status_code=HTTPStatus.CREATED)
async def post_case(
    wired: Wired, command: RecordEnquiry, caller: Caseworker, once: OnceBy
) -> Opened:
    """Record that somebody asked about return, by any means; one open case a person."""

    def work(store: Store, at: datetime) -> str:
        act = Act(store, at, caller.role)
        return str(before.enquire(command, act=act, make_id=wired.make_id))

    return Opened(case=ReturnRef(Reference(await wired.run_once(once(caller), work, str))))


@router.get("/{c}")
async def get_case(wired: Wired, c: Named, _: Staff) -> CaseView:
    """Return one case as it stands now."""
    return await wired.run(lambda store, at: view_of(store.cases.get(c), store=store, at=at))


@router.post("/{c}/counselling")
async def post_counselling(
    wired: Wired, c: Named, command: RecordCounselling, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record a conversation about return and everything else."""
    return await wired.act(caller, once, lambda act: before.counsel(c, command, act=act))


@router.post("/{c}/application")
async def post_application(
    wired: Wired, c: Named, command: ApplyForReturn, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record that the person asks to be helped to return."""
    return await wired.act(caller, once, lambda act: before.apply(c, command, act=act))


@router.post("/{c}/alternatives")
async def post_alternative(
    wired: Wired, c: Named, command: OfferAlternative, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record that another way than return was offered."""
    return await wired.act(caller, once, lambda act: before.offer(c, command, act=act))


def view_of(case: Case, *, store: Store, at: datetime) -> CaseView:
    """Return all that staff sees of a case."""
    age = get_age(case.person, store=store, at=at)
    closures = store.closures.all()
    checks = None
    if case.state in BEFORE_DEPARTURE:
        checks = Checks.of(standing(case, closures, age, at=at))
    over = case.state in STOPPED
    account = None if over else store.people.find_account(case.person)
    return CaseView.seen(
        case, checks=checks, steps=store.cases.steps(case), age=age, told=known(account or {})
    )
