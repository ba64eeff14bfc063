"""Blocked is whatever is not clear, and no answer tells why."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import msgspec
import pytest

from shared.codes.protection import Barred, Stated
from shared.events.control import FeedAffirmed, ProtectionStated
from shared.events.exchange import Outcome
from shared.kernel.agencies import (
    BORDER,
    CHILD_PROTECTION,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
)
from shared.kernel.identifiers import Form, Kind
from tests.builders import NOON, a_message, a_reference, judged
from tests.dataexchange.rules.checking import (
    CLEAR,
    OLD,
    WORDS,
    a_clear_book,
    a_copy,
    answers,
    check,
    feeds,
    told,
    word,
)
from tests.dataexchange.rules.plain_protection import (
    STATING,
    Feed,
    Word,
    a_meeting_book,
    a_met,
    a_nonce,
    as_message,
    asked,
    called,
)


@pytest.mark.parametrize("asker", [BORDER, IOM])
@pytest.mark.parametrize("known", [True, False])
def test_every_combination_of_words_feeds_and_circumstances(asker: Agency, known: bool) -> None:  # noqa: FBT001
    silences: tuple[tuple[Agency | None, timedelta | None], ...] = (
        (None, None),
        *((one, age) for one in STATING for age in (None, OLD)),
    )
    for unhcr, cp, reception, (silent, age), hole, stop in product(
        WORDS, WORDS, WORDS, silences, (False, True), (False, True)
    ):
        book = a_meeting_book(holes={RECEPTION: 1} if hole else {})
        subject = a_met(book) if known else None
        for author, said in ((UNHCR, unhcr), (CHILD_PROTECTION, cp), (RECEPTION, reception)):
            if said is not None and known:
                told(book, Word(author, 1, said))
        for feed in feeds():
            if feed.author != silent:
                told(book, feed)
            elif age is not None:
                told(book, feed._replace(age=age))
        if stop and subject is not None:
            subject.stops.add(("topic", "key"))

        clear = (
            known
            and unhcr is Stated.NO
            and cp in (None, Stated.NO)
            and reception in (None, Stated.NO)
            and silent is None
            and not hole
            and not stop
        )
        assert check(book, asker) == (CLEAR[asker] if clear else "BLOCKED")


@pytest.mark.parametrize("kind", list(Barred))
@pytest.mark.parametrize("asker", [BORDER, IOM])
def test_each_act_is_stated_for_itself_and_what_is_left_out_is_not_known(
    asker: Agency, kind: Barred
) -> None:
    book = a_meeting_book()
    a_met(book)
    said = {kind.lower(): Stated.NO}
    told(book, *feeds(), a_message(UNHCR, ProtectionStated(person=called(UNHCR), **said)))

    found = {one: word(judged(book, asked(asker, called(asker), one), at=NOON)) for one in [kind]}
    others = {check(a_copy(book), asker, one) for one in Barred if one is not kind}

    assert found == {kind: CLEAR[asker]}
    assert others == {"BLOCKED"}


def test_an_answer_holds_for_an_hour_of_the_judgement() -> None:
    at = NOON + timedelta(minutes=7)

    [answer] = answers(judged(a_clear_book(), asked(IOM, called(IOM)), at=at))

    assert msgspec.json.decode(answer.body or b"") == {
        "nonce": a_nonce(),
        "answer": "CLEAR",
        "valid_until": "2026-03-02T13:07:00Z",
    }
    assert (answer.recipient, answer.key) == (IOM, a_nonce())


def test_a_feed_is_fresh_for_a_day_and_no_longer() -> None:
    day = timedelta(hours=24)

    assert check(a_clear_book(), at=NOON + day) == CLEAR[BORDER]
    assert check(a_clear_book(), at=NOON + day + timedelta(microseconds=1)) == "BLOCKED"


def test_a_feed_affirmed_ahead_counts_as_of_now_and_an_older_word_takes_nothing_back() -> None:
    ahead, older = timedelta(days=-900), timedelta(hours=3)
    book = a_meeting_book()
    a_met(book)
    told(book, *[Feed(one, 1, ahead) for one in STATING], *[Feed(one, 2, older) for one in STATING])
    told(book, Word(UNHCR, 1, Stated.NO))

    assert set(book.feeds.values()) == {NOON}
    assert check(book, at=NOON + timedelta(hours=25)) == "BLOCKED"


@pytest.mark.parametrize(
    "time",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
        datetime.min.replace(tzinfo=UTC),
    ],
)
def test_no_time_is_too_far_to_be_judged(time: datetime) -> None:
    book = a_meeting_book()

    judgement = judged(book, a_message(UNHCR, FeedAffirmed(complete_until=time)))

    assert judgement.outcomes[0].verdict is Outcome.TAKEN
    assert all(one == NOON for one in book.feeds.values())


def test_a_time_without_a_zone_is_refused_aloud() -> None:
    bare = FeedAffirmed(complete_until=NOON.replace(tzinfo=None))

    [outcome] = judged(a_meeting_book(), a_message(UNHCR, bare)).outcomes

    assert (outcome.verdict, outcome.code) == (Outcome.REFUSED, "bad_time")


MALFORMED = {
    "nobody's": a_reference(Kind.PERSON, 9),
    "issued, never": a_reference(Kind.PERSON, 9, Form.ISSUED),
    "a document": a_reference(Kind.DOCUMENT, 9),
    "a wrong check": called(BORDER)[:-1] + "!",
    "no reference": "Q",
    "somebody else's": called(UNHCR),
}


@pytest.mark.parametrize("about", MALFORMED)
def test_whoever_is_not_known_is_blocked_and_nobody_becomes_known_by_asking(about: str) -> None:
    book = a_clear_book()
    before = dict(book.by_reference), dict(book.subjects)

    judgement = judged(book, asked(BORDER, MALFORMED[about]))

    assert word(judgement) == "BLOCKED"
    assert judgement.outcomes[0].verdict is Outcome.TAKEN
    assert (book.by_reference, book.subjects) == before


@pytest.mark.parametrize("nonce", [a_nonce(form=Form.ISSUED), called(BORDER), "Mira"])
def test_an_enquiry_without_a_name_of_its_own_is_refused_and_not_answered(nonce: str) -> None:
    judgement = judged(a_clear_book(), asked(BORDER, called(BORDER), nonce=nonce))

    [outcome] = judgement.outcomes
    assert (outcome.verdict, outcome.code) == (Outcome.REFUSED, "bad_reference")
    assert not answers(judgement)


def test_only_who_may_ask_is_answered() -> None:
    judgement = judged(a_clear_book(), asked(RECEPTION, called(RECEPTION)))

    assert judgement.outcomes[0].code == "not_yours"
    assert not answers(judgement)


def test_an_enquiry_sent_again_is_taken_again_and_answered_once() -> None:
    book, enquiry = a_clear_book(), asked(BORDER, called(BORDER))

    first, second = judged(book, enquiry), judged(book, enquiry)

    assert len(answers(first)) == 1
    assert not answers(second)
    assert second.outcomes[0].verdict is Outcome.TAKEN


def test_an_enquiry_is_answered_with_all_that_was_read_with_it() -> None:
    enquiry = asked(BORDER, called(BORDER))
    later = as_message(Word(CHILD_PROTECTION, 1, Stated.YES))

    assert word(judged(a_clear_book(), enquiry, later)) == "BLOCKED"


def test_within_one_record_a_concern_stands_against_what_unhcr_states_whatever_the_order() -> None:
    enquiry, concern = asked(IOM, called(IOM)), as_message(Word(RECEPTION, 1, None))
    again = as_message(Word(UNHCR, 2, Stated.NO))

    assert word(judged(a_clear_book(), enquiry, concern, again)) == "BLOCKED"
    assert word(judged(a_clear_book(), again, concern, enquiry)) == "BLOCKED"


def test_after_a_concern_unhcr_states_again() -> None:
    book = told(a_clear_book(), Word(RECEPTION, 1, None))
    assert check(a_copy(book)) == "BLOCKED"

    told(book, Word(UNHCR, 1, Stated.NO))
    assert check(a_copy(book)) == "BLOCKED"

    told(book, Word(UNHCR, 2, Stated.NO))
    assert check(a_copy(book)) == CLEAR[BORDER]


def test_a_concern_says_nothing_of_anybody_elses_word() -> None:
    book = told(a_clear_book(), Word(CHILD_PROTECTION, 1, Stated.NO))
    told(book, Word(RECEPTION, 1, None), Word(UNHCR, 2, Stated.NO))

    assert check(book) == CLEAR[BORDER]
