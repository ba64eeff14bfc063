"""Filling a book for a batch, and writing it back, in the transaction that holds the head."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import or_
from sqlmodel import Session, col, select

from services.dataexchange.rules.book import Aggregate, Book, Policy, Restate, Subject
from services.dataexchange.rules.facts import Fact
from services.dataexchange.rules.flows.state import Flow, Referred
from services.dataexchange.rules.outcomes import Fate
from services.dataexchange.rules.reading import Message, Unreadable, references_in
from services.dataexchange.store import log
from services.dataexchange.store.rows import fetch, to_mask
from services.dataexchange.store.tables import (
    AggregateRow,
    AnswerRow,
    FactRow,
    GivenRow,
    NoticeRow,
    ReferenceRow,
    RestateRow,
    StopRow,
    SubjectRow,
    ToldRow,
    WaitingRow,
)
from shared.events.control import ControlRepeated, RestateEnded, StreamGapFound
from shared.events.event import decode
from shared.events.exchange import ErasureAsked
from shared.events.exchange import Outcome as Verdict
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import Kind, Reference
from shared.messaging.permissions import control_topic

Messages = Sequence[Message | Unreadable]


def open_book(session: Session, messages: Messages, policy: Policy) -> Book:
    """Return the tables as far as a batch needs them."""
    book = open_subjects(session, set(), policy)
    load_aggregates(session, messages, book)
    load_answers(session, messages, book)
    wanted = subjects_of(session, messages) | load_unnumbered(session, messages, book)
    wanted |= load_restates(session, messages, book)
    for gap in (found for found in messages if is_gap(found, policy)):
        wanted |= subjects_in_gap(session, gap, book)
    load_subjects(session, wanted, book)
    if any(isinstance(found, Unreadable) or found.is_control for found in messages):
        load_given(session, wanted, book)
    return book


def open_subjects(session: Session, wanted: set[str], policy: Policy) -> Book:
    """Return the tables as far as some subjects need them."""
    book = Book(policy)
    book.streams = log.numbers(session)
    load_subjects(session, wanted - {""}, book)
    return book


def is_gap(message: Message | Unreadable, policy: Policy) -> bool:
    """Return whether a recipient says that a number is missing in a partition that it has."""
    return (
        isinstance(message, Message)
        and isinstance(message.event, StreamGapFound)
        and 0 <= message.event.partition < policy.partitions.get(message.agency, 0)
    )


def load_aggregates(session: Session, messages: Messages, book: Book) -> None:
    """Fill how far each author's events were counted."""
    wanted = {(message.topic, message.key) for message in messages}
    for row in fetch(session, AggregateRow, "key", {key for _, key in wanted}):
        if (row.topic, row.key) in wanted:
            book.aggregates[row.topic, row.key] = aggregate_of(row)


def aggregate_of(row: AggregateRow) -> Aggregate:
    """Return how far an author's events about one reference were counted."""
    return Aggregate(
        sequence=row.sequence,
        early={int(number) for number in row.early.split(",") if number},
        stopped=row.stopped,
        unnumbered=row.unnumbered,
        held=row.held,
        held_event=row.held_event,
    )


def load_answers(session: Session, messages: Messages, book: Book) -> None:
    """Fill what was answered to messages that were not simply taken."""
    wanted = {(message.topic, message.key, message.sequence) for message in messages}
    for row in fetch(session, AnswerRow, "key", {key for _, key, _ in wanted}):
        if (row.topic, row.key, row.sequence) in wanted:
            fate = Fate(Verdict(row.verdict), row.code, row.told)
            book.aggregates[row.topic, row.key].answers[row.sequence] = fate


def load_unnumbered(session: Session, messages: Messages, book: Book) -> set[str]:
    """Fill what an agency's word ends that it has repeated everything; return whom it stopped."""
    agencies = {
        message.agency
        for message in messages
        if isinstance(message, Message) and isinstance(message.event, ControlRepeated)
    }
    if not agencies:
        return set()
    unnumbered = select(AggregateRow).where(
        col(AggregateRow.unnumbered).is_(True),
        col(AggregateRow.topic).in_([control_topic(agency) for agency in agencies]),
    )
    places = set()
    for row in session.exec(unnumbered).all():
        book.aggregates.setdefault((row.topic, row.key), aggregate_of(row))
        places.add((row.topic, row.key))
    stopped = fetch(session, StopRow, "key", {key for _, key in places})
    return {row.subject for row in stopped if (row.topic, row.key) in places}


def subjects_of(session: Session, messages: Messages) -> set[str]:
    """Return the subjects that the messages mention and that are known."""
    mentioned = {message.key for message in messages}
    for message in messages:
        if isinstance(message, Message):
            mentioned |= set(references_in(message.event))
    return {row.subject for row in fetch(session, ReferenceRow, "reference", mentioned)}


def load_restates(session: Session, messages: Messages, book: Book) -> set[str]:
    """Fill the questions that the messages answer; return the subjects concerned."""
    tokens: set[str] = set()
    for message in messages:
        if message.envelope is not None and message.envelope.token is not None:
            tokens.add(message.envelope.token)
        if isinstance(message, Message) and isinstance(message.event, RestateEnded):
            tokens.add(message.event.token)
    rows = fetch(session, RestateRow, "token", tokens)
    keep_restates(rows, book)
    return {row.subject for row in rows}


def keep_restates(rows: Sequence[RestateRow], book: Book) -> None:
    """Put questions into the book."""
    for row in rows:
        ended = row.events is not None and row.taken >= row.events
        book.restates[row.token] = Restate(
            row.token, Agency(row.owner), Agency(row.recipient), row.subject, ended
        )


def subjects_in_gap(session: Session, gap: Any, book: Book) -> set[str]:  # noqa: ANN401
    """Return everyone whom a recipient's gap concerns; fill its notices and open questions.

    Notices with a receipt too: a recipient restored from a backup holds again what it erased.
    """
    recipient, partition = gap.agency, gap.event.partition
    given = select(GivenRow.subject).where(
        GivenRow.recipient == recipient, GivenRow.partition == partition
    )
    wanted = set(session.exec(given.distinct()).all())
    notices = select(NoticeRow).where(
        NoticeRow.recipient == recipient, NoticeRow.partition == partition
    )
    for row in session.exec(notices).all():
        book.notices[row.id] = (
            row.subject,
            Agency(row.recipient),
            row.partition,
            decode(ErasureAsked, row.body),
        )
        wanted.add(row.subject)
    is_open = or_(
        RestateRow.events == None,  # type: ignore[arg-type] # noqa: E711 - a column
        RestateRow.taken < RestateRow.events,  # type: ignore[arg-type, operator]
    )
    unanswered = select(RestateRow).where(RestateRow.owner == recipient, is_open)
    questions = session.exec(unanswered).all()
    keep_restates(questions, book)
    return wanted | {row.subject for row in questions}


def load_subjects(session: Session, wanted: set[str], book: Book) -> None:
    """Fill who is meant, and of a referral its person, and of a person her referrals."""
    load_those(session, wanted, book)
    load_those(session, linked(book), book)


def load_those(session: Session, wanted: set[str], book: Book) -> None:
    """Fill who is meant, what is known of them, and what stops them."""
    for row in fetch(session, SubjectRow, "id", wanted):
        authors = {Agency(author) for author in row.authors.split(",") if author}
        book.subjects[row.id] = Subject(row.id, Kind(row.kind), authors=authors)
    rows = fetch(session, ReferenceRow, "subject", wanted)
    for row in sorted(rows, key=lambda row: row.ordinal):
        subject = book.subjects[row.subject]
        book.recall(subject, Agency(row.agency), Reference(row.reference))
    for row in fetch(session, FactRow, "subject", wanted):
        fact = msgspec.msgpack.decode(row.body, type=Fact)
        book.subjects[row.subject].facts[row.kind, row.key] = fact
    for row in fetch(session, ToldRow, "subject", wanted):
        book.told[row.subject, Agency(row.recipient), Agency(row.author)] = (row.salt, row.digest)
    load_stops(session, wanted, book)


def linked(book: Book) -> set[str]:
    """Return the people of loaded referrals, and the referrals of loaded people."""
    found = set()
    for subject in book.subjects.values():
        for fact in subject.told():
            if isinstance(fact, Flow):
                found.add(fact.person)
            elif isinstance(fact, Referred):
                found.add(fact.referral)
    return found - set(book.subjects) - {""}


def load_stops(session: Session, wanted: set[str], book: Book) -> None:
    """Fill what stops people, and what waits for it."""
    stops = fetch(session, StopRow, "subject", wanted)
    for row in stops:
        book.subjects[row.subject].stops.add((row.topic, row.key))
    waiting = fetch(session, WaitingRow, "subject", {row.subject for row in stops})
    for row in waiting:
        held = (Agency(row.author), row.event, row.topic, row.key)
        book.waiting.setdefault(row.subject, []).append(held)
    for row in fetch(session, AggregateRow, "key", {row.key for row in waiting}):
        if (row.topic, row.key) not in book.aggregates:
            book.aggregates[row.topic, row.key] = aggregate_of(row)


def load_given(session: Session, wanted: set[str], book: Book) -> None:
    """Fill what was given of each subject, and to whom."""
    for row in fetch(session, GivenRow, "subject", wanted):
        stream = (Agency(row.recipient), row.partition)
        given = book.subjects[row.subject].given.setdefault(stream, [])
        given.append((row.number, to_mask(row.mask)))


def subjects_told_by(session: Session, author: Agency) -> set[str]:
    """Return everybody of whom an agency has told a state."""
    told = select(SubjectRow.id).where(SubjectRow.authors.contains(author))  # type: ignore[attr-defined]
    return set(session.exec(told).all())


def find_subject(session: Session, agency: Agency, reference: Reference) -> str | None:
    """Return whom an agency's reference names, or None."""
    row = session.get(ReferenceRow, (agency, reference))
    return None if row is None else row.subject
