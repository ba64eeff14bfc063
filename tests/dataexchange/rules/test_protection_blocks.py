"""No answer tells why: blocked is the same bytes, and what loosens has its turn."""

import msgspec
import pytest

from services.dataexchange.rules import outcomes
from services.dataexchange.rules.book import Book
from services.dataexchange.rules.facts import Barring
from services.dataexchange.rules.judge import judge_batch
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.rules.reading import Unreadable
from shared.codes.protection import Stated
from shared.events.control import ProtectionConcernRaised, ProtectionStated
from shared.events.exchange import Outcome
from shared.kernel.agencies import (
    BORDER,
    CHILD_PROTECTION,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
)
from shared.kernel.identifiers import Kind
from tests.builders import NOON, a_message, a_poison, a_reference, a_task, counted_ids, judged
from tests.dataexchange.rules.checking import CLEAR, a_clear_book, answers, check, feeds, told, word
from tests.dataexchange.rules.plain_protection import (
    MEETING,
    Word,
    a_meeting_book,
    a_met,
    as_message,
    asked,
    called,
)


def causes() -> dict[str, Book]:
    """A book for each thing that may stand against an act."""
    stopped, unmet = a_clear_book(), a_meeting_book()
    judged(stopped, a_poison(a_message(UNHCR, a_task(called(UNHCR)), 2)))
    told(unmet, *feeds())
    silent = a_meeting_book()
    a_met(silent)
    broken = a_clear_book()
    topic = as_message(Word(UNHCR, 1, Stated.NO)).topic
    judged(broken, Unreadable(0, UNHCR, topic, "?", None, "unreadable_envelope"))
    gap = told(a_clear_book(), a_message(RECEPTION, a_task(called(RECEPTION)), 2))
    return {
        "said by child protection": told(a_clear_book(), Word(CHILD_PROTECTION, 1, Stated.YES)),
        "said by reception": told(a_clear_book(), Word(RECEPTION, 1, Stated.YES)),
        "not known": told(a_clear_book(), Word(RECEPTION, 1, Stated.UNKNOWN)),
        "a concern": told(a_clear_book(), Word(RECEPTION, 1, None)),
        "by UNHCR itself": told(a_clear_book(), Word(UNHCR, 2, Stated.YES)),
        "stopped": stopped,
        "nobody": unmet,
        "silence": silent,
        "a hole": a_clear_book(holes={IOM: 3}),
        "a wide hole": a_clear_book(is_whole=False),
        "an unreadable envelope": broken,
        "a number missing": gap,
    }


@pytest.mark.parametrize("asker", [BORDER, IOM])
@pytest.mark.parametrize("cause", causes())
def test_blocked_is_the_same_bytes_whatever_the_cause(asker: Agency, cause: str) -> None:
    book, reference = causes()[cause], told(a_clear_book(), Word(RECEPTION, 1, Stated.YES))

    one, other = (judged(world, asked(asker, called(asker))) for world in (book, reference))

    assert [as_heard(told) for told in answers(one)] == [as_heard(told) for told in answers(other)]
    assert word(one) == "BLOCKED"


def as_heard(release: Release) -> Release:
    """What reaches the asker, and what the log keeps beside it: everything but the number."""
    return msgspec.structs.replace(release, number=0)


def test_two_worlds_that_differ_only_in_who_objects_answer_the_same_bytes() -> None:
    objectors = [one for one in MEETING if one != IOM]
    heard = [
        judged(
            told(a_clear_book(), Word(one, 2 if one == UNHCR else 1, Stated.YES)),
            asked(IOM, called(IOM)),
        )
        for one in objectors
    ]

    assert {word(one) for one in heard} == {"BLOCKED"}
    assert len({(as_heard(*answers(one)), one.outcomes[0].verdict) for one in heard}) == 1


def test_while_more_control_is_read_than_judged_nobody_is_cleared() -> None:
    book = a_clear_book()
    enquiry = asked(BORDER, called(BORDER))
    judgement = judge_batch([enquiry], book, at=NOON, make_id=counted_ids(), unread=True)

    assert word(judgement) == "BLOCKED"


def test_a_no_waits_for_its_turn_and_tightening_does_not() -> None:
    mixed = ProtectionStated(
        person=called(RECEPTION), removal=Stated.YES, assisted_return=Stated.NO
    )
    book = a_clear_book()

    early = judged(book, a_message(RECEPTION, mixed, 2))
    facts = [fact for fact in book.subjects["met"].told() if isinstance(fact, Barring)]
    words = {fact.word for fact in facts if fact.author == RECEPTION}

    assert (early.outcomes[0].verdict, early.outcomes[0].code) == (Outcome.HELD, outcomes.GAP)
    assert words == {Stated.YES, Stated.UNKNOWN}
    judged(book, a_message(RECEPTION, a_task(called(RECEPTION)), 1))
    judged(book, a_message(RECEPTION, mixed, 2))
    assert check(book, IOM, "ASSISTED_RETURN") == "CLEAR"


def test_a_statement_without_a_no_is_counted_before_its_turn() -> None:
    book = a_clear_book()

    early = judged(book, as_message(Word(RECEPTION, 2, Stated.YES)))

    assert early.outcomes[0].verdict is Outcome.TAKEN
    told(book, Word(RECEPTION, 1, Stated.NO))
    assert check(book) == "BLOCKED"


def test_a_concern_by_an_agency_that_unhcr_does_not_know_of_concerns_nobody_else() -> None:
    book = a_clear_book()
    stranger = ProtectionConcernRaised(person=a_reference(Kind.PERSON, 77))

    told(book, a_message(RECEPTION, stranger, 1))

    assert check(book) == CLEAR[BORDER]
