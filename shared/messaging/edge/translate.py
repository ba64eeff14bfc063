"""Between the bus and the edge: records as they are sent, and answers as they are meant.

Source: RFC 9110, 15.5, for what a refusal means.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Final, TypeVar

import httpx
import msgspec
from pydantic import ValidationError

from shared.kernel.agencies import Agency
from shared.kernel.errors import Forbidden, Gap, Invalid, Unavailable
from shared.messaging.bus import Message, Partition, Position, Record
from shared.messaging.edge.wire import (
    MOST_BYTES,
    MOST_EVENTS,
    EventSent,
    EventsPlaced,
    EventsSent,
    Placed,
    RecordRead,
)
from shared.messaging.envelope import Envelope, headers_of, read_envelope

T = TypeVar("T", bound=msgspec.Struct)

REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""What is answered to whoever may not: what exists for others looks like what does not."""

UNFIT: Final = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
ROOM: Final = 1024
"""Bytes of a request around its events."""

MILLISECONDS: Final = 1000
"""Milliseconds in a second."""


def refuse(answer: httpx.Response) -> None:
    """Raise what an answer means that is no success; its text goes nowhere.

    Raises:
        Forbidden: the token is not valid, or the edge knows no such partner.
        Gap: what was asked for is not kept any more, or was never given.
        Invalid: what was sent is no event that the edge takes.
        Unavailable: anything else.
    """
    if answer.status_code in REFUSED:
        raise Forbidden
    if answer.status_code == HTTPStatus.CONFLICT:
        raise Gap
    if answer.status_code in UNFIT:
        raise Invalid("events")
    if not answer.is_success:
        raise Unavailable


def requests_of(events: Sequence[EventSent]) -> Iterator[EventsSent]:
    """Give the events in order, in requests that the edge takes."""
    waiting: list[EventSent] = []
    size = 0
    for event in events:
        own_size = len(event.model_dump_json().encode()) + 1
        if waiting and (len(waiting) == MOST_EVENTS or size + own_size > MOST_BYTES - ROOM):
            yield EventsSent(events=waiting)
            waiting, size = [], 0
        waiting.append(event)
        size += own_size
    if waiting:
        yield EventsSent(events=waiting)


def sent_of(message: Message) -> EventSent:
    """Return a record as it is sent.

    Raises:
        Invalid: it is no event with an envelope, or names a partition; names the part.
    """
    envelope = read_envelope(
        Record(Partition(message.topic, 0), 0, message.key, message.value, message.headers, 0)
    )
    if message.partition is not None or envelope.sequence is None:
        raise Invalid("partition" if message.partition is not None else "ce_sequence")
    try:
        return EventSent(
            id=envelope.id,
            type=envelope.wire,
            day=envelope.day,
            key=message.key.decode(),
            sequence=envelope.sequence,
            token=envelope.token,
            body=msgspec.json.decode(message.value),
        )
    except ValueError:
        raise Invalid("value") from None


def placed(answer: httpx.Response, request: EventsSent) -> list[Position]:
    """Return where the edge has put the events of one request.

    Raises:
        Unavailable: the answer is not about these events.
    """
    try:
        places = EventsPlaced.model_validate_json(answer.content).events
    except ValidationError:
        raise Unavailable from None
    if [one.id for one in places] != [one.id for one in request.events]:
        raise Unavailable
    return [position_of(one) for one in places]


def position_of(place: Placed) -> Position:
    """Return where an event stands.

    Raises:
        Unavailable: the edge did not append it.
    """
    if place.topic is None or place.partition is None or place.offset is None:
        raise Unavailable
    return Position(Partition(place.topic, place.partition), place.offset)


def decoded(answer: httpx.Response, kind: type[T]) -> T:
    """Return what an answer says.

    Raises:
        Unavailable: it says something else.
    """
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (ValueError, RecursionError):
        raise Unavailable from None


def record_of(told: RecordRead, stream: Partition) -> Record:
    """Return a record of the stream as any carrier would give it; its time is midnight."""
    envelope = Envelope(told.id, told.type, Agency(told.source), told.day)
    midnight = datetime.combine(told.day, time(), UTC)
    return Record(
        partition=stream,
        offset=told.number - 1,
        key=told.key.encode(),
        value=bytes(told.body),
        headers=headers_of(envelope),
        timestamp_ms=int(midnight.timestamp()) * MILLISECONDS,
    )
