"""What is said between the actors of the model: events inwards, records outwards, and the log.

Source of every rule here: Tenpoint design decision ("the log is the order").
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

PARTITIONS = 2
"""Partitions of each data topic and of each stream; a control topic has one."""
AGENCIES = ("reception", "profiling", "returns")
PEOPLE = (0, 1, 2)

Topic = Literal["data", "control"]
Verdict = Literal["TAKEN", "AGAIN", "HELD"]
"""AGAIN is told to the owner as TAKEN: a duplicate is answered, and has no effect."""
Aggregate = tuple[str, Topic, str]
"""(agency, topic, key): each counts its own sequence."""
Place = tuple[str, Topic, int]
"""(agency, topic, partition) of an inside topic."""
Stream = tuple[str, int]
"""(recipient, partition) of a stream."""
Steps = Generator[None, None, None]
"""An actor: at every `yield` another actor may run, or this one may die."""


class Fenced(Exception):
    """A newer leader holds the lease, or a position was moved: stop, having written nothing."""


@dataclass(frozen=True, slots=True)
class State:
    """The author's whole current state of one aggregate; with a token it is a restate."""

    version: int
    token: int | None = None


@dataclass(frozen=True, slots=True)
class RestateClosed:
    """The owner's last word for a token: how many events the restate consists of."""

    token: int
    events: int


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A consent for one recipient; it names the withdrawals its author knows it follows."""

    recipient: str
    day: int
    follows: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """Ends every consent for this recipient given on or before its day that does not name it."""

    recipient: str
    day: int


@dataclass(frozen=True, slots=True)
class StreamGapFound:
    """A recipient misses numbers of a partition of its stream after the number named."""

    partition: int
    after: int


@dataclass(frozen=True, slots=True)
class ControlRepeated:
    """Control rows open when a hole was announced have been sent again before this."""

    hole: int


Body = State | RestateClosed | ConsentGiven | ConsentWithdrawn | StreamGapFound | ControlRepeated


@dataclass(frozen=True, slots=True)
class Event:
    """An inside event. `poison`: 0 readable, 1 unreadable until mended, 2 for ever."""

    id: str
    agency: str
    topic: Topic
    key: str
    sequence: int
    body: Body
    poison: int = 0

    @property
    def aggregate(self) -> Aggregate:
        """Return what this event's sequence counts in."""
        return self.agency, self.topic, self.key

    @property
    def person(self) -> int:
        """Return the person spoken of, or -1 for an agency's word about itself."""
        return person_of(self.key)


def person_of(key: str) -> int:
    """Return the person of a record key: "p0" is the person's file, "r0" a referral of theirs."""
    return int(key[1:]) if key[0] in "pr" else -1


def partition_of(key: str) -> int:
    """Return the partition of a key, so that a person's file and referral lie in different ones."""
    return (int(key[1:]) + (key[0] == "r")) % PARTITIONS


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it reached the exchange; without a place it came by HTTP."""

    event: Event
    place: Place | None = None
    offset: int = -1


@dataclass(frozen=True, slots=True)
class Content:
    """What one event released to one recipient."""

    event: str
    author: str
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class ErasureNotice:
    """This person's data must go: the basis for holding it has ended."""

    person: int


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """The answers of one log record to one author."""

    answers: tuple[tuple[str, Verdict], ...]


@dataclass(frozen=True, slots=True)
class HeadSigned:
    """Heartbeat: last numbers of a stream, its reader's processed positions and control hole."""

    numbers: tuple[int, ...]
    positions: tuple[tuple[Place, int], ...]
    hole: int | None


@dataclass(frozen=True, slots=True)
class StreamResumed:
    """After a gap: restrictions were repeated before this, content is restated after it."""

    partition: int


@dataclass(frozen=True, slots=True)
class RestateAsked:
    """Please tell this person's current state again, under an opaque token."""

    token: int
    person: int


@dataclass(frozen=True, slots=True)
class Marker:
    """Takes the number of a release that was rescinded."""


Payload = (
    Content | ErasureNotice | DecisionMade | HeadSigned | StreamResumed | RestateAsked | Marker
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A release that has no number yet; content also knows where its event can be read again."""

    recipient: str
    partition: int
    payload: Payload
    source: Message | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A numbered record of a stream."""

    stream: Stream
    number: int
    payload: Payload
    source: Message | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event."""

    event: Event
    verdict: Verdict
    code: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the log. `polled`: step at which the data judged was in hand."""

    no: int
    kind: Literal["batch", "rescind", "head", "hole"]
    outcomes: tuple[Outcome, ...]
    releases: tuple[Release, ...]
    polled: int
    rescinded: tuple[tuple[Stream, int], ...] = ()
