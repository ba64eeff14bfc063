"""What is asked of the decision: by whom, for whom, about whom, and what is known that answers it.

Source: Tenpoint design decision.
"""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from services.dataexchange.rules.book import Policy, Subject
from services.dataexchange.rules.decision import CLOSED, NOBODY, Decision, Known, Question, decide
from services.dataexchange.rules.facts import Receipt, consents_to, known_to
from services.dataexchange.rules.flows.hearing import (
    column_of,
    flow_of,
    may_be_told,
    person_of,
    referral_of,
)
from services.dataexchange.rules.projection import is_of_references_alone
from services.dataexchange.rules.reading import Message
from shared.kernel.agencies import COLUMN_OF, Agency
from shared.kernel.identifiers import Kind

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement


def question_for(
    author: Agency,
    recipient: Agency,
    subject: Subject,
    on: date,
    *,
    references_alone: bool = False,
) -> Question:
    """Return the question that the decision answers for an author, a hearer and a subject."""
    return Question(
        author=author,
        recipient=recipient,
        column=COLUMN_OF.get(recipient),
        about_person=subject.kind is Kind.PERSON,
        own_handover=subject.kind is Kind.ENCOUNTER and recipient in subject.references,
        on=on,
        references_alone=references_alone,
    )


def decide_for(
    author: Agency,
    recipient: Agency,
    subject: Subject,
    judgement: "Judgement",
    *,
    references_alone: bool = False,
) -> Decision:
    """Return what is open between an author and a hearer about a subject, today."""
    policy, on = judgement.book.policy, judgement.at.date()
    known = known_to(subject.told(), recipient, policy.standing(author, recipient), on)
    return decide(
        question_for(author, recipient, subject, on, references_alone=references_alone),
        matrix=policy.matrix,
        agreements=policy.between(author, recipient),
        known=known,
    )


def decide_message(
    message: Message, recipient: Agency, subject: Subject, judgement: "Judgement"
) -> Decision:
    """Return what is open of one event to one hearer: of a referral's, as to a party of it."""
    if message.contract.parties:
        flow = flow_of(referral_of(message, judgement.book))
        if flow is None or not may_be_told(message.event, flow, recipient):
            return Decision(CLOSED)
    question, known = asked(message, recipient, subject, judgement)
    policy = judgement.book.policy
    return decide(
        question,
        matrix=policy.matrix,
        agreements=policy.between(message.agency, recipient),
        known=known,
    )


def asked(
    message: Message, recipient: Agency, subject: Subject, judgement: "Judgement"
) -> tuple[Question, Known]:
    """Return the question that one event and one hearer put, and what is known that answers it.

    Of a referral, what its person has said counts, although its card names nobody.
    """
    book, on = judgement.book, judgement.at.date()
    alone = is_of_references_alone(message.contract)
    question = question_for(message.agency, recipient, subject, on, references_alone=alone)
    told = subject.told()
    if message.contract.parties:
        person = person_of(referral_of(message, book), book)
        told = () if person is None else person.told()
        question = replace(question, column=column_of(message.event, recipient), party=True)
    standing = book.policy.standing(message.agency, recipient)
    return question, known_to(told, recipient, standing, on)


def is_consented(consent: str, person: Subject, judgement: "Judgement") -> bool:
    """Return whether the receipt of that reference opens anything to anybody today."""
    receipts = [
        fact
        for fact in person.told()
        if not isinstance(fact, Receipt) or str(fact.given.consent) == consent
    ]
    hearers = judgement.book.policy.hearers
    return any(consents_to(tuple(receipts), one, judgement.at.date()) for one in hearers)


def decide_public(author: Agency, recipient: Agency, policy: Policy, on: date) -> Decision:
    """Return what is open of a fact about nobody: what the matrix calls public, and no more."""
    question = Question(
        author=author,
        recipient=recipient,
        column=COLUMN_OF.get(recipient),
        about_person=False,
        on=on,
    )
    return decide(question, matrix=policy.matrix, agreements=(), known=NOBODY)
