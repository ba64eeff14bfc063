"""How does a referral go, as its sender sees it?

States move forward only. What an answer did not tell changes nothing, and an answer that does not
fit the state is shown to a person and changes nothing. Source: IASC, Inter-Agency Referral Form and
Guidance Note (2017); Primero, referrals and transfers; the states are a Tenpoint design decision.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from shared.casework.commands.referral import Cause
from shared.casework.rules.task import Task, TaskKind
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Level, Service, ServiceOutcome, Step
from shared.events.event import Absent, Event
from shared.events.exchange import FlowInterrupted
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import Agency
from shared.kernel.errors import Conflict
from shared.kernel.identifiers import ConsentRef, PersonRef, ReferralRef


class NotOpen(Conflict):
    """The referral has come to its end."""

    code = "not_open"


class SentState(StrEnum):
    """Of a referral, as its sender sees it. `EXPIRED` and `INTERRUPTED` wait for a person."""

    REQUESTED = "REQUESTED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    CLOSED = "CLOSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    INTERRUPTED = "INTERRUPTED"


SERVED: Final = frozenset({SentState.ACCEPTED, SentState.IN_PROGRESS})
OPEN: Final = SERVED | {SentState.REQUESTED}
REVOCABLE: Final = OPEN | {SentState.INTERRUPTED, SentState.EXPIRED}
"""From where the sender can take it back: from everywhere but the two ends."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One referral of this agency's own."""

    referral: ReferralRef
    person: PersonRef
    consent: ConsentRef
    service: Service
    pathway: Pathway
    priority: Priority
    requested_at: datetime
    due_at: datetime
    state: SentState = SentState.REQUESTED
    escalated: Level | None = None
    declined_by: tuple[Agency, ...] = ()
    provider: Agency | None = None
    """Who accepted."""
    sealed: bool = False
    """Whether a payload was sent."""
    step: Step | None = None
    outcome: ServiceOutcome | None = None
    cause: Cause | None = None


def refuse_ended(sent: Sent) -> None:
    """Refuse what an ended referral cannot take.

    Raises:
        NotOpen: always then.
    """
    if sent.state not in OPEN:
        raise NotOpen


def withdraw(sent: Sent, cause: Cause) -> Sent:
    """Return a referral that its sender took back.

    Raises:
        NotOpen: it was closed, or taken back before.
    """
    if sent.state not in REVOCABLE:
        raise NotOpen
    return msgspec.structs.replace(sent, state=SentState.WITHDRAWN, cause=cause)


def with_payload(sent: Sent) -> Sent:
    """Return a referral whose payload was sent."""
    return msgspec.structs.replace(sent, sealed=True)


def hear(sent: Sent, event: Event) -> tuple[Sent, Task | None]:
    """Return a referral after something was heard of it, and the task that follows.

    What comes from somebody else than who accepted, or does not fit the state, changes nothing.
    """
    rule = RULES[type(event)]
    after, kind, codes = rule(sent, event)
    if kind is None:
        return after, None
    return after, Task(sent.referral, kind, tuple(str(code) for code in codes if code is not None))


Heard = tuple[Sent, TaskKind | None, tuple[object, ...]]


def _accepted(sent: Sent, event: ReferralAccepted) -> Heard:
    provider = said(event.provider)
    if sent.state is SentState.EXPIRED:
        return sent, TaskKind.ACCEPTED_LATE, (provider,)
    if sent.state is not SentState.REQUESTED or provider is None:
        return sent, None, ()
    after = msgspec.structs.replace(sent, state=SentState.ACCEPTED, provider=provider)
    return after, TaskKind.ACCEPTED, (provider,)


def _declined(sent: Sent, event: ReferralDeclined) -> Heard:
    provider = said(event.provider)
    if sent.state is not SentState.REQUESTED:
        return sent, None, ()
    known = () if provider is None else (provider,)
    after = msgspec.structs.replace(
        sent, declined_by=tuple(dict.fromkeys((*sent.declined_by, *known)))
    )
    return after, TaskKind.DECLINED, (provider, said(event.reason))


def _information_wanted(sent: Sent, event: InformationRequested) -> Heard:
    if sent.state is not SentState.REQUESTED:
        return sent, None, ()
    return sent, TaskKind.INFORMATION_WANTED, said(event.wanted) or ()


def _escalated(sent: Sent, event: ReferralEscalated) -> Heard:
    if sent.state is not SentState.REQUESTED:
        return sent, None, ()
    level = said(event.level) or Level.COORDINATOR
    return msgspec.structs.replace(sent, escalated=level), TaskKind.ESCALATED, (level,)


def _expired(sent: Sent, _: ReferralExpired) -> Heard:
    if sent.state is not SentState.REQUESTED:
        return sent, None, ()
    after = msgspec.structs.replace(sent, state=SentState.EXPIRED)
    return after, TaskKind.EXPIRED, (sent.priority,)


def _interrupted(sent: Sent, _: FlowInterrupted) -> Heard:
    if sent.state not in OPEN:
        return sent, None, ()
    after = msgspec.structs.replace(sent, state=SentState.INTERRUPTED)
    return after, TaskKind.INTERRUPTED, ()


def _started(sent: Sent, event: ServiceStarted) -> Heard:
    if sent.state not in SERVED or said(event.provider) not in (None, sent.provider):
        return sent, None, ()
    step = said(event.step)
    after = msgspec.structs.replace(sent, state=SentState.IN_PROGRESS, step=step or sent.step)
    return after, TaskKind.SERVICE_STARTED, (step,)


def _ended(sent: Sent, event: ServiceEnded) -> Heard:
    if sent.state not in SERVED or said(event.provider) not in (None, sent.provider):
        return sent, None, ()
    outcome = said(event.outcome)
    after = msgspec.structs.replace(sent, state=SentState.CLOSED, outcome=outcome)
    return after, TaskKind.SERVICE_ENDED, (outcome,)


RULES: Final[dict[type[Event], Callable[[Sent, Any], Heard]]] = {
    ReferralAccepted: _accepted,
    ReferralDeclined: _declined,
    InformationRequested: _information_wanted,
    ReferralEscalated: _escalated,
    ReferralExpired: _expired,
    FlowInterrupted: _interrupted,
    ServiceStarted: _started,
    ServiceEnded: _ended,
}
"""What a sender hears of its referral."""


def said(value: Any) -> Any:  # noqa: ANN401 - any field of a contract
    """Return a field as it was told; None if it was not."""
    return None if isinstance(value, Absent) else value
