"""May this interview begin, and what may be asked in it?

Source: UNHCR, Guidance on Registration and Identity Management, 5.2; EUAA, Practical Guide:
Personal Interview; Committee on the Rights of the Child, General Comment No. 6, for children; that
what was not said counts as the worse is a Tenpoint design decision.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from services.profiling.commands.case import Journey, RecordAnswers, StartInterview
from shared.codes.profiles import Interpreter, Pause
from shared.events.profiling import JourneyRecorded
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import PersonRef


class InformationNotGiven(Conflict):
    """The person was not told yet what the interview is for."""

    code = "information_not_given"


class ConsentMissing(Conflict):
    """There is no consent of the person to profiling that is in force."""

    code = "consent_missing"


class InterpreterUnconfirmed(Conflict):
    """The person has not confirmed that they and the interpreter understand each other."""

    code = "interpreter_unconfirmed"


class RoomNotPrivate(Conflict):
    """Others can hear."""

    code = "room_not_private"


class ChildWithoutSupport(Conflict):
    """Somebody who may be a child is alone."""

    code = "child_without_support"


class NotChildTrained(Conflict):
    """The interviewer of somebody who may be a child is not trained for it."""

    code = "not_child_trained"


class SpousePresent(Conflict):
    """Spouses and companions are heard apart."""

    code = "spouse_present"


class MedicalHold(Conflict):
    """The person is not well enough, or nobody has said that they are."""

    code = "medical_hold"


class LawyerNotOffered(Conflict):
    """Somebody deprived of liberty was not offered a lawyer."""

    code = "lawyer_not_offered"


class QuestionNotAsked(Invalid):
    """The questionnaire has no such question, or no such answer to it."""

    code = "question_not_asked"


class Superseded(Conflict):
    """Other answers were recorded meanwhile, or the interview is over."""

    code = "superseded"


class Interview(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation: its answers are kept here and travel nowhere."""

    id: int | None = None
    person: PersonRef
    paused: Pause | None = None
    version: int = 0
    answers: dict[str, tuple[str, ...]] = {}


YES_NO: Final = frozenset({"YES", "NO", "UNSURE", "PREFER_NOT"})
REASONS: Final = frozenset(
    {
        "PERSECUTION",
        "CONFLICT",
        "GENERAL_VIOLENCE",
        "HUMAN_RIGHTS",
        "DISCRIMINATION",
        "FAMILY_JOIN",
        "FAMILY_PRESSURE",
        "WORK",
        "POVERTY",
        "EDUCATION",
        "HEALTH",
        "DISASTER_CLIMATE",
        "EVICTION",
        "STATELESSNESS",
        "DECEIVED_OR_FORCED",
        "ADVENTURE",
        "OTHER",
        "PREFER_NOT",
    }
)

QUESTIONS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "reasons_for_leaving": REASONS,
        "fear_of_return": YES_NO,
        "wishes_asylum": YES_NO | {"LATER"},
        "used_facilitator": YES_NO,
        "owes_debt": YES_NO,
        "held_on_the_way": YES_NO,
        "forced_to_work": YES_NO,
        "papers_taken": YES_NO,
        "pushed_back": YES_NO,
        "separated_on_the_way": YES_NO,
        "protection_elsewhere": YES_NO,
        "willing_to_stay": YES_NO,
        "wishes_return": YES_NO | {"NOT_NOW"},
        "interested_in_work": YES_NO,
        "interested_in_study": YES_NO,
        "interested_in_family_route": YES_NO,
        "never_had_papers": YES_NO,
        "copy_offered": YES_NO,
    }
)
"""The questions and the answers to each. There is none about sexual history, health status by
name, named persons, political networks or religion, and none that asks why somebody did not stay
elsewhere. Source: the joint questionnaire described in UNHCR, The 10-Point Plan in Action (2011),
chapter 5; a Tenpoint reconstruction."""


def refuse_unsafe(command: StartInterview, *, consented: bool, age: AgeState) -> None:
    """Refuse to begin before everything is there that makes talking safe.

    Args:
        command: what is said of the setting.
        consented: whether the person's consent to profiling is in force.
        age: whether the person is treated as a child; not known counts as a child.

    Raises:
        Conflict: the first thing that is missing, by its own code.
    """
    if not command.information_given:
        raise InformationNotGiven
    if not consented:
        raise ConsentMissing
    refuse_setting(command)
    if age is not AgeState.ADULT and not command.support_person:
        raise ChildWithoutSupport
    if age is not AgeState.ADULT and not command.child_trained:
        raise NotChildTrained
    if command.deprived_of_liberty is not False and not command.lawyer_offered:
        raise LawyerNotOffered


def refuse_setting(command: StartInterview) -> None:
    """Refuse a room, a company or a state of health in which nobody talks freely."""
    if command.interpreter is Interpreter.UNCONFIRMED:
        raise InterpreterUnconfirmed
    if not command.room_private:
        raise RoomNotPrivate
    if not command.spouse_apart:
        raise SpousePresent
    if not command.fit_to_talk:
        raise MedicalHold


def record(interview: Interview, command: RecordAnswers) -> Interview:
    """Return the interview with its answers as they are now.

    Raises:
        Superseded: the answers were recorded anew since, or the interview is paused.
        QuestionNotAsked: no such question, or no such answer.
    """
    if command.seen != interview.version or interview.paused is not None:
        raise Superseded
    answers = command.answers.items()
    if any(set(codes) - QUESTIONS.get(name, frozenset()) for name, codes in answers):
        raise QuestionNotAsked
    return msgspec.structs.replace(
        interview, version=interview.version + 1, answers=command.answers
    )


def journey_of(person: PersonRef, journey: Journey) -> JourneyRecorded:
    """Return what is told of a journey: what was said, and its partial form beside it.

    Raises:
        Invalid: the contract does not take a field as it was said.
    """
    fields: dict[str, Any] = journey.model_dump(mode="json", exclude_unset=True)
    route = fields.get("route")
    if route is None:
        fields.pop("route", None)
    else:
        fields["route"] = [
            {name: value for name, value in leg.items() if value is not None} for leg in route
        ]
        others = {leg["country"] for leg in route} - {journey.origin_country}
        fields["transit"] = sorted(others)
    try:
        return msgspec.convert({**fields, "person": person}, JourneyRecorded)
    except msgspec.ValidationError:
        raise Invalid(*fields) from None
