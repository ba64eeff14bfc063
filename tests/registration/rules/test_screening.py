from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rules.screening import (
    Release,
    Urgency,
    age_heard,
    announced,
    merge,
    urgency_of,
)
from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.people import AgeBand, Sex
from shared.codes.places import NumberText
from shared.events.border import ScreeningCompleted
from shared.events.control import SafeguardsStated
from shared.kernel.consent import AgeState
from tests.registration.builders import encounter, person


def a_screening(**told: Any) -> ScreeningCompleted:
    return ScreeningCompleted(person=person(), **told)


def heard(number: int, **told: Any) -> Release:
    return Release(person(), 0, number, a_screening(**told))


@pytest.mark.parametrize(
    ("told", "urgency"),
    [
        ({"reception_needs": (ReceptionNeed.MEDICAL_EMERGENCY,)}, Urgency.MEDICAL_EMERGENCY),
        ({"child_alone": True}, Urgency.CHILD_ALONE),
        ({"needs": (TopNeed.UNACCOMPANIED_OR_SEPARATED_CHILD,)}, Urgency.CHILD_ALONE),
        ({"needs": (TopNeed.DISABILITY,)}, Urgency.NEED),
        ({"reception_needs": (ReceptionNeed.DIET,)}, Urgency.NEED),
        ({}, Urgency.NOT_KNOWN),
        ({"needs": ()}, Urgency.NOT_KNOWN),
        ({"needs": None, "reception_needs": None, "child_alone": None}, Urgency.NOT_KNOWN),
        ({"needs": (), "reception_needs": (), "child_alone": False}, Urgency.NO_NEED_SAID),
    ],
)
def test_needs_come_first_and_not_known_comes_before_none(
    told: dict[str, Any], urgency: Urgency
) -> None:
    assert urgency_of(a_screening(**told)) is urgency


@given(needs=st.lists(st.sampled_from(TopNeed)), reception=st.lists(st.sampled_from(ReceptionNeed)))
def test_one_more_need_never_comes_later(
    needs: list[TopNeed], reception: list[ReceptionNeed]
) -> None:
    before = urgency_of(a_screening(needs=tuple(needs), reception_needs=tuple(reception)))

    for need in TopNeed:
        more = a_screening(needs=(*needs, need), reception_needs=tuple(reception))
        assert urgency_of(more) <= before


def test_absent_leaves_null_clears_value_replaces() -> None:
    before = a_screening(sex=Sex.FEMALE, age_band=AgeBand.ADULT, child_alone=False)

    after = merge(before, a_screening(age_band=None, child_alone=True))

    assert after == a_screening(sex=Sex.FEMALE, age_band=None, child_alone=True)


def test_screening_and_handover_are_taken_together_in_any_order() -> None:
    screened = heard(1, child_alone=True)
    handed = Release(person(), 1, 1, encounter=encounter(), wristband=NumberText("W-1"))

    one, other = announced([screened, handed]), announced([handed, screened])

    assert one == other
    assert one is not None
    assert (one.urgency, one.encounter) == (Urgency.CHILD_ALONE, encounter())


def test_another_agencys_word_on_age_announces_nobody() -> None:
    word = SafeguardsStated(person=person(), treated_as_child=AgeState.CHILD)

    assert announced([Release(person(), 0, 1, word)]) is None


@given(words=st.lists(st.sampled_from(AgeState)), own=st.sampled_from(AgeState))
def test_strictest_word_on_age_is_kept(words: list[AgeState], own: AgeState) -> None:
    releases = [
        Release(person(), 0, number, SafeguardsStated(person=person(), treated_as_child=word))
        for number, word in enumerate(words)
    ]

    age = age_heard(releases, own=[own])

    assert (age is AgeState.CHILD) == (AgeState.CHILD in (*words, own))
    assert age is not AgeState.ADULT or AgeState.ADULT in (*words, own)


def test_a_child_alone_is_a_child_whatever_the_band_says() -> None:
    assert age_heard([heard(1, child_alone=True, age_band=AgeBand.ADULT)]) is AgeState.CHILD
    assert age_heard([heard(1, child_alone=False, age_band=AgeBand.ADULT)]) is AgeState.ADULT
    assert age_heard([heard(1, age_band=AgeBand.FROM_12_TO_17)]) is AgeState.CHILD
    assert age_heard([heard(1)]) is AgeState.UNKNOWN
