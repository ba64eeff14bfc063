"""A return case as it is remembered, and the states that it can be in.

Source: IOM, A Framework for Assisted Voluntary Return and Reintegration (2018), for the stages; the
states are a Tenpoint design decision.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from services.returns.commands import Alternative, Answer, Help
from services.returns.rules.gate import Check, Enquiry, Finding
from shared.codes.protection import Barred
from shared.codes.returns import ReturnWord
from shared.kernel.consent import Giver
from shared.kernel.errors import Conflict
from shared.kernel.identifiers import PersonRef, ReferralRef, ReturnRef


class State(StrEnum):
    """Of a return case."""

    ENQUIRY = "ENQUIRY"
    COUNSELLED = "COUNSELLED"
    APPLIED = "APPLIED"
    PREPARING = "PREPARING"
    BOOKED = "BOOKED"
    SUSPENDED = "SUSPENDED"
    DEPARTED = "DEPARTED"
    ARRIVED = "ARRIVED"
    REINTEGRATING = "REINTEGRATING"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    CANCELLED = "CANCELLED"


UNDER_WAY: Final = frozenset({State.APPLIED, State.PREPARING, State.BOOKED})
"""A return is being prepared."""

BEFORE_DEPARTURE: Final = UNDER_WAY | {State.ENQUIRY, State.COUNSELLED, State.SUSPENDED}

STOPPED: Final = frozenset({State.WITHDRAWN, State.CANCELLED})
"""Ended before departure."""

ENDED: Final = STOPPED | {State.CLOSED}


class OutOfOrder(Conflict):
    """The case is not in a state in which this can be done."""

    code = "out_of_order"


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One return of one person. What is not known has no value, and is never taken for a no."""

    reference: ReturnRef
    person: PersonRef
    state: State
    since: datetime
    """When the case came into this state."""
    word: ReturnWord | None = None
    """What others were told last; None while nobody knows of the case."""
    referral: ReferralRef | None = None
    tasked: bool = False
    """Whether the exchange was told that IOM has a task for the person."""
    detained: bool | None = None
    kind: Barred | None = None
    country: str | None = None
    area: str | None = None
    giver: Giver | None = None
    """Who consented to the return."""
    findings: Mapping[Check, Finding] = {}
    enquiry: Enquiry | None = None
    leaves_at: datetime | None = None
    transits: tuple[str, ...] = ()
    reconfirmed_at: datetime | None = None
    requested_on: date | None = None
    """When a travel document was requested on paper."""
    alternatives: tuple[Alternative, ...] = ()
    arrived_on: date | None = None
    help: tuple[Help, ...] = ()
    contact_until: date | None = None
    monitored: tuple[Answer, ...] = ()
    """What each visit found, the first one first."""
    overdue_at: datetime | None = None
    """When what the case waits for was found to have fallen due."""


def open_case(reference: ReturnRef, person: PersonRef, *, at: datetime) -> Case:
    """Return the case of a person who asked about return."""
    return Case(reference=reference, person=person, state=State.ENQUIRY, since=at)


def move(case: Case, state: State, *, at: datetime) -> Case:
    """Return the case in another state; what it waited for before is done."""
    return replace(case, state=state, since=at, overdue_at=None)


def refuse_unless(case: Case, *states: State) -> None:
    """Refuse an act that the state does not allow; raises OutOfOrder."""
    if case.state not in states:
        raise OutOfOrder
