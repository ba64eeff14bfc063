"""Duplicate, held, restriction, control or data: what becomes of each message of a batch.

Pure and total: a fault is an outcome. The order of the questions matters: what was counted is
answered again and has no effect; what cannot be read is held, and stops its person if it may have
been a restriction; what restricts acts on arrival, whatever came before it; everything else waits
for its turn. Source: Tenpoint design decision, found with the model in `tests/crashes`.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.dataexchange.rules import control, outcomes, protection, release
from services.dataexchange.rules.book import Aggregate, Book, Subject
from services.dataexchange.rules.flows import acts as flows
from services.dataexchange.rules.flows.hearing import person_of, referral_of
from services.dataexchange.rules.naming import find_subject, mint, name
from services.dataexchange.rules.outcomes import PLAIN, Fate, Outcome, Release
from services.dataexchange.rules.reading import Message, Unreadable, references_in
from services.dataexchange.rules.stops import lift, stop
from shared.events.control import FeedAffirmed, ProtectionCheckAsked, WithholdingSet
from shared.events.event import ABSENT, Contract, Event
from shared.events.exchange import Answer, Code, DecisionMade
from shared.events.exchange import Outcome as Verdict
from shared.events.referral import ReferralRequested
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import EventRef, Form, MakeId, Reference, form_of, is_well_formed


@dataclass(slots=True)
class Judgement:
    """One batch being judged: the book it changes, what was decided, what is to be told."""

    book: Book
    at: datetime
    make_id: MakeId
    outcomes: list[Outcome] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By recipient and word: fields released full or partial, or the gate that closed first."""
    contents: dict[int, bytes] = field(default_factory=dict)
    """By place among the releases: content, which is sent and not kept."""
    given: list[tuple[str, Agency, int, int, int]] = field(default_factory=list)
    """Subject, recipient, partition, number and mask of each release of content."""
    retold: set[tuple[str, Agency, Agency]] = field(default_factory=set)
    """Subject, recipient and author whose last content changed."""
    asked: list[str] = field(default_factory=list)
    """Tokens of new questions to owners."""
    alarms: Counter[str] = field(default_factory=Counter)
    """Codes of records that cannot even be answered."""
    told: bool | None = None
    """Whether the directed event being judged was told to its hearer."""
    enquiries: list[tuple[Agency, ProtectionCheckAsked]] = field(default_factory=list)
    """Protection checks, answered when all that was read with them is judged."""
    worried: set[str] = field(default_factory=set)
    """Subjects about whom a concern was raised."""
    unread: bool = False
    """Whether control events were read that are judged later: then no check clears."""


def judge_batch(
    messages: Sequence[Message | Unreadable],
    book: Book,
    *,
    at: datetime,
    make_id: MakeId,
    unread: bool = False,
) -> Judgement:
    """Judge the messages in order and answer each author once.

    `unread` says that control events were read with these that are judged later.
    """
    judgement = Judgement(book, at, make_id, unread=unread)
    for message in messages:
        if message.envelope is not None:
            judgement.outcomes.append(judge(message, judgement))
        elif isinstance(message, Unreadable):
            alarm(message, judgement)
    protection.conclude(judgement)
    answer(judgement)
    return judgement


def alarm(message: Unreadable, judgement: Judgement) -> None:
    """Count a record that cannot even be answered; if it may be a restriction, stop its person."""
    judgement.alarms[message.agency] += 1
    if message.is_control:
        stop(message, aggregate_of(message, judgement.book), judgement)


def answer(judgement: Judgement) -> None:
    """Tell each author, in one event, what became of its messages."""
    by_author: dict[Agency, list[Answer]] = defaultdict(list)
    for outcome in judgement.outcomes:
        by_author[outcome.agency].append(
            Answer(
                event=EventRef(Reference(outcome.event)),
                outcome=outcome.verdict,
                code=ABSENT if outcome.code is None else Code(outcome.code),
                told=ABSENT if outcome.told is None else outcome.told,
            )
        )
    for author, answers in by_author.items():
        release.say(judgement, author, DecisionMade(answers=tuple(answers)))


def judge(message: Message | Unreadable, judgement: Judgement) -> Outcome:
    """Return what becomes of one message, and change the book accordingly."""
    aggregate = aggregate_of(message, judgement.book)
    if aggregate.has_taken(message.sequence):
        return outcome_of(message, aggregate.answers.get(message.sequence, PLAIN))
    if isinstance(message, Unreadable):
        return hold_unreadable(message, aggregate, judgement)
    refusal = refuse(message, judgement)
    if refusal is not None:
        return count(message, aggregate, judgement, Verdict.REFUSED, refusal)
    at_once = restricts(message.event, message)
    waits = why_wait(message, aggregate, judgement)
    says_more = is_announced(message.contract) or protection.loosens(message.event)
    if waits is None or (at_once and not says_more):
        return take(message, aggregate, judgement)
    if at_once:
        act_early(message, judgement)
    return hold(message, aggregate, waits)


def aggregate_of(message: Message | Unreadable, book: Book) -> Aggregate:
    """Return how far the author's events about the message's key were counted."""
    return book.aggregates.setdefault((message.topic, message.key), Aggregate())


def why_wait(message: Message, aggregate: Aggregate, judgement: Judgement) -> str | None:
    """Return why a message's turn has not come, or None; remember who waits for a stop to end."""
    if message.sequence > aggregate.sequence + 1:
        waits = aggregate.held not in (None, outcomes.GAP)
        return outcomes.BEHIND if waits else outcomes.GAP
    if message.is_control:
        says_nothing = judgement.book.policy.is_whole or not is_announced(message.contract)
        return None if says_nothing else outcomes.GAP
    stopped = [one for one in concerned(message, judgement.book) if one.stops]
    for subject in stopped:
        waiting = judgement.book.waiting.setdefault(subject.id, [])
        waiting.append((message.agency, message.envelope.id, message.topic, message.key))
    return outcomes.STOPPED if stopped else None


def concerned(message: Message, book: Book) -> list[Subject]:
    """Return whom data concerns: what its key names, and the person of a referral."""
    found = [find_subject(message, book)]
    if message.contract.parties:
        found.append(person_of(referral_of(message, book), book))
    if isinstance(message.event, ReferralRequested) and message.event.person is not ABSENT:
        found.append(book.subject_of(message.agency, message.event.person))
    return [one for one in found if one is not None]


def is_announced(contract: Contract) -> bool:
    """Return whether something of an event's content is told to whoever may hear it.

    Such an event acts at once where it narrows, but what it says waits for its turn like all
    content: a withdrawal may stand unread before it.
    """
    return bool(contract.audience) and not contract.directed


def restricts(event: Event, message: Message) -> bool:
    """Return whether an event acts on arrival: it only narrows. Lifting a wish does not."""
    lifts = isinstance(event, WithholdingSet) and event.on is False
    return message.contract.restricts and not lifts


def act_early(message: Message, judgement: Judgement) -> None:
    """Give a restriction its effect; it is not counted, and what else it says has its turn."""
    early = replace(message, event=protection.tightened(message.event))
    control.change(early, name(message, judgement), judgement)


def refuse(message: Message, judgement: Judgement) -> str | None:
    """Return why a message is refused for good, or None. A refused number is counted."""
    if message.agency not in message.contract.authors:
        return "not_yours"
    if not control.is_handled(message.contract):
        return outcomes.NOT_YET
    if isinstance(message.event, ProtectionCheckAsked | FeedAffirmed):
        return protection.refuse(message.event)
    return None if message.contract.key is None else refuse_reference(message, judgement)


def refuse_reference(message: Message, judgement: Judgement) -> str | None:
    """Return why what a message names, or the token that it bears, is refused, or None."""
    key = Reference(message.key)
    kind = next(
        one.reference for one in message.contract.fields if one.name == message.contract.key
    )
    if not is_well_formed(message.key, kind):
        return "bad_reference"
    known = judgement.book.subject_of(message.agency, key)
    if known is None and form_of(key) is Form.ISSUED:
        return "unknown_reference"
    token = message.envelope.token
    restate = judgement.book.restates.get(token) if token is not None else None
    if token is not None and (
        restate is None
        or restate.owner != message.agency
        or known is None
        or restate.subject != known.id
    ):
        return "unknown_token"
    return None


def take(message: Message, aggregate: Aggregate, judgement: Judgement) -> Outcome:
    """Give a message its effect, and count it."""
    judgement.told = False if message.contract.directed else None
    if message.contract.parties:
        refusal = flows.step(message, judgement)
        if refusal is not None:
            return count(message, aggregate, judgement, Verdict.REFUSED, refusal)
    asks = isinstance(message.event, ProtectionCheckAsked)
    subject = None if asks or message.contract.key is None else name(message, judgement)
    for reference in () if asks else references_in(message.event):
        mint(message.agency, reference, judgement)
    if message.is_control:
        control.change(message, subject, judgement)
    if message.contract.audience and subject is not None:
        release.announce(message, subject, judgement)
    elif message.contract.audience and message.contract.key is None:
        release.publish(message, judgement)
    if message.contract.parties and not judgement.told:
        flows.interrupt_untold(message, judgement)
    return count(message, aggregate, judgement, Verdict.TAKEN)


def count(
    message: Message,
    aggregate: Aggregate,
    judgement: Judgement,
    verdict: Verdict,
    code: str | None = None,
) -> Outcome:
    """Count a message's number; if that ends a stop, ask for what waited because of it."""
    was_stopped = aggregate.is_stopped
    aggregate.count(message.sequence)
    if was_stopped and not aggregate.is_stopped:
        subject = find_subject(message, judgement.book)
        if subject is not None:
            lift(subject, (message.topic, message.key), judgement)
    fate = Fate(verdict, code, judgement.told if verdict is Verdict.TAKEN else None)
    if fate not in (PLAIN, Fate(Verdict.TAKEN, told=True)):
        aggregate.answers[message.sequence] = fate
    return outcome_of(message, fate)


def hold_unreadable(message: Unreadable, aggregate: Aggregate, judgement: Judgement) -> Outcome:
    """Hold what cannot be read; if it may be a restriction, stop everything about its person."""
    if message.is_control:
        stop(message, aggregate, judgement)
    return hold(message, aggregate, message.code)


def hold(message: Message | Unreadable, aggregate: Aggregate, code: str) -> Outcome:
    """Hold a message: its author's row stays open, and nothing else waits for it."""
    if aggregate.held is None or code not in (outcomes.GAP, outcomes.BEHIND):
        aggregate.held = code
        aggregate.held_event = message.envelope.id if message.envelope else ""
        aggregate.changed = True
    return outcome_of(message, Fate(Verdict.HELD, code))


def outcome_of(message: Message | Unreadable, fate: Fate) -> Outcome:
    """Return the outcome of a message that can be answered."""
    envelope = message.envelope
    if envelope is None:
        raise ValueError(message.topic)
    place = (message.topic, message.key, message.sequence)
    return Outcome(message.agency, envelope.id, *place, *fate)
