"""What the exchange can show: numbers, codes and reasons, and never a value."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, select

from services.dataexchange.rules.asking import question_for
from services.dataexchange.rules.decision import Question
from services.dataexchange.rules.explain import Explanation, explain
from services.dataexchange.rules.facts import known_to
from services.dataexchange.rules.reading import author_of
from services.dataexchange.store import log
from services.dataexchange.store.books import find_subject, open_subjects
from services.dataexchange.store.policy import (
    Deployment,
    agreement_of,
    policy_of,
    stored_agreements,
)
from services.dataexchange.store.tables import (
    AggregateRow,
    GivenRow,
    NoticeRow,
    RestateRow,
    TallyRow,
)
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Reference


class Held(NamedTuple):
    """One held aggregate: a handle, whose it is, why it waits, since when (UTC)."""

    handle: str
    agency: Agency
    code: str
    since: str


class Reasons(NamedTuple):
    """Why a recipient may see a category of one author's telling, or may not."""

    author: Agency
    recipient: Agency
    category: Category
    explanation: Explanation


def handle_of(topic: str, key: str) -> str:
    """Return the handle of an aggregate: says nothing, and is the same each time."""
    return hashlib.sha256(f"{topic}\n{key}".encode()).hexdigest()[:16]


def held(session: Session) -> list[Held]:
    """Return everything that waits for its author."""
    rows = session.exec(select(AggregateRow).where(AggregateRow.held != None)).all()  # noqa: E711
    return [
        Held(
            handle_of(row.topic, row.key),
            author_of(row.topic),
            row.held or "",
            row.held_since.isoformat() if row.held_since else "",
        )
        for row in rows
    ]


def tallies(session: Session) -> dict[tuple[str, str], int]:
    """Return, by recipient and word, how many fields went or were withheld by which input."""
    return {(row.recipient, row.word): row.fields for row in session.exec(select(TallyRow)).all()}


def counts(session: Session) -> Mapping[str, int]:
    """Return how the log stands: records, releases of content, notices, restates, what waits."""

    def count(column: object, *where: object) -> int:
        statement = select(func.count(column)).where(*where)  # type: ignore[arg-type]
        return session.exec(statement).one()

    return {
        "size": log.lock_head(session).size,
        "pending": len(log.pending(session)),
        "given": count(GivenRow.number),
        "notices": count(NoticeRow.id),
        "confirmed": count(NoticeRow.id, NoticeRow.outcome != None),  # noqa: E711 - a column
        "restates": count(RestateRow.token),
        "restated": count(RestateRow.token, RestateRow.events != None),  # noqa: E711 - a column
    }


def reasons(
    session: Session,
    agency: Agency,
    reference: Reference,
    *,
    deployment: Deployment,
    authors: Mapping[Agency, tuple[Category, ...]],
    recipients: tuple[Agency, ...],
    on: date,
) -> list[Reasons]:
    """Return why each recipient may see each category that each author tells of one person.

    Raises:
        NotFound: the agency's reference names nobody.
    """
    found = find_subject(session, agency, reference)
    if found is None:
        raise NotFound
    policy = policy_of(session, deployment, on=on)
    subject = open_subjects(session, {found}, policy).subjects[found]
    told = []
    for author, categories in authors.items():
        for recipient in recipients:
            question: Question = question_for(author, recipient, subject, on)
            known = known_to(subject.told(), recipient, policy.standing(author, recipient), on)
            told += [
                Reasons(
                    author,
                    recipient,
                    category,
                    explain(
                        question,
                        category,
                        matrix=policy.matrix,
                        agreements=policy.between(author, recipient),
                        known=known,
                    ),
                )
                for category in categories
            ]
    return told


def agreements(session: Session, deployment: Deployment) -> list[tuple[str, str, str, int, str]]:
    """Return each agreement: author, recipient, purpose, serial and whether it is stopped."""
    return [
        (
            row.author,
            row.recipient,
            row.purpose,
            row.serial,
            "suspended" if agreement_of(row, deployment).held_by else "active",
        )
        for row in stored_agreements(session)
    ]
