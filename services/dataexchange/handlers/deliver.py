"""Carrying out what the log says: content again if need be, or a marker in its place.

What this leader decided a moment ago is sent as it is. Anything else is made again from the same
records and compared; if a restriction came meanwhile, or the record is gone, the release is
rescinded: a marker takes its number, and owners are asked to tell again what is still allowed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.dataexchange.handlers.commit import Committed, Desk
from services.dataexchange.rules.asking import decide_message, decide_public
from services.dataexchange.rules.book import Aggregate
from services.dataexchange.rules.judge import Judgement, answer, concerned
from services.dataexchange.rules.outcomes import RESCINDED, Fate, Outcome, Release
from services.dataexchange.rules.projection import compile_plan
from services.dataexchange.rules.reading import Message, read
from services.dataexchange.rules.release import ask_restate, say
from services.dataexchange.rules.terms import Terms
from services.dataexchange.store import log
from services.dataexchange.store.writing import forget_told
from shared.events.event import encode
from shared.events.exchange import Outcome as Verdict
from shared.events.exchange import ReleaseRescinded
from shared.events.registry import contract_of, find_contract
from shared.kernel.agencies import EXCHANGE
from shared.messaging.bus import Message as Outgoing
from shared.messaging.bus import Record
from shared.messaging.envelope import Envelope, headers_of, release_id
from shared.messaging.permissions import stream_topic


class Due(NamedTuple):
    """One record of the log to deliver: its number, its releases and their bodies."""

    number: int
    releases: tuple[Release, ...]
    bodies: tuple[bytes, ...]


def as_decided(committed: Committed) -> Due:
    """Return a record as it was just decided."""
    bodies = tuple(
        committed.contents.get(place, release.body or b"")
        for place, release in enumerate(committed.releases)
    )
    return Due(committed.number, committed.releases, bodies)


def outgoing(release: Release, body: bytes) -> Outgoing:
    """Return a release as a record of its recipient's stream."""
    topic = stream_topic(release.recipient)
    envelope = Envelope(
        id=release_id(topic, release.partition, release.number),
        wire=release.wire,
        source=EXCHANGE,
        day=release.day,
        token=None,
    )
    return Outgoing(topic, release.key.encode(), body, headers_of(envelope), release.partition)


def recheck(number: int, sources: Mapping[int, Record], *, epoch: int, desk: Desk) -> Due:
    """Return a record to deliver, made again and judged against what holds now.

    Args:
        number: number of the record in the log.
        sources: the inside records that it decided, by place; those that are gone are missing.
        epoch: the leader's epoch.
        desk: the transaction and its moment.

    Raises:
        Fenced: another leader has taken over.
    """
    head = log.check_epoch(desk.session, epoch)
    _, body = log.read(desk.session, number)
    judgement = desk.begin({release.subject for release in body.releases}, head)
    gone = log.rescinded(desk.session, number)
    due = []
    new = []
    for place, release in enumerate(body.releases):
        content = release.body
        if content is None and place not in gone:
            content = content_again(release, sources.get(release.source), judgement)
        if content is None and place not in gone:
            ask_again(release, judgement)
            forget_told(desk.session, release)
            repeat_concern(release, judgement)
            tell_sender(release, body.outcomes, judgement)
            new.append(place)
        due.append((release, content) if content is not None else marker(release))
    if new:
        log.rescind(desk.session, number, new)
        answer(judgement)
        rescinded = tuple((number, place) for place in new)
        desk.write("rescind", judgement, head, rescinded=rescinded)
    return Due(number, tuple(told for told, _ in due), tuple(content for _, content in due))


def content_again(release: Release, source: Record | None, judgement: Judgement) -> bytes | None:
    """Return content made again, if it is the same and still allowed; else None."""
    if source is None or not judgement.book.policy.is_whole:
        return None
    message = read(source)
    subject = judgement.book.subjects.get(release.subject)
    if isinstance(message, Message) and message.contract.key is None:
        return public_again(release, message, judgement)
    if not isinstance(message, Message) or subject is None:
        return None
    if any(one.stops for one in concerned(message, judgement.book)):
        return None
    decision = decide_message(message, release.recipient, subject, judgement)
    pair = release.pair
    narrowed = pair.full & ~decision.pair.full or pair.partial & ~decision.pair.partial
    terms = Terms(judgement.book, message.agency, release.recipient, judgement.make_id, decision)
    plan = compile_plan(message.contract, pair)
    projected = None
    if not narrowed:
        projected = plan.project(message.event, terms.translate, recipient=release.recipient)
    if projected is None and message.contract.directed and message.contract.restricts:
        projected = terms.bare(message, subject)
    if projected is None or hashlib.sha256(projected.body).digest() != release.digest:
        return None
    return projected.body


def public_again(release: Release, message: Message, judgement: Judgement) -> bytes | None:
    """Return a fact about nobody made again, if it is the same; else None."""
    policy, on = judgement.book.policy, judgement.at.date()
    decision = decide_public(message.agency, release.recipient, policy, on)
    plan = compile_plan(message.contract, decision.pair)
    projected = plan.project(message.event, lambda *_: None, recipient=release.recipient)
    same = projected and hashlib.sha256(projected.body).digest() == release.digest
    return projected.body if projected and same else None


def ask_again(release: Release, judgement: Judgement) -> None:
    """Ask owners for what is still allowed of what a rescinded release would have told."""
    subject = judgement.book.subjects.get(release.subject)
    if subject is not None:
        for author in sorted(subject.authors - {release.recipient}):
            ask_restate(judgement, author, release.recipient, subject)


def repeat_concern(release: Release, judgement: Judgement) -> None:
    """Tell a rescinded concern again, as a reference and nothing else: no owner restates one."""
    contract = find_contract(release.wire)
    subject = judgement.book.subjects.get(release.subject)
    if contract is None or subject is None or not (contract.directed and contract.restricts):
        return
    bare = contract.event(**{contract.key or "": release.key})
    say(judgement, release.recipient, bare, partition=release.partition, subject=subject)


def tell_sender(release: Release, outcomes: Sequence[Outcome], judgement: Judgement) -> None:
    """Tell the author of a directed event that nobody was told after all; answered so again.

    A restriction is told all the same, so there is nothing to take back.
    """
    if not release.event or release.restricts:
        return
    for one in outcomes:
        if (one.agency, one.event) == (release.author, release.event):
            fate = Fate(Verdict.TAKEN, RESCINDED, told=False)
            aggregate = judgement.book.aggregates.setdefault((one.topic, one.key), Aggregate())
            aggregate.answers[one.sequence] = fate
            place = (one.agency, one.event, one.topic, one.key, one.sequence)
            judgement.outcomes.append(Outcome(*place, *fate))


def marker(release: Release) -> tuple[Release, bytes]:
    """Return what takes the number of a rescinded release, and its body."""
    body = encode(ReleaseRescinded())
    return (
        Release(
            release.recipient,
            release.partition,
            release.number,
            contract_of(ReleaseRescinded).wire,
            EXCHANGE,
            release.day,
            -1,
            hashlib.sha256(body).digest(),
            body,
            restricts=True,
        ),
        body,
    )
