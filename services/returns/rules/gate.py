"""Six checks, each yes, no or unknown; unknown is no, silence is no, and old is unknown.

Source: 10-Point Plan of Action, point 9 (return in safety and dignity); IOM, A Framework for
Assisted Voluntary Return and Reintegration (2018), for voluntariness. That all six must be yes at
once, and how long each lasts, are Tenpoint design decisions.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from services.returns.commands import (
    Answer,
    AssessVoluntariness,
    RecordFitness,
    RecordScreening,
    Screened,
)
from shared.codes.protection import Clearance
from shared.events.exchange import ProtectionCheckAnswered
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import EnquiryRef

FRESH: Final = timedelta(days=90)
"""How long a choice and a screening count. Source: Tenpoint design decision."""

ANSWER_LASTS: Final = timedelta(minutes=60)
"""Longest that the exchange's word counts, however it is dated: Tenpoint design decision."""


class Check(StrEnum):
    """What must stand, with the barriers that each holds back.

    The choice (missing, withdrawn, capacity) · the screening (family and the rest) · protection
    (all that owners state; the code never travels) · fitness · documents · safety of the place.
    """

    VOLUNTARY = "VOLUNTARY"
    SCREENED = "SCREENED"
    PROTECTION = "PROTECTION"
    FIT = "FIT"
    DOCUMENTED = "DOCUMENTED"
    SAFE = "SAFE"


AGES: Final = frozenset({Check.VOLUNTARY, Check.SCREENED})
"""Checks of which an answer grows old."""


class CheckStanding(Conflict):
    """Checks that are not answered yes stand against the act; its fields name them."""

    code = "check_standing"


class AnswerExpired(Conflict):
    """The exchange's word has run out, or has already opened an act: ask again."""

    code = "answer_expired"


class ConsentMissing(Conflict):
    """Nobody who can consent for the person has done so."""

    code = "consent_missing"


class ScreeningMissing(Conflict):
    """The person was not screened, or not for everything, or too long ago."""

    code = "screening_missing"


class UnderPressure(Conflict):
    """It was not found that the choice is free."""

    code = "under_pressure"


class NotInformed(Conflict):
    """It was not found that the choice is informed."""

    code = "not_informed"


class CapacityUnclear(Conflict):
    """It was not found that the person can make the choice."""

    code = "capacity_unclear"


class DiagnosisNotKept(Invalid):
    """Something beside fit, not fit or not known was said: nothing of it is kept.

    Source: IOM Data Protection Manual (2010), principle 1; the word alone is a Tenpoint decision.
    """

    code = "diagnosis_not_kept"


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """What was found, and when."""

    answer: Answer
    at: datetime


Findings = Mapping[Check, Finding]
"""What was found, by check; a check that is not here is unknown."""


class Ground(NamedTuple):
    """What every instant's answer stands on beside what was found."""

    closed: bool
    """Whether nobody is taken to the place of return, or through a place on the way."""
    consented: bool
    """Whether who consented can do so for a person of that age."""


class Enquiry(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last question to the exchange. Without `valid_until` it waits for its answer."""

    nonce: EnquiryRef
    asked_at: datetime
    valid_until: datetime | None = None
    """Until when the word CLEAR holds; the instant itself is too late."""


def assess_voluntariness(command: AssessVoluntariness, *, consented: bool) -> Answer:
    """Return what was found of the choice.

    Args:
        command: what was found.
        consented: whether who consented can do so for a person of that age.

    Raises:
        UnderPressure, NotInformed, CapacityUnclear: yes was said without the part that makes it so.
        ConsentMissing: yes was said, and who consented cannot do so.
    """
    if command.answer is Answer.YES:
        if not consented:
            raise ConsentMissing
        parts = (
            ("free", command.free, UnderPressure),
            ("informed", command.informed, NotInformed),
            ("capable", command.capable, CapacityUnclear),
        )
        for field, found, refusal in parts:
            if found is not True:
                raise refusal(field)
    return command.answer


def record_screening(command: RecordScreening) -> Answer:
    """Return what the screening found.

    Raises:
        ScreeningMissing: yes was said, and not everything was looked at.
    """
    if command.answer is Answer.YES and frozenset(Screened) - set(command.screened):
        field = "screened"
        raise ScreeningMissing(field)
    return command.answer


def record_fitness(command: RecordFitness) -> Answer:
    """Return the one word of the medical staff.

    Raises:
        DiagnosisNotKept: anything else was said.
    """
    if command.model_extra:
        raise DiagnosisNotKept
    return command.answer


def answers(
    findings: Findings, enquiry: Enquiry | None, ground: Ground, *, at: datetime
) -> dict[Check, Answer]:
    """Return how each check stands at an instant."""
    stand = {check: answer_of(findings, check, at=at) for check in Check}
    if ground.closed:
        stand[Check.SAFE] = Answer.NO
    if not ground.consented and stand[Check.VOLUNTARY] is Answer.YES:
        stand[Check.VOLUNTARY] = Answer.UNKNOWN
    if stand[Check.PROTECTION] is not Answer.NO:
        stand[Check.PROTECTION] = Answer.YES if is_clear(enquiry, at=at) else Answer.UNKNOWN
    return stand


def answer_of(findings: Findings, check: Check, *, at: datetime) -> Answer:
    """Return what was found of one check, as far as it still counts."""
    found = findings.get(check)
    if found is None:
        return Answer.UNKNOWN
    is_old = not timedelta(0) <= at - found.at < FRESH
    return Answer.UNKNOWN if is_old and check in AGES else found.answer


def is_clear(enquiry: Enquiry | None, *, at: datetime) -> bool:
    """Return whether the exchange's word is CLEAR and still holds."""
    return enquiry is not None and enquiry.valid_until is not None and at < enquiry.valid_until


def pass_gate(
    findings: Findings, enquiry: Enquiry | None, ground: Ground, *, at: datetime, acts_at: datetime
) -> None:
    """Let an act pass only if all six checks are yes, now and when it is done.

    Raises:
        CheckStanding: a check is not yes; its fields name every such check.
        AnswerExpired: only the exchange's word is missing, and it was given and has run out.
    """
    standing = {
        check
        for instant in (at, max(at, acts_at))
        for check, answer in answers(findings, enquiry, ground, at=instant).items()
        if answer is not Answer.YES
    }
    was_clear = enquiry is not None and enquiry.valid_until is not None
    was_clear = was_clear and Check.PROTECTION not in findings
    if standing == {Check.PROTECTION} and was_clear:
        raise AnswerExpired
    if standing:
        raise CheckStanding(*sorted(check.lower() for check in standing))


def may_ask(findings: Findings, *, at: datetime) -> None:
    """Let the exchange be asked only about somebody who was screened.

    Raises:
        ScreeningMissing: the screening is not yes, or too old.
    """
    if answer_of(findings, Check.SCREENED, at=at) is not Answer.YES:
        raise ScreeningMissing


def is_answer_to(enquiry: Enquiry | None, event: ProtectionCheckAnswered) -> bool:
    """Return whether an answer is to the last question; to any other it is no answer."""
    return enquiry is not None and enquiry.nonce == event.nonce


def hear_clear(enquiry: Enquiry, event: ProtectionCheckAnswered, *, at: datetime) -> Enquiry:
    """Return the question as answered; hearing an answer again never makes it last longer.

    It holds until the exchange's own time, a time without a zone being no time.
    """
    told = event.valid_until if event.valid_until.tzinfo is not None else at
    limits = (told, at + ANSWER_LASTS, enquiry.valid_until or told)
    return replace(enquiry, valid_until=min(limits))


def is_barred(event: ProtectionCheckAnswered) -> bool:
    """Return whether an answer stops the return: whatever is not CLEAR does."""
    return event.answer is not Clearance.CLEAR


def spend(enquiry: Enquiry | None, *, at: datetime) -> Enquiry | None:
    """Return the question after its answer has opened an act: it opens no other.

    Booking and departure are each asked about. Source: Tenpoint design decision.
    """
    return None if enquiry is None else replace(enquiry, valid_until=at)
