"""Who is to be heard, who is expected, and what did the conversation find?"""

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter

from services.profiling import handlers
from services.profiling.api.answers import (
    Announced,
    Arrival,
    ArrivalPage,
    ConcernLine,
    ProfileLine,
    ProfilePage,
    ProfileView,
)
from services.profiling.api.wiring import Person, Wired
from services.profiling.commands import OpenTask, ProposeCorrection
from services.profiling.handlers import safeguards
from services.profiling.rules.described import expected, known
from services.profiling.store import ProfilePlace, Store
from shared.kernel.agencies import Role
from shared.kernel.errors import Invalid
from shared.kernel.identifiers import EventRef, PersonRef, Reference
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy
from shared.web.paging import Cursor, Limit, next_of, read_cursor

router = APIRouter(prefix="/v1", tags=["profiling"])

DUE: Final = "due"

Staff = Annotated[Caller, calls(Role.PROFILER, Role.SUPERVISOR)]
Profiler = Annotated[Caller, calls(Role.PROFILER)]


@router.get("/profiles")
async def get_profiles(
    wired: Wired, _: Staff, due: str = "", cursor: Cursor = None, limit: Limit = 50
) -> ProfilePage:
    """Return the work list: those with a concern first, then by due time.

    `due` keeps what is due on or before that day; empty or not said keeps everything.
    """
    after, before = read_cursor(cursor, ProfilePlace), end_of(due)
    profiles = await wired.run(
        lambda store, _: store.worklist(after=after, due_before=before, most=limit)
    )
    places = [ProfilePlace(not one.concerned, one.due_at, one.person) for one in profiles]
    lines = [ProfileLine.of(profile) for profile in profiles]
    return ProfilePage(profiles=lines, next=next_of(places, limit))


@router.get("/profiles/{f}")
async def get_profile(wired: Wired, f: Person, _: Staff) -> ProfileView:
    """Return one person: what is known, by whom told, and the concerns."""
    return await wired.run(lambda store, at: view_of(f, store=store, at=at))


@router.post("/profiles/{f}/corrections", status_code=HTTPStatus.ACCEPTED)
async def post_correction(
    wired: Wired, f: Person, command: ProposeCorrection, caller: Profiler, once: OnceBy
) -> Announced:
    """Propose that the reception authority correct an entry; a clerk there decides."""
    event = await wired.run_once(
        once(caller),
        lambda store, _: str(handlers.propose_correction(command, person=f, store=store)),
        str,
    )
    return Announced(event=EventRef(Reference(event)))


@router.post("/profiles/{f}/tasks", status_code=HTTPStatus.ACCEPTED)
async def post_task(
    wired: Wired,
    f: Person,
    command: OpenTask,
    caller: Annotated[Caller, calls(Role.PROFILER, Role.CASEWORKER)],
    once: OnceBy,
) -> Announced:
    """Record that the person asked UNHCR, in person, for a service."""
    event = await wired.run_once(
        once(caller),
        lambda store, at: str(handlers.open_task(command, person=f, store=store, at=at)),
        str,
    )
    return Announced(event=EventRef(Reference(event)))


@router.get("/arrivals")
async def get_arrivals(
    wired: Wired, _: Staff, cursor: Cursor = None, limit: Limit = 50
) -> ArrivalPage:
    """Return the encounters told by the border, with the number of people expected."""
    after = read_cursor(cursor, str)
    found = await wired.run(lambda store, _: store.arrivals(after=after, most=limit))
    arrivals = [
        Arrival(encounter=encounter, people=expected(account)) for encounter, account in found
    ]
    places = [arrival.encounter for arrival in arrivals]
    return ArrivalPage(arrivals=arrivals, next=next_of(places, limit))


def view_of(person: PersonRef, *, store: Store, at: datetime) -> ProfileView:
    """Return all that is known of a person; raises NotFound if there is no profile."""
    profile = store.get_profile(person)
    accounts = store.accounts_of(person)
    return ProfileView.of(
        profile,
        treated_as_child=safeguards.find_age(person, store=store, at=at),
        told=known(accounts),
        concerns=[ConcernLine.of(concern) for concern in store.concerns_about(person)],
    )


def end_of(due: str) -> datetime | None:
    """Return the first instant after a day, None for no day.

    Raises:
        Invalid: the text is no day.
    """
    if not due:
        return None
    try:
        return datetime.combine(date.fromisoformat(due) + timedelta(days=1), time(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Invalid(DUE) from None
