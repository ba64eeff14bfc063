"""The decision: every restriction only narrows, and a second opinion agrees."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from services.dataexchange.rules.agreements import suspend
from services.dataexchange.rules.decision import (
    Known,
    decide,
)
from shared.kernel.categories import ALL, Category, bit
from shared.kernel.consent import AgeState
from tests.dataexchange.rules import draws, plain


@given(draws.cases())
def test_a_second_implementation_decides_the_same(case: draws.Case) -> None:
    asked, matrix, agreements, known = case

    decided = decide(asked, matrix=matrix, agreements=agreements, known=known)

    expected = plain.decide_plainly(asked, matrix, agreements, known)
    assert {category: decided.pair.outcome(category) for category in Category} == expected
    assert draws.is_sound(decided.pair)
    assert decided.pair.partial & ~ALL == 0


@given(draws.cases())
def test_no_task_means_nothing_but_public_facts(case: draws.Case) -> None:
    asked, matrix, agreements, known = case

    decided = decide(
        replace(asked, about_person=True),
        matrix=matrix,
        agreements=agreements,
        known=replace(known, tasks=()),
    )

    assert decided.pair.partial & ~bit(Category.PUBLIC) & ~bit(Category.REFERENCE) == 0
    assert decided.agreements == ()


@given(draws.cases(), st.data())
def test_a_restriction_never_adds_anything(case: draws.Case, data: st.DataObject) -> None:
    asked, matrix, agreements, known = case
    before = decide(asked, matrix=matrix, agreements=agreements, known=known).pair

    narrower = data.draw(st.sampled_from(NARROWED))(case, data)
    after = decide(narrower[0], matrix=narrower[1], agreements=narrower[2], known=narrower[3]).pair

    assert after & before == after


def hide(case: draws.Case, _: st.DataObject) -> draws.Case:
    return (*case[:3], replace(case[3], hide_location=True))


def treat_as_child(case: draws.Case, data: st.DataObject) -> draws.Case:
    age = data.draw(st.sampled_from([AgeState.CHILD, AgeState.UNKNOWN]))
    return (*case[:3], replace(case[3], age=age))


def withhold(case: draws.Case, data: st.DataObject) -> draws.Case:
    more = case[3].withheld | data.draw(draws.masks)
    return (*case[:3], replace(case[3], withheld=more))


def end_a_task(case: draws.Case, _: st.DataObject) -> draws.Case:
    return (*case[:3], replace(case[3], tasks=case[3].tasks[1:]))


def end_a_consent(case: draws.Case, _: st.DataObject) -> draws.Case:
    return (*case[:3], replace(case[3], consents=case[3].consents[1:]))


def suspend_all(case: draws.Case, _: st.DataObject) -> draws.Case:
    stopped = [suspend(one, one.author) for one in case[2]]
    return (case[0], case[1], stopped, case[3])


def narrow_agreements(case: draws.Case, data: st.DataObject) -> draws.Case:
    by = data.draw(draws.pairs)
    return (case[0], case[1], [replace(one, pair=one.pair & by) for one in case[2]], case[3])


def narrow_matrix(case: draws.Case, data: st.DataObject) -> draws.Case:
    by = data.draw(draws.pairs)
    columns = {
        column: replace(
            most,
            pair=most.pair & by,
            needs_consent=most.needs_consent | by.full,
            needs_acceptance=most.needs_acceptance | by.partial,
        )
        for column, most in case[1].columns.items()
    }
    return (case[0], replace(case[1], columns=columns), case[2], case[3])


def be_no_party(case: draws.Case, _: st.DataObject) -> draws.Case:
    asked = replace(
        case[0], party=False, own_handover=False, own_enquiry=False, references_alone=False
    )
    return (asked, *case[1:])


NARROWED = (
    hide,
    treat_as_child,
    withhold,
    end_a_task,
    end_a_consent,
    suspend_all,
    narrow_agreements,
    narrow_matrix,
    be_no_party,
)


@given(draws.cases())
def test_agreements_named_are_those_that_let_something_pass(case: draws.Case) -> None:
    asked, matrix, agreements, known = case
    decided = decide(asked, matrix=matrix, agreements=agreements, known=known)

    without = [one for one in agreements if one.digest in decided.agreements]
    again = decide(asked, matrix=matrix, agreements=without, known=known)

    assert again.pair == decided.pair


@given(draws.cases())
def test_what_nobody_knows_is_the_strictest(case: draws.Case) -> None:
    asked, matrix, agreements, known = case
    unknown = Known(tasks=known.tasks, consents=known.consents, withheld=known.withheld)

    strictest = decide(asked, matrix=matrix, agreements=agreements, known=unknown).pair
    decided = decide(asked, matrix=matrix, agreements=agreements, known=known).pair

    assert strictest & decided == strictest


@given(draws.cases())
def test_deciding_is_total_and_repeatable(case: draws.Case) -> None:
    asked, matrix, agreements, known = case
    assume(agreements)

    one = decide(asked, matrix=matrix, agreements=agreements, known=known)
    other = decide(asked, matrix=matrix, agreements=reversed(agreements), known=known)

    assert one == other
