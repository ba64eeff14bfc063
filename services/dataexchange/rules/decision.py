"""The decision: what of one author's telling one recipient may have.

    allowed(purpose) = matrix & agreement & task & consent & ~withheld & flags & age
    released         = any purpose's allowed, and never_share last, always

Every input is a pair of masks, full within partial. Inputs are joined within one purpose, results
over purposes: a consent for health never opens a return. Source: Tenpoint design decision; its
tests follow UNHCR, Policy on the Protection of Personal Data (2015): purpose, consent, necessity.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Final, NamedTuple

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.matrix import PAYLOAD_COLUMNS, Condition, Matrix, Most
from services.dataexchange.rules.never_share import never_share
from services.dataexchange.rules.pair import CLOSED, OPEN, Pair
from shared.kernel.agencies import Agency, Column, Purpose
from shared.kernel.categories import Category, bit, mask_of
from shared.kernel.consent import AgeState

__all__ = (
    "CLOSED",
    "NOBODY",
    "ConsentBit",
    "Decision",
    "Inputs",
    "Known",
    "OpenedBy",
    "Pair",
    "Question",
    "Task",
    "decide",
    "inputs_of",
)


class OpenedBy(StrEnum):
    """What gave an agency something to do for a person."""

    STANDING = "STANDING"
    """A standing agreement; it opens only what standing agreements grant."""
    PERSON = "PERSON"
    """The person's own request, in person."""
    ACCEPTANCE = "ACCEPTANCE"
    """An accepted referral."""
    BOARD = "BOARD"
    """A concern was raised: the data-protection board has agreed that UNHCR then has a task."""


@dataclass(frozen=True, slots=True)
class Task:
    """The recipient has something to do for the person."""

    purpose: Purpose
    opened_by: OpenedBy


@dataclass(frozen=True, slots=True)
class ConsentBit:
    """Categories that a valid consent opens towards one recipient for one purpose."""

    purpose: Purpose
    recipient: Agency
    categories: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the exchange knows of one person, as far as it concerns one recipient.

    Attributes:
        tasks: the recipient's tasks for the person.
        consents: the person's valid consents.
        withheld: categories that the person, or her safety, keeps from this recipient.
        hide_location: whether where she is stays hidden; not known counts as hidden.
        age: whether she is treated as a child; not known as a child.
    """

    tasks: tuple[Task, ...] = ()
    consents: tuple[ConsentBit, ...] = ()
    withheld: int = 0
    hide_location: bool = True
    age: AgeState = AgeState.UNKNOWN


NOBODY: Final = Known()
"""What is known when an event is about no person, or about one nobody has spoken of."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this author's event reach this recipient, and how much of it?

    Attributes:
        author: who tells.
        recipient: who would hear.
        column: the column by which the recipient is judged; None for a stranger.
        on: day of the release (UTC), never of the event.
        about_person: whether the event is about one person; otherwise no task is asked for.
        party: whether the recipient is a party of the referral, or sent what is answered.
        own_handover: whether the event is the receipt for the recipient's own handover.
        own_enquiry: whether it answers the recipient's own enquiry.
        references_alone: whether the contract holds nothing but references.
    """

    author: Agency
    recipient: Agency
    column: Column | None
    on: date
    about_person: bool = True
    party: bool = False
    own_handover: bool = False
    own_enquiry: bool = False
    references_alone: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What may pass, and the digests of the agreements that let it."""

    pair: Pair
    agreements: tuple[str, ...] = ()


class Inputs(NamedTuple):
    """What each input leaves open within one purpose, in the order of asking."""

    matrix: Pair
    agreement: Pair
    task: Pair
    consent: Pair
    withheld: Pair
    flags: Pair
    age: Pair

    @property
    def allowed(self) -> Pair:
        """What all inputs leave open."""
        return reduce(and_, self)


def decide(
    question: Question, *, matrix: Matrix, agreements: Iterable[Agreement], known: Known
) -> Decision:
    """Return what may pass. Total: what is not known is withheld."""
    by_agreement = [
        (agreement, inputs_of(question, agreement, matrix=matrix, known=known).allowed)
        for agreement in newest(agreements, question)
    ]
    released = public(question, matrix)
    for _, allowed in by_agreement:
        released |= allowed
    released = last(released, question)
    told = told_by(released, question)
    return Decision(
        released,
        tuple(sorted(a.digest for a, allowed in by_agreement if allowed.partial & told)),
    )


def inputs_of(
    question: Question, agreement: Agreement | None, *, matrix: Matrix, known: Known
) -> Inputs:
    """Return what each input leaves open under one agreement; without one, next to nothing."""
    most = matrix.most(question.column)
    return Inputs(
        matrix=released_by_matrix(question, most, agreement).only(matrix.authored(question.author)),
        agreement=granted(question, agreement),
        task=tasked(question, most, agreement, known),
        consent=consented(question, most, agreement, known),
        withheld=OPEN.without(known.withheld),
        flags=flagged(known),
        age=aged(question, known),
    )


def newest(agreements: Iterable[Agreement], question: Question) -> list[Agreement]:
    """Return the newest version for each purpose of the question's author and recipient."""
    found: dict[Purpose, Agreement] = {}
    for agreement in agreements:
        if agreement.author == question.author and agreement.recipient == question.recipient:
            known = found.get(agreement.purpose)
            if known is None or agreement.serial > known.serial:
                found[agreement.purpose] = agreement
    return list(found.values())


def released_by_matrix(question: Question, most: Most, agreement: Agreement | None) -> Pair:
    """Return the column's pair without the cells whose condition the question does not meet."""
    closed = 0
    if not question.party:
        closed |= most.under(Condition.PARTY)
    if not question.own_handover:
        closed |= most.under(Condition.OWN_HANDOVER)
    if not question.own_enquiry:
        closed |= most.under(Condition.OWN_ENQUIRY)
    if agreement is None or agreement.purpose is not Purpose.FAMILY_TRACING:
        closed |= most.under(Condition.TRACING_CONSENT)
    return most.pair.without(closed)


def granted(question: Question, agreement: Agreement | None) -> Pair:
    """Return what an agreement in force grants."""
    if agreement is None or not agreement.in_force(question.on):
        return CLOSED
    return agreement.pair


def tasked(question: Question, most: Most, agreement: Agreement | None, known: Known) -> Pair:
    """Return what the recipient's tasks open.

    A standing agreement and a concern open no category that needs consent or acceptance; a
    person's own request opens them, but never a referral payload.
    """
    if agreement is None:
        return CLOSED
    openers = {task.opened_by for task in known.tasks if task.purpose is agreement.purpose}
    if not agreement.standing:
        openers.discard(OpenedBy.STANDING)
    if question.about_person and not openers:
        return CLOSED
    asked = OpenedBy.PERSON in openers and question.column not in PAYLOAD_COLUMNS
    if question.about_person and (asked or OpenedBy.ACCEPTANCE in openers):
        return OPEN
    return OPEN.without(most.needs_acceptance | most.needs_consent)


def consented(question: Question, most: Most, agreement: Agreement | None, known: Known) -> Pair:
    """Return what needs no consent, and what was consented to for this purpose and recipient."""
    given = 0
    for consent in known.consents:
        if agreement is not None and consent.purpose is agreement.purpose:
            given |= consent.categories if consent.recipient == question.recipient else 0
    return OPEN.without(most.needs_consent & ~given)


WHERE: Final = bit(Category.ADDRESS)
REACHED_AT: Final = mask_of({Category.CONTACT, Category.SHELTER_LOCATION})


def flagged(known: Known) -> Pair:
    """Return what a hidden place leaves: the area may go, the address and the number may not."""
    return OPEN.capped(WHERE).without(REACHED_AT) if known.hide_location else OPEN


BY_BAND_ONLY: Final = frozenset({Column.RD, Column.ST})
"""Columns that see no finer age of a child than the band."""


def aged(question: Question, known: Known) -> Pair:
    """Return what the age leaves: of a child, desk and tables get the band and no birth date."""
    if known.age is AgeState.ADULT or question.column not in BY_BAND_ONLY:
        return OPEN
    return OPEN.without(bit(Category.EXACT_DATE_OF_BIRTH))


PUBLIC: Final = bit(Category.PUBLIC)
REFERENCE: Final = bit(Category.REFERENCE)


def public(question: Question, matrix: Matrix) -> Pair:
    """Return public facts: their audience is enough, neither agreement nor task is asked for."""
    most = released_by_matrix(question, matrix.most(question.column), None)
    return most.only(PUBLIC & matrix.authored(question.author))


def last(released: Pair, question: Question) -> Pair:
    """Return what the never-share rules leave; references only with something not public."""
    left = never_share(
        released, author=question.author, recipient=question.recipient, column=question.column
    )
    alone = not left.partial & ~(REFERENCE | PUBLIC)
    return left.without(REFERENCE) if alone and not question.references_alone else left


def told_by(released: Pair, question: Question) -> int:
    """Return the categories for which an agreement counts as having let something pass."""
    return released.partial & ~PUBLIC & (-1 if question.references_alone else ~REFERENCE)
