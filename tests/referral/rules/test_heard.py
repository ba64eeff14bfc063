"""What the word of a sender, or of the exchange, changes; and in which order it may come."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.rules import answers, heard
from services.referral.rules.acts import offer
from services.referral.rules.record import (
    RULE,
    Act,
    OfferState,
    Referral,
    State,
    Why,
    unheard,
)
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import CardAge
from shared.events.card import Card
from shared.kernel.agencies import IOM, UNHCR
from shared.kernel.categories import Category
from tests.referral.builders import (
    DAY,
    HOUR,
    NOON,
    NORTH,
    SOUTH,
    a_card,
    a_referral,
    accepted,
    amended,
    asked,
    created,
    declined,
    ended,
    requested,
    started,
)

Word = Callable[[Referral], Referral]


def both_offered(referral: Referral) -> Referral:
    if referral.state is not State.CREATED:
        return referral
    return offer(referral, [UNHCR, IOM], by=RULE, at=NOON)[0]


REQUEST: Word = lambda one: heard.request(one, requested(), at=NOON)  # noqa: E731
WITHDRAW: Word = lambda one: heard.withdraw(one, at=NOON)  # noqa: E731
INTERRUPT: Word = lambda one: heard.interrupt(one, at=NOON)  # noqa: E731
AMEND: Word = lambda one: heard.amend(one, amended(area=SOUTH), at=NOON)  # noqa: E731
COURSE: Sequence[Word] = (
    REQUEST,
    both_offered,
    lambda one: answers.ask(one, asked(), at=NOON),
    AMEND,
    lambda one: answers.decline(one, declined(), at=NOON),
    lambda one: answers.accept(one, accepted(IOM), at=NOON),
    lambda one: answers.start(one, started(IOM), at=NOON),
    lambda one: answers.end(one, ended(IOM), at=NOON),
)


def after(words: Sequence[Word]) -> Referral:
    referral = unheard(a_referral(), at=NOON)
    for word in words:
        referral = word(referral)
    return referral


def test_a_request_is_the_card_and_nothing_of_the_person() -> None:
    event = requested(Pathway.CASH, provider=IOM, after=a_referral(9), transfer=True)

    referral = heard.request(unheard(a_referral(), at=NOON), event, at=NOON)

    assert referral.card == a_card(Pathway.CASH)
    assert type(referral.card) is Card
    assert (referral.named, referral.after, referral.transfer) == (IOM, a_referral(9), True)
    assert (referral.state, referral.created_at, referral.clock_from) == (State.CREATED, NOON, NOON)


def test_a_request_heard_again_is_one_referral() -> None:
    once = after([REQUEST])

    assert heard.request(once, requested(Pathway.CASH), at=NOON + DAY) == once


def test_a_correction_changes_what_it_tells_and_clears_what_is_null() -> None:
    referral = created(a_card(age_band=CardAge.CHILD))

    corrected = heard.amend(referral, amended(area=None, priority=Priority.URGENT), at=NOON + HOUR)

    assert corrected.card == a_card(age_band=CardAge.CHILD, area=None, priority=Priority.URGENT)
    assert corrected.created_at == NOON
    assert heard.amend(corrected, amended(area=None), at=NOON + DAY) == corrected


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN, State.EXPIRED])
def test_a_correction_of_what_has_ended_is_named_and_changes_nothing(state: State) -> None:
    referral = created(state=state)

    named = heard.amend(referral, amended(area=SOUTH), at=NOON)

    assert replace(named, moves=()) == referral
    assert [(move.act, move.why) for move in named.moves] == [(Act.AMENDED, Why.NOT_OPEN)]


@pytest.mark.parametrize("state", State)
def test_withdrawal_ends_all_but_what_was_served(state: State) -> None:
    referral = replace(both_offered(created(next_by=NOON, overdue_at=NOON)), state=state)

    ended = heard.withdraw(referral, at=NOON)

    if state is State.CLOSED:
        assert (ended.state, ended.offers) == (State.CLOSED, referral.offers)
    elif state is State.WITHDRAWN:
        assert ended == referral
    else:
        assert (ended.state, ended.overdue_at, ended.next_by) == (State.WITHDRAWN, None, None)
        assert {one.state for one in ended.offers} == {OfferState.LAPSED}


@pytest.mark.parametrize("state", State)
def test_interruption_of_what_is_open_is_a_humans(state: State) -> None:
    referral = replace(both_offered(created()), state=state)

    stopped = heard.interrupt(referral, at=NOON + DAY)

    if state in {State.CREATED, State.ACCEPTED, State.IN_PROGRESS}:
        assert (stopped.state, stopped.overdue_at) == (State.INTERRUPTED, NOON + DAY)
        assert {one.state for one in stopped.offers} == {OfferState.LAPSED}
    else:
        assert replace(stopped, moves=()) == replace(referral, moves=())


@pytest.mark.parametrize("step", range(len(COURSE) + 1))
def test_withdrawal_between_any_two_steps_ends_it_unless_it_was_served(step: int) -> None:
    referral = after([*COURSE[:step], WITHDRAW, *COURSE[step:]])

    assert referral.state is (State.CLOSED if step == len(COURSE) else State.WITHDRAWN)
    assert referral.card.pathway is Pathway.FAMILY
    assert not referral.has_open_offer


@pytest.mark.parametrize("words", list(permutations([REQUEST, AMEND, WITHDRAW, INTERRUPT])))
def test_in_any_order_request_correction_interruption_and_withdrawal_end_alike(
    words: Sequence[Word],
) -> None:
    referral = after(words)

    assert referral.state is State.WITHDRAWN
    assert referral.requested
    assert referral.card.area == (NORTH if words.index(AMEND) > words.index(WITHDRAW) else SOUTH)


@given(st.data())
def test_a_word_heard_twice_is_heard_once(data: st.DataObject) -> None:
    words = [word for word in COURSE if word is not both_offered]
    course = [words[0], both_offered, *words[1:], WITHDRAW]
    place = data.draw(st.integers(0, len(course) - 1))
    if course[place] is both_offered:
        return
    again = data.draw(st.integers(place + 1, len(course)))

    doubled = after([*course[:again], course[place], *course[again:]])

    assert replace(doubled, moves=()) == replace(after(course), moves=())


def test_erasing_some_categories_leaves_what_is_asked_for_and_every_clock() -> None:
    referral = created(a_card(age_band=CardAge.CHILD, language="und"))

    erased = heard.erase(referral, {Category.AGE_BAND, Category.LANGUAGE}, at=NOON)

    assert erased == replace(referral, card=a_card())
    assert heard.erase(erased, {Category.AGE_BAND}, at=NOON) == erased


@pytest.mark.parametrize("categories", [None, {Category.REFERRAL}, set(Category)])
@pytest.mark.parametrize("state", State)
def test_what_has_lost_its_words_is_a_humans_if_it_was_under_way(
    state: State, categories: set[Category] | None
) -> None:
    erased = heard.erase(created(state=state), categories, at=NOON)

    runs = state in {State.CREATED, State.ACCEPTED, State.IN_PROGRESS}
    assert erased.state is (State.INTERRUPTED if runs else state)
    assert erased.pathway is None
    assert (erased.card == Card()) == (categories != {Category.REFERRAL})
