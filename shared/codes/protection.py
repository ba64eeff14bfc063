"""Codes of the protection check: what may be barred, what an owner states, what the asker hears."""

from enum import StrEnum


class Barred(StrEnum):
    """An act against which a person may be protected; each is stated and asked for itself.

    Being a refugee bars removal and assisted return, but not the person's own free decision to go
    home. Source: UNHCR, Return of people not in need of international protection; the list is a
    Tenpoint design decision.
    """

    REMOVAL = "REMOVAL"
    ASSISTED_RETURN = "ASSISTED_RETURN"
    VOLUNTARY_REPATRIATION = "VOLUNTARY_REPATRIATION"
    READMISSION = "READMISSION"


class Stated(StrEnum):
    """Whether an owner states that an act is barred. Unknown counts as barred."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Clearance(StrEnum):
    """The answer to a protection check. It never says why, nor who states what.

    The border hears `BLOCKED` or `ASK_ASYLUM_AUTHORITY` and never `CLEAR`, since no machine clears
    a removal; IOM hears `BLOCKED` or `CLEAR`. Source: Tenpoint design decision.
    """

    BLOCKED = "BLOCKED"
    ASK_ASYLUM_AUTHORITY = "ASK_ASYLUM_AUTHORITY"
    CLEAR = "CLEAR"
