"""Restrictions that act before their record is read: told by HTTP, committed before the answer.

Each bears the number and the reference of its own control event, so that its record on the topic,
whenever it is read, is one that was taken already. What a restriction says beside its "no" (a
sealed note, a word on age) waits for that record: content that is decided without one could not be
made again after a crash. So does whatever in it loosens. Source: Tenpoint design decision.
"""

from collections.abc import Sequence
from datetime import datetime

from services.dataexchange.rules import protection
from services.dataexchange.rules.book import Book
from services.dataexchange.rules.judge import (
    Judgement,
    act_early,
    aggregate_of,
    answer,
    judge,
    refuse,
    restricts,
)
from services.dataexchange.rules.reading import Message
from shared.codes.protection import Barred, Stated
from shared.events.control import ProtectionStated
from shared.kernel.identifiers import MakeId


def is_urgent(message: Message) -> bool:
    """Return whether an event restricts anything, so that it may act before its record is read."""
    event = message.event
    says_only_no = isinstance(event, ProtectionStated) and all(
        protection.stated(event, kind) is Stated.NO for kind in Barred
    )
    return message.is_control and restricts(event, message) and not says_only_no


def judge_restrictions(
    messages: Sequence[Message], book: Book, *, at: datetime, make_id: MakeId
) -> Judgement:
    """Judge restrictions in order; those that say nothing else are counted and answered."""
    judgement = Judgement(book, at, make_id)
    for message in messages:
        if is_whole(message):
            judgement.outcomes.append(judge(message, judgement))
        elif is_new(message, judgement) and refuse(message, judgement) is None:
            act_early(message, judgement)
    protection.conclude(judgement)
    answer(judgement)
    return judgement


def is_whole(message: Message) -> bool:
    """Return whether nothing of a restriction waits for its record."""
    return not message.contract.audience and not protection.loosens(message.event)


def is_new(message: Message, judgement: Judgement) -> bool:
    """Return whether a restriction was not counted before: then it has no effect any more."""
    return not aggregate_of(message, judgement.book).has_taken(message.sequence)
