"""Signing the log as it stands: heartbeat, proof and signal to send again in one.

A head signs the log before its own record, over a chain of salted leaf digests, and goes to the
first partition of every stream. Source: Tenpoint design decision; the tree of RFC 6962 follows.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.dataexchange.handlers.commit import Committed, Desk
from services.dataexchange.rules.release import say
from services.dataexchange.store import log
from shared.events.event import ABSENT
from shared.events.exchange import Digest, HeadSigned, Reached, Signature, TopicName
from shared.kernel.agencies import Agency
from shared.messaging.bus import Partition
from shared.messaging.permissions import control_topic, events_topic

Sign = Callable[[bytes], bytes]
"""Signs with the exchange's head key."""

HEAD_EVERY: Final = timedelta(seconds=60)
"""Heads are at most this far apart. Source: Tenpoint design decision."""


def head_bytes(size: int, root: str, at: datetime) -> bytes:
    """Return what a head's signature is over."""
    return b"tenpoint/head/v1\n%d\n%s\n%s" % (size, root.encode(), at.isoformat().encode())


def sign_head(*, epoch: int, sign: Sign, now: datetime, desk: Desk) -> Committed:
    """Write one record with a head for every hearer, at `now` of liveness time.

    Raises:
        Fenced: another leader has taken over.
    """
    head = log.check_epoch(desk.session, epoch)
    judgement = desk.begin(set(), head)
    size, root = head.size, head.root.hex() or hashlib.sha256(b"").hexdigest()
    signature = sign(head_bytes(size, root, now))
    reached = log.positions(desk.session)
    policy = judgement.book.policy
    for hearer in sorted(policy.hearers):
        numbers = tuple(
            judgement.book.streams.get((hearer, partition), 0)
            for partition in range(policy.partitions[hearer])
        )
        event = HeadSigned(
            size=size,
            root=Digest(root),
            at=now,
            signature=Signature(base64.b64encode(signature).decode()),
            last=numbers,
            reached=reached_of(hearer, reached),
            hole=policy.holes.get(hearer, ABSENT),
        )
        say(judgement, hearer, event)
    committed = desk.write("head", judgement, head)
    log.head_signed(desk.session, now)
    return committed


def reached_of(hearer: Agency, positions: Mapping[Partition, int]) -> tuple[Reached, ...]:
    """Return how far each inside partition of an agency was read."""
    own = {events_topic(hearer), control_topic(hearer)}
    return tuple(
        Reached(topic=TopicName(place.topic), partition=place.number, next=following)
        for place, following in sorted(positions.items())
        if place.topic in own
    )
