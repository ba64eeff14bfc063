"""What follows from each category."""

import pytest

from services.profiling.rules.category import (
    FOLLOWS,
    NEVER_ACCELERATED,
    answered_by,
    barred_modalities,
)
from services.profiling.rules.profile import EMERGENCY, NORMAL, URGENT
from shared.codes.pathways import Pathway
from shared.codes.profiles import Modality, ProfileCode

C = ProfileCode
CLASSES = {
    EMERGENCY: "ASY ASY_POSSIBLE TIP UASC CHILD_RISK WGR GBV_S",
    URGENT: "REF_REC TORT MED_N SPEC_N MIG_VUL",
    NORMAL: "ONWARD STL FAM MIG_RET MIG_LAB MIG_REG NOT_IP OTHER",
}


def test_every_category_is_in_one_class_of_time() -> None:
    expected = {
        ProfileCode(code): within for within, codes in CLASSES.items() for code in codes.split()
    }

    assert {code: follows.within for code, follows in FOLLOWS.items()} == expected
    assert set(FOLLOWS) == set(ProfileCode)
    assert len(FOLLOWS) == 20


def test_every_category_but_other_has_a_way_on() -> None:
    assert [code for code, follows in FOLLOWS.items() if not follows.pathways] == [C.OTHER]
    assert all(answered_by(C.OTHER, pathway) for pathway in Pathway)


def test_a_wish_to_return_bars_nothing() -> None:
    assert FOLLOWS[C.WANTS_TO_RETURN].bars == frozenset()


@pytest.mark.parametrize("code", ProfileCode)
def test_a_claim_of_who_was_harmed_is_never_hurried(code: ProfileCode) -> None:
    barred = barred_modalities([code])

    assert (Modality.ACCELERATED in barred) == (code in NEVER_ACCELERATED)


def test_before_anybody_has_looked_everything_is_barred() -> None:
    assert set(barred_modalities(None)) == set(Modality)
