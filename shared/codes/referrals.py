"""Codes of a referral: what a card can say, why one is declined, how a service goes and ends."""

from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta

CardLanguageText = NewType("CardLanguageText", str)
CardLanguage = Annotated[CardLanguageText, Meta(pattern=r"^([a-z]{3}|other)$")]
"""ISO 639-3, or `other` for a language with fewer than 20 speakers a month, which would tell who
it is. Source of the number: Tenpoint design decision."""


class Service(StrEnum):
    """What is asked for. Source: IASC, Inter-Agency Referral Form (2017), services requested.

    What the form does not have, such as the registration of a claim, is `OTHER`: the pathway
    says it.
    """

    MENTAL_HEALTH = "MHPSS"
    CHILD_CARE = "CHILD_CARE"
    TRACING = "TRACING"
    WOMEN = "WOMEN"
    DISABILITY = "DISABILITY"
    LEGAL = "LEGAL"
    SAFE_SHELTER = "SAFE_SHELTER"
    HOUSEHOLD_ITEMS = "NFI"
    CASH = "CASH"
    HEALTH = "HEALTH"
    FOOD = "FOOD"
    SHELTER = "SHELTER"
    EDUCATION = "EDUCATION"
    OTHER = "OTHER"


class CardAge(StrEnum):
    """All that a card says of age. Not known is treated as a child."""

    CHILD = "CHILD"
    ADULT = "ADULT"
    OLDER = "OLDER"
    UNKNOWN = "UNKNOWN"


class Access(StrEnum):
    """What a person needs in order to come; never why. Source: as `Service`, special needs."""

    STEP_FREE = "STEP_FREE"
    SIGN = "SIGN"
    ESCORT = "ESCORT"


class WorkerSex(StrEnum):
    """Wish for the sex of whoever serves; it says nothing of the person's own."""

    FEMALE = "F"
    MALE = "M"
    ANY = "ANY"


class CardField(StrEnum):
    """A field of the card that a provider may ask for; each is named like the field."""

    AREA = "area"
    AGE_BAND = "age_band"
    PLACES = "places"
    LANGUAGE = "language"
    ACCESS = "access"
    WORKER_SEX = "worker_sex"


class DeclineReason(StrEnum):
    """Why a provider declines. Nationality, legal status and religion are no reasons.

    Source: Primero, status of a referred service, in part; the list is a Tenpoint design decision.
    """

    NO_CAPACITY = "NO_CAPACITY"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    WRONG_SERVICE = "WRONG_SERVICE"
    OUT_OF_AREA = "OUT_OF_AREA"
    ALREADY_RECEIVED_ELSEWHERE = "ALREADY_RECEIVED_ELSEWHERE"
    UNSAFE_TO_SERVE = "UNSAFE_TO_SERVE"
    NEEDS_MORE_INFO = "NEEDS_MORE_INFO"
    SERVICE_SUSPENDED = "SERVICE_SUSPENDED"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    OTHER = "OTHER"


class ServiceOutcome(StrEnum):
    """How a service ended. A sensitive pathway tells only the first and the third.

    Source: UN Women, guiding principles of referral, for feedback to the sender and for as little
    of it as possible; the words are a Tenpoint design decision.
    """

    PROVIDED = "PROVIDED"
    PARTLY = "PARTLY"
    NOT_PROVIDED = "NOT_PROVIDED"
    DID_NOT_ATTEND = "PERSON_DID_NOT_ATTEND"


class Level(StrEnum):
    """Who has to act on a referral that nobody answered."""

    COORDINATOR = "COORDINATOR"
    SUPERVISOR = "SUPERVISOR"


class Step(StrEnum):
    """A step of a service that the desk keeps a clock for. `BEGUN` is every service's first.

    Source: UNHCR, Best Interests Procedure Guidelines (2021), for children; Council of Europe,
    GRETA guidance note on article 13 of the Convention on Action against Trafficking, for recovery
    and reflection; IOM and UNHCR, Framework Document for Standard Operating Procedures to
    Facilitate the Protection of Trafficked Persons, for the assessment of risk.
    """

    BEGUN = "BEGUN"
    GUARDIAN_APPOINTED = "GUARDIAN_APPOINTED"
    CARE_ARRANGED = "CARE_ARRANGED"
    INTERESTS_ASSESSED = "BIA"
    INTERESTS_DETERMINED = "BID"
    TRACING_BEGUN = "TRACING_BEGUN"
    REFLECTION_GRANTED = "REFLECTION_GRANTED"
    RISK_ASSESSED = "RISK_ASSESSED"
    CLINICAL_CARE = "CLINICAL_CARE"
