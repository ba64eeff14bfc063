"""Explanation: the same answer as the decision, and the first gate that closed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.decision import (
    ConsentBit,
    Known,
    OpenedBy,
    Question,
    Task,
    decide,
)
from services.dataexchange.rules.explain import INPUTS, Explanation, Gate, explain
from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.rules.pair import OPEN, Outcome, pair_of
from shared.kernel.agencies import BORDER, COLUMN_OF, RECEPTION, UNHCR, Agency, Column, Purpose
from shared.kernel.categories import ALL, Category, bit
from shared.kernel.consent import AgeState
from tests.dataexchange.rules import draws, plain

DAY = date(2022, 7, 1)
MATRIX = parse_matrix(Path("deploy/matrix.toml").read_bytes())
STANDING = Task(Purpose.PROFILING, OpenedBy.STANDING)
FREE = Known(tasks=(STANDING,), hide_location=False, age=AgeState.ADULT)
ASKED = Question(author=RECEPTION, recipient=UNHCR, column=Column.UN, on=DAY)
SHARING = Agreement("d", RECEPTION, UNHCR, Purpose.PROFILING, 1, DAY, DAY, standing=True, pair=OPEN)


def why(
    category: Category,
    asked: Question = ASKED,
    known: Known = FREE,
    agreements: tuple[Agreement, ...] = (SHARING,),
) -> Explanation:
    return explain(asked, category, matrix=MATRIX, agreements=agreements, known=known)


@given(draws.cases(), st.sampled_from(list(Category)))
def test_it_agrees_with_the_decision(case: draws.Case, category: Category) -> None:
    asked, matrix, agreements, known = case

    told = explain(asked, category, matrix=matrix, agreements=agreements, known=known)

    decided = decide(asked, matrix=matrix, agreements=agreements, known=known)
    assert told.outcome == decided.pair.outcome(category)
    assert (told.closed_by is None) == (told.outcome == Outcome.FULL)
    assert min(left for _, left in told.gates) == told.outcome
    assert [gate for gate, _ in told.gates][:8] == [*INPUTS, Gate.NEVER_SHARE]


@given(draws.cases(), st.sampled_from(list(Category)))
def test_the_gate_it_names_is_the_first_one_that_left_no_more(
    case: draws.Case, category: Category
) -> None:
    asked, matrix, agreements, known = case

    told = explain(asked, category, matrix=matrix, agreements=agreements, known=known)

    before = []
    for gate, left in told.gates:
        if gate == told.closed_by:
            assert left == told.outcome
            break
        before.append(left)
    assert all(left > told.outcome for left in before) or told.outcome == Outcome.FULL


def test_what_passes_in_full_was_closed_by_nothing() -> None:
    assert why(Category.FULL_NAME).closed_by is None
    assert why(Category.FULL_NAME).purpose == Purpose.PROFILING


@pytest.mark.parametrize(
    ("category", "asked", "known", "agreements", "gate"),
    [
        (Category.CLAIM_CONTENT, ASKED, FREE, (SHARING,), Gate.MATRIX),
        (Category.FULL_NAME, ASKED, FREE, (), Gate.AGREEMENT),
        (Category.FULL_NAME, replace(ASKED, on=date(2023, 1, 1)), FREE, (SHARING,), Gate.AGREEMENT),
        (Category.FULL_NAME, ASKED, replace(FREE, tasks=()), (SHARING,), Gate.TASK),
        (
            Category.CONTACT,
            ASKED,
            replace(FREE, tasks=(Task(Purpose.PROFILING, OpenedBy.PERSON),)),
            (SHARING,),
            Gate.CONSENT,
        ),
        (Category.SEX, ASKED, replace(FREE, withheld=bit(Category.SEX)), (SHARING,), Gate.WITHHELD),
        (
            Category.CONTACT,
            ASKED,
            Known(
                tasks=(Task(Purpose.PROFILING, OpenedBy.PERSON),),
                consents=(ConsentBit(Purpose.PROFILING, UNHCR, ALL),),
                hide_location=True,
            ),
            (SHARING,),
            Gate.FLAG,
        ),
        (Category.REFERENCE, ASKED, replace(FREE, withheld=ALL & ~1), (SHARING,), Gate.ALONE),
    ],
)
def test_it_names_the_first_gate(
    category: Category,
    asked: Question,
    known: Known,
    agreements: tuple[Agreement, ...],
    gate: Gate,
) -> None:
    told = why(category, asked, known, agreements)

    assert (told.outcome, told.closed_by) == (Outcome.WITHHELD, gate)


def test_it_names_what_capped_a_partial_form() -> None:
    hidden = why(Category.ADDRESS, known=replace(FREE, hide_location=True))
    granted = replace(SHARING, pair=pair_of(0, bit(Category.AGE_BAND)))
    narrow = why(Category.AGE_BAND, agreements=(granted,))

    assert (hidden.outcome, hidden.closed_by) == (Outcome.PARTIAL, Gate.FLAG)
    assert (narrow.outcome, narrow.closed_by) == (Outcome.PARTIAL, Gate.AGREEMENT)


@pytest.mark.parametrize("recipient", [BORDER, Agency("consulate")])
def test_it_names_the_matrix_before_never_share(recipient: Agency) -> None:
    asked = replace(ASKED, recipient=recipient, column=COLUMN_OF.get(recipient))

    assert why(Category.FULL_NAME, asked).closed_by == Gate.MATRIX


@given(draws.cases(), st.sampled_from(list(Category)))
def test_never_share_is_named_when_nothing_else_closed(
    case: draws.Case, category: Category
) -> None:
    asked, matrix, agreements, known = case

    told = explain(asked, category, matrix=matrix, agreements=agreements, known=known)

    if told.closed_by == Gate.NEVER_SHARE:
        assert plain.never_shared(category, asked) == told.outcome


def test_of_several_purposes_it_explains_the_one_that_came_furthest() -> None:
    closed = replace(SHARING, purpose=Purpose.HEALTH, standing=False)

    for agreements in [(SHARING, closed), (closed, SHARING)]:
        told = why(Category.FULL_NAME, agreements=agreements)
        assert (told.closed_by, told.purpose) == (None, Purpose.PROFILING)


def test_public_facts_pass_without_agreement_and_task() -> None:
    told = why(Category.PUBLIC, agreements=(), known=Known())

    assert (told.outcome, told.closed_by) == (Outcome.FULL, None)
    assert {left for _, left in told.gates} == {Outcome.FULL}
