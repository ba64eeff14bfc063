"""The protection check: may nobody's word stand against an act, as far as anybody can know?

Blocked is whatever is not clear. An act is clear only if UNHCR says so, nobody says otherwise,
everybody who might say so was heard a short while ago, and nothing said about the person or by
anybody is known to be missing. No answer tells why, who, since when or how often: answers for
different causes are the same bytes but for nonce and time. Source: UNHCR, Refugee protection and
durable solutions in the context of international migration (2007), for late fear; IASC, Operational
Guidance on Data Responsibility in Humanitarian Action (2021), for silence about the cause; that any
agency may bar and no single one may clear, and the spans of time, are a Tenpoint design decision.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from services.dataexchange.rules import release
from services.dataexchange.rules.book import Book, Subject
from services.dataexchange.rules.facts import Barring, Fact
from services.dataexchange.rules.reading import Message
from shared.codes.protection import Barred, Clearance, Stated
from shared.events.control import FeedAffirmed, ProtectionCheckAsked, ProtectionStated
from shared.events.event import ABSENT, Absent, Event
from shared.events.exchange import ProtectionCheckAnswered
from shared.kernel.agencies import BORDER, IOM, STATES_PROTECTION, UNHCR, Agency
from shared.kernel.identifiers import Form, Kind, form_of, is_well_formed
from shared.messaging.permissions import control_topic

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement

VALID: Final = timedelta(minutes=60)
"""How long an answer holds, in case time. Source: Tenpoint design decision."""

FRESH: Final = timedelta(hours=24)
"""How old an agency's word may be that nothing of it waits unsent. Source: Tenpoint design
decision."""

CLEARED: Final = {BORDER: Clearance.ASK_ASYLUM_AUTHORITY, IOM: Clearance.CLEAR}
"""What is answered where nothing bars: no machine tells the border that it may remove."""

FIELD_OF: Final = {kind: kind.lower() for kind in Barred}
"""Name of the field of `ProtectionStated` that speaks of an act."""


def stated(event: ProtectionStated, kind: Barred) -> Stated:
    """Return what a statement says of an act: what it leaves out is not known."""
    said: Stated | Absent = getattr(event, FIELD_OF[kind])
    return Stated.UNKNOWN if said is ABSENT else said


def loosens(event: Event) -> bool:
    """Return whether an event says that an act is not barred, and so must wait for its turn."""
    return isinstance(event, ProtectionStated) and any(
        stated(event, kind) is Stated.NO for kind in Barred
    )


def tightened(event: Event) -> Event:
    """Return what of an event acts before its turn: until then a "no" counts as not known."""
    if not isinstance(event, ProtectionStated):
        return event
    doubted = {
        FIELD_OF[kind]: Stated.UNKNOWN for kind in Barred if stated(event, kind) is Stated.NO
    }
    return msgspec.structs.replace(event, **doubted)


def learn(message: Message, event: ProtectionStated, subject: Subject, _: date) -> None:
    """Keep what one agency states of each act: its latest word, whichever arrives first.

    A word that was here before a concern, and whose turn comes after it, was said without it.
    """
    for kind in Barred:
        said = Barring(message.agency, kind, stated(event, kind), message.sequence)
        before = subject.facts.get(("barring", said.key))
        doubted = before.doubted if isinstance(before, Barring) else 0
        word = Stated.UNKNOWN if message.sequence <= doubted else said.word
        subject.learn(msgspec.structs.replace(said, word=word, doubted=doubted))


def affirm(message: Message, event: FeedAffirmed, judgement: "Judgement") -> None:
    """Keep until when all that an agency had to say was sent: never later than now."""
    until = min(event.complete_until, judgement.at)
    known = judgement.book.feeds.get(message.agency, until)
    if judgement.at - until <= FRESH:
        judgement.book.feeds[message.agency] = max(known, until)


def ask(message: Message, event: ProtectionCheckAsked, judgement: "Judgement") -> None:
    """Keep an enquiry until everything judged with it is known: see `conclude`."""
    judgement.enquiries.append((message.agency, event))


def refuse(event: ProtectionCheckAsked | FeedAffirmed) -> str | None:
    """Return why an event is refused for good, or None.

    An enquiry is answered whomever it names, and whether or not anybody is known by that name; but
    an answer goes under a reference of the asker's own. A time without a zone is none.
    """
    if isinstance(event, FeedAffirmed):
        return "bad_time" if event.complete_until.utcoffset() is None else None
    nonce = event.nonce
    is_own = is_well_formed(nonce, Kind.ENQUIRY) and form_of(nonce) is Form.OWN
    return None if is_own else "bad_reference"


def conclude(judgement: "Judgement") -> None:
    """Answer each enquiry of a batch, once, with all that was read with it.

    The order within one record of the log is the carrier's and means nothing: a concern stands
    against whatever UNHCR stated in the same record.
    """
    for worried in sorted(judgement.worried):
        doubt(judgement.book.subjects[worried])
    for asker, event in judgement.enquiries:
        answered = ProtectionCheckAnswered(
            nonce=event.nonce,
            answer=answer_to(asker, event, judgement),
            valid_until=judgement.at + VALID,
        )
        release.say(judgement, asker, answered)


def doubt(subject: Subject) -> None:
    """Let UNHCR's word on every act be not known until it states again: a concern was raised."""
    for fact in subject.told():
        if isinstance(fact, Barring) and fact.author == UNHCR:
            doubted = msgspec.structs.replace(
                fact, word=Stated.UNKNOWN, doubted=max(fact.doubted, fact.sequence)
            )
            subject.learn(doubted)


def answer_to(asker: Agency, event: ProtectionCheckAsked, judgement: "Judgement") -> Clearance:
    """Return the answer to an enquiry: blocked unless everything speaks for another."""
    subject = judgement.book.subject_of(asker, event.about)
    is_clear = (
        subject is not None
        and not subject.stops
        and is_unbarred(event.kind, subject.told())
        and is_all_heard(judgement)
        and not is_awaited(subject, judgement.book)
    )
    return CLEARED.get(asker, Clearance.BLOCKED) if is_clear else Clearance.BLOCKED


def is_unbarred(kind: Barred, facts: Iterable[Fact]) -> bool:
    """Return whether UNHCR states that an act is not barred, and nobody states otherwise."""
    words: dict[Agency, Any] = {
        fact.author: fact.word for fact in facts if isinstance(fact, Barring) and fact.kind == kind
    }
    return UNHCR in words and set(words.values()) == {Stated.NO}


def is_all_heard(judgement: "Judgement") -> bool:
    """Return whether nobody's word is known to be missing: no hole, no backlog, no silence."""
    book = judgement.book
    holes = book.policy.holes or book.unheard or not book.policy.is_whole
    return not (holes or judgement.unread) and all(
        agency in book.feeds and judgement.at - book.feeds[agency] <= FRESH
        for agency in STATES_PROTECTION
    )


def is_awaited(subject: Subject, book: Book) -> bool:
    """Return whether an agency's control event about a person is known of and was not taken."""
    named = [place for place, found in book.by_reference.items() if found == subject.id]
    aggregates = [book.aggregates.get((control_topic(agency), ref)) for agency, ref in named]
    return any(found.is_awaited for found in aggregates if found is not None)
