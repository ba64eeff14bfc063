"""What a control event changes for others: what is to be erased, and what is asked for again."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.dataexchange.rules.book import Book
from services.dataexchange.rules.facts import consents_to
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.reading import Message
from shared.events.control import (
    ConsentWithdrawn,
    ControlRepeated,
    ErasureConfirmed,
    RestateEnded,
    TaskClosed,
)
from shared.events.event import Event
from shared.events.exchange import ErasureAsked
from shared.kernel.agencies import IOM, RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind, PersonRef, TokenRef
from tests.builders import (
    NOON,
    TODAY,
    a_book,
    a_consent,
    a_message,
    a_person,
    a_reference,
    a_state,
    a_task,
    an_adult,
    judged,
)

PERSON = a_person()
BOTH = (Category.CONTACT, Category.FULL_NAME)


class Case:
    """One person whom reception has told UNHCR of, and who goes on speaking."""

    def __init__(self, **consent: Any) -> None:
        self.book: Book = a_book(RECEPTION, UNHCR)
        self.number = 0
        self.told(an_adult(PERSON), at=NOON)
        self.data(1)
        subject = self.book.subject_of(RECEPTION, PERSON)
        assert subject is not None
        self.subject = subject
        self.theirs = PersonRef(subject.references[UNHCR])
        judged(self.book, a_message(UNHCR, a_task(self.theirs)))
        self.asked = self.told(a_consent(PERSON, **consent))
        self.data(2, token=next(iter(self.book.restates)))

    def told(self, event: Event, *, at: Any = NOON) -> Judgement:
        self.number += 1
        return judged(self.book, a_message(RECEPTION, event, self.number), at=at)

    def data(self, number: int, **more: Any) -> Judgement:
        return judged(self.book, a_message(RECEPTION, a_state(PERSON), number, **more))


def notices(judgement: Judgement) -> list[ErasureAsked]:
    return [
        msgspec.json.decode(one.body or b"", type=ErasureAsked)
        for one in judgement.releases
        if one.wire.endswith(".ErasureAsked.v1")
    ]


def questions(judgement: Judgement) -> list[tuple[str, str]]:
    restates = [judgement.book.restates[token] for token in judgement.asked]
    return [(one.owner, one.recipient) for one in restates]


def test_a_no_names_the_releases_and_categories_that_stood_on_consent() -> None:
    case = Case()

    [notice] = notices(case.told(ConsentWithdrawn(person=PERSON)))

    (_, partition), given = next(iter(case.subject.given.items()))
    assert notice.about == case.theirs
    assert notice.releases == (given[1][0],)
    assert notice.categories == (Category.CONTACT,)
    assert notice.due == TODAY + timedelta(days=3)
    assert partition in range(3)


def test_what_needs_no_consent_stays_where_it_is() -> None:
    case = Case(categories=BOTH)

    [notice] = notices(case.told(ConsentWithdrawn(person=PERSON)))

    assert notice.categories == (Category.CONTACT,)


def test_one_notice_for_each_partition_of_the_stream() -> None:
    case = Case()
    contact = case.subject.given.pop(next(iter(case.subject.given)))[1]
    case.subject.given[UNHCR, 0] = [contact]
    case.subject.given[UNHCR, 2] = [(99, contact[1])]

    judgement = case.told(ConsentWithdrawn(person=PERSON))

    sent = [one.partition for one in judgement.releases if one.wire.endswith(".ErasureAsked.v1")]
    assert sent == [0, 2]
    assert [one.releases for one in notices(judgement)] == [(contact[0],), (99,)]


def test_a_no_after_the_consent_has_run_out_asks_all_the_same() -> None:
    case = Case(until=TODAY)

    later = NOON + timedelta(days=2)

    assert len(notices(case.told(ConsentWithdrawn(person=PERSON), at=later))) == 1
    assert notices(case.told(ConsentWithdrawn(person=PERSON), at=later)) == []


def test_a_consent_that_runs_out_asks_nobody_by_itself() -> None:
    case = Case(until=TODAY)

    assert notices(case.told(an_adult(PERSON), at=NOON + timedelta(days=2))) == []


def test_a_no_to_one_of_two_consents_asks_for_nothing() -> None:
    case = Case()
    case.told(a_consent(PERSON, 2))

    first = a_consent(PERSON, 1).consent

    assert notices(case.told(ConsentWithdrawn(person=PERSON, consent=first))) == []


def test_a_no_to_the_only_consent_that_still_runs_asks() -> None:
    case = Case(until=TODAY)
    case.told(a_consent(PERSON, 2))

    second = a_consent(PERSON, 2).consent
    no = ConsentWithdrawn(person=PERSON, consent=second)

    assert len(notices(case.told(no, at=NOON + timedelta(days=2)))) == 1


def test_a_no_towards_others_asks_nobody_here() -> None:
    case = Case()

    assert notices(case.told(ConsentWithdrawn(person=PERSON, recipients=(IOM,)))) == []


def test_what_opens_is_asked_for_and_only_of_who_has_told() -> None:
    assert questions(Case().asked) == [(RECEPTION, UNHCR)]


def test_what_opens_nothing_new_asks_for_nothing() -> None:
    case = Case()

    assert questions(case.told(a_consent(PERSON, 2))) == []
    assert questions(case.told(ConsentWithdrawn(person=PERSON))) == []
    assert questions(case.told(TaskClosed(person=PERSON))) == []


def ended(events: int) -> Message:
    token = TokenRef(a_reference(Kind.RESTATE))
    return a_message(RECEPTION, RestateEnded(token=token, events=events))


@pytest.mark.parametrize(("said", "kept"), [(0, 0), (2, 2), (10**30, 1_000_000)])
def test_a_restates_end_is_kept_as_a_number_that_a_table_can_hold(said: int, kept: int) -> None:
    judgement = judged(a_book(), ended(said))

    assert list(judgement.book.ended.values()) == [kept]


@pytest.mark.parametrize(("hole", "mended"), [(7, {RECEPTION}), (6, set())])
def test_only_the_word_about_this_hole_ends_it(hole: int, mended: set[str]) -> None:
    book = a_book(RECEPTION, UNHCR, holes={RECEPTION: 7, UNHCR: 6})

    judged(book, a_message(RECEPTION, ControlRepeated(hole=hole)))

    assert book.mended == mended


def test_a_receipt_is_kept_for_the_notice_of_its_recipient_alone() -> None:
    case = Case()
    [notice] = notices(case.told(ConsentWithdrawn(person=PERSON)))
    receipt = ErasureConfirmed(notice=notice.notice, outcome="RETURNED")

    [foreign] = judged(case.book, a_message(RECEPTION, receipt)).outcomes
    assert foreign.code == "unknown_reference"
    assert case.book.confirmed == {}

    judged(case.book, a_message(UNHCR, receipt))
    assert set(case.book.confirmed) == set(case.book.notices)
    assert list(case.book.confirmed.values()) == ["RETURNED"]


def test_a_consent_dated_ahead_ends_with_a_no_of_today() -> None:
    case = Case()
    ahead = TODAY + timedelta(days=30)
    case.told(ConsentWithdrawn(person=PERSON))
    case.number += 1
    consent = a_consent(PERSON, 2)
    judged(case.book, a_message(RECEPTION, consent, case.number, day=ahead))

    facts = case.subject.told()

    assert consents_to(facts, UNHCR, TODAY) == ()
    assert consents_to(facts, UNHCR, ahead) == ()
