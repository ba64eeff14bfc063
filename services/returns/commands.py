"""What returns can be asked. The models are also the bodies of the HTTP interface.

What is not said counts against the return, never for it. Source: 10-Point Plan of Action, point 9;
IOM, A Framework for Assisted Voluntary Return and Reintegration (2018), for the stages and for
freedom, information and capacity; the forms are a Tenpoint design decision.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from shared.casework.commands.person import NOT_A_REFERENCE, PLAIN, Command
from shared.codes.protection import Barred
from shared.kernel.consent import Giver
from shared.kernel.identifiers import Kind, PersonRef, ReferralRef, is_well_formed

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Area = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,24}$")]
FieldName = Annotated[str, StringConstraints(max_length=40)]


def reference_of(kind: Kind) -> Callable[[str], str]:
    """Return the check that a text is a reference of a kind, and nothing else."""

    def check(text: str) -> str:
        if not is_well_formed(text, kind):
            raise PydanticCustomError(NOT_A_REFERENCE, PLAIN)
        return text

    return check


Person = Annotated[PersonRef, AfterValidator(reference_of(Kind.PERSON))]
Referral = Annotated[ReferralRef, AfterValidator(reference_of(Kind.REFERRAL))]
Few = Field(default=(), max_length=20)
"""A list that may be empty. Longest list: Tenpoint design decision."""


class Answer(StrEnum):
    """What was found. Unknown counts as no wherever a return depends on it."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Topic(StrEnum):
    """What a conversation about return must hold.

    Source: UNHCR, Return of people not in need of international protection, for the alternatives;
    EUAA, Let's Speak Asylum, for the rest.
    """

    ASYLUM = "ASYLUM"
    STAY = "STAY"
    OTHER_ROUTES = "OTHER_ROUTES"
    CONDITIONS_AT_HOME = "CONDITIONS_AT_HOME"
    HELP_AND_ITS_LIMITS = "HELP_AND_ITS_LIMITS"
    CHANGE_OF_MIND = "CHANGE_OF_MIND"


class Alternative(StrEnum):
    """Another way than return. Source: 10-Point Plan of Action, point 9."""

    REGULARISATION = "REGULARISATION"
    TEMPORARY_STAY = "TEMPORARY_STAY"
    HUMANITARIAN_LEAVE = "HUMANITARIAN_LEAVE"
    THIRD_COUNTRY_HUMANITARIAN = "THIRD_COUNTRY_HUMANITARIAN"
    LABOUR = "LABOUR"
    STUDY = "STUDY"
    FAMILY = "FAMILY"
    FREE_MOVEMENT = "FREE_MOVEMENT"
    TOLERATED = "TOLERATED"


class Screened(StrEnum):
    """What must have been looked at. What was found is told as a concern and kept nowhere here."""

    CHILD = "CHILD"
    TRAFFICKING = "TRAFFICKING"
    GBV = "GBV"
    DISABILITY = "DISABILITY"
    FAMILY = "FAMILY"


class Help(StrEnum):
    """Dimensions of reintegration. Source: IOM, Reintegration Handbook (2019)."""

    ECONOMIC = "ECONOMIC"
    SOCIAL = "SOCIAL"
    PSYCHOSOCIAL = "PSYCHOSOCIAL"


class ClosedFor(StrEnum):
    """Why nobody is taken somewhere, or may be again; IOM's own note, told to nobody."""

    CONFLICT = "CONFLICT"
    DISASTER = "DISASTER"
    NO_ACCESS = "NO_ACCESS"
    REVIEWED = "REVIEWED"


class RecordEnquiry(Command):
    """Somebody asked about return, by any means. Without a person, one is named anew."""

    person: Person | None = None
    referral: Referral | None = None
    """The referral by which the person came, if any."""
    in_person: StrictBool = False
    """Whether the person asked in person: only then IOM has a task for them."""


class RecordCounselling(Command):
    """The person was told of return and of everything else, in a language they understand."""

    explained: Annotated[tuple[Topic, ...], Few] = ()
    understood: StrictBool = False
    detained: StrictBool | None = None
    """Whether the person is deprived of liberty; not said counts as detained."""
    independent_counsellor: StrictBool = False


class ApplyForReturn(Command):
    """The person asks to be helped to return."""

    kind: Literal[Barred.ASSISTED_RETURN, Barred.VOLUNTARY_REPATRIATION]
    country: Country
    area: Area | None = None
    giver: Giver | None = None
    """Who consents to the return."""
    says_protected: StrictBool | None = None
    """Whether the person says to have protection here; not said counts as yes. Never kept."""


class AssessVoluntariness(Command):
    """Whether the choice is free, informed, and made by somebody who can make it."""

    answer: Answer
    free: StrictBool | None = None
    informed: StrictBool | None = None
    capable: StrictBool | None = None


class RecordScreening(Command):
    """Whether the person was screened, and nothing found that stands against the return."""

    answer: Answer
    screened: Annotated[tuple[Screened, ...], Few] = ()


class RecordFitness(Command):
    """Fit to travel, not fit, or not known. Takes no other word, so that no diagnosis is kept."""

    model_config = ConfigDict(extra="allow")

    answer: Answer


class RecordDocuments(Command):
    """Whether a valid travel document is there, and what a paper request for one would say."""

    answer: Answer
    says: Annotated[tuple[FieldName, ...], Few] = ()
    """Names of the fields that the request tells the country of return; empty for no request."""
    agreed: StrictBool = False
    """Whether the person asked for the document or agreed to it."""
    shows_claim: StrictBool | None = None
    """Whether paper, sender or route would show that asylum was sought; not said counts as yes."""


class RecordSafety(Command):
    """Whether the country and area of return are safe enough to take somebody there."""

    answer: Answer


class BookTravel(Command):
    """A human books the journey."""

    leaves_at: AwareDatetime
    transits: Annotated[tuple[Country, ...], Few] = ()


class ReconfirmWish(Command):
    """The person says once more, shortly before the journey, that they want to go."""

    signed: StrictBool = False


class ConfirmDeparture(Command):
    """A human at the gate confirms that the person boards."""

    boards_at: AwareDatetime


class OfferAlternative(Command):
    """Another way than return was offered."""

    alternative: Alternative


class PlanReintegration(Command):
    """What help there will be, and until when the person consents to be contacted."""

    help: Annotated[tuple[Help, ...], Few] = ()
    contact_giver: Giver | None = None
    contact_until: date | None = None
    """Last day, included; without it, or without a giver, nobody contacts the person."""


class RecordMonitoring(Command):
    """A visit after the return: is the person safe?"""

    safe: Answer = Answer.UNKNOWN


class SuspendCountry(Command):
    """Nobody is taken to a country or area, or people may be taken there again."""

    area: Area | None = None
    on: StrictBool = True
    reason: ClosedFor | None = None
