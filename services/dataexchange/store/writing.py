"""Writing back what a batch changed, in the transaction that holds the head."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, update
from sqlmodel import Session

from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.store import holes, log
from services.dataexchange.store.rows import fetch, to_blob, upsert
from services.dataexchange.store.tables import (
    AggregateRow,
    AlarmRow,
    AnswerRow,
    FactRow,
    GivenRow,
    NoticeRow,
    ReferenceRow,
    RestateRow,
    StopRow,
    SubjectRow,
    TallyRow,
    ToldRow,
    WaitingRow,
)
from shared.events.event import encode


def write_book(session: Session, judgement: Judgement) -> None:
    """Write everything that a judgement changed."""
    log.save_numbers(session, judgement.book.streams)
    write_aggregates(session, judgement)
    write_answers(session, judgement)
    write_subjects(session, judgement)
    write_stops(session, judgement)
    write_given(session, judgement)
    write_restates(session, judgement)
    write_notices(session, judgement)
    add_counts(session, judgement)
    holes.close_holes(session, judgement.book.mended)
    following = log.lock_head(session).size + 1
    holes.open_all(session, judgement.book.unheard, following, wide=False)


def write_aggregates(session: Session, judgement: Judgement) -> None:
    """Write how far each author's events were counted."""
    rows = [
        {
            "topic": topic,
            "key": key,
            "sequence": aggregate.sequence,
            "early": ",".join(str(number) for number in sorted(aggregate.early)),
            "stopped": aggregate.stopped,
            "unnumbered": aggregate.unnumbered,
            "held": aggregate.held,
            "held_event": aggregate.held_event,
            "held_since": judgement.at if aggregate.held is not None else None,
        }
        for (topic, key), aggregate in judgement.book.aggregates.items()
        if aggregate.changed
    ]
    upsert(session, AggregateRow, rows)


def write_answers(session: Session, judgement: Judgement) -> None:
    """Write what is to be answered again, where a message was not simply taken."""
    rows = [
        {"topic": topic, "key": key, "sequence": sequence} | fate._asdict()
        for (topic, key), aggregate in judgement.book.aggregates.items()
        for sequence, fate in aggregate.answers.items()
    ]
    upsert(session, AnswerRow, rows)


def write_subjects(session: Session, judgement: Judgement) -> None:
    """Write subjects, what they are called, and what is known of them."""
    book = judgement.book
    subjects = list(book.subjects.values())
    upsert(session, SubjectRow, [subject_row(known) for known in subjects if known.changed])
    references = [
        {
            "agency": agency,
            "reference": reference,
            "subject": book.by_reference[agency, reference],
            "ordinal": int(
                book.subjects[book.by_reference[agency, reference]].references[agency] != reference
            ),
        }
        for agency, reference in book.named
    ]
    upsert(session, ReferenceRow, references)
    facts = [
        {
            "subject": subject.id,
            "kind": kind,
            "key": key,
            "body": msgspec.msgpack.encode(subject.facts[kind, key]),
        }
        for subject in subjects
        for kind, key in sorted(subject.fresh)
    ]
    upsert(session, FactRow, facts)


def subject_row(subject: Subject) -> Mapping[str, Any]:
    """Return a subject as a row."""
    return {
        "id": subject.id,
        "kind": str(subject.kind),
        "authors": ",".join(sorted(subject.authors)),
    }


def write_stops(session: Session, judgement: Judgement) -> None:
    """Write what stops people now, and what waits for it."""
    book = judgement.book
    known = fetch(session, StopRow, "subject", book.subjects)
    for row in known:
        if (row.topic, row.key) not in book.subjects[row.subject].stops:
            session.delete(row)
            if not book.subjects[row.subject].stops:
                gone = delete(WaitingRow).where(WaitingRow.subject == row.subject)
                session.connection().execute(gone)
    stops = [
        {"subject": subject.id, "topic": topic, "key": key}
        for subject in book.subjects.values()
        for topic, key in sorted(subject.stops)
    ]
    upsert(session, StopRow, stops)
    waiting = [
        {"event": event, "author": author, "subject": subject, "topic": topic, "key": key}
        for subject, held in book.waiting.items()
        for author, event, topic, key in held
    ]
    upsert(session, WaitingRow, waiting)


def write_given(session: Session, judgement: Judgement) -> None:
    """Write who was given what about whom."""
    given = [
        {
            "subject": subject,
            "recipient": recipient,
            "partition": partition,
            "number": number,
            "mask": to_blob(mask),
        }
        for subject, recipient, partition, number, mask in judgement.given
    ]
    upsert(session, GivenRow, given)
    told = [
        {
            "subject": subject,
            "recipient": recipient,
            "author": author,
            "salt": judgement.book.told[subject, recipient, author][0],
            "digest": judgement.book.told[subject, recipient, author][1],
        }
        for subject, recipient, author in sorted(judgement.retold)
    ]
    upsert(session, ToldRow, told)


def write_restates(session: Session, judgement: Judgement) -> None:
    """Write new questions to owners, and how far they are answered."""
    book = judgement.book
    asked = [
        {
            "token": token,
            "owner": book.restates[token].owner,
            "recipient": book.restates[token].recipient,
            "subject": book.restates[token].subject,
            "taken": 0,
            "events": None,
        }
        for token in judgement.asked
    ]
    upsert(session, RestateRow, asked)
    for token, count in book.taken.items():
        statement = update(RestateRow).where(RestateRow.token == token)  # type: ignore[arg-type]
        session.connection().execute(statement.values(taken=RestateRow.taken + count))
    for token, events in book.ended.items():
        statement = update(RestateRow).where(RestateRow.token == token)  # type: ignore[arg-type]
        session.connection().execute(statement.values(events=events))


def write_notices(session: Session, judgement: Judgement) -> None:
    """Write erasure notices and their receipts."""
    for notice, (subject, recipient, partition, event) in judgement.book.notices.items():
        if session.get(NoticeRow, notice) is not None:
            continue
        row = NoticeRow(
            id=notice,
            subject=subject,
            recipient=recipient,
            partition=partition,
            body=encode(event),
            due=event.due,
        )
        session.add(row)
    session.flush()
    for notice, outcome in judgement.book.confirmed.items():
        statement = update(NoticeRow).where(NoticeRow.id == notice)  # type: ignore[arg-type]
        session.connection().execute(statement.values(outcome=outcome))


def forget_told(session: Session, release: Release) -> None:
    """Forget what a recipient was last told: it was rescinded, and may be told again."""
    gone = delete(ToldRow).where(
        ToldRow.subject == release.subject,  # type: ignore[arg-type]
        ToldRow.recipient == release.recipient,  # type: ignore[arg-type]
        ToldRow.author == release.author,  # type: ignore[arg-type]
    )
    session.connection().execute(gone)


def add_counts(session: Session, judgement: Judgement) -> None:
    """Add the numbers of fields released and withheld, and of records without an answer."""
    tallies = {(row.recipient, row.word): row for row in tallies_of(session, judgement)}
    rows = [
        {
            "recipient": recipient,
            "word": word,
            "fields": count + known.fields
            if (known := tallies.get((recipient, word))) is not None
            else count,
        }
        for (recipient, word), count in judgement.tally.items()
        if count
    ]
    upsert(session, TallyRow, rows)
    for agency, count in judgement.alarms.items():
        alarm = session.get(AlarmRow, (agency, "unreadable_envelope"))
        records = count + (alarm.records if alarm is not None else 0)
        row = {"agency": agency, "code": "unreadable_envelope", "records": records}
        upsert(session, AlarmRow, [row])


def tallies_of(session: Session, judgement: Judgement) -> list[TallyRow]:
    """Return the counts so far of every recipient concerned."""
    return fetch(session, TallyRow, "recipient", {name for name, _ in judgement.tally})
