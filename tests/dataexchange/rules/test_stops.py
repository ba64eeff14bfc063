"""What stops a person, and what says something of her: neither lets anything slip past a no."""

import pytest

from services.dataexchange.rules.book import Book
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.reading import Message, Unreadable
from shared.events.control import ControlRepeated, SafeguardsStated, WithholdingSet
from shared.events.exchange import Outcome
from shared.kernel.agencies import BORDER, RECEPTION, UNHCR
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import PersonRef
from shared.messaging.permissions import control_topic
from tests.builders import (
    a_book,
    a_message,
    a_person,
    a_poison,
    a_state,
    an_adult,
    judged,
)

PERSON = a_person()
HOLE = 7


def nameless(key: str = PERSON) -> Unreadable:
    """A control record of reception of which not even the envelope can be read."""
    return Unreadable(0, RECEPTION, control_topic(RECEPTION), key, None, "unreadable_envelope")


def state(number: int) -> Message:
    return a_message(RECEPTION, a_state(PERSON), number)


def repeated(hole: int) -> Message:
    return a_message(RECEPTION, ControlRepeated(hole=hole))


def fates(judgement: Judgement) -> list[tuple[Outcome, str | None]]:
    return [(one.verdict, one.code) for one in judgement.outcomes]


def a_stopped_book() -> Book:
    book = a_book(holes={RECEPTION: HOLE})
    judged(book, state(1), nameless())
    return book


def test_a_control_record_without_an_envelope_stops_its_person_and_asks_for_everything() -> None:
    book = a_book()

    judgement = judged(book, nameless(), state(1))

    assert fates(judgement) == [(Outcome.HELD, "stopped")]
    assert book.unheard == {RECEPTION}
    assert judgement.alarms == {RECEPTION: 1}


def test_another_person_goes_on_meanwhile() -> None:
    book = a_stopped_book()
    other = a_message(RECEPTION, a_state(a_person(2)))

    assert fates(judged(book, other)) == [(Outcome.TAKEN, None)]


def test_no_single_word_of_the_author_ends_it() -> None:
    book = a_stopped_book()
    wish = a_message(RECEPTION, WithholdingSet(person=PERSON), 1)

    assert fates(judged(book, wish, state(2)))[-1] == (Outcome.HELD, "stopped")


@pytest.mark.parametrize("hole", [HOLE - 1, HOLE + 1])
def test_the_word_about_another_hole_does_not_end_it(hole: int) -> None:
    book = a_stopped_book()

    assert fates(judged(book, repeated(hole), state(2)))[-1] == (Outcome.HELD, "stopped")


def test_the_word_that_everything_was_repeated_ends_it_and_asks_for_what_waited() -> None:
    book = a_stopped_book()
    waiting = state(2)
    judged(book, waiting)

    judgement = judged(book, repeated(HOLE))

    assert (Outcome.HELD, "again") in fates(judgement)
    assert fates(judged(book, waiting)) == [(Outcome.TAKEN, None)]


def test_what_is_unread_by_number_still_stops_after_that_word() -> None:
    book = a_stopped_book()
    judged(book, a_poison(a_message(RECEPTION, WithholdingSet(person=PERSON), 1)))

    judged(book, repeated(HOLE))

    assert fates(judged(book, state(2))) == [(Outcome.HELD, "stopped")]


def test_a_record_that_names_nobody_stops_nobody() -> None:
    judgement = judged(a_book(), nameless("nobody"), state(1))

    assert fates(judgement) == [(Outcome.TAKEN, None)]


def heard_ages(judgement: Judgement) -> list[str]:
    return [one.recipient for one in judgement.releases if one.wire.endswith("SafeguardsStated.v1")]


def child(person: PersonRef) -> SafeguardsStated:
    return SafeguardsStated(person=person, treated_as_child=AgeState.CHILD, hide_location=True)


def a_screening() -> tuple[Book, Message]:
    """The border has a word on age that reception may hear."""
    book = a_book()
    judged(book, a_message(BORDER, an_adult(PERSON), 1))
    return book, a_message(BORDER, child(PERSON), 2)


def test_a_word_on_age_is_told_in_its_turn() -> None:
    book, word = a_screening()

    assert heard_ages(judged(book, word)) == [RECEPTION]


def test_a_word_on_age_counts_and_says_nothing_while_its_person_is_stopped() -> None:
    book, word = a_screening()
    judged(book, a_poison(a_message(BORDER, WithholdingSet(person=PERSON), 3)))

    judgement = judged(book, word)

    subject = book.subject_of(BORDER, PERSON)
    assert heard_ages(judgement) == []
    assert fates(judgement) == [(Outcome.TAKEN, None)]
    assert subject is not None
    assert AgeState.CHILD in {getattr(fact, "age", None) for fact in subject.told()}


def test_safeguards_are_asked_for_again_when_the_stop_ends() -> None:
    book, word = a_screening()
    wish = WithholdingSet(person=PERSON, from_=(UNHCR,))
    judged(book, a_poison(a_message(BORDER, wish, 3)), word)

    judgement = judged(book, a_message(BORDER, wish, 3))

    asked = [one for one in judgement.releases if one.wire.endswith("RestateAsked.v1")]
    assert [one.recipient for one in asked] == [BORDER]
    assert {restate.recipient for restate in book.restates.values()} == {RECEPTION}


def test_a_word_on_age_says_nothing_before_its_turn() -> None:
    book, _ = a_screening()

    judgement = judged(book, a_message(BORDER, child(PERSON), 3))

    assert heard_ages(judgement) == []
    assert fates(judgement) == [(Outcome.HELD, "gap")]


def test_a_word_on_age_says_nothing_while_a_restriction_may_have_vanished() -> None:
    book = a_book(is_whole=False)

    judgement = judged(book, a_message(BORDER, child(PERSON), 1))

    assert heard_ages(judgement) == []
    assert fates(judgement) == [(Outcome.HELD, "gap")]


def test_a_restriction_that_says_nothing_acts_at_once_even_then() -> None:
    book = a_book(is_whole=False)
    wish = a_message(UNHCR, WithholdingSet(person=a_person(3)), 5)

    assert fates(judged(book, wish)) == [(Outcome.TAKEN, None)]
