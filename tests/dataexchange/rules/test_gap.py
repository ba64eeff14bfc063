"""After a gap: restrictions, then the stream goes on, then questions old and new."""

from itertools import groupby

import msgspec

from services.dataexchange.rules.book import Book
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.rules.release import partition_of
from shared.events.control import ConsentWithdrawn, ProtectionConcernRaised, StreamGapFound
from shared.kernel.agencies import BORDER, RECEPTION, UNHCR
from shared.kernel.identifiers import PersonRef
from tests.builders import (
    a_book,
    a_consent,
    a_message,
    a_person,
    a_state,
    a_task,
    an_adult,
    judged,
)

PERSON = a_person()


def a_history() -> tuple[Book, int]:
    """Reception told UNHCR of a person who consented, and took it back, and raised a concern."""
    book = a_book(RECEPTION, UNHCR)
    judged(book, a_message(RECEPTION, an_adult(PERSON), 1))
    judged(book, a_message(RECEPTION, a_state(PERSON), 1))
    theirs = PersonRef(book.subject_of(RECEPTION, PERSON).references[UNHCR])  # type: ignore[union-attr]
    judged(book, a_message(UNHCR, a_task(theirs), 1))
    judged(book, a_message(RECEPTION, a_consent(PERSON), 2))
    judged(book, a_message(RECEPTION, a_state(PERSON), 2, token=next(iter(book.restates))))
    judged(book, a_message(RECEPTION, ConsentWithdrawn(person=PERSON), 3))
    judged(book, a_message(RECEPTION, ProtectionConcernRaised(person=PERSON), 4))
    return book, partition_of(theirs, UNHCR, book)


def gap(partition: int, *, of: str = UNHCR, number: int = 1) -> Judgement:
    book, where = a_history()
    event = StreamGapFound(partition=where if partition < 0 else partition, after=0)
    return judged(book, a_message(UNHCR if of == UNHCR else RECEPTION, event, number))


def names(releases: list[Release]) -> list[str]:
    found = [one.wire.split(".")[-2] for one in releases]
    return [name for name, _ in groupby(found) if name != "DecisionMade"]


def test_restrictions_come_first_then_the_stream_resumes() -> None:
    judgement = gap(-1)

    theirs = [one for one in judgement.releases if one.recipient == UNHCR]

    assert names(theirs) == ["ErasureAsked", "ProtectionConcernRaised", "StreamResumed"]


def test_the_stream_resumes_after_its_own_number() -> None:
    judgement = gap(-1)

    [resumed] = [one for one in judgement.releases if one.wire.endswith(".StreamResumed.v1")]
    told = msgspec.json.decode(resumed.body or b"")

    assert told == {"partition": resumed.partition, "next": resumed.number + 1}


def test_a_repeated_notice_says_the_same_and_a_repeated_concern_is_bare() -> None:
    book, where = a_history()
    [(_, _, _, notice)] = book.notices.values()
    theirs = book.subject_of(RECEPTION, PERSON).references[UNHCR]  # type: ignore[union-attr]

    judgement = judged(book, a_message(UNHCR, StreamGapFound(partition=where, after=0)))

    bodies = {one.wire.split(".")[-2]: one.body for one in judgement.releases}
    assert bodies["ErasureAsked"] == msgspec.json.encode(notice)
    assert msgspec.json.decode(bodies["ProtectionConcernRaised"] or b"") == {"person": theirs}
    assert len(book.notices) == 1


def test_owners_are_asked_for_everybody_in_the_partition() -> None:
    judgement = gap(-1)

    asked = [judgement.book.restates[token] for token in judgement.asked]

    assert [(one.owner, one.recipient) for one in asked] == [(RECEPTION, UNHCR)]


def test_another_partition_of_the_same_stream_brings_nothing_back() -> None:
    _, where = a_history()

    judgement = gap((where + 1) % 3)

    assert names([one for one in judgement.releases if one.recipient == UNHCR]) == ["StreamResumed"]
    assert judgement.asked == []


def test_an_owner_is_asked_again_what_it_has_not_answered() -> None:
    book, _ = a_history()
    where = partition_of(PERSON, RECEPTION, book)
    [open_] = [one for one in book.restates.values() if not one.ended][:1]

    judgement = judged(book, a_message(RECEPTION, StreamGapFound(partition=where, after=0)))

    theirs = [one for one in judgement.releases if one.recipient == RECEPTION]
    assert names(theirs)[:2] == ["StreamResumed", "RestateAsked"]
    asked = [one for one in theirs if one.wire.endswith(".RestateAsked.v1")]
    assert msgspec.json.decode(asked[0].body or b"") == {"about": PERSON, "token": open_.token}


def test_an_owner_is_not_asked_again_what_it_has_answered() -> None:
    book, _ = a_history()
    where = partition_of(PERSON, RECEPTION, book)
    for token, one in tuple(book.restates.items()):
        book.restates[token] = type(one)(token, one.owner, one.recipient, one.subject, ended=True)

    judgement = judged(book, a_message(RECEPTION, StreamGapFound(partition=where, after=0)))

    assert names([one for one in judgement.releases if one.recipient == RECEPTION]) == [
        "StreamResumed"
    ]


def test_who_has_stated_safeguards_and_nothing_else_is_asked_too() -> None:
    book = a_book(BORDER, RECEPTION)
    judged(book, a_message(BORDER, an_adult(PERSON), 1))
    theirs = PersonRef(book.subject_of(BORDER, PERSON).references[RECEPTION])  # type: ignore[union-attr]
    where = partition_of(theirs, RECEPTION, book)

    judgement = judged(book, a_message(RECEPTION, StreamGapFound(partition=where, after=0)))

    asked = [one for one in judgement.releases if one.wire.endswith(".RestateAsked.v1")]
    assert [one.recipient for one in asked] == [BORDER]
