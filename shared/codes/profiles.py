"""Codes of a profile: who somebody may be, on what basis, and what was explained.

A profile routes a person to the right answer; it decides no claim and scores nobody. Source:
10-Point Plan of Action, point 5 and Annex II, of which the categories are a reconstruction.
"""

from enum import StrEnum


class ProfileCode(StrEnum):
    """A category of profile. Several at once are normal; the list is a Tenpoint reconstruction."""

    ASYLUM_SEEKER = "ASY"
    MAY_NEED_ASYLUM = "ASY_POSSIBLE"
    RECOGNISED_REFUGEE = "REF_REC"
    MOVED_ON = "ONWARD"
    TRAFFICKED = "TIP"
    CHILD_ALONE = "UASC"
    CHILD_AT_RISK = "CHILD_RISK"
    WOMAN_AT_RISK = "WGR"
    SURVIVOR_OF_VIOLENCE = "GBV_S"
    SURVIVOR_OF_TORTURE = "TORT"
    MEDICAL_NEED = "MED_N"
    SPECIFIC_NEED = "SPEC_N"
    STATELESS = "STL"
    FAMILY = "FAM"
    WANTS_TO_RETURN = "MIG_RET"
    LABOUR_OR_STUDY = "MIG_LAB"
    REGULARISATION = "MIG_REG"
    VULNERABLE_MIGRANT = "MIG_VUL"
    NOT_IN_NEED = "NOT_IP"
    """Found by the competent authority, after finality; never by profiling."""
    OTHER = "OTHER"


class Confidence(StrEnum):
    """How sure a finding is: a word, never a number. Only a competent body confirms."""

    POSSIBLE = "POSSIBLE"
    LIKELY = "LIKELY"
    CONFIRMED = "CONFIRMED_BY_COMPETENT_BODY"


class Basis(StrEnum):
    """What a finding stands on. Indicators prove nothing, and their absence proves nothing."""

    SELF = "SELF"
    INDICATORS = "INDICATORS"
    DOCUMENT = "DOCUMENT"
    PARTNER = "PARTNER"


class Pause(StrEnum):
    """Why an interview waits."""

    MEDICAL = "MEDICAL"
    CHILD = "CHILD"
    TRAUMA = "TRAUMA"
    NO_INTERPRETER = "NO_INTERPRETER"


class Interpreter(StrEnum):
    """Whether the person has confirmed the interpreter. Not said counts as not confirmed."""

    CONFIRMED = "CONFIRMED"
    NOT_NEEDED = "NOT_NEEDED"
    UNCONFIRMED = "UNCONFIRMED"


class Option(StrEnum):
    """What was explained. Source: 10-Point Plan of Action, points 5 and 9; Tenpoint's list."""

    ASYLUM = "ASYLUM"
    CHILD_PATHWAY = "CHILD_PATHWAY"
    TRAFFICKING_PROTECTION = "TRAFFICKING_PROTECTION"
    MEDICAL = "MEDICAL"
    STATELESSNESS = "STATELESSNESS"
    VOLUNTARY_RETURN = "VOLUNTARY_RETURN"
    REGULARISATION = "REGULARISATION"
    LABOUR_ROUTE = "LABOUR_ROUTE"
    STUDY_ROUTE = "STUDY_ROUTE"
    FAMILY_ROUTE = "FAMILY_ROUTE"
    HUMANITARIAN_STAY = "HUMANITARIAN_STAY"
    READMISSION = "READMISSION_FIRST_COUNTRY"


class Modality(StrEnum):
    """A way of deciding a claim that can be barred.

    Source: UNHCR, Aide-Memoire and Glossary of Case Processing Modalities, Terms and Concepts
    (2020).
    """

    ACCELERATED = "ACCELERATED"
    SIMPLIFIED = "SIMPLIFIED"
