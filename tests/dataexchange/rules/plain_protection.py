"""The protection check a second time, told as plainly as can be, over whole stories.

A story is what was said, in the order in which it reached the exchange. Nothing here is shared with
the rule: numbers are counted, not folded, and every cause of "blocked" is looked for by itself.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from services.dataexchange.rules.book import Book, Subject
from services.dataexchange.rules.reading import Message
from shared.codes.protection import Stated
from shared.events.control import (
    FeedAffirmed,
    ProtectionCheckAsked,
    ProtectionConcernRaised,
    ProtectionStated,
)
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
)
from shared.kernel.identifiers import EnquiryRef, Form, Kind, PersonRef
from tests.builders import NOON, a_book, a_message, a_reference

MEETING = (UNHCR, ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING, RECEPTION, BORDER, IOM)
STATING = (UNHCR, ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING)


class Word(NamedTuple):
    """An agency's n-th control event about the person: a statement, or a concern (None)."""

    author: Agency
    number: int
    said: Stated | None


class Feed(NamedTuple):
    """An agency's n-th word that nothing of it waits, and how old what it says is."""

    author: Agency
    number: int
    age: timedelta


Story = Sequence[Word | Feed]


def called(agency: Agency) -> PersonRef:
    """The person, as the agency calls her."""
    return PersonRef(a_reference(Kind.PERSON, 100 + MEETING.index(agency)))


def a_met(book: Book) -> Subject:
    """The person in a book: everybody has met her, and it is known to be one."""
    subject = book.add(Subject("met", Kind.PERSON))
    for agency in MEETING:
        book.name(subject, agency, called(agency))
    return subject


def a_meeting_book(**more: object) -> Book:
    return a_book(*MEETING, agreements=(), **more)


def as_message(said: Word | Feed) -> Message:
    if isinstance(said, Feed):
        return a_message(said.author, FeedAffirmed(complete_until=NOON - said.age), said.number)
    person = called(said.author)
    event: ProtectionStated | ProtectionConcernRaised = ProtectionConcernRaised(person=person)
    if said.said is not None:
        event = ProtectionStated(person=person, removal=said.said, assisted_return=said.said)
    return a_message(said.author, event, said.number)


def a_nonce(number: int = 1, form: Form = Form.OWN) -> EnquiryRef:
    return EnquiryRef(a_reference(Kind.ENQUIRY, number, form))


def asked(asker: Agency, about: str, kind: str = "REMOVAL", **more: object) -> Message:
    told = {"about": about, "nonce": a_nonce(), "kind": kind} | more
    return a_message(asker, ProtectionCheckAsked(**told), 1)  # type: ignore[arg-type]


def is_clear(story: Story) -> bool:
    """Whether nobody is left who may object to a removal, at noon, after the whole story."""
    return (
        not any_missing(story)
        and last_word(story, UNHCR) is Stated.NO
        and not worried_since(story)
        and all(last_word(story, one) in (None, Stated.NO) for one in MEETING)
        and all(is_fresh(story, one) for one in STATING)
    )


def words(story: Story, author: Agency) -> set[tuple[int, Stated | None]]:
    return {(one.number, one.said) for one in story if isinstance(one, Word) if one[0] == author}


def any_missing(story: Story) -> bool:
    return any(
        {number for number, _ in words(story, one)} != set(range(1, len(words(story, one)) + 1))
        for one in MEETING
    )


def last_word(story: Story, author: Agency) -> Stated | None:
    said = [(number, word) for number, word in words(story, author) if word is not None]
    return max(said)[1] if said else None


def worried_since(story: Story) -> bool:
    """Whether a concern came when all that UNHCR said up to its last word was there already."""
    last = max(number for number, word in words(story, UNHCR) if word is not None)
    for place in range(len(story)):
        if last_came(story[:place], last):
            rest, before = story[place:], story[:place]
            return any(
                one not in before for one in rest if isinstance(one, Word) and one.said is None
            )
    return False


def last_came(story: Story, last: int) -> bool:
    return set(range(1, last + 1)) <= {number for number, _ in words(story, UNHCR)}


def is_fresh(story: Story, author: Agency) -> bool:
    told = {one.number: one.age for one in story if isinstance(one, Feed) if one.author == author}
    ages = []
    for number in range(1, len(told) + 1):
        if number not in told:
            break
        ages.append(told[number])
    return any(age <= timedelta(hours=24) for age in ages)
