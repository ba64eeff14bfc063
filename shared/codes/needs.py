"""Codes of needs: the person's at the top level, and those of reception."""

from enum import StrEnum


class TopNeed(StrEnum):
    """Specific needs at the top level only; there is no unaccompanied child beside `SC`.

    Source: UNHCR electronic Resettlement Registration Form, vulnerability code. Torture and
    violence (`TR`, `SV`, `LP`, `SM`) are highly sensitive: they are a concern, never a code here.
    """

    CHILD_AT_RISK = "CR"
    UNACCOMPANIED_OR_SEPARATED_CHILD = "SC"
    WOMAN_AT_RISK = "WR"
    OLDER_PERSON_AT_RISK = "ER"
    SINGLE_PARENT = "SP"
    DISABILITY = "DS"
    FAMILY_UNITY = "FU"


class ReceptionNeed(StrEnum):
    """What is needed at reception.

    Source: UNHCR Executive Committee, Conclusion No. 93 (2002), for the list; codes are a
    Tenpoint design decision.
    """

    MEDICAL_EMERGENCY = "RN-MED-EMERG"
    MEDICAL = "RN-MED"
    WATER_AND_FOOD = "RN-WATER-FOOD"
    DIET = "RN-DIET"
    SHELTER = "RN-SHELTER"
    FAMILY_TOGETHER = "RN-FAMILY-TOGETHER"
    CLOTHES = "RN-CLOTHES"
    ACCESS = "RN-ACCESS"
    INTERPRETER = "RN-INTERPRET"
    INFORMATION = "RN-INFO"
    TELEPHONE = "RN-PHONE"
