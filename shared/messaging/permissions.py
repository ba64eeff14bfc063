"""The topic table: which topics there are, and who may write or read each. All else is denied.

An agency writes its events and its control topic and reads its own stream; the exchange reads all
of the former and writes all of the latter. The principal `edge` stands for agencies without a
service of their own, and for nobody else. The same table makes the topics and the access rules of
every carrier. Source: Tenpoint design decision.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from shared.kernel.agencies import EDGE_ONLY, EXCHANGE, Agency
from shared.kernel.errors import Invalid

EDGE: Final = "edge"
"""Principal of the exchange's HTTP edge."""

PARTITIONS: Final = 12
RETENTION: Final = timedelta(hours=60)
SEGMENT: Final = timedelta(hours=6)
"""A segment goes as a whole, so a record is gone 60 to 66 hours after it was appended."""

RESERVED: Final = frozenset({EXCHANGE, EDGE})
CODE: Final = re.compile(r"[a-z][a-z0-9-]*")


class Operation(StrEnum):
    """What a principal does with a topic."""

    WRITE = "WRITE"
    READ = "READ"


class Timestamps(StrEnum):
    """Whose time a record bears; the values are Kafka's `message.timestamp.type`."""

    APPENDED = "LogAppendTime"
    """The carrier's: a wrong clock of an agency neither expires a record nor makes it eternal."""
    CREATED = "CreateTime"
    """The exchange's, which is the only writer."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic and how it is kept. No topic is compacted."""

    name: str
    partitions: int
    timestamps: Timestamps
    retention: timedelta = RETENTION
    segment: timedelta = SEGMENT


class Grant(NamedTuple):
    """One row of the table: this principal may do this on that topic."""

    principal: str
    topic: str
    operation: Operation


def events_topic(agency: Agency) -> str:
    """Return the topic of what the agency learned, keyed by its own references."""
    return f"{agency}.events.v1"


def control_topic(agency: Agency) -> str:
    """Return the topic of what changes what may flow: consent, withholding, protection facts."""
    return f"{agency}.control.v1"


def stream_topic(agency: Agency) -> str:
    """Return the topic of all that the agency may know, written by the exchange."""
    return f"{EXCHANGE}.{agency}.v1"


def topics(agencies: Iterable[Agency], partitions: int = PARTITIONS) -> tuple[Topic, ...]:
    """Return every topic of a deployment with these agencies.

    Control topics have one partition: what restricts has one order. So has the stream of an agency
    that reads it over HTTP by a single number.

    Raises:
        Invalid: an agency's code is malformed, or reserved for a principal of another kind.
    """
    return tuple(
        topic
        for agency in _checked(agencies)
        for topic in (
            Topic(events_topic(agency), partitions, Timestamps.APPENDED),
            Topic(control_topic(agency), 1, Timestamps.APPENDED),
            Topic(
                stream_topic(agency),
                1 if agency in EDGE_ONLY else partitions,
                Timestamps.CREATED,
            ),
        )
    )


def grants(agencies: Iterable[Agency]) -> frozenset[Grant]:
    """Return the whole permission table of a deployment with these agencies.

    Raises:
        Invalid: an agency's code is malformed, or reserved for a principal of another kind.
    """
    return frozenset(grant for agency in _checked(agencies) for grant in _grants_of(agency))


def as_text(agencies: Iterable[Agency], partitions: int = PARTITIONS) -> str:
    """Return topics and permissions as lines of text, sorted, so that two tables can be compared.

    Raises:
        Invalid: an agency's code is malformed, or reserved for a principal of another kind.
    """
    codes = _checked(agencies)
    lines = [
        f"topic {topic.name} partitions={topic.partitions} timestamps={topic.timestamps}"
        f" retention={topic.retention // timedelta(hours=1)}h"
        f" segment={topic.segment // timedelta(hours=1)}h"
        for topic in topics(codes, partitions)
    ]
    lines += [f"grant {grant.principal} {grant.operation} {grant.topic}" for grant in grants(codes)]
    return "".join(f"{line}\n" for line in sorted(lines))


def _grants_of(agency: Agency) -> list[Grant]:
    """Return the rows that exist because of this agency."""
    inside = (events_topic(agency), control_topic(agency))
    stream = stream_topic(agency)
    owners = (agency, EDGE) if agency in EDGE_ONLY else (agency,)
    return [
        *(Grant(owner, topic, Operation.WRITE) for owner in owners for topic in inside),
        *(Grant(owner, stream, Operation.READ) for owner in owners),
        *(Grant(EXCHANGE, topic, Operation.READ) for topic in inside),
        Grant(EXCHANGE, stream, Operation.WRITE),
    ]


def _checked(agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    """Return each agency once, in order; a code that could be taken for another is refused."""
    codes = tuple(dict.fromkeys(agencies))
    if any(code in RESERVED or not CODE.fullmatch(code) for code in codes):
        raise Invalid("agencies")
    return codes
