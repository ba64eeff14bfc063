"""Codes about one person."""

from enum import StrEnum


class Sex(StrEnum):
    """Source: UNHCR electronic Resettlement Registration Form, sex code."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


class AgeBand(StrEnum):
    """Age in completed years; `CHILD`, `ADULT` and `OLDER` are the partial form.

    Source: UNHCR Refugee Data Finder, age ranges.
    """

    FROM_0_TO_4 = "0-4"
    FROM_5_TO_11 = "5-11"
    FROM_12_TO_17 = "12-17"
    FROM_18_TO_59 = "18-59"
    FROM_60 = "60+"
    CHILD = "CHILD"
    ADULT = "ADULT"
    OLDER = "OLDER"
    UNKNOWN = "UNKNOWN"


class AgeStatus(StrEnum):
    """How sure the age is. A dispute never moves a person to adult housing."""

    DOCUMENTED = "DOCUMENTED"
    STATED = "STATED"
    ESTIMATED = "ESTIMATED"
    DISPUTED = "DISPUTED"
    ASSESSED = "ASSESSED"


class Level(StrEnum):
    """How much is registered. Source: UNHCR, Guidance on Registration, 6.5 and 8.2."""

    EMERGENCY = "EMERGENCY"
    BASIC = "BASIC"
    COMPREHENSIVE = "COMPREHENSIVE"


class State(StrEnum):
    """Of a registration record. Closing a record ends no right."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    CLOSED = "CLOSED"


class MaritalStatus(StrEnum):
    """Source: UNHCR electronic Resettlement Registration Form, marital status code."""

    SINGLE = "SN"
    MARRIED = "MA"
    COMMON_LAW = "CL"
    PARTNERSHIP = "PT"
    ENGAGED = "EG"
    SEPARATED = "SR"
    DIVORCED = "DV"
    WIDOWED = "WD"
    UNKNOWN = "U"


class Statelessness(StrEnum):
    """An indication, not a finding."""

    NONE = "NONE"
    POSSIBLE = "POSSIBLE"
    CLAIMED = "CLAIMED"
    RECOGNISED = "RECOGNISED"


class PrivateTalk(StrEnum):
    """Whether the person would like to speak to somebody in private, and to whom."""

    NO = "NO"
    WOMAN = "WOMAN"
    MAN = "MAN"
    EITHER = "EITHER"


class InterpreterSex(StrEnum):
    """Wish for the interpreter's sex."""

    FEMALE = "F"
    MALE = "M"
    ANY = "ANY"


class SizeBand(StrEnum):
    """How many people are registered together; the partial form of a group's composition."""

    ONE = "1"
    TWO_TO_THREE = "2-3"
    FOUR_TO_SIX = "4-6"
    SEVEN_OR_MORE = "7+"


class PaperKind(StrEnum):
    """Kind of identity or travel document; having none never blocks anything."""

    PASSPORT = "PASSPORT"
    NATIONAL_ID = "NATIONAL_ID"
    BIRTH_CERTIFICATE = "BIRTH_CERT"
    CONVENTION_TRAVEL_DOCUMENT = "CONVENTION_TRAVEL_DOC"
    OTHER = "OTHER"
    NONE = "NONE"
