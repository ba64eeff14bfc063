"""Which worry waits, what did the note say, who heard it?"""

from typing import Annotated

from fastapi import APIRouter

from services.profiling import handlers
from services.profiling.api.answers import ConcernLine, ConcernPage, ConcernView
from services.profiling.api.wiring import Named, Wired
from services.profiling.rules.concern import ConcernState
from services.profiling.store import ConcernPlace
from shared.kernel.agencies import Role
from shared.web.caller import Caller, calls
from shared.web.paging import Cursor, Limit, next_of, read_cursor

router = APIRouter(prefix="/v1/concerns", tags=["concerns"])

ProtectionDesk = Annotated[Caller, calls(Role.PROFILER, Role.SUPERVISOR)]


@router.get("")
async def get_concerns(
    wired: Wired,
    _: ProtectionDesk,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ConcernPage:
    """Return the concerns: those that wait first, then by due time; no notes."""
    after = read_cursor(cursor, ConcernPlace)
    concerns = await wired.run(lambda store, _: store.concerns(after=after, most=limit))
    places = [
        ConcernPlace(one.state is ConcernState.HEARD, one.due_at, *one.release) for one in concerns
    ]
    lines = [ConcernLine.of(concern) for concern in concerns]
    return ConcernPage(concerns=lines, next=next_of(places, limit))


@router.get("/{c}")
async def get_concern(wired: Wired, c: Named, _: ProtectionDesk) -> ConcernView:
    """Return one concern, with its note opened if it can be."""
    concern = await wired.run(lambda store, _: store.get_concern(c))
    return ConcernView.opened(concern, wired.open_note)


@router.post("/{c}/hearing")
async def post_hearing(wired: Wired, c: Named, caller: ProtectionDesk) -> ConcernLine:
    """Mark a concern as heard, and stop its clock."""
    concern = await wired.run(
        lambda store, at: handlers.hear_concern(c, by=caller.role, store=store, at=at)
    )
    return ConcernLine.of(concern)
