"""The partner agencies, the columns of the release matrix, purposes and roles.

Source: 10-Point Plan of Action, points 1 and 3 to 9, for the partners; codes and columns are a
Tenpoint design decision.
"""

from enum import StrEnum
from typing import Final, NewType

Agency = NewType("Agency", str)
"""Code of a partner agency in one deployment, for example `gov-border`."""

BORDER: Final = Agency("gov-border")
RECEPTION: Final = Agency("gov-reception")
ASYLUM: Final = Agency("gov-asylum")
UNHCR: Final = Agency("unhcr")
IOM: Final = Agency("iom")
CHILD_PROTECTION: Final = Agency("cp")
ANTI_TRAFFICKING: Final = Agency("at")
DESK: Final = Agency("referral-desk")
SHELTER: Final = Agency("shelter")
"""Provider of shelter, household items, cash, food and education."""
STATISTICS: Final = Agency("stats")
MONITOR: Final = Agency("monitor")
EXCHANGE: Final = Agency("exchange")
"""The neutral operator; no column, receives nothing."""


class Column(StrEnum):
    """A column of the release matrix: an agency of its own, or a class of providers.

    The country of origin has no column that releases anything and no agency code: it is never a
    principal, a subscriber or a caller.
    """

    BP = "BP"
    GR = "GR"
    AA = "AA"
    UN = "UN"
    IO = "IO"
    CP = "CP"
    AT = "AT"
    RD = "RD"
    ST = "ST"
    MO = "MO"
    LEGAL = "LEGAL"
    MED = "MED"
    MHPSS = "MHPSS"
    GBV = "GBV"
    SAFE = "SAFE"
    SHELTER = "SHELTER"
    TRACE = "TRACE"
    STL = "STL"
    IMM = "IMM"


COLUMN_OF: Final = {
    BORDER: Column.BP,
    RECEPTION: Column.GR,
    ASYLUM: Column.AA,
    UNHCR: Column.UN,
    IOM: Column.IO,
    CHILD_PROTECTION: Column.CP,
    ANTI_TRAFFICKING: Column.AT,
    DESK: Column.RD,
    SHELTER: Column.SHELTER,
    STATISTICS: Column.ST,
    MONITOR: Column.MO,
}
"""Column by which each agency is judged as a recipient. An agency that is not here has none."""

EDGE_ONLY: Final = frozenset({ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING, SHELTER, MONITOR})
"""Agencies without a service of their own, which use the exchange's edge."""

STATES_PROTECTION: Final = frozenset({UNHCR, ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING})
"""Agencies whose silence is no answer: a protection check clears nobody while one of them has not
affirmed that all it had to say was sent. Source: Tenpoint design decision."""


class Purpose(StrEnum):
    """Why data may be shared: a closed list, one purpose an agreement.

    Law enforcement, intelligence, marketing and training of models are not in it.
    Source of the principle: UNHCR, Policy on the Protection of Personal Data (2015), purpose
    specification; the list is a Tenpoint design decision.
    """

    RECEPTION = "RECEPTION"
    EMERGENCY_CARE = "EMERGENCY_CARE"
    PROFILING = "PROFILING"
    ASYLUM_PROCEDURE = "ASYLUM_PROCEDURE"
    CHILD_PROTECTION = "CHILD_PROTECTION"
    FAMILY_TRACING = "FAMILY_TRACING"
    ANTI_TRAFFICKING = "ANTI_TRAFFICKING"
    GBV_SERVICE = "GBV_SERVICE"
    HEALTH = "HEALTH"
    LEGAL_AID = "LEGAL_AID"
    STATELESSNESS = "STATELESSNESS"
    RETURN_VOLUNTARY = "RETURN_VOLUNTARY"
    READMISSION = "READMISSION"
    SOLUTIONS = "SOLUTIONS"
    STATISTICS = "STATISTICS"
    AUDIT = "AUDIT"
    REFERRAL = "REFERRAL"


class Role(StrEnum):
    """What a person may do inside their own agency."""

    INTAKE = "INTAKE"
    PROFILER = "PROFILER"
    CASEWORKER = "CASEWORKER"
    SUPERVISOR = "SUPERVISOR"
    MEDICAL = "MEDICAL"
    LEGAL = "LEGAL"
    IM_STAT = "IM_STAT"
    DPO = "DPO"
    MONITOR = "MONITOR"
    SYSADMIN = "SYSADMIN"
