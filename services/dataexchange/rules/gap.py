"""What follows when a recipient finds a number missing, or was rebuilt from nothing.

First what restricts is repeated, then the stream resumes, then owners are asked to tell again.
Source: Tenpoint design decision, found with the model in `tests/crashes`.
"""

from typing import TYPE_CHECKING

from services.dataexchange.rules import release
from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.decision import OpenedBy
from services.dataexchange.rules.facts import Opened
from services.dataexchange.rules.reading import Message
from shared.events.control import ProtectionConcernRaised, StreamGapFound
from shared.events.exchange import RestateAsked, StreamResumed
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import PersonRef, Reference, TokenRef

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement


def resume(message: Message, event: StreamGapFound, judgement: "Judgement") -> None:
    """Let one partition of a recipient's stream go on after a gap."""
    recipient, partition = message.agency, event.partition
    if not 0 <= partition < judgement.book.policy.partitions.get(recipient, 0):
        return
    repeat_restrictions(recipient, partition, judgement)
    number = judgement.book.streams.get((recipient, partition), 0) + 1
    resumed = StreamResumed(partition=partition, next=number + 1)
    release.say(judgement, recipient, resumed, partition=partition)
    repeat_questions(recipient, partition, judgement)
    for subject in with_content(recipient, partition, judgement):
        for author in sorted(subject.authors - {recipient}):
            release.ask_restate(judgement, author, recipient, subject)


def repeat_restrictions(recipient: Agency, partition: int, judgement: "Judgement") -> None:
    """Say again what was to be erased, and about whom a concern was raised."""
    book = judgement.book
    for subject_id, asked, where, notice in tuple(book.notices.values()):
        if (asked, where) == (recipient, partition):
            subject = book.subjects.get(subject_id)
            release.say(judgement, recipient, notice, partition=partition, subject=subject)
    for subject in with_content(recipient, partition, judgement):
        concerned = any(
            isinstance(fact, Opened)
            and fact.opened_by is OpenedBy.BOARD
            and fact.agency == recipient
            for fact in subject.told()
        )
        if concerned:
            again = ProtectionConcernRaised(person=PersonRef(subject.references[recipient]))
            release.say(judgement, recipient, again, partition=partition, subject=subject)


def repeat_questions(recipient: Agency, partition: int, judgement: "Judgement") -> None:
    """Ask again what this recipient, as an owner, was asked and may not have heard."""
    book = judgement.book
    for restate in tuple(book.restates.values()):
        subject = book.subjects.get(restate.subject)
        if restate.owner != recipient or restate.ended or subject is None:
            continue
        about = subject.references.get(recipient)
        if about is not None and release.partition_of(about, recipient, book) == partition:
            question = RestateAsked(about=about, token=TokenRef(Reference(restate.token)))
            release.say(judgement, recipient, question, partition=partition, subject=subject)


def with_content(recipient: Agency, partition: int, judgement: "Judgement") -> list[Subject]:
    """Return those about whom this partition ever brought content to this recipient."""
    return [
        subject
        for subject in tuple(judgement.book.subjects.values())
        if (recipient, partition) in subject.given
    ]
