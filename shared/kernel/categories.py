"""The data categories: what every field of every contract is an instance of.

A field names one category and thereby its class. Source of the classes: IASC, Operational Guidance
on Data Responsibility in Humanitarian Action (sensitivity levels), mapped to P0 to P3 by Tenpoint;
list and numbers are a Tenpoint design decision that no partner's lawyer has validated.
"""

from enum import IntEnum
from typing import Final


class Category(IntEnum):
    """A kind of data about a person or a movement; the number is its bit in every mask."""

    REFERENCE = 0
    FULL_NAME = 1
    OTHER_NAMES = 2
    SEX = 3
    EXACT_DATE_OF_BIRTH = 4
    AGE_BAND = 5
    NATIONALITY = 6
    PLACE_OF_ORIGIN = 7
    PHOTOGRAPH = 8
    BIOMETRIC = 9
    DOCUMENT_NUMBER = 10
    DOCUMENT_SCAN = 11
    REGISTRATION_NUMBER = 12
    GROUP_COMPOSITION = 13
    RELATIVES_IN_ORIGIN = 14
    RELATIVES_ELSEWHERE = 15
    ADDRESS = 16
    SHELTER_LOCATION = 17
    CONTACT = 18
    LANGUAGE = 19
    RELIGION_ETHNICITY = 20
    MARITAL_STATUS = 21
    EDUCATION_OCCUPATION = 22
    ARRIVAL = 23
    ROUTE = 24
    FACILITATOR_DEBT = 25
    FEAR_OF_RETURN = 26
    FACT_OF_CLAIM = 27
    CLAIM_CONTENT = 28
    CLAIM_DECISION = 29
    FIRST_COUNTRY_STATUS = 30
    MIGRANT_OPTIONS = 31
    TRAFFICKING_PRESUMED = 32
    TRAFFICKING_NARRATIVE = 33
    UASC_FLAG = 34
    BEST_INTERESTS = 35
    CARE_ARRANGEMENT = 36
    SEPARATION_TRACING = 37
    GBV_FACT = 38
    GBV_DETAILS = 39
    HEALTH = 40
    FIT_TO_TRAVEL = 41
    SUPPORT_NEED = 42
    TORTURE = 43
    ORIENTATION_IDENTITY = 44
    STATELESSNESS = 45
    DETENTION_TREATMENT = 46
    SECURITY_NOTES = 47
    RECEPTION_NEEDS = 48
    NEEDS_ORDINARY = 49
    NEEDS_SENSITIVE = 50
    REMOVAL_BLOCK = 51
    RETURN_CASE = 52
    REINTEGRATION = 53
    REFERRAL = 54
    CONSENT = 55
    AUDIT = 56
    ENCOUNTER = 57
    DEATHS_MISSING = 58
    PUBLIC = 59
    EURODAC_DERIVED = 60
    CARD_AREA = 61


HIGHEST: Final = 61
"""Highest bit in use; two 64-bit masks hold every decision."""

P0: Final = frozenset(
    {
        Category.PUBLIC,
    }
)
"""Public: aggregates after disclosure control, and facts about no person."""

P2: Final = frozenset(
    {
        Category.OTHER_NAMES,
        Category.NATIONALITY,
        Category.PLACE_OF_ORIGIN,
        Category.PHOTOGRAPH,
        Category.DOCUMENT_NUMBER,
        Category.DOCUMENT_SCAN,
        Category.RELATIVES_ELSEWHERE,
        Category.ADDRESS,
        Category.CONTACT,
        Category.MARITAL_STATUS,
        Category.ROUTE,
        Category.UASC_FLAG,
        Category.CARE_ARRANGEMENT,
        Category.SUPPORT_NEED,
        Category.STATELESSNESS,
        Category.RECEPTION_NEEDS,
        Category.NEEDS_ORDINARY,
        Category.REMOVAL_BLOCK,
        Category.RETURN_CASE,
        Category.REINTEGRATION,
        Category.REFERRAL,
        Category.ENCOUNTER,
        Category.DEATHS_MISSING,
        Category.CARD_AREA,
    }
)
"""Sensitive: place, family, documents, most needs, route."""

SEALED_ONLY: Final = frozenset(
    {
        Category.RELATIVES_IN_ORIGIN,
        Category.RELIGION_ETHNICITY,
        Category.FACILITATOR_DEBT,
        Category.FEAR_OF_RETURN,
        Category.FACT_OF_CLAIM,
        Category.CLAIM_DECISION,
        Category.FIRST_COUNTRY_STATUS,
        Category.MIGRANT_OPTIONS,
        Category.TRAFFICKING_PRESUMED,
        Category.BEST_INTERESTS,
        Category.SEPARATION_TRACING,
        Category.GBV_FACT,
        Category.HEALTH,
        Category.FIT_TO_TRAVEL,
        Category.TORTURE,
        Category.ORIENTATION_IDENTITY,
        Category.DETENTION_TREATMENT,
        Category.NEEDS_SENSITIVE,
    }
)
"""Highly sensitive (P3) and may travel, as a sealed part to one recipient."""

NEVER: Final = frozenset(
    {
        Category.BIOMETRIC,
        Category.SHELTER_LOCATION,
        Category.CLAIM_CONTENT,
        Category.TRAFFICKING_NARRATIVE,
        Category.GBV_DETAILS,
        Category.SECURITY_NOTES,
        Category.EURODAC_DERIVED,
    }
)
"""Highly sensitive (P3) and never leaves its owner: no field, no sealed part, no author."""


def bit(category: Category) -> int:
    """Return the category as a mask of one bit."""
    return 1 << category


def mask_of(categories: frozenset[Category] | set[Category]) -> int:
    """Return the categories as a mask."""
    return sum(1 << category for category in categories)


def categories_of(mask: int) -> frozenset[Category]:
    """Return the categories in a mask; bits beyond the highest name nothing."""
    return frozenset(category for category in Category if mask >> category & 1)


ALL: Final = mask_of(frozenset(Category))
"""Every category."""
