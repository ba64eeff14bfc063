"""The log: what was decided, in which order, and what still has to go out."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import delete, update
from sqlmodel import Session, select

from services.dataexchange.rules.outcomes import Outcome, Release
from services.dataexchange.store.rows import upsert
from services.dataexchange.store.tables import (
    HeadRow,
    LogRow,
    PendingRow,
    PositionRow,
    RescindedRow,
    StreamRow,
)
from shared.kernel.agencies import Agency
from shared.kernel.errors import Fenced
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Partition, Span

NEVER: Final = datetime.fromtimestamp(0, UTC)
"""Before anything happened."""

LEAF: Final = b"tenpoint/leaf/v1\x00"
"""Marks a leaf, so that no inner value passes for one."""


class LoggedSpan(msgspec.Struct, frozen=True, array_like=True):
    """Records of one inside partition that a record of the log decides."""

    topic: str
    partition: int
    start: int
    stop: int


class Body(msgspec.Struct, frozen=True, array_like=True):
    """What a record of the log says."""

    kind: str
    spans: tuple[LoggedSpan, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    releases: tuple[Release, ...] = ()
    rescinded: tuple[tuple[int, int], ...] = ()
    """Records and places whose numbers markers take from now on."""


def lock_head(session: Session) -> HeadRow:
    """Return the head, locked: whoever holds it writes the next record."""
    head = session.exec(select(HeadRow).where(HeadRow.id == 1).with_for_update()).one_or_none()
    if head is None:
        head = HeadRow(id=1, time=NEVER, until=NEVER, signed_at=NEVER)
        session.add(head)
        session.flush()
    return head


def take_lease(session: Session, holder: str, *, now: datetime, lasting: timedelta) -> int | None:
    """Take or keep the lead; return the epoch, or None while somebody else leads.

    A holder that led before keeps its epoch. `now` is liveness time.
    """
    head = lock_head(session)
    if head.holder != holder:
        if head.until > now:
            return None
        head.epoch += 1
        head.holder = holder
    head.until = now + lasting
    session.add(head)
    return head.epoch


def check_epoch(session: Session, epoch: int) -> HeadRow:
    """Return the locked head.

    Raises:
        Fenced: another leader has taken over.
    """
    head = lock_head(session)
    if head.epoch != epoch:
        raise Fenced
    return head


def positions(session: Session) -> dict[Partition, int]:
    """Return the next offset of each inside partition that was ever read."""
    rows = session.exec(select(PositionRow)).all()
    return {Partition(row.topic, row.partition): row.next for row in rows}


def advance(session: Session, spans: Sequence[Span]) -> None:
    """Move positions past the spans.

    Raises:
        Fenced: a position is not where the span begins: somebody else has decided it.
    """
    known = positions(session)
    if any(known.get(span.partition, 0) != span.start for span in spans):
        raise Fenced
    rows = [
        {"topic": span.partition.topic, "partition": span.partition.number, "next": span.stop}
        for span in spans
    ]
    upsert(session, PositionRow, rows)


def append(session: Session, head: HeadRow, body: Body, *, at: datetime, make_id: MakeId) -> int:
    """Append a record under the locked head; return its number. Its releases become pending."""
    text = msgspec.msgpack.encode(body)
    salt = make_id()
    leaf = hashlib.sha256(LEAF + salt + text).digest()
    number = head.size
    session.add(LogRow(no=number, kind=body.kind, at=at, body=text, salt=salt, leaf=leaf))
    head.size = number + 1
    head.time = at
    head.root = hashlib.sha256(head.root + leaf).digest()
    session.add(head)
    if body.releases:
        session.add(PendingRow(no=number))
    session.flush()
    return number


def numbers(session: Session) -> dict[tuple[Agency, int], int]:
    """Return the last number of every stream partition."""
    rows = session.exec(select(StreamRow)).all()
    return {(Agency(row.recipient), row.partition): row.last for row in rows}


def save_numbers(session: Session, streams: Mapping[tuple[Agency, int], int]) -> None:
    """Write the last numbers of stream partitions."""
    rows = [
        {"recipient": recipient, "partition": partition, "last": last}
        for (recipient, partition), last in streams.items()
    ]
    upsert(session, StreamRow, rows)


def pending(session: Session) -> list[int]:
    """Return the numbers of records that are not wholly delivered, in order."""
    return sorted(session.exec(select(PendingRow.no)).all())


def read(session: Session, number: int) -> tuple[datetime, Body]:
    """Return one record of the log: its time and what it says."""
    row = session.exec(select(LogRow).where(LogRow.no == number)).one()
    return row.at, msgspec.msgpack.decode(row.body, type=Body)


def undelivered(session: Session, recipient: Agency, partition: int) -> int | None:
    """Return the first number of a stream partition that is still to go out, or None."""
    waiting = [read(session, number)[1].releases for number in pending(session)]
    numbers_waiting = [
        release.number
        for releases in waiting
        for release in releases
        if (release.recipient, release.partition) == (recipient, partition)
    ]
    return min(numbers_waiting, default=None)


def delivered(session: Session, numbers_done: Sequence[int]) -> None:
    """Forget that records were pending: the carrier has acknowledged all their releases."""
    done = delete(PendingRow).where(PendingRow.no.in_(numbers_done))  # type: ignore[attr-defined]
    session.connection().execute(done)


def rescinded(session: Session, number: int) -> set[int]:
    """Return the places of a record's releases whose numbers markers took."""
    rows = session.exec(select(RescindedRow).where(RescindedRow.no == number)).all()
    return {row.place for row in rows}


def rescind(session: Session, number: int, places: Sequence[int]) -> None:
    """Keep that markers take the numbers of these releases, for ever."""
    upsert(session, RescindedRow, [{"no": number, "place": place} for place in places])


def head_signed(session: Session, at: datetime) -> None:
    """Keep when the last head was signed, in liveness time."""
    session.connection().execute(update(HeadRow).values(signed_at=at))
