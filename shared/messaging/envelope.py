"""What stands around an event on its way: CloudEvents in Kafka's binary mode.

Source: CNCF, CloudEvents specification 1.0 and its Kafka protocol binding, 3.2 (binary content
mode). That the time is only a day, and that nothing else is said, is a Tenpoint design decision.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from shared.kernel.agencies import Agency
from shared.kernel.errors import Invalid
from shared.kernel.identifiers import Kind, Reference, TokenRef, is_well_formed
from shared.messaging.bus import Headers, Record

CONTENT_TYPE: Final = b"application/json"
VERSION: Final = b"1.0"
WIRE: Final = re.compile(r"org\.tenpoint\.[a-z_]{1,40}\.[A-Za-z]{1,60}\.v[1-9][0-9]{0,3}")
SOURCE: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00Z")
NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
RELEASE: Final = re.compile(r"([a-z][a-z0-9.-]{0,60}):(0|[1-9][0-9]{0,5}):([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a record says about the event in it.

    `id` is an event reference inside, and stream, partition and number across. `sequence` and
    `token` are said inside only: what crosses has nothing that two agencies share.
    """

    id: str
    wire: str
    source: Agency
    day: date
    sequence: int | None = None
    token: TokenRef | None = None


class Release(NamedTuple):
    """Which release an identifier names."""

    stream: str
    partition: int
    number: int


def headers_of(envelope: Envelope) -> Headers:
    """Return the headers of a record."""
    headers = [
        ("ce_id", envelope.id.encode()),
        ("ce_type", envelope.wire.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_specversion", VERSION),
        ("ce_time", _time_of(envelope.day)),
        ("content-type", CONTENT_TYPE),
    ]
    if envelope.sequence is not None:
        headers.append(("ce_sequence", b"%d" % envelope.sequence))
    if envelope.token is not None:
        headers.append(("ce_token", envelope.token.encode()))
    return tuple(headers)


def read_envelope(record: Record) -> Envelope:
    """Return the envelope of a record; headers of other standards are passed over.

    Raises:
        Invalid: a header is missing, repeated or malformed. Names the header, never what it says.
    """
    headers = dict(record.headers)
    if len(headers) != len(record.headers):
        raise Invalid("headers")
    if headers.get("ce_specversion") != VERSION:
        raise Invalid("ce_specversion")
    if headers.get("content-type") != CONTENT_TYPE:
        raise Invalid("content-type")
    return Envelope(
        id=_id(headers.get("ce_id")),
        wire=_matching("ce_type", WIRE, headers.get("ce_type")),
        source=Agency(_matching("ce_source", SOURCE, headers.get("ce_source"))),
        day=_day(headers.get("ce_time")),
        sequence=_sequence(headers.get("ce_sequence")),
        token=_token(headers.get("ce_token")),
    )


def release_id(stream: str, partition: int, number: int) -> str:
    """Return the identifier of the release with a number in a partition of a stream."""
    return f"{stream}:{partition}:{number}"


def number_of(identifier: str) -> Release:
    """Return which release an identifier names.

    Raises:
        Invalid: it names none.
    """
    match = RELEASE.fullmatch(identifier)
    if match is None:
        raise Invalid("ce_id")
    return Release(match[1], int(match[2]), int(match[3]))


@lru_cache(maxsize=1024)
def _time_of(day: date) -> bytes:
    """Return midnight of the day: a bare date is no CloudEvents time."""
    return f"{day.isoformat()}T00:00:00Z".encode()


def _id(value: bytes | None) -> str:
    """Return the identifier, if it is one of ours."""
    text = _text("ce_id", value)
    if not is_well_formed(text, Kind.EVENT) and RELEASE.fullmatch(text) is None:
        raise Invalid("ce_id")
    return text


@lru_cache(maxsize=1024)
def _day(value: bytes | None) -> date:
    """Return the day whose midnight it is."""
    match = TIME.fullmatch(_text("ce_time", value))
    if match is None:
        raise Invalid("ce_time")
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        raise Invalid("ce_time") from None


def _sequence(value: bytes | None) -> int | None:
    """Return the number of the event among those about the same, if said."""
    return None if value is None else int(_matching("ce_sequence", NUMBER, value))


def _token(value: bytes | None) -> TokenRef | None:
    """Return the restate that the event answers, if said."""
    if value is None:
        return None
    text = _text("ce_token", value)
    if not is_well_formed(text, Kind.RESTATE):
        raise Invalid("ce_token")
    return TokenRef(Reference(text))


@lru_cache(maxsize=1024)
def _matching(header: str, pattern: re.Pattern[str], value: bytes | None) -> str:
    """Return the text of a header, if it has the form."""
    text = _text(header, value)
    if pattern.fullmatch(text) is None:
        raise Invalid(header)
    return text


def _text(header: str, value: bytes | None) -> str:
    """Return the text of a header, if there is one and it is ASCII."""
    try:
        return (value or b"").decode("ascii")
    except UnicodeDecodeError:
        raise Invalid(header) from None
