"""The exchange's edge over HTTP, for the programs of partners without a client of the carrier.

A caller speaks for its own agency and hears what is its own: no route names an agency. Nothing is
acknowledged that the carrier has not acknowledged. Source: Tenpoint design decision.
"""

from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from services.dataexchange.api.wiring import wiring
from services.dataexchange.handlers.edge import Sent
from shared.kernel.agencies import Role
from shared.kernel.errors import Gap, Refusal
from shared.messaging.bus import Record
from shared.messaging.edge.wire import (
    BOUNDS,
    EVENTS,
    LONGEST_WAIT_S,
    MOST_RECORDS,
    STREAM,
    EventsPlaced,
    EventsSent,
    Placed,
    RecordRead,
    StreamRead,
)
from shared.messaging.envelope import number_of, read_envelope
from shared.web.caller import Caller, calls

router = APIRouter(tags=["edge"])

Program = Annotated[Caller, calls(Role.SYSADMIN)]
"""A partner's own program, which its technician runs."""

After = Annotated[int, Query(ge=0, lt=2**63)]
Most = Annotated[int, Query(ge=1, le=MOST_RECORDS)]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT_S)]


class NotKept(Refusal):
    """What follows that number is not kept any more, or the number was never given."""

    code = "gap"


@router.post(EVENTS, status_code=HTTPStatus.ACCEPTED)
async def post_events(
    sent: EventsSent, request: Request, response: Response, caller: Program
) -> EventsPlaced:
    """Append events to the caller's own topics, in order; to send one again is harmless.

    A restriction acts before the answer. Where all are restrictions, the answer is 200.
    """
    done = await wiring(request).edge.send(caller.agency, sent.events)
    if all(one.committed for one in done):
        response.status_code = HTTPStatus.OK
    places = [placed(event.id, one) for event, one in zip(sent.events, done, strict=True)]
    return EventsPlaced(events=places)


@router.get(STREAM)
async def get_stream(
    request: Request, caller: Program, after: After, most: Most = MOST_RECORDS, wait: Wait = 0.0
) -> Response:
    """Read the caller's own stream from the number that follows `after`; wait for the first."""
    try:
        records = await wiring(request).edge.read(caller.agency, after, most, wait)
    except Gap:
        raise NotKept from None
    return as_json(StreamRead(tuple(shown(record) for record in records)))


@router.get(BOUNDS)
async def get_bounds(request: Request, caller: Program) -> Response:
    """Show the first number kept and the last number given of the caller's own stream."""
    return as_json(await wiring(request).edge.bounds(caller.agency))


def placed(event: str, done: Sent) -> Placed:
    """Return what became of an event."""
    place, outcome = done.position, done.outcome
    return Placed(
        id=event,
        topic=None if place is None else place.partition.topic,
        partition=None if place is None else place.partition.number,
        offset=None if place is None else place.offset,
        committed=done.committed,
        outcome=None if outcome is None else outcome.verdict,
        code=None if outcome is None else outcome.code,
    )


def shown(record: Record) -> RecordRead:
    """Return a record of a stream as it is shown; its body is the very text on the carrier."""
    envelope = read_envelope(record)
    return RecordRead(
        number=number_of(envelope.id).number,
        id=envelope.id,
        type=envelope.wire,
        source=envelope.source,
        day=envelope.day,
        key=record.key.decode(),
        body=msgspec.Raw(record.value),
    )


def as_json(told: msgspec.Struct) -> Response:
    """Return an answer whose text is made once."""
    return Response(msgspec.json.encode(told), media_type="application/json")
