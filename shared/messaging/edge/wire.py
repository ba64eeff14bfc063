"""What goes over the exchange's HTTP edge: events as sent, where they stand, the stream as read.

Both ends use these, so that neither can change alone. Source: CNCF, CloudEvents specification 1.0,
for what is said around an event; the sizes are a Tenpoint design decision.
"""

from datetime import date
from typing import Any, Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from shared.events.exchange import Outcome

MOST_EVENTS: Final = 200
"""Events in one request."""

MOST_RECORDS: Final = 500
"""Records in one answer."""

MOST_BYTES: Final = 2 * 1024 * 1024
"""Longest request: the largest event that any carrier takes, and what stands around it."""

LONGEST_WAIT_S: Final = 10.0
"""Longest that the edge waits for a first record."""

EVENTS: Final = "/v1/events"
STREAM: Final = "/v1/stream"
BOUNDS: Final = "/v1/stream/bounds"


class EventSent(BaseModel):
    """An event of the caller's, numbered by the caller, and told again until it is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(max_length=64)
    type: str = Field(max_length=128)
    day: date
    key: str = Field(min_length=1, max_length=64)
    sequence: int = Field(ge=1, lt=10**18)
    token: str | None = Field(default=None, max_length=64)
    body: dict[str, Any]


class EventsSent(BaseModel):
    """Events to be appended in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    events: list[EventSent] = Field(min_length=1, max_length=MOST_EVENTS)


class Placed(BaseModel):
    """Where an event stands on the caller's own topic, if the edge appends for the caller."""

    id: str
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    committed: bool = False
    """Whether it restricts, and does so from now on."""
    outcome: Outcome | None = None
    """What the exchange has answered, if it has; the answer comes on the stream, too."""
    code: str | None = None


class EventsPlaced(BaseModel):
    """What became of each event, in the order in which they were sent."""

    events: list[Placed]


class RecordRead(msgspec.Struct, frozen=True):
    """A record of the caller's own stream; `body` is the text as the exchange has written it."""

    number: int
    id: str
    type: str
    source: str
    day: date
    key: str
    body: msgspec.Raw


class StreamRead(msgspec.Struct, frozen=True):
    """Records in the order of their numbers, without a hole."""

    records: tuple[RecordRead, ...]


class Bounds(msgspec.Struct, frozen=True):
    """The first number still kept, or the next to come where none is, and the last one given."""

    first: int
    last: int
