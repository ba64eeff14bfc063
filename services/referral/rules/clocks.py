"""By when must somebody act on a referral, and what if nobody does?

The response clock begins when the desk hears the request. Its first end marks the referral as
escalated and starts the same time once more; its second end expires it. The instant itself is on
time. Source: IASC, Inter-Agency Referral Form (2017), for the times; the second clock, the pause
and the other clocks are Tenpoint design decisions.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.referral.rules.record import (
    CLOCK,
    TAKEN,
    Act,
    Move,
    Referral,
    State,
    lapsed,
    moved,
    unmoved,
)
from services.referral.rules.steps import due_steps, end_of
from shared.codes.pathways import RESPONSE_TIME, Priority
from shared.codes.referrals import Level
from shared.events.event import Event
from shared.events.referral import ReferralEscalated, ReferralExpired

PAUSE: Final = timedelta(hours=48)
"""The longest time for which a provider's question stops the response clock, once."""

NEXT: Final = timedelta(hours=24)
"""The time in which a human asks the next provider."""

FEEDBACK: Final = timedelta(days=14)
"""The time from the acceptance in which the provider says how it ended."""

GRACE: Final = timedelta(hours=1)
"""How long after its due time an emergency goes to a human although the exchange is silent."""


class Clock(StrEnum):
    """A clock of a referral. A step has one of its own, under its own name."""

    RESPONSE = "response"
    PAUSE = "pause"
    NEXT = "next"
    CONTACT = "contact"
    FEEDBACK = "feedback"


Moved = tuple[Referral, tuple[Event, ...]]
"""The referral after a move, and what is told of it."""


def response_due(referral: Referral) -> datetime:
    """Return the last instant at which an answer is on time, the pauses so far included."""
    return referral.clock_from + RESPONSE_TIME[referral.priority] + referral.paused_for


def due_times(referral: Referral) -> Mapping[str, datetime]:
    """Return every clock of the referral that runs, and when it ends."""
    due: dict[str, datetime | None] = {}
    if referral.state is State.CREATED:
        due[Clock.NEXT] = referral.next_by
        if referral.paused_at is None:
            due[Clock.RESPONSE] = response_due(referral)
        else:
            due[Clock.PAUSE] = referral.paused_at + PAUSE
    elif referral.state in TAKEN and referral.accepted_at is not None:
        due[Clock.FEEDBACK] = referral.accepted_at + FEEDBACK
        if referral.follow_up_by is not None:
            due[Clock.CONTACT] = end_of(referral.follow_up_by)
        due.update({step.value: at for step, at in due_steps(referral).items()})
    return {clock: at for clock, at in due.items() if at is not None}


def alarm_due(referral: Referral) -> datetime | None:
    """Return when an emergency goes to a human even if the exchange is silent, or None."""
    answer = due_times(referral).get(Clock.RESPONSE)
    urgent = referral.priority is Priority.EMERGENCY
    return answer + GRACE if urgent and answer is not None else None


def pass_by(referral: Referral, clock: str, *, at: datetime) -> Moved:
    """Return the referral after one of its clocks has passed; one that does not run does nothing.

    Nothing is ever closed by a clock but a referral that nobody answered twice.
    """
    due = due_times(referral).get(clock)
    if due is None or at <= due:
        return referral, ()
    if clock == Clock.RESPONSE:
        return _expire(referral, at) if referral.escalated_at else _escalate(referral, at)
    if clock == Clock.PAUSE:
        return resume(referral, by=CLOCK, at=at), ()
    return find_overdue(referral, clock, at=at), ()


def resume(referral: Referral, *, by: str, at: datetime) -> Referral:
    """Return the referral with its response clock running again, if it was stopped."""
    if referral.paused_at is None:
        return referral
    pause = min(at - referral.paused_at, PAUSE)
    return moved(referral, Move(Act.RESUMED, by, at), paused_at=None, paused_for=pause)


def find_overdue(referral: Referral, word: str, *, at: datetime) -> Referral:
    """Return the referral marked for a human to look at."""
    marked = unmoved(referral, Move(Act.OVERDUE, CLOCK, at, word))
    return replace(marked, overdue_at=referral.overdue_at or at)


def find_late(referral: Referral, *, at: datetime) -> Referral:
    """Return the referral marked for a human if it is an emergency whose alarm has passed.

    It is not escalated or expired: an answer may be on its way.
    """
    due = alarm_due(referral)
    if due is None or at <= due:
        return referral
    return find_overdue(referral, Clock.RESPONSE, at=at)


def _escalate(referral: Referral, at: datetime) -> Moved:
    """Mark that nobody answered, and start the same time once more, whole, from now."""
    level = Level.SUPERVISOR if referral.priority is Priority.EMERGENCY else Level.COORDINATOR
    after = moved(
        referral,
        Move(Act.ESCALATED, CLOCK, at, level),
        escalated_at=at,
        clock_from=at,
        paused_for=timedelta(),
        offers=lapsed(referral),
        next_by=at + NEXT,
        overdue_at=referral.overdue_at or at,
    )
    return after, (ReferralEscalated(referral=referral.referral, level=level),)


def _expire(referral: Referral, at: datetime) -> Moved:
    """End the waiting. The sender has to reach the person; an emergency stays an alarm here."""
    urgent = referral.priority is Priority.EMERGENCY
    after = moved(
        referral,
        Move(Act.EXPIRED, CLOCK, at),
        state=State.EXPIRED,
        offers=lapsed(referral),
        next_by=None,
        overdue_at=(referral.overdue_at or at) if urgent else None,
    )
    return after, (ReferralExpired(referral=referral.referral),)
