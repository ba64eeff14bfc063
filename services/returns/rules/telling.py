"""Which one word do others hear of a case, and when does a case wait for somebody?

No event says why, where to, or by when; every end is the same word. Nobody hears of a case before
an application, nor how one ended that nobody had heard of. Source: Tenpoint design decision.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from msgspec.structs import replace

from services.returns.rules.arrival import ARRIVES_WITHIN, may_contact, next_visit
from services.returns.rules.case import ENDED, Case, State
from services.returns.rules.return_case import RECONFIRM
from shared.codes.returns import Advice, ReturnWord
from shared.events.control import TaskClosed
from shared.events.event import Event
from shared.events.partners import ClosureAdvised
from shared.events.returns import (
    ArrivalConfirmed,
    DepartureConfirmed,
    ReturnApplied,
    ReturnEnded,
    ReturnSuspended,
    ReturnTold,
)
from shared.kernel.agencies import Purpose

LOOKED_AT: Final = timedelta(hours=72)
"""Time for a human to look at a suspended case. Source: Tenpoint design decision."""

WORD: Final = {
    State.APPLIED: ReturnWord.APPLIED,
    State.PREPARING: ReturnWord.APPLIED,
    State.BOOKED: ReturnWord.APPLIED,
    State.SUSPENDED: ReturnWord.SUSPENDED,
    State.DEPARTED: ReturnWord.DEPARTED,
    State.ARRIVED: ReturnWord.ARRIVED,
    State.REINTEGRATING: ReturnWord.ARRIVED,
    State.CLOSED: ReturnWord.ENDED,
    State.WITHDRAWN: ReturnWord.ENDED,
    State.CANCELLED: ReturnWord.ENDED,
}

TOLD_AS: Final[dict[ReturnWord, type[ReturnTold]]] = {
    ReturnWord.APPLIED: ReturnApplied,
    ReturnWord.SUSPENDED: ReturnSuspended,
    ReturnWord.ENDED: ReturnEnded,
    ReturnWord.DEPARTED: DepartureConfirmed,
    ReturnWord.ARRIVED: ArrivalConfirmed,
}


def word_of(case: Case) -> ReturnWord | None:
    """Return the word that others are to know of a case; None as long as they know of none."""
    if case.word is None and case.state is not State.APPLIED:
        return None
    return WORD.get(case.state)


def settle(before: Case | None, after: Case) -> Case:
    """Return the case with the word that is told of it; what it newly waits for is not overdue."""
    if before is not None and due_of(before) != due_of(after):
        after = replace(after, overdue_at=None)
    return replace(after, word=word_of(after))


def events_of(before: Case | None, after: Case) -> tuple[Event, ...]:
    """Return what is told of a change, of a case that is settled."""
    told: list[Event] = []
    state = None if before is None else before.state
    if after.word is not None and (before is None or before.word is not after.word):
        told.append(restate(after))
    if state is not after.state and after.state is State.DEPARTED:
        told.append(ClosureAdvised(person=after.person, advice=Advice.CLOSE))
    if before is not None and before.tasked and after.state in ENDED and state not in ENDED:
        told.append(TaskClosed(person=after.person, purpose=Purpose.RETURN_VOLUNTARY))
    return tuple(told)


def restate(case: Case) -> ReturnTold:
    """Return the whole of what others may know of a case that they know of."""
    word = case.word or ReturnWord.ENDED
    return TOLD_AS[word](person=case.person, return_case=case.reference, state=word)


def due_of(case: Case) -> datetime | None:
    """Return when what a case waits for falls due; None if it waits for nothing with a time."""
    match case.state:
        case State.SUSPENDED:
            return case.since + LOOKED_AT
        case State.BOOKED if case.reconfirmed_at is None and case.leaves_at is not None:
            return case.leaves_at - RECONFIRM
        case State.DEPARTED:
            return case.since + ARRIVES_WITHIN
        case State.REINTEGRATING:
            due = next_visit(case)
            if due is not None and may_contact(case, on=due):
                return datetime.combine(due, time(tzinfo=UTC))
        case _:
            pass
    return None


def find_overdue(case: Case, *, at: datetime) -> Case:
    """Return the case marked as due for somebody's attention. A clock never does more than that.

    The due time itself is on time.
    """
    due = due_of(case)
    if due is None or at <= due or case.overdue_at is not None:
        return case
    return replace(case, overdue_at=at)
