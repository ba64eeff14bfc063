"""What follows from a category: how soon, by which ways on, what is barred.

Source: 10-Point Plan of Action, points 3, 5 to 9, for the categories and their answers;
Inter-Agency Referral Form, field "Priority", for the classes of time; the table is a Tenpoint
design decision.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from services.profiling.rules.profile import EMERGENCY, NORMAL, URGENT
from shared.codes.pathways import Pathway
from shared.codes.profiles import Modality, ProfileCode
from shared.codes.protection import Barred


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from one category.

    Attributes:
        within: by when the person must be counselled and referred.
        pathways: any of them answers it; none means that a case conference does.
        bars: acts against which the person is protected from the moment of the finding.
    """

    within: timedelta
    pathways: frozenset[Pathway]
    bars: frozenset[Barred] = frozenset()


def _follows(within: timedelta, pathways: str, *bars: Barred) -> Follows:
    ways = frozenset(Pathway(f"PW-{code}") for code in pathways.split())
    return Follows(within, ways, frozenset(bars))


REMOVAL, RETURN, READMISSION = Barred.REMOVAL, Barred.ASSISTED_RETURN, Barred.READMISSION

FOLLOWS: Final[Mapping[ProfileCode, Follows]] = MappingProxyType(
    {
        ProfileCode.ASYLUM_SEEKER: _follows(
            EMERGENCY, "ASY-REG ASY-ACC", REMOVAL, RETURN, READMISSION
        ),
        ProfileCode.MAY_NEED_ASYLUM: _follows(
            EMERGENCY, "ASY-INFO ASY-REG", REMOVAL, RETURN, READMISSION
        ),
        ProfileCode.RECOGNISED_REFUGEE: _follows(
            URGENT, "ASY-REG ONW LAB STUDY FAM", REMOVAL, RETURN, READMISSION
        ),
        ProfileCode.MOVED_ON: _follows(NORMAL, "ONW", REMOVAL, RETURN),
        ProfileCode.TRAFFICKED: _follows(EMERGENCY, "TIP", REMOVAL, RETURN, READMISSION),
        ProfileCode.CHILD_ALONE: _follows(EMERGENCY, "CP TRACE", REMOVAL, RETURN, READMISSION),
        ProfileCode.CHILD_AT_RISK: _follows(EMERGENCY, "CP", REMOVAL, RETURN),
        ProfileCode.WOMAN_AT_RISK: _follows(EMERGENCY, "WGR GBV", REMOVAL),
        ProfileCode.SURVIVOR_OF_VIOLENCE: _follows(EMERGENCY, "GBV MED MHPSS", REMOVAL),
        ProfileCode.SURVIVOR_OF_TORTURE: _follows(URGENT, "MHPSS MED", REMOVAL),
        ProfileCode.MEDICAL_NEED: _follows(URGENT, "MED"),
        ProfileCode.SPECIFIC_NEED: _follows(URGENT, "MED LEGAL CASH SHELTER EDU NFI"),
        ProfileCode.STATELESS: _follows(NORMAL, "STL", REMOVAL),
        ProfileCode.FAMILY: _follows(NORMAL, "TRACE FAM"),
        ProfileCode.WANTS_TO_RETURN: _follows(NORMAL, "AVRR"),
        ProfileCode.LABOUR_OR_STUDY: _follows(NORMAL, "LAB STUDY"),
        ProfileCode.REGULARISATION: _follows(NORMAL, "REG"),
        ProfileCode.VULNERABLE_MIGRANT: _follows(URGENT, "VULNMIG HUM"),
        ProfileCode.NOT_IN_NEED: _follows(NORMAL, "HUM AVRR"),
        ProfileCode.OTHER: _follows(NORMAL, ""),
    }
)
"""Every category. Voluntary repatriation is a person's own free decision: no finding bars it."""

NEVER_ACCELERATED: Final = frozenset(
    {
        ProfileCode.CHILD_ALONE,
        ProfileCode.TRAFFICKED,
        ProfileCode.SURVIVOR_OF_TORTURE,
        ProfileCode.SURVIVOR_OF_VIOLENCE,
    }
)
"""Whose claim is never hurried. Source: UNHCR Executive Committee, Conclusion No. 30 (1983), for
the guarantees; who is meant is a Tenpoint design decision."""


def answered_by(code: ProfileCode, pathway: Pathway) -> bool:
    """Return whether a referral on a pathway answers a category; `OTHER` takes any."""
    pathways = FOLLOWS[code].pathways
    return not pathways or pathway in pathways


def barred_modalities(
    codes: Collection[ProfileCode] | None,
) -> Mapping[Modality, frozenset[ProfileCode]]:
    """Return which ways of deciding a claim are barred, and by which findings.

    Without a profile, None, both are: nobody has looked yet. It never says which way to take.
    """
    if codes is None:
        return dict.fromkeys(Modality, frozenset())
    because = NEVER_ACCELERATED & frozenset(codes)
    return dict.fromkeys(Modality, because) if because else {}
