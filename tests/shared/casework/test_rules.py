from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework import rules
from shared.casework.commands import GiveConsent, SetWithholding, StateSafeguards, WithdrawConsent
from shared.events.control import (
    ConsentWithdrawn,
    ProtectionConcernRaised,
    SafeguardsStated,
    WithholdingSet,
)
from shared.events.event import ABSENT, Absent
from shared.kernel.agencies import UNHCR
from shared.kernel.categories import NEVER, Category
from shared.kernel.consent import AgeState, Giver
from shared.kernel.identifiers import (
    ConsentRef,
    EventRef,
    Form,
    Kind,
    PersonRef,
    reference,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERSON = PersonRef(reference(Kind.PERSON, Form.OWN, bytes(16)))
CONSENT = ConsentRef(reference(Kind.CONSENT, Form.OWN, bytes(16)))
WITHDRAWAL = EventRef(reference(Kind.EVENT, Form.OWN, bytes(16)))


def consenting(**said: Any) -> GiveConsent:
    body = {
        "information_given": True,
        "giver": "SELF",
        "purpose": "LEGAL_AID",
        "recipients": [UNHCR],
        "categories": ["FULL_NAME"],
        "until": "2026-09-01",
    }
    return GiveConsent.model_validate(body | said)


def give(command: GiveConsent, age: AgeState = AgeState.ADULT) -> Any:
    return rules.give_consent(command, PERSON, consent=CONSENT, age=age, after=(), at=NOON)


def test_consent_is_told_as_said_and_what_was_not_said_stays_absent() -> None:
    given_ = give(consenting())

    assert (given_.consent, given_.giver, given_.categories) == (
        CONSENT,
        Giver.SELF,
        (Category.FULL_NAME,),
    )
    assert {given_.alone, given_.deprived_of_liberty, given_.interpreter_by, given_.after} == {
        ABSENT
    }


def test_that_somebody_listened_is_told_as_said() -> None:
    assert give(consenting(alone=False)).alone is False


def test_consent_needs_information_first() -> None:
    with pytest.raises(rules.InformationNotGiven):
        give(consenting(information_given=False))


@pytest.mark.parametrize("age", AgeState)
@pytest.mark.parametrize("giver", Giver)
def test_adults_consent_themselves_and_nobody_else_for_them(age: AgeState, giver: Giver) -> None:
    valid = (giver is Giver.SELF) == (age is AgeState.ADULT)

    if valid:
        assert give(consenting(giver=giver), age).giver is giver
    else:
        with pytest.raises(rules.GiverNotValid) as refused:
            give(consenting(giver=giver), age)
        assert refused.value.fields == ("giver",)


@pytest.mark.parametrize("category", sorted(rules.NOT_BY_REPRESENTATIVE))
def test_a_representative_never_opens_what_may_tell_of_harm(category: Category) -> None:
    said = {"categories": ["FULL_NAME", category.name]}

    with pytest.raises(rules.GiverNotValid):
        give(consenting(giver="REPRESENTATIVE", **said), AgeState.CHILD)

    assert give(consenting(giver="BEST_INTERESTS", **said), AgeState.CHILD)


def test_validity_ends_today_at_the_earliest() -> None:
    yesterday = NOON.date() - timedelta(days=1)

    assert give(consenting(until=NOON.date().isoformat()))
    with pytest.raises(rules.ValidityOver):
        give(consenting(until=yesterday.isoformat()))


def test_consent_names_the_withdrawals_that_it_follows() -> None:
    given_ = rules.give_consent(
        consenting(), PERSON, consent=CONSENT, age=AgeState.ADULT, after=(WITHDRAWAL,), at=NOON
    )

    assert given_.after == (WITHDRAWAL,)


def test_what_is_said_twice_is_told_once() -> None:
    assert give(consenting(recipients=[UNHCR, UNHCR])).recipients == (UNHCR,)


RESTRICTIONS = st.fixed_dictionaries(
    {},
    optional={
        "recipients": st.just("ALL") | st.lists(st.just(UNHCR), min_size=1, max_size=2),
        "categories": st.lists(
            st.sampled_from(sorted(category.name for category in NEVER)), min_size=1, max_size=3
        ),
    },
)


@given(scope=RESTRICTIONS)
def test_no_withdrawal_is_refused_and_none_is_narrower_than_said(scope: dict[str, Any]) -> None:
    told = rules.withdraw_consent(WithdrawConsent.model_validate(scope), PERSON)

    assert (told.recipients is ABSENT) == ("recipients" not in scope)
    assert (told.categories is ABSENT) == ("categories" not in scope)


def test_a_withdrawal_of_nothing_in_particular_is_of_everything() -> None:
    assert rules.withdraw_consent(WithdrawConsent(), PERSON) == ConsentWithdrawn(person=PERSON)


@given(scope=RESTRICTIONS, on=st.booleans())
def test_no_withholding_is_refused(scope: dict[str, Any], on: bool) -> None:  # noqa: FBT001
    body = {"from" if name == "recipients" else name: value for name, value in scope.items()}

    told = rules.set_withholding(SetWithholding.model_validate(body | {"on": on}), PERSON)

    assert told.on is on
    assert (told.from_ is ABSENT) == ("from" not in body)


def test_a_withholding_of_nothing_in_particular_is_the_widest() -> None:
    told = rules.set_withholding(SetWithholding.model_validate({}), PERSON)

    assert told == WithholdingSet(person=PERSON, on=True)


def test_safeguards_not_said_protect() -> None:
    assert rules.state_safeguards(StateSafeguards(), PERSON) == SafeguardsStated(
        person=PERSON, treated_as_child=AgeState.UNKNOWN, hide_location=True
    )


@given(
    stated=st.sampled_from(AgeState),
    own=st.sampled_from([*AgeState, ABSENT]),
    hide=st.booleans(),
    hidden=st.sampled_from([True, False, ABSENT]),
)
def test_of_two_words_of_one_agency_the_one_that_protects_is_told(
    stated: AgeState, own: AgeState | Absent, *, hide: bool, hidden: bool | Absent
) -> None:
    command = StateSafeguards(treated_as_child=stated, hide_location=hide)
    record = SafeguardsStated(person=PERSON, treated_as_child=own, hide_location=hidden)

    told = rules.state_safeguards(command, PERSON, record)

    child = AgeState.CHILD in (stated, own)
    assert told.treated_as_child is (AgeState.CHILD if child else stated)
    assert told.hide_location is (hide or hidden is True)


def test_a_worry_without_a_note_is_a_worry() -> None:
    assert rules.raise_concern(PERSON, None) == ProtectionConcernRaised(person=PERSON)
