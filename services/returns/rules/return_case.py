"""Is the choice still free and informed, do all checks stand, and may the person still say no?

A case moves forward only by a human's act; what is heard can only suspend it. Until departure the
person may change their mind: without a reason, and leaving nothing behind. Source: 10-Point Plan of
Action, point 9; IOM, A Framework for Assisted Voluntary Return and Reintegration (2018). Who may do
what, and when, is a Tenpoint design decision.
"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import Final

from msgspec.structs import replace

from services.returns.commands import (
    Answer,
    BookTravel,
    ConfirmDeparture,
    ReconfirmWish,
    RecordDocuments,
)
from services.returns.rules import gate, travel
from services.returns.rules.application import may_consent
from services.returns.rules.case import (
    BEFORE_DEPARTURE,
    STOPPED,
    UNDER_WAY,
    Case,
    State,
    move,
    refuse_unless,
)
from services.returns.rules.gate import Check, Enquiry, Finding, Ground
from services.returns.rules.travel import Closure
from shared.codes.protection import Barred
from shared.events.control import ProtectionCheckAsked
from shared.events.exchange import ProtectionCheckAnswered
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import EnquiryRef

RECONFIRM: Final = timedelta(hours=48)
"""Longest time between the last yes and the journey. Source: Tenpoint design decision."""


class TooEarly(Conflict):
    """The time for this has not come."""

    code = "too_early"


class NotSigned(Conflict):
    """The person has not signed."""

    code = "not_signed"


class NotReconfirmed(Conflict):
    """The person has not said once more, in the last 48 hours, that they want to go."""

    code = "not_reconfirmed"


class AlreadyDeparted(Conflict):
    """The person has left."""

    code = "already_departed"


def record(case: Case, check: Check, answer: Answer, *, at: datetime) -> Case:
    """Return the case with what a check found: the first one begins the preparation, a no stops it.

    Raises:
        OutOfOrder: no return is being prepared.
    """
    refuse_unless(case, *UNDER_WAY)
    findings = {**case.findings, check: Finding(answer, at)}
    if case.state is State.APPLIED:
        case = move(case, State.PREPARING, at=at)
    case = replace(case, findings=findings)
    return suspend(case, at=at) if answer is Answer.NO else case


def request_paper(case: Case, command: RecordDocuments, *, at: datetime) -> Case:
    """Return the case with the day on which a travel document was requested, if one was.

    The request itself is a paper act; what it said is kept nowhere here.
    """
    return replace(case, requested_on=at.date()) if command.says else case


def ask(case: Case, nonce: EnquiryRef, *, at: datetime) -> Case:
    """Return the case with a new question; whatever was answered before counts no longer.

    Raises:
        OutOfOrder: no return is being prepared.
        ScreeningMissing: the person was not screened.
    """
    refuse_unless(case, *UNDER_WAY)
    gate.may_ask(case.findings, at=at)
    return replace(case, enquiry=Enquiry(nonce, at))


def question_of(case: Case, nonce: EnquiryRef) -> ProtectionCheckAsked:
    """Return what the exchange is asked; a case of no known kind is asked about as assisted."""
    kind = case.kind or Barred.ASSISTED_RETURN
    return ProtectionCheckAsked(about=case.person, nonce=nonce, kind=kind)


def hear_answer(case: Case, event: ProtectionCheckAnswered, *, at: datetime) -> Case:
    """Return the case after an answer of the exchange.

    An answer to another question is none; anything but CLEAR suspends.
    """
    if case.state not in UNDER_WAY or case.enquiry is None:
        return case
    if not gate.is_answer_to(case.enquiry, event):
        return case
    if gate.is_barred(event):
        return record(case, Check.PROTECTION, Answer.NO, at=at)
    return replace(case, enquiry=gate.hear_clear(case.enquiry, event, at=at))


def hear_age(case: Case, age: AgeState, *, at: datetime) -> Case:
    """Return the case after a word on the person's age: suspended if who consented could not."""
    if case.state not in UNDER_WAY or may_consent(case.giver, age):
        return case
    return suspend(case, at=at)


def ground_of(case: Case, closures: Collection[Closure], age: AgeState) -> Ground:
    """Return what the checks of a case stand on."""
    return Ground(is_closed(case, closures), may_consent(case.giver, age))


def standing(
    case: Case, closures: Collection[Closure], age: AgeState, *, at: datetime
) -> dict[Check, Answer]:
    """Return how each of the six checks stands."""
    ground = ground_of(case, closures, age)
    return gate.answers(case.findings, case.enquiry, ground, at=at)


def is_closed(case: Case, closures: Collection[Closure]) -> bool:
    """Return whether nobody is taken to the place of return, or through one on the way."""
    return travel.is_closed(case.country, case.area, closures) or any(
        travel.is_closed(country, None, closures) for country in case.transits
    )


def book(case: Case, command: BookTravel, ground: Ground, *, at: datetime) -> Case:
    """Return the case with its journey booked, by a human.

    The journey is one that `travel.refuse_transit` has let pass.

    Raises:
        OutOfOrder: no return is being prepared, or it is booked.
        Invalid: the journey would have begun already.
        CheckStanding, AnswerExpired: the six checks are not all yes.
    """
    refuse_unless(case, State.PREPARING)
    if command.leaves_at <= at:
        field = "leaves_at"
        raise Invalid(field)
    gate.pass_gate(case.findings, case.enquiry, ground, at=at, acts_at=at)
    return replace(
        move(case, State.BOOKED, at=at),
        leaves_at=command.leaves_at,
        transits=command.transits,
        enquiry=gate.spend(case.enquiry, at=at),
    )


def reconfirm(case: Case, command: ReconfirmWish, *, at: datetime) -> Case:
    """Return the case of a person who said once more that they want to go.

    Raises:
        OutOfOrder: no journey is booked.
        TooEarly: it is more than 48 hours before the journey.
        NotSigned: the person has not signed.
    """
    refuse_unless(case, State.BOOKED)
    if case.leaves_at is None or case.leaves_at - at > RECONFIRM:
        raise TooEarly
    if not command.signed:
        field = "signed"
        raise NotSigned(field)
    return replace(case, reconfirmed_at=at, overdue_at=None)


def depart(case: Case, command: ConfirmDeparture, ground: Ground, *, at: datetime) -> Case:
    """Return the case of a person who boards, as a human at the gate says.

    Raises:
        OutOfOrder: no journey is booked.
        NotReconfirmed: the last yes is missing, or older than 48 hours when boarding.
        CheckStanding, AnswerExpired: the six checks are not all yes now and when boarding.
    """
    refuse_unless(case, State.BOOKED)
    boards_at = max(at, command.boards_at)
    if case.reconfirmed_at is None or boards_at - case.reconfirmed_at > RECONFIRM:
        raise NotReconfirmed
    gate.pass_gate(case.findings, case.enquiry, ground, at=at, acts_at=boards_at)
    return replace(move(case, State.DEPARTED, at=at), enquiry=None)


def suspend(case: Case, *, at: datetime) -> Case:
    """Return the case at a standstill until a human looks at it; one that is over stays as it is.

    What was found stays for whoever looks; the question to the exchange and the journey go.
    """
    if case.state not in BEFORE_DEPARTURE - {State.SUSPENDED}:
        return case
    return replace(
        move(case, State.SUSPENDED, at=at),
        enquiry=None,
        leaves_at=None,
        transits=(),
        reconfirmed_at=None,
    )


def suspend_by_hand(case: Case, *, at: datetime) -> Case:
    """Return the case suspended by a supervisor.

    Raises:
        AlreadyDeparted: the person has left.
        OutOfOrder: the case is over.
    """
    refuse_departed(case)
    refuse_unless(case, *BEFORE_DEPARTURE)
    return suspend(case, at=at)


def resume(case: Case, *, at: datetime) -> Case:
    """Return the case in preparation again, by a human: every check is asked anew.

    A case that was suspended before anybody applied goes on where it was.

    Raises:
        OutOfOrder: the case is not suspended.
    """
    refuse_unless(case, State.SUSPENDED)
    state = State.ENQUIRY if case.detained is None else State.COUNSELLED
    if case.kind is not None:
        state = State.PREPARING
    return replace(move(case, state, at=at), findings={})


def withdraw(case: Case, *, at: datetime) -> Case:
    """Return the case of a person who changed their mind: until departure, without a reason.

    A case that was stopped before stays as it is.

    Raises:
        AlreadyDeparted: the person has left.
    """
    refuse_departed(case)
    return case if case.state in STOPPED else stop(case, State.WITHDRAWN, at=at)


def cancel(case: Case, *, at: datetime) -> Case:
    """Return the case ended by a supervisor, also after a no-show: without a reason or penalty.

    Raises:
        AlreadyDeparted: the person has left.
        OutOfOrder: the case has ended.
    """
    refuse_departed(case)
    refuse_unless(case, *BEFORE_DEPARTURE)
    return stop(case, State.CANCELLED, at=at)


def refuse_departed(case: Case) -> None:
    """Refuse what can be done until departure only; raises AlreadyDeparted."""
    if case.state not in BEFORE_DEPARTURE | STOPPED:
        raise AlreadyDeparted


def stop(case: Case, state: State, *, at: datetime) -> Case:
    """Return all that stays of a case that ended before departure.

    Whose it was, that it ended, on which day, and what others were told: no plan, no finding, no
    place, no hour. Source: Tenpoint design decision.
    """
    day = datetime.combine(at.date(), time(tzinfo=UTC))
    return Case(
        reference=case.reference, person=case.person, state=state, since=day, word=case.word
    )
