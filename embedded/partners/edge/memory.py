"""What a partner remembers, within one transaction on its own file."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from embedded.partners.edge.tables import (
    AnsweredRow,
    CaseRow,
    HeldRow,
    RecordRow,
    TallyRow,
    TaskRow,
)
from shared.codes.pathways import Pathway, Priority
from shared.events.card import Card
from shared.events.event import ABSENT, CONTRACTS
from shared.kernel.categories import Category
from shared.messaging.receive import Heard

T = TypeVar("T")


class State(StrEnum):
    """How far the partner has come with a referral."""

    OFFERED = "OFFERED"
    ASKED = "ASKED"
    """More of the card was asked for."""
    ACCEPTED = "ACCEPTED"
    SERVING = "SERVING"
    """The person is known: a payload has come."""
    ENDED = "ENDED"
    DECLINED = "DECLINED"
    LOST = "LOST"
    """The acceptance was refused: another provider's was first."""
    INTERRUPTED = "INTERRUPTED"
    WITHDRAWN = "WITHDRAWN"


LIVE: Final = frozenset({State.OFFERED, State.ASKED, State.ACCEPTED, State.SERVING})

MAY_COME_AGAIN: Final = frozenset({State.DECLINED, State.LOST, State.INTERRUPTED})
"""After these the desk may offer a referral anew."""


class Done(StrEnum):
    """What a partner counts for the report."""

    OFFERS = "offers"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PAYLOADS_OPENED = "payloads opened"
    STEPS_TOLD = "steps told"
    SERVICES_ENDED = "services ended"
    ERASURES_CONFIRMED = "erasures confirmed"
    RESTATED = "restated"
    FEEDS_AFFIRMED = "feeds affirmed"


class Told(NamedTuple):
    """One value that a release told."""

    field: str
    category: Category
    value: bytes


class Memory:
    """A partner's cases, what it was told, and what it has done."""

    def __init__(self, session: Session) -> None:
        """Remember within the transaction of the session."""
        self._session = session

    def case(self, referral: str) -> CaseRow | None:
        """Return how far the partner has come with a referral; None if it never heard of it."""
        return self._session.get(CaseRow, referral)

    def accepted_by(self, event: str) -> CaseRow | None:
        """Return the case that was accepted by an event of the partner's own, or None."""
        found = select(CaseRow).where(CaseRow.acceptance == event)
        return self._session.exec(found).one_or_none()

    def is_served(self, person: str) -> bool:
        """Return whether a service for a person goes on."""
        found = select(CaseRow).where(CaseRow.person == person, CaseRow.state == State.SERVING)
        return self._session.exec(found).first() is not None

    def save(self, row: CaseRow | RecordRow) -> None:
        """Keep a case, or the partner's word on a person."""
        self._session.add(row)

    def hold(self, about: str, heard: Heard, told: Iterable[Told]) -> None:
        """Keep the values of one release, each under its category."""
        for one in told:
            row = HeldRow(
                partition=heard.partition,
                number=heard.number,
                field=one.field,
                category=one.category,
                about=about,
                value=one.value,
            )
            self._session.merge(row)

    def newest(self, about: str, field: str, kind: type[T]) -> T | None:
        """Return what was told last of a field of a card; None if it was not, or is erased."""
        found = (
            select(HeldRow.value)
            .where(HeldRow.about == about, HeldRow.field == field)
            .order_by(col(HeldRow.number).desc())
            .limit(1)
        )
        value = self._session.exec(found).one_or_none()
        return None if value is None else msgspec.json.decode(value, type=kind | None)

    def pathway(self, referral: str) -> Pathway | None:
        """Return the pathway of a referral, if it is known."""
        return self.newest(referral, "pathway", Pathway)

    def priority(self, referral: str) -> Priority | None:
        """Return the priority of a referral, if it is known."""
        return self.newest(referral, "priority", Priority)

    def respond_by(self, referral: str) -> datetime | None:
        """Return until when the desk waits for an answer, if it is known."""
        return self.newest(referral, "respond_by", datetime)

    def erase(
        self, partition: int, numbers: Collection[int], categories: Collection[Category] | None
    ) -> None:
        """Erase what these releases told of the categories, or all of it."""
        erased = delete(HeldRow).where(
            col(HeldRow.partition) == partition, col(HeldRow.number).in_(numbers)
        )
        if categories is not None:
            erased = erased.where(col(HeldRow.category).in_([int(one) for one in categories]))
        self._session.flush()
        self._session.connection().execute(erased)

    def record(self, person: str) -> RecordRow | None:
        """Return the partner's own word on a person, or None."""
        return self._session.get(RecordRow, person)

    def add_task(self, heard: Heard, code: str) -> None:
        """Have a person look at a release."""
        row = TaskRow(partition=heard.partition, number=heard.number, code=code)
        self._session.merge(row)

    def is_first(self, asked: str) -> bool:
        """Note that a question or notice is answered; return whether it was not before."""
        if self._session.get(AnsweredRow, asked) is not None:
            return False
        self._session.add(AnsweredRow(asked=asked))
        return True

    def count(self, what: Done) -> int:
        """Count something that was done, and return how often it was."""
        row = self._session.get(TallyRow, what) or TallyRow(what=what, times=0)
        row.times += 1
        self._session.add(row)
        return row.times

    def counts(self) -> dict[str, int]:
        """Return how often each thing was done."""
        done = {row.what: row.times for row in self._session.exec(select(TallyRow)).all()}
        return {what.value: done.get(what, 0) for what in Done}

    def tasks(self) -> dict[str, int]:
        """Return how many releases wait for a person, by code."""
        found = select(TaskRow.code, func.count()).group_by(TaskRow.code).order_by(TaskRow.code)
        return dict(self._session.exec(found).all())


def told_by(card: Card) -> list[Told]:
    """Return the values of a card, each under its category; references are no values."""
    found: list[Told] = []
    for field in CONTRACTS[type(card)].fields:
        value: Any = getattr(card, field.name)
        if field.category not in (None, Category.REFERENCE) and value is not ABSENT:
            found.append(Told(field.name, Category(field.category), msgspec.json.encode(value)))
    return found
