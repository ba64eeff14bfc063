"""What becomes of each message: duplicates first, then restrictions, then whose turn it is."""

from typing import Any

import pytest

from services.dataexchange.rules.book import Aggregate, Book
from services.dataexchange.rules.reading import Message, Unreadable
from shared.codes.places import NameText
from shared.events.border import ScreeningCompleted
from shared.events.control import (
    ConsentWithdrawn,
    ProtectionConcernRaised,
    StreamGapFound,
    WithholdingSet,
)
from shared.events.exchange import Outcome
from shared.kernel.agencies import BORDER, RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import Form, Kind, PersonRef, Reference
from tests.builders import (
    a_book,
    a_consent,
    a_message,
    a_person,
    a_poison,
    a_reference,
    a_state,
    an_adult,
    judged,
)

TAKEN = (Outcome.TAKEN, None)
PERSON = a_person()


def fates(book: Book, *messages: Message | Unreadable) -> list[tuple[Outcome, str | None]]:
    return [(one.verdict, one.code) for one in judged(book, *messages).outcomes]


def held(code: str) -> tuple[Outcome, str]:
    return Outcome.HELD, code


def state(number: int, name: str = "Mira") -> Message:
    return a_message(RECEPTION, a_state(PERSON, given_name=NameText(name)), number)


def wish(number: int, *, on: bool = True) -> Message:
    scope = (Category.FULL_NAME,)
    told = WithholdingSet(person=PERSON, from_=(UNHCR,), categories=scope, on=on)
    return a_message(RECEPTION, told, number)


def counted(book: Book, message: Message) -> Aggregate:
    return book.aggregates[message.topic, message.key]


def test_events_are_taken_in_their_turn() -> None:
    assert fates(a_book(), state(1), state(2), state(3)) == [TAKEN] * 3


def test_a_batch_folds_so_that_the_same_event_twice_is_told_once() -> None:
    judgement = judged(a_book(), an_early(), state(1), state(1))

    assert [one.verdict for one in judgement.outcomes] == [Outcome.TAKEN] * 3
    assert len(told(judgement)) == 1


def an_early() -> Message:
    return a_message(RECEPTION, an_adult(PERSON))


def told(judgement: Any) -> list[str]:
    return [one.wire for one in judgement.releases if one.source >= 0]


def test_a_duplicate_is_known_before_anything_else_is_asked() -> None:
    book = a_book()
    judged(book, state(1))

    assert fates(book, a_poison(state(1))) == [TAKEN]
    assert fates(book, a_message(RECEPTION, a_state(PERSON), 1, token="TX")) == [TAKEN]  # noqa: S106


def test_a_withdrawal_sent_again_after_a_later_yes_takes_nothing_back() -> None:
    book = a_book()
    no = a_message(RECEPTION, ConsentWithdrawn(person=PERSON), 1)
    yes = a_message(RECEPTION, a_consent(PERSON, after=(no.envelope.id,)), 2)
    judged(book, no, yes)
    facts = len(book.subject_of(RECEPTION, PERSON).told())  # type: ignore[union-attr]

    again = judged(book, no)

    assert [one.verdict for one in again.outcomes] == [Outcome.TAKEN]
    assert len(book.subject_of(RECEPTION, PERSON).told()) == facts  # type: ignore[union-attr]
    assert told(again) == []


def test_a_missing_number_holds_what_comes_after_it() -> None:
    assert fates(a_book(), state(2), state(3)) == [held("gap")] * 2


def test_what_comes_after_poison_waits_behind_it_and_nobody_else_does() -> None:
    other = a_message(RECEPTION, a_state(a_person(2)))

    found = fates(a_book(), a_poison(state(1)), state(2), other)

    assert found == [held("unreadable"), held("behind"), TAKEN]


def test_poison_that_is_mended_is_taken_and_so_is_what_waited() -> None:
    book = a_book()
    judged(book, a_poison(state(1)), state(2))

    assert fates(book, state(1), state(2)) == [TAKEN, TAKEN]


def test_a_restriction_acts_before_its_turn_and_counts_in_it() -> None:
    book = a_book()

    assert fates(book, wish(3), wish(3)) == [TAKEN, TAKEN]
    assert (counted(book, wish(3)).sequence, counted(book, wish(3)).early) == (0, {3})

    assert fates(book, wish(1), wish(2)) == [TAKEN, TAKEN]
    assert (counted(book, wish(3)).sequence, counted(book, wish(3)).early) == (3, set())


@pytest.mark.parametrize("loosens", [wish(2, on=False), a_message(RECEPTION, a_consent(PERSON), 2)])
def test_what_loosens_waits_for_its_turn(loosens: Message) -> None:
    assert fates(a_book(), loosens) == [held("gap")]


def test_an_early_restriction_does_not_hide_what_waits() -> None:
    book = a_book()
    poison = a_poison(wish(1, on=False))
    judged(book, poison)

    judged(book, wish(2))

    aggregate = counted(book, wish(2))
    assert (aggregate.held, aggregate.held_event) == (
        "unreadable",
        poison.envelope and poison.envelope.id,
    )


def test_an_unread_restriction_stops_data_about_its_person_under_every_name() -> None:
    book = a_book()
    judged(book, state(1), state(2))
    subject = book.subject_of(RECEPTION, PERSON)
    assert subject is not None
    theirs = PersonRef(a_reference(Kind.PERSON, 9, Form.ISSUED))
    book.name(subject, BORDER, theirs)
    border = a_message(BORDER, ScreeningCompleted(person=theirs))

    found = fates(book, a_poison(wish(1)), state(3), border)

    assert found == [held("unreadable"), held("stopped"), held("stopped")]


def test_poison_among_data_stops_nothing() -> None:
    book = a_book()
    border = a_message(BORDER, ScreeningCompleted(person=PERSON))

    assert fates(book, a_poison(state(1)), border) == [held("unreadable"), TAKEN]
    assert not any(subject.stops for subject in book.subjects.values())


def test_control_is_not_stopped_by_a_stop() -> None:
    book, theirs = named_by_both()
    judged(book, a_poison(wish(1)))

    concern = a_message(RECEPTION, ProtectionConcernRaised(person=PERSON), 2)
    elsewhere = a_message(UNHCR, a_consent(theirs))

    assert fates(book, concern, elsewhere) == [TAKEN, TAKEN]


def named_by_both() -> tuple[Book, PersonRef]:
    """A person whom reception has told of, and UNHCR's reference of her."""
    book = a_book()
    judged(book, state(1))
    subject = book.subject_of(RECEPTION, PERSON)
    assert subject is not None
    return book, PersonRef(subject.references[UNHCR])


def test_a_stop_ends_with_the_last_number_that_could_not_be_read() -> None:
    book = a_book()
    judged(book, a_poison(wish(1)), a_poison(wish(2)))

    assert fates(book, wish(1), state(1)) == [TAKEN, held("stopped")]
    assert fates(book, wish(2), state(1)) == [held("again"), TAKEN, TAKEN]


def test_a_stop_of_two_agencies_ends_with_the_later_one() -> None:
    book, theirs = named_by_both()
    other = a_message(UNHCR, ConsentWithdrawn(person=theirs))
    judged(book, a_poison(wish(1)), a_poison(other), state(2))

    assert fates(book, wish(1)) == [TAKEN]
    assert fates(book, other) == [held("again"), TAKEN]
    assert fates(book, state(2)) == [TAKEN]


def test_authors_are_asked_for_everything_that_a_stop_held() -> None:
    book = a_book()
    waiting = state(1)
    judged(book, a_poison(wish(1)), waiting)

    judgement = judged(book, wish(1))

    asked = [one for one in judgement.outcomes if one.code == "again"]
    assert [(one.event, one.verdict) for one in asked] == [(waiting.envelope.id, Outcome.HELD)]
    assert book.waiting == {}
    assert counted(book, waiting).held is None


REFUSALS = {
    "not_yours": a_message(UNHCR, a_state(PERSON)),
    "bad_reference": a_message(RECEPTION, a_state(PersonRef(a_reference(Kind.ENCOUNTER)))),
    "unknown_reference": a_message(
        RECEPTION, a_state(PersonRef(a_reference(Kind.PERSON, 1, Form.ISSUED)))
    ),
    "unknown_token": a_message(RECEPTION, a_state(PERSON), token="TX"),  # noqa: S106
}


@pytest.mark.parametrize("code", REFUSALS)
def test_each_kind_of_refusal_is_final_counts_and_makes_nobody_known(code: str) -> None:
    book, message = a_book(), REFUSALS[code]

    assert fates(book, message) == [(Outcome.REFUSED, code)]

    assert counted(book, message).sequence == 1
    assert book.subjects == {}


def test_a_mistyped_reference_is_refused() -> None:
    last = "0" if PERSON[-1] != "0" else "1"
    mistyped = a_message(RECEPTION, a_state(PersonRef(Reference(PERSON[:-1] + last))))

    assert fates(a_book(), mistyped) == [(Outcome.REFUSED, "bad_reference")]


def test_what_cannot_be_answered_is_counted_and_holds_nothing() -> None:
    broken = Unreadable(0, RECEPTION, state(1).topic, PERSON, None, "unreadable_envelope")

    judgement = judged(a_book(), broken, state(1))

    assert judgement.alarms == {RECEPTION: 1}
    assert [one.verdict for one in judgement.outcomes] == [Outcome.TAKEN]


def test_each_author_gets_one_answer_with_all_its_events() -> None:
    border = a_message(BORDER, ScreeningCompleted(person=a_person(7)))

    judgement = judged(a_book(), state(1), border, state(2))

    answers = [one for one in judgement.releases if one.wire.endswith(".DecisionMade.v1")]
    assert [(one.recipient, one.partition) for one in answers] == [(RECEPTION, 0), (BORDER, 0)]


def test_an_own_reference_names_one_person_on_both_topics() -> None:
    book = a_book()

    judged(book, wish(1), state(1))

    assert len(book.subjects) == 1


def test_two_agencies_with_the_same_text_mean_two_people() -> None:
    book = a_book()

    judged(book, state(1), a_message(BORDER, ScreeningCompleted(person=PERSON)))

    assert book.subject_of(RECEPTION, PERSON) is not book.subject_of(BORDER, PERSON)


@pytest.mark.parametrize("partition", [-1, 3, 10**30])
def test_a_gap_in_a_partition_that_is_not_there_changes_nothing(partition: int) -> None:
    gap = a_message(UNHCR, StreamGapFound(partition=partition, after=0))

    judgement = judged(a_book(), gap)

    assert [one.wire.split(".")[-2] for one in judgement.releases] == ["DecisionMade"]
