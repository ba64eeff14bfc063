"""What is told to whom: content of an author as far as it is allowed, and the exchange's own words.

Everything a recipient gets is numbered in one stream partition per reference, in the order of the
log. Nothing is released that the decision does not open. Source: Tenpoint design decision.
"""

import hashlib
from typing import TYPE_CHECKING

from services.dataexchange.rules.asking import decide_message, decide_public
from services.dataexchange.rules.book import Book, Restate, Subject
from services.dataexchange.rules.decision import Decision
from services.dataexchange.rules.flows.hearing import (
    flow_of,
    hearers_of,
    referral_of,
)
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.rules.projection import (
    Projected,
    compile_plan,
)
from services.dataexchange.rules.reading import Message
from services.dataexchange.rules.tally import count_fields
from services.dataexchange.rules.terms import Terms
from shared.events.event import Event, encode, key_of
from shared.events.exchange import RestateAsked
from shared.events.registration import PersonState
from shared.events.registry import contract_of
from shared.kernel.agencies import EXCHANGE, Agency
from shared.kernel.identifiers import Kind, Reference, TokenRef, issued

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement


def announce(message: Message, subject: Subject, judgement: "Judgement") -> None:
    """Tell each hearer of a contract as much as the decision opens.

    Of a person who is stopped nothing is told but that a worry was raised; her safeguards are asked
    for again when the stop ends.
    """
    token = message.envelope.token
    restate = None if token is None else judgement.book.restates[token]
    if token is not None:
        judgement.book.taken[token] += 1
    worry = message.is_control and message.contract.directed
    if not worry and message.agency not in subject.authors:
        subject.authors.add(message.agency)
        subject.changed = True
    if subject.stops and not message.contract.directed:
        return
    told = []
    for recipient in sorted(hearers_among(message, judgement.book)):
        if restate is not None and recipient != restate.recipient:
            continue
        if recipient in judgement.book.policy.hearers:
            told.append(tell(message, subject, recipient, judgement))
        else:
            count_fields(judgement.tally, message, recipient, None, judgement)
            told.append(False)
    if message.contract.directed:
        judgement.told = bool(told) and all(told)


def publish(message: Message, judgement: "Judgement") -> None:
    """Tell each hearer of a contract a fact that is about nobody, in the author's name alone."""
    told = []
    for recipient in sorted(message.contract.audience - {message.agency}):
        told.append(recipient in judgement.book.policy.hearers)
        if told[-1]:
            told[-1] = publish_to(message, recipient, judgement)
    if message.contract.directed:
        judgement.told = bool(told) and all(told)


def publish_to(message: Message, recipient: Agency, judgement: "Judgement") -> bool:
    """Tell one hearer a public fact; return whether anything of it was open."""
    policy, on = judgement.book.policy, judgement.at.date()
    decision = decide_public(message.agency, recipient, policy, on)
    plan = compile_plan(message.contract, decision.pair)
    projected = plan.project(message.event, lambda *_: None, recipient=recipient)
    if projected is None:
        return False
    about_nobody = Subject("", Kind.EVENT, references={recipient: Reference(EXCHANGE)})
    put(message, about_nobody, recipient, projected, decision, judgement)
    return True


def hearers_among(message: Message, book: Book) -> frozenset[Agency]:
    """Return who of a contract's audience hears this event: of a referral, its parties only."""
    audience = message.contract.audience - {message.agency}
    if not message.contract.parties:
        return audience
    referral = referral_of(message, book)
    flow = flow_of(referral)
    if referral is None or flow is None:
        return frozenset()
    parties = audience & hearers_of(message.event, message.contract.parties, flow)
    return parties & set(referral.references) if message.contract.restricts else parties


def tell(message: Message, subject: Subject, recipient: Agency, judgement: "Judgement") -> bool:
    """Tell one hearer of one event, if anything of it is open; return whether it knows it now."""
    decision = decide_message(message, recipient, subject, judgement)
    terms = Terms(judgement.book, message.agency, recipient, judgement.make_id, decision)
    plan = compile_plan(message.contract, decision.pair)
    projected = plan.project(message.event, terms.translate, recipient=recipient)
    count_fields(judgement.tally, message, recipient, projected, judgement)
    if projected is None and message.contract.directed and message.contract.restricts:
        projected = terms.bare(message, subject)
    if projected is None:
        return False
    if not message.contract.directed and is_told_already(
        message, subject, recipient, projected.body, judgement
    ):
        return True
    terms.keep()
    put(message, subject, recipient, projected, decision, judgement)
    return True


def put(
    message: Message,
    subject: Subject,
    recipient: Agency,
    projected: Projected,
    decision: Decision,
    judgement: "Judgement",
) -> None:
    """Put content into a hearer's stream, under the next number of its partition."""
    key = subject.references[recipient]
    partition = partition_of(key, recipient, judgement.book)
    number = judgement.book.take_number(recipient, partition)
    released = Release(
        recipient,
        partition,
        number,
        message.contract.wire,
        key,
        message.envelope.day,
        message.index,
        hashlib.sha256(projected.body).digest(),
        author=message.agency,
        subject=subject.id,
        full=decision.pair.full,
        partial=decision.pair.partial,
        agreements=decision.agreements,
        restricts=message.contract.restricts,
        token=message.envelope.token,
        event=message.envelope.id if message.contract.directed else "",
    )
    judgement.releases.append(released)
    judgement.contents[len(judgement.releases) - 1] = projected.body
    if subject.id:
        subject.given.setdefault((recipient, partition), []).append((number, projected.mask))
        judgement.given.append((subject.id, recipient, partition, number, projected.mask))


def is_told_already(
    message: Message,
    subject: Subject,
    recipient: Agency,
    body: bytes,
    judgement: "Judgement",
) -> bool:
    """Return whether the hearer holds exactly this already: news of nothing would tell something.

    The same words of another kind of event are news: a rescue is no landing. What is told again
    under a token is told in any case.
    """
    key = (subject.id, recipient, message.agency)
    salt, known = judgement.book.told.get(key, (b"", b""))
    kind = PersonState if isinstance(message.event, PersonState) else type(message.event)
    words = kind.__name__.encode() + body
    if known == hashlib.sha256(salt + words).digest() and message.envelope.token is None:
        return True
    salt = judgement.make_id()
    judgement.book.told[key] = (salt, hashlib.sha256(salt + words).digest())
    judgement.retold.add(key)
    return False


def say(
    judgement: "Judgement",
    recipient: Agency,
    event: Event,
    *,
    partition: int | None = None,
    subject: Subject | None = None,
) -> None:
    """Put a word of the exchange's own into a hearer's stream."""
    contract = contract_of(type(event))
    key = key_of(event, EXCHANGE)
    if partition is None:
        partition = 0 if contract.key is None else partition_of(key, recipient, judgement.book)
    body = encode(event)
    judgement.releases.append(
        Release(
            recipient,
            partition,
            judgement.book.take_number(recipient, partition),
            contract.wire,
            key,
            judgement.at.date(),
            -1,
            hashlib.sha256(body).digest(),
            body,
            subject="" if subject is None else subject.id,
            restricts=contract.restricts,
        )
    )


def ask_restate(judgement: "Judgement", owner: Agency, recipient: Agency, subject: Subject) -> None:
    """Ask an owner to tell its current state again, under a token that only the exchange reads."""
    about = subject.references.get(owner)
    if about is None or owner not in judgement.book.policy.hearers:
        return
    if owner not in contract_of(RestateAsked).audience:
        return
    token = TokenRef(issued(Kind.RESTATE, judgement.make_id))
    judgement.book.restates[token] = Restate(token, owner, recipient, subject.id)
    judgement.asked.append(token)
    say(judgement, owner, RestateAsked(about=about, token=token), subject=subject)


def partition_of(key: str, recipient: Agency, book: Book) -> int:
    """Return the partition that keeps one reference's records in order."""
    first = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    return first % book.policy.partitions.get(recipient, 1)
