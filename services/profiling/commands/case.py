"""The interview, the profile, counselling, and what is stated of protection.

What is not said of a setting counts as the worse. Source: 10-Point Plan of Action, point 5 and
Annex I, point 5; the form is a Tenpoint reconstruction.
"""

from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from services.profiling.commands.correction import Area, Command, Country, Day
from shared.codes.profiles import (
    Basis,
    Confidence,
    Interpreter,
    Option,
    Pause,
    ProfileCode,
)
from shared.codes.protection import Stated
from shared.kernel.identifiers import ConsentRef

Explanation = Annotated[str, StringConstraints(max_length=500)]
Seen = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z_]{1,40}$")]
QuestionName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


class StartInterview(Command):
    """Begin to talk, once everything is there that makes talking safe."""

    information_given: StrictBool = False
    consent: ConsentRef | None = None
    """A consent of the person to profiling, given before."""
    interpreter: Interpreter = Interpreter.UNCONFIRMED
    room_private: StrictBool = False
    spouse_apart: StrictBool = False
    """Whether no spouse and nobody else of the company is present."""
    fit_to_talk: StrictBool = False
    """Whether no medical hold keeps the person from talking."""
    support_person: StrictBool = False
    child_trained: StrictBool = False
    deprived_of_liberty: StrictBool | None = None
    lawyer_offered: StrictBool = False


class Leg(Command):
    """One country of a journey and the month in it."""

    country: Country
    month: Day | None = None


class Journey(Command):
    """Where the person comes from and how they came."""

    origin_country: Country | None = None
    place_of_origin: Area | None = None
    relatives_elsewhere: Annotated[tuple[Country, ...], Field(max_length=20)] | None = None
    route: Annotated[tuple[Leg, ...], Field(max_length=40)] | None = None


class RecordAnswers(Command):
    """What the person answered, as a whole; what was not answered is not there."""

    seen: Seen
    """The version of the answers that the interviewer has seen; 0 for none."""
    answers: Annotated[
        dict[QuestionName, Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]],
        Field(max_length=60),
    ]
    journey: Journey | None = None


class PauseInterview(Command):
    """Stop for now."""

    reason: Pause


class Finding(Command):
    """One category, on what basis, and explained to the person how."""

    code: ProfileCode
    confidence: Confidence
    basis: Annotated[tuple[Basis, ...], Field(min_length=1, max_length=len(Basis))]
    explanation: Explanation = ""


class EstablishProfile(Command):
    """State every category that fits, at once; earlier profiles stay as history."""

    findings: Annotated[tuple[Finding, ...], Field(min_length=1, max_length=len(ProfileCode))]


class RecordCounselling(Command):
    """Which options were explained, and to which referrals the person said no.

    The options are recorded, never the conversation.
    """

    options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=len(Option))]
    declined: Annotated[tuple[ProfileCode, ...], Field(max_length=len(ProfileCode))] = ()


class StateProtection(Command):
    """What UNHCR states to be barred, as a whole; not said counts as unknown, and so as barred."""

    removal: Stated = Stated.UNKNOWN
    assisted_return: Stated = Stated.UNKNOWN
    voluntary_repatriation: Stated = Stated.UNKNOWN
    readmission: Stated = Stated.UNKNOWN
