"""The sender's half: ask for a service, correct the card, take it back."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from shared.casework.commands.person import NOT_A_REFERENCE, PLAIN, Command, Consent, GiveConsent
from shared.codes.pathways import Pathway, Priority
from shared.codes.people import SizeBand
from shared.codes.referrals import Access, Service, WorkerSex
from shared.events.referral import PROVIDERS
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import Kind, ReferralRef, is_well_formed

NOT_A_PROVIDER = "not_a_provider"


def of_referral(text: ReferralRef) -> ReferralRef:
    """Return a well-formed reference of a referral.

    Raises:
        PydanticCustomError: its kind, form or check character is wrong.
    """
    if not is_well_formed(text, Kind.REFERRAL):
        raise PydanticCustomError(NOT_A_REFERENCE, PLAIN)
    return text


def provider(code: Agency) -> Agency:
    """Return the code of an agency that a referral can be offered to.

    Raises:
        PydanticCustomError: it can be offered none.
    """
    if code not in PROVIDERS:
        raise PydanticCustomError(NOT_A_PROVIDER, PLAIN)
    return code


Referral = Annotated[ReferralRef, AfterValidator(of_referral)]
Provider = Annotated[Agency, AfterValidator(provider)]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,24}$")]
Spoken = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]


class Check(StrEnum):
    """What the sender must have done with the person before asking.

    Source: 10-Point Plan of Action, points 5 to 7 and 9; UNHCR, Best Interests Procedure
    Guidelines (2021); which pathway needs which is a Tenpoint design decision.
    """

    WISH_CONFIRMED = "WISH_CONFIRMED"
    CHILD_INFORMED = "CHILD_INFORMED"
    TRACING_CONSENT = "TRACING_CONSENT"
    ORIGIN_RISK_CHECKED = "ORIGIN_RISK_CHECKED"
    ASYLUM_EXAMINED_FIRST = "ASYLUM_EXAMINED_FIRST"
    LEGAL_ADVICE_GIVEN = "LEGAL_ADVICE_GIVEN"
    EACH_STEP_CHOSEN = "EACH_STEP_CHOSEN"


class CardFields(Command):
    """What the card says beside service, pathway and time; what is not said is not told.

    Staff says what they know; what of it travels is made coarse by rule.
    """

    area: Place | None = None
    """District of the person, or catchment of the site."""
    region: Place | None = None
    """The region around it: all that is told of a sensitive service or of a hidden place."""
    older: StrictBool = False
    places: SizeBand | None = None
    language: Spoken | None = None
    access: Annotated[tuple[Access, ...], Field(max_length=len(Access))] | None = None
    worker_sex: WorkerSex | None = None


class RequestReferral(CardFields):
    """Ask for a service for a person who agreed to it."""

    service: Service
    pathway: Pathway
    priority: Priority
    given: GiveConsent | None = None
    """The consent, where it is given along with the request."""
    consent: Consent | None = None
    """A consent that was given before."""
    checked: Annotated[tuple[Check, ...], Field(max_length=len(Check))] = ()
    provider: Provider | None = None
    """Where the sender knows who is to help, the desk keeps the clock only."""
    after: Referral | None = None
    transfer: StrictBool = False
    in_bulk: StrictBool = False
    """Whether this is one of many requests made by one act of staff."""


class AmendReferral(CardFields):
    """Correct the card, or answer a question about it: all its fields as they are now."""


class Cause(StrEnum):
    """Why a referral is taken back; it is kept by the sender and told to nobody.

    Source: Primero, status of a referred service, in part; the list is a Tenpoint design decision.
    """

    PERSON_DECLINED = "PERSON_DECLINED"
    PERSON_LEFT = "PERSON_LEFT"
    PERSON_UNREACHABLE = "PERSON_UNREACHABLE"
    MISTAKE = "MISTAKE"


class WithdrawReferral(Command):
    """Take a referral back."""

    cause: Cause
