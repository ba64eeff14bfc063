"""A no that came before sealing wins, in whatever order and scope it was said."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.rules.permission import Word, allowed, is_over
from shared.events.control import ConsentWithdrawn, WithholdingSet
from shared.events.event import ABSENT
from shared.kernel.agencies import ASYLUM, IOM, UNHCR, Agency
from shared.kernel.categories import NEVER, SEALED_ONLY, Category
from shared.kernel.consent import AgeState, Giver
from tests.shared.casework.builders import CONSENT, DAY, PERSON, a_consent, given_consent

ADULT = AgeState.ADULT
AGREED = {Category.FULL_NAME, Category.SEX, Category.FEAR_OF_RETURN}

scopes = st.just(ABSENT) | st.just("ALL") | st.sets(st.sampled_from([ASYLUM, UNHCR])).map(tuple)
categories = st.just(ABSENT) | st.sets(st.sampled_from(sorted(AGREED))).map(tuple)
withdrawals = st.builds(
    ConsentWithdrawn,
    person=st.just(PERSON),
    consent=st.sampled_from([ABSENT, CONSENT, a_consent(7)]),
    recipients=scopes,
    categories=categories,
)
withholdings = st.builds(
    WithholdingSet,
    person=st.just(PERSON),
    from_=scopes,
    categories=categories,
    on=st.sampled_from([ABSENT, True, False]),
)


def opened(*words: Word, recipient: Agency = ASYLUM, age: AgeState = ADULT, days: int = 0) -> Any:
    return allowed(words, CONSENT, recipient=recipient, age=age, on=DAY + timedelta(days=days))


def test_consent_opens_what_it_names_to_whom_it_names() -> None:
    assert opened(given_consent()) == AGREED
    assert opened(given_consent(), recipient=IOM) == set()
    assert opened() == set()


def test_consent_ends_with_its_last_day() -> None:
    assert opened(given_consent(), days=180) == AGREED
    assert opened(given_consent(), days=181) == set()


@pytest.mark.parametrize("alone", [False, ABSENT])
def test_consent_given_before_others_opens_nothing_highly_sensitive(alone: Any) -> None:
    assert opened(given_consent(alone=alone)) == AGREED - SEALED_ONLY


@pytest.mark.parametrize("age", AgeState)
@pytest.mark.parametrize("giver", Giver)
def test_consent_of_who_cannot_give_it_today_opens_nothing(age: AgeState, giver: Giver) -> None:
    valid = (giver is Giver.SELF) == (age is AgeState.ADULT)

    assert bool(opened(given_consent(giver=giver), age=age)) == valid


def test_a_representative_opens_nothing_that_may_tell_of_harm() -> None:
    both = (Category.SEX, Category.TORTURE)
    word = given_consent(giver=Giver.REPRESENTATIVE, categories=both)

    assert opened(word, age=AgeState.CHILD) == {Category.SEX}


@pytest.mark.parametrize("category", sorted(NEVER))
def test_nothing_opens_what_never_leaves(category: Category) -> None:
    assert opened(given_consent(categories=(category,))) == set()


def test_withdrawal_without_scope_takes_everything() -> None:
    assert opened(given_consent(), ConsentWithdrawn(person=PERSON)) == set()


def test_withdrawal_by_scope_takes_its_scope() -> None:
    of_names = ConsentWithdrawn(person=PERSON, categories=(Category.FULL_NAME,))
    of_unhcr = ConsentWithdrawn(person=PERSON, recipients=(UNHCR,))

    assert opened(given_consent(), of_names, of_unhcr) == AGREED - {Category.FULL_NAME}
    assert opened(given_consent(), of_unhcr, recipient=UNHCR) == set()


def test_withdrawal_of_another_consent_takes_nothing() -> None:
    other = ConsentWithdrawn(person=PERSON, consent=a_consent(7))

    assert opened(given_consent(), other) == AGREED


def test_consent_that_follows_a_withdrawal_stands() -> None:
    assert opened(ConsentWithdrawn(person=PERSON), given_consent()) == AGREED


def test_withholding_binds_a_later_consent_until_it_is_lifted() -> None:
    on = WithholdingSet(person=PERSON, from_=(ASYLUM,))
    off = WithholdingSet(person=PERSON, from_=(ASYLUM,), on=False)

    assert opened(on, given_consent()) == set()
    assert opened(on, given_consent(), off) == AGREED
    assert opened(on, given_consent(), recipient=UNHCR) == AGREED


@given(before=st.lists(withholdings, max_size=3), after=st.lists(withdrawals, max_size=4))
def test_no_withdrawal_ever_opens_anything(
    before: list[WithholdingSet], after: list[ConsentWithdrawn]
) -> None:
    last = AGREED | set(Category)
    for count in range(len(after) + 1):
        now = opened(*before, given_consent(), *after[:count])
        assert now <= last & AGREED
        last = now


@given(words=st.lists(withdrawals | withholdings, max_size=5))
def test_consent_is_over_when_it_opens_nothing_to_anybody(words: list[Word]) -> None:
    said = (given_consent(), *words)
    left = [opened(*said, recipient=one) for one in (ASYLUM, UNHCR)]

    assert is_over(said, CONSENT, age=ADULT, on=DAY) == (not any(left))


def test_consent_that_nobody_knows_is_over() -> None:
    assert is_over((), CONSENT, age=ADULT, on=DAY)
