"""The decision, input by input: what age and place leave open."""

from dataclasses import replace

import pytest

from services.dataexchange.rules.decision import (
    Known,
    OpenedBy,
    decide,
    inputs_of,
)
from services.dataexchange.rules.pair import CLOSED, Outcome
from shared.kernel.agencies import (
    COLUMN_OF,
    DESK,
    IOM,
    RECEPTION,
    STATISTICS,
    UNHCR,
    Agency,
    Column,
    Purpose,
)
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from tests.dataexchange.rules.asking import FREE, MATRIX, agreement, outcome, question, with_task


@pytest.mark.parametrize("stranger", ["consulate", "unknown", ""])
def test_a_stranger_gets_nothing(stranger: str) -> None:
    someone = Agency(stranger)
    known = with_task(OpenedBy.ACCEPTANCE)

    for column in [None, *COLUMN_OF.values()]:
        asked = replace(question(UNHCR, someone), column=column)
        granted = agreement(UNHCR, someone)
        decided = decide(asked, matrix=MATRIX, agreements=[granted], known=known)
        assert decided.pair == CLOSED


def test_only_a_party_hears_of_a_referral() -> None:
    granted = agreement(DESK, UNHCR)
    known = with_task(OpenedBy.ACCEPTANCE)
    asked = question(DESK, UNHCR)

    assert not outcome(Category.REFERRAL, asked, known, granted)
    assert outcome(Category.REFERRAL, replace(asked, party=True), known, granted) == Outcome.FULL


def test_only_who_asked_hears_the_answer() -> None:
    granted = agreement(UNHCR, IOM)
    known = with_task(OpenedBy.ACCEPTANCE)
    asked = question(UNHCR, IOM)
    own = replace(asked, own_enquiry=True)

    assert not outcome(Category.REMOVAL_BLOCK, asked, known, granted)
    assert outcome(Category.REMOVAL_BLOCK, own, known, granted) == Outcome.PARTIAL


@pytest.mark.parametrize("purpose", list(Purpose))
def test_tracing_data_goes_for_tracing_only(purpose: Purpose) -> None:
    granted = agreement(UNHCR, IOM, purpose=purpose)
    asked = replace(question(UNHCR, IOM), column=Column.TRACE)

    left = inputs_of(asked, granted, matrix=MATRIX, known=FREE).matrix

    assert bool(left.outcome(Category.FULL_NAME)) is (purpose is Purpose.FAMILY_TRACING)


@pytest.mark.parametrize(("age", "told"), [(AgeState.ADULT, True), (AgeState.CHILD, False)])
@pytest.mark.parametrize("recipient", [DESK, STATISTICS])
def test_desk_and_tables_see_no_birth_date_of_a_child(
    recipient: Agency, age: AgeState, *, told: bool
) -> None:
    asked = question(RECEPTION, recipient)

    left = inputs_of(asked, agreement(RECEPTION, recipient), matrix=MATRIX, known=Known(age=age))

    assert bool(left.age.outcome(Category.EXACT_DATE_OF_BIRTH)) is told
    assert left.age.outcome(Category.AGE_BAND) == Outcome.FULL
