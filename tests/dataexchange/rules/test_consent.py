"""Consent: what a receipt really opens, given who gave it and how."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.dataexchange.rules.consent import consent_mask
from shared.events.control import ConsentGiven
from shared.events.event import ABSENT
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
    Purpose,
)
from shared.kernel.categories import ALL, NEVER, SEALED_ONLY, Category, categories_of, mask_of
from shared.kernel.consent import AgeState, Giver
from shared.kernel.identifiers import ConsentRef, Form, Kind, PersonRef, reference
from tests.dataexchange.rules import draws

DAY = date(2022, 7, 1)
GIVEN = ConsentGiven(
    person=PersonRef(reference(Kind.PERSON, Form.OWN, b"p" * 16)),
    consent=ConsentRef(reference(Kind.CONSENT, Form.OWN, b"c" * 16)),
    giver=Giver.SELF,
    purpose=Purpose.PROFILING,
    recipients=(UNHCR, RECEPTION, ASYLUM, IOM, BORDER, CHILD_PROTECTION),
    categories=tuple(Category),
    until=DAY,
    alone=True,
    deprived_of_liberty=False,
)
OTHERS = (Giver.GUARDIAN, Giver.REPRESENTATIVE, Giver.BEST_INTERESTS)
HERS_ALONE = {
    Category.TRAFFICKING_PRESUMED,
    Category.GBV_FACT,
    Category.TORTURE,
    Category.ORIENTATION_IDENTITY,
}


def opened(
    recipient: Agency = UNHCR,
    age: AgeState = AgeState.ADULT,
    on: date = DAY,
    **changed: Any,
) -> set[Category]:
    receipt = msgspec.structs.replace(GIVEN, **changed)
    return set(categories_of(consent_mask(receipt, recipient=recipient, age=age, on=on)))


def test_a_free_adult_alone_opens_what_was_named_but_never_what_never_leaves() -> None:
    everything = set(Category) - NEVER - {Category.REFERENCE, Category.PUBLIC}

    assert opened() == everything
    assert opened(categories=(Category.CONTACT, Category.BIOMETRIC)) == {Category.CONTACT}


def test_nobody_else_is_a_recipient() -> None:
    assert opened(recipient=ANTI_TRAFFICKING) == set()


def test_the_last_day_is_included_and_the_next_is_not() -> None:
    assert opened(on=DAY)
    assert not opened(on=date(2022, 7, 2))


@pytest.mark.parametrize("alone", [False, ABSENT])
def test_not_alone_or_not_told_opens_nothing_highly_sensitive(alone: object) -> None:
    left = opened(alone=alone)

    assert Category.CONTACT in left
    assert not left & SEALED_ONLY


@pytest.mark.parametrize("deprived", [True, ABSENT])
def test_locked_up_or_not_told_opens_nothing_to_the_state_or_to_returns(deprived: object) -> None:
    for recipient in (BORDER, RECEPTION, ASYLUM, IOM):
        assert not opened(recipient=recipient, deprived_of_liberty=deprived)
    for purpose in (Purpose.RETURN_VOLUNTARY, Purpose.READMISSION):
        assert not opened(purpose=purpose, deprived_of_liberty=deprived)
    assert opened(deprived_of_liberty=deprived)


@pytest.mark.parametrize("recipient", [RECEPTION, ASYLUM, IOM])
def test_at_liberty_it_opens_there_as_well(recipient: Agency) -> None:
    assert opened(recipient=recipient)


@pytest.mark.parametrize("age", [AgeState.CHILD, AgeState.UNKNOWN])
def test_a_child_or_who_may_be_one_has_not_consented_alone(age: AgeState) -> None:
    assert not opened(age=age)
    for giver in OTHERS:
        assert opened(age=age, giver=giver)


@pytest.mark.parametrize("giver", OTHERS)
def test_what_others_consented_to_lapses_with_age(giver: Giver) -> None:
    assert not opened(giver=giver, age=AgeState.ADULT)


def test_no_representative_speaks_about_what_may_be_his_doing() -> None:
    by_representative = opened(age=AgeState.CHILD, giver=Giver.REPRESENTATIVE)
    by_guardian = opened(age=AgeState.CHILD, giver=Giver.GUARDIAN)

    assert not by_representative & HERS_ALONE
    assert by_guardian - by_representative == HERS_ALONE


@drawn(st.data())
def test_what_is_not_told_never_loosens(data: st.DataObject) -> None:
    receipt = data.draw(draws.structs(ConsentGiven))
    recipient = data.draw(st.sampled_from(draws.AGENCIES))
    age = data.draw(st.sampled_from(list(AgeState)))

    told = consent_mask(receipt, recipient=recipient, age=age, on=DAY)

    for name in ("alone", "deprived_of_liberty", "interpreter_by", "explained_in", "after"):
        less = msgspec.structs.replace(receipt, **{name: ABSENT})
        assert consent_mask(less, recipient=recipient, age=age, on=DAY) & ~told == 0
    assert told & ~mask_of(set(receipt.categories)) == 0
    assert told & ~ALL == 0
