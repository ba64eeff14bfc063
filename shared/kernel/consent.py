"""What a consent is made of: who gave it, in what setting.

Source: UNHCR, Guidance on Registration and Identity Management, 5.2 (informed and freely given);
UNICEF Policy on Personal Data Protection (2020), Annex 1, for children. Which giver is valid for
which child, and that nobody else may listen, is a Tenpoint design decision.
"""

from enum import StrEnum
from typing import Final


class Giver(StrEnum):
    """Who gave a consent."""

    SELF = "SELF"
    GUARDIAN = "GUARDIAN"
    REPRESENTATIVE = "REPRESENTATIVE"
    BEST_INTERESTS = "BEST_INTERESTS"


class ChosenBy(StrEnum):
    """Who chose the interpreter of a conversation."""

    PERSON = "PERSON"
    AGENCY = "AGENCY"
    NOBODY = "NOBODY"


class AgeState(StrEnum):
    """Whether the owner treats a person as a child. Unknown is treated as a child."""

    CHILD = "CHILD"
    ADULT = "ADULT"
    UNKNOWN = "UNKNOWN"


EVERYBODY: Final = "ALL"
"""The widest scope of a restriction, said out loud; an absent scope means the same."""
