"""What is known of a person, whatever the order in which it was said."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.decision import OpenedBy
from services.dataexchange.rules.facts import (
    FOR_EVER,
    Fact,
    Opened,
    Receipt,
    Statement,
    Wish,
    Withdrawal,
    age_of,
    consents_to,
    is_hidden,
    known_to,
    tasks_of,
    withheld_from,
)
from shared.kernel.agencies import IOM, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import ALL, Category, bit, mask_of
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import ConsentRef, EventRef, Kind
from tests.builders import TODAY, UNTIL, a_consent, a_person, a_reference

DAY = timedelta(days=1)
PERSON = a_person()
CONTACT = bit(Category.CONTACT)
ADULT = Statement(RECEPTION, AgeState.ADULT, hide_location=False, sequence=1)


def yes(event: str = "yes", on: date = TODAY, after: tuple[str, ...] = ()) -> Receipt:
    named = tuple(EventRef(a_reference(Kind.EVENT, int(one))) for one in after)
    given = a_consent(PERSON, after=named) if named else a_consent(PERSON)
    return Receipt(event, RECEPTION, given, on)


def no(event: str = "no", on: date = TODAY, *, to: frozenset[Agency] | None = None) -> Withdrawal:
    return Withdrawal(event, None, to, ALL, on)


def stands(*facts: Fact, on: date = TODAY) -> bool:
    return bool(consents_to((ADULT, *facts), UNHCR, on))


def test_a_consent_opens_its_categories_to_its_recipients_for_its_purpose() -> None:
    [found] = consents_to((ADULT, yes()), UNHCR, TODAY)

    assert (found.purpose, found.recipient, found.categories) == (
        Purpose.PROFILING,
        UNHCR,
        CONTACT,
    )
    assert consents_to((ADULT, yes()), IOM, TODAY) == ()


def test_a_withdrawal_ends_what_was_given_on_or_before_its_day() -> None:
    assert not stands(yes(), no())
    assert not stands(yes(on=TODAY - DAY), no())
    assert stands(yes(on=TODAY + DAY), no())


def test_a_withdrawal_before_the_consent_that_it_ends_ends_it_all_the_same() -> None:
    facts: list[Fact] = [yes(on=TODAY - DAY), no()]
    for order in permutations(facts):
        assert not stands(*order)


def test_a_consent_that_names_the_withdrawal_stands() -> None:
    first = str(a_reference(Kind.EVENT, 1))

    assert stands(yes(after=("1",)), no(first))


def test_a_consent_must_name_every_withdrawal_of_its_day() -> None:
    first, second = (str(a_reference(Kind.EVENT, number)) for number in (1, 2))

    assert not stands(yes(after=("2",)), no(first), no(second))
    assert stands(yes(after=("1", "2")), no(first), no(second))


def test_a_withdrawal_of_one_consent_leaves_the_others() -> None:
    named = ConsentRef(a_reference(Kind.CONSENT, 1))
    other = Receipt("other", RECEPTION, a_consent(PERSON, 2), TODAY)
    one = Withdrawal("no", named, None, ALL, TODAY)

    assert not stands(yes(), one)
    assert stands(yes(), other, one)
    assert not stands(Receipt("late", RECEPTION, a_consent(PERSON, 1), TODAY + DAY), one)


def test_a_withdrawal_reaches_as_far_as_it_says() -> None:
    assert stands(yes(), no(to=frozenset({IOM})))
    assert not stands(yes(), no(to=frozenset({IOM, UNHCR})))
    assert stands(yes(), Withdrawal("no", None, None, bit(Category.FULL_NAME), TODAY))


def test_a_consent_ends_with_its_last_day() -> None:
    assert stands(yes(), on=UNTIL)
    assert not stands(yes(), on=UNTIL + DAY)


def test_a_consent_of_somebody_not_known_to_be_adult_opens_nothing() -> None:
    assert consents_to((yes(),), UNHCR, TODAY) == ()


def wish(sequence: int, *, on: bool, to: frozenset[Agency] | None = None) -> Wish:
    return Wish(RECEPTION, to, CONTACT, on, sequence)


def learned(*facts: Fact) -> tuple[Fact, ...]:
    subject = Subject("1", Kind.PERSON)
    for fact in facts:
        subject.learn(fact)
    return subject.told()


def test_the_latest_wish_counts_whichever_arrives_first() -> None:
    for order in permutations([wish(1, on=True), wish(2, on=False)]):
        assert withheld_from(learned(*order), UNHCR) == 0
    for order in permutations([wish(1, on=False), wish(2, on=True)]):
        assert withheld_from(learned(*order), UNHCR) == CONTACT


def test_a_wish_about_somebody_lifts_none_about_everybody() -> None:
    facts = learned(wish(1, on=True), wish(2, on=False, to=frozenset({UNHCR})))

    assert withheld_from(facts, UNHCR) == CONTACT


def test_a_wish_keeps_from_whom_it_names() -> None:
    facts = (wish(1, on=True, to=frozenset({IOM})),)

    assert (withheld_from(facts, IOM), withheld_from(facts, UNHCR)) == (CONTACT, 0)


def said(agency: Agency, age: AgeState, *, hide: bool = False) -> Statement:
    return Statement(agency, age, hide, 1)


def test_an_adult_is_whom_somebody_calls_adult_and_nobody_a_child() -> None:
    adult, child = said(RECEPTION, AgeState.ADULT), said(UNHCR, AgeState.CHILD)

    assert age_of(()) is AgeState.UNKNOWN
    assert age_of((adult,)) is AgeState.ADULT
    assert age_of((adult, child)) is age_of((child, adult)) is AgeState.CHILD
    assert age_of((said(RECEPTION, AgeState.UNKNOWN),)) is AgeState.UNKNOWN


def test_a_place_is_hidden_until_everybody_who_spoke_says_otherwise() -> None:
    open_, hidden = said(RECEPTION, AgeState.ADULT), said(UNHCR, AgeState.ADULT, hide=True)

    assert is_hidden(())
    assert not is_hidden((open_,))
    assert is_hidden((open_, hidden))


def test_an_agencys_later_statement_replaces_its_earlier_one() -> None:
    first, second = ADULT, Statement(RECEPTION, AgeState.CHILD, hide_location=True, sequence=2)

    for order in permutations([first, second]):
        assert age_of(learned(*order)) is AgeState.CHILD


def opened(sequence: int, *, until: date = UNTIL, purpose: Purpose = Purpose.PROFILING) -> Opened:
    return Opened(UNHCR, purpose, OpenedBy.PERSON, until, is_open=True, sequence=sequence)


def ended(sequence: int, purpose: Purpose | None = None) -> Opened:
    return Opened(UNHCR, purpose, OpenedBy.PERSON, FOR_EVER, is_open=False, sequence=sequence)


BOARD = Opened(UNHCR, Purpose.PROFILING, OpenedBy.BOARD, FOR_EVER, is_open=True, sequence=0)
STANDING = frozenset({Purpose.PROFILING})


def kinds(*facts: Fact, standing: frozenset[Purpose] = frozenset()) -> set[OpenedBy]:
    return {task.opened_by for task in tasks_of(learned(*facts), UNHCR, standing, TODAY)}


def test_a_task_is_open_until_its_day_or_its_end() -> None:
    assert kinds(opened(1)) == {OpenedBy.PERSON}
    assert kinds(opened(1, until=TODAY)) == {OpenedBy.PERSON}
    assert kinds(opened(1, until=TODAY - DAY)) == set()


@pytest.mark.parametrize("purpose", [Purpose.PROFILING, None])
def test_an_end_that_overtakes_its_beginning_ends_it(purpose: Purpose | None) -> None:
    for order in permutations([opened(1), ended(2, purpose)]):
        assert kinds(*order) == set()
    for order in permutations([ended(1, purpose), opened(2)]):
        assert kinds(*order) == {OpenedBy.PERSON}


@pytest.mark.parametrize("purpose", [Purpose.PROFILING, None])
def test_an_agency_may_end_a_standing_task(purpose: Purpose | None) -> None:
    assert kinds(standing=STANDING) == {OpenedBy.STANDING}
    assert kinds(ended(1, purpose), standing=STANDING) == set()


def test_a_task_of_another_agency_or_its_end_says_nothing() -> None:
    other = Opened(IOM, None, OpenedBy.PERSON, FOR_EVER, is_open=False, sequence=1)

    assert kinds(other, standing=STANDING) == {OpenedBy.STANDING}


def test_a_task_that_the_board_opened_is_not_the_agencys_to_end() -> None:
    assert kinds(BOARD, ended(9)) == {OpenedBy.BOARD}
    assert kinds(BOARD, ended(9, Purpose.PROFILING)) == {OpenedBy.BOARD}


def test_nothing_said_is_nothing_open() -> None:
    known = known_to((), UNHCR, frozenset(), TODAY)

    assert (known.tasks, known.consents, known.withheld) == ((), (), 0)
    assert (known.hide_location, known.age) == (True, AgeState.UNKNOWN)


def test_a_later_withdrawal_never_opens_anything() -> None:
    both = mask_of({Category.CONTACT, Category.FULL_NAME})
    refused = Withdrawal("no", None, frozenset({UNHCR}), both, TODAY)
    facts: list[Fact] = [yes(), wish(1, on=True), refused]

    for order in permutations(facts):
        assert not stands(*order)
