"""The pathways of referral: who can receive, for which purpose, how fast, how quietly.

Source: 10-Point Plan of Action, points 3 to 9 and Annex I, and The 10-Point Plan in Action (2011),
chapter 6, for the pathways; what stands beside each is a Tenpoint design decision unless named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.codes.referrals import ServiceOutcome, Step
from shared.kernel.agencies import Column, Purpose


class Pathway(StrEnum):
    """A way on from profiling, or from any agency that meets a person."""

    ASYLUM = "PW-ASY-REG"
    ASYLUM_ACCELERATED = "PW-ASY-ACC"
    ASYLUM_COUNSELLING = "PW-ASY-INFO"
    CHILD_PROTECTION = "PW-CP"
    TRACING = "PW-TRACE"
    TRAFFICKING = "PW-TIP"
    GENDER_BASED_VIOLENCE = "PW-GBV"
    WOMAN_AT_RISK = "PW-WGR"
    MEDICAL = "PW-MED"
    MENTAL_HEALTH = "PW-MHPSS"
    STATELESSNESS = "PW-STL"
    ASSISTED_RETURN = "PW-AVRR"
    LABOUR = "PW-LAB"
    STUDY = "PW-STUDY"
    FAMILY = "PW-FAM"
    REGULARISATION = "PW-REG"
    HUMANITARIAN = "PW-HUM"
    ONWARD = "PW-ONW"
    ALTERNATIVE_TO_DETENTION = "PW-ATD"
    VULNERABLE_MIGRANT = "PW-VULNMIG"
    LEGAL = "PW-LEGAL"
    CASH = "PW-CASH"
    SHELTER = "PW-SHELTER"
    EDUCATION = "PW-EDU"
    HOUSEHOLD_ITEMS = "PW-NFI"


class Priority(StrEnum):
    """How soon a provider must answer. Source: IASC, Inter-Agency Referral Form (2017)."""

    EMERGENCY = "EMERGENCY"
    URGENT = "URGENT"
    NORMAL = "NORMAL"


RESPONSE_TIME: Final[Mapping[Priority, timedelta]] = MappingProxyType(
    {
        Priority.EMERGENCY: timedelta(hours=24),
        Priority.URGENT: timedelta(hours=72),
        Priority.NORMAL: timedelta(weeks=2),
    }
)
"""Longest time to an answer, elapsed and not working time. Source: as `Priority`."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every referral of a pathway.

    Attributes:
        slowest: the least urgent priority that a sender may choose.
        receivers: columns of the agencies and classes of providers that it can be offered to.
        purpose: what the data of an accepted referral are for; consent and agreement name it too.
        sensitive: whether the card leaves out language, access and places, names the region only,
            and its outcome is told in two words.
        steps: steps after the first for which the desk keeps a clock.
    """

    slowest: Priority
    receivers: frozenset[Column]
    purpose: Purpose
    sensitive: bool = False
    steps: tuple[Step, ...] = ()


def _terms(
    slowest: Priority,
    receivers: str,
    purpose: Purpose,
    *steps: Step,
    sensitive: bool = False,
) -> Terms:
    columns = frozenset(Column(code) for code in receivers.split())
    return Terms(slowest, columns, purpose, sensitive, steps)


EMERGENCY, URGENT, NORMAL = Priority.EMERGENCY, Priority.URGENT, Priority.NORMAL

TERMS: Final[Mapping[Pathway, Terms]] = MappingProxyType(
    {
        Pathway.ASYLUM: _terms(EMERGENCY, "AA UN", Purpose.ASYLUM_PROCEDURE, sensitive=True),
        Pathway.ASYLUM_ACCELERATED: _terms(
            EMERGENCY, "AA UN", Purpose.ASYLUM_PROCEDURE, sensitive=True
        ),
        Pathway.ASYLUM_COUNSELLING: _terms(URGENT, "UN LEGAL", Purpose.LEGAL_AID, sensitive=True),
        Pathway.CHILD_PROTECTION: _terms(
            URGENT,
            "CP",
            Purpose.CHILD_PROTECTION,
            Step.GUARDIAN_APPOINTED,
            Step.CARE_ARRANGED,
            Step.INTERESTS_ASSESSED,
            Step.INTERESTS_DETERMINED,
            Step.TRACING_BEGUN,
            sensitive=True,
        ),
        Pathway.TRACING: _terms(
            URGENT, "TRACE CP", Purpose.FAMILY_TRACING, Step.TRACING_BEGUN, sensitive=True
        ),
        Pathway.TRAFFICKING: _terms(
            EMERGENCY,
            "AT SAFE",
            Purpose.ANTI_TRAFFICKING,
            Step.REFLECTION_GRANTED,
            Step.RISK_ASSESSED,
            sensitive=True,
        ),
        Pathway.GENDER_BASED_VIOLENCE: _terms(
            EMERGENCY, "GBV MED", Purpose.GBV_SERVICE, Step.CLINICAL_CARE, sensitive=True
        ),
        Pathway.WOMAN_AT_RISK: _terms(URGENT, "UN GBV", Purpose.GBV_SERVICE, sensitive=True),
        Pathway.MEDICAL: _terms(URGENT, "MED", Purpose.HEALTH, sensitive=True),
        Pathway.MENTAL_HEALTH: _terms(URGENT, "MHPSS MED", Purpose.HEALTH, sensitive=True),
        Pathway.STATELESSNESS: _terms(NORMAL, "STL UN", Purpose.STATELESSNESS, sensitive=True),
        Pathway.ASSISTED_RETURN: _terms(NORMAL, "IO", Purpose.RETURN_VOLUNTARY),
        Pathway.LABOUR: _terms(NORMAL, "IO", Purpose.SOLUTIONS),
        Pathway.STUDY: _terms(NORMAL, "IO", Purpose.SOLUTIONS),
        Pathway.FAMILY: _terms(NORMAL, "UN IO", Purpose.SOLUTIONS),
        Pathway.REGULARISATION: _terms(NORMAL, "IMM LEGAL", Purpose.SOLUTIONS),
        Pathway.HUMANITARIAN: _terms(NORMAL, "IMM", Purpose.SOLUTIONS),
        Pathway.ONWARD: _terms(NORMAL, "UN", Purpose.SOLUTIONS, sensitive=True),
        Pathway.ALTERNATIVE_TO_DETENTION: _terms(
            URGENT, "LEGAL IMM", Purpose.LEGAL_AID, sensitive=True
        ),
        Pathway.VULNERABLE_MIGRANT: _terms(URGENT, "IO", Purpose.SOLUTIONS),
        Pathway.LEGAL: _terms(NORMAL, "LEGAL", Purpose.LEGAL_AID, sensitive=True),
        Pathway.CASH: _terms(NORMAL, "SHELTER", Purpose.RECEPTION),
        Pathway.SHELTER: _terms(NORMAL, "SHELTER", Purpose.RECEPTION),
        Pathway.EDUCATION: _terms(NORMAL, "SHELTER", Purpose.RECEPTION),
        Pathway.HOUSEHOLD_ITEMS: _terms(NORMAL, "SHELTER", Purpose.RECEPTION),
    }
)
"""The terms of each pathway. A destination's embassy receives none: it gets paper files.

Source: Council of Europe, GRETA guidance note on article 13 of the Convention on Action against
Trafficking, for the steps of trafficking; UNHCR, Best Interests Procedure Guidelines (2021), for
those of children; UN Women, guiding principles of referral, for clinical care after violence.
"""

IN_TWO_WORDS: Final = frozenset({ServiceOutcome.PROVIDED, ServiceOutcome.NOT_PROVIDED})


def is_sensitive(pathway: Pathway, priority: Priority) -> bool:
    """Return whether a referral's card is the reduced one.

    A medical emergency is not: whoever comes must be able to come at once.
    """
    emergency = (pathway, priority) == (Pathway.MEDICAL, Priority.EMERGENCY)
    return TERMS[pathway].sensitive and not emergency


def outcomes_of(pathway: Pathway) -> frozenset[ServiceOutcome]:
    """Return the outcomes that a provider may tell of a pathway's service."""
    return IN_TWO_WORDS if TERMS[pathway].sensitive else frozenset(ServiceOutcome)


def may_choose(pathway: Pathway, priority: Priority) -> bool:
    """Return whether a priority is urgent enough for a pathway."""
    return RESPONSE_TIME[priority] <= RESPONSE_TIME[TERMS[pathway].slowest]
