"""What one batch is judged against: the part of the exchange's tables that concerns it.

The store fills a book before a batch is judged and writes it back after, in one transaction that
holds the head of the log. Judging folds as it goes, so that a message is judged with what an
earlier one of the same batch changed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.facts import Fact, is_older
from services.dataexchange.rules.matrix import Matrix
from services.dataexchange.rules.outcomes import Fate
from shared.events.exchange import ErasureAsked
from shared.kernel.agencies import Agency, Purpose
from shared.kernel.identifiers import Kind, Reference


@dataclass(slots=True)
class Aggregate:
    """One author's events about one reference on one topic: counted, without gaps."""

    sequence: int = 0
    """Highest number up to which every event was counted."""
    early: set[int] = field(default_factory=set)
    """Numbers of restrictions applied before their turn."""
    stopped: int = 0
    """Highest number of a control event that could not be read; 0 if none."""
    unnumbered: bool = False
    """Whether a control event came of which not even the number could be read."""
    answers: dict[int, Fate] = field(default_factory=dict)
    """By number: what was answered, where it was not simply taken. It is answered so again."""
    held: str | None = None
    """Why the next number waits, as a code; None if it does not."""
    held_event: str = ""
    """The event that waits first."""
    changed: bool = False

    @property
    def is_stopped(self) -> bool:
        """Return whether a control event about this reference is unread."""
        return self.stopped > 0 or self.unnumbered

    @property
    def is_awaited(self) -> bool:
        """Return whether an event about this reference is known of and was not taken."""
        return self.is_stopped or self.held is not None or bool(self.early)

    def has_taken(self, number: int) -> bool:
        """Return whether that number was counted or applied already."""
        return number <= self.sequence or number in self.early

    def count(self, number: int) -> None:
        """Count a number, and those applied early whose turn has come.

        What waits goes on waiting when a number is counted before its turn.
        """
        before = self.sequence
        self.early.add(number)
        while self.sequence + 1 in self.early:
            self.sequence += 1
            self.early.remove(self.sequence)
        if self.stopped <= self.sequence:
            self.stopped = 0
        if self.sequence > before:
            self.held = None
            self.held_event = ""
        self.changed = True


@dataclass(slots=True)
class Subject:
    """A person, or another thing with references; `id` is known to the exchange alone."""

    id: str
    kind: Kind
    references: dict[Agency, Reference] = field(default_factory=dict)
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    authors: set[Agency] = field(default_factory=set)
    """Agencies that have told a state of this subject, so that they can tell it again."""
    stops: set[tuple[str, str]] = field(default_factory=set)
    """Control aggregates (topic, key) with an unread restriction about this person."""
    given: dict[tuple[Agency, int], list[tuple[int, int]]] = field(default_factory=dict)
    """By recipient and stream partition: number and mask of each release of content."""
    fresh: set[tuple[str, str]] = field(default_factory=set)
    """Keys of facts that the store has yet to write."""
    changed: bool = False

    def learn(self, fact: Fact) -> bool:
        """Keep a fact unless a later word of the same author is known; return whether kept."""
        key = (str(type(fact).__struct_config__.tag), fact.key)
        if is_older(fact, self.facts.get(key)):
            return False
        self.facts[key] = fact
        self.fresh.add(key)
        return True

    def told(self) -> tuple[Fact, ...]:
        """Return all facts."""
        return tuple(self.facts.values())


@dataclass(frozen=True, slots=True)
class Restate:
    """A question to an owner to tell its current state again, for one recipient."""

    token: str
    owner: Agency
    recipient: Agency
    subject: str
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for every person of the deployment on a day."""

    matrix: Matrix
    agreements: Mapping[tuple[Agency, Agency], tuple[Agreement, ...]]
    """By author and recipient, in force only."""
    hearers: frozenset[Agency]
    """Agencies of the deployment that have a stream."""
    partitions: Mapping[Agency, int]
    """Stream partitions of each hearer."""
    holes: Mapping[Agency, int] = field(default_factory=dict)
    """Agencies whose control events are to be repeated, with the number of the hole."""
    is_whole: bool = True
    """Whether no control event vanished unread; while one has, nothing is released."""

    def between(self, author: Agency, recipient: Agency) -> tuple[Agreement, ...]:
        """Return the agreements in force under which an author shares with a recipient."""
        return self.agreements.get((author, recipient), ())

    def standing(self, author: Agency, recipient: Agency) -> frozenset[Purpose]:
        """Return the purposes for which a task exists from the author's first word on."""
        return frozenset(
            agreement.purpose for agreement in self.between(author, recipient) if agreement.standing
        )


@dataclass(slots=True)
class Book:
    """The tables, as far as one batch needs them."""

    policy: Policy
    aggregates: dict[tuple[str, str], Aggregate] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    by_reference: dict[tuple[Agency, Reference], str] = field(default_factory=dict)
    named: list[tuple[Agency, Reference]] = field(default_factory=list)
    """References that the store has yet to write."""
    streams: dict[tuple[Agency, int], int] = field(default_factory=dict)
    restates: dict[str, Restate] = field(default_factory=dict)
    told: dict[tuple[str, Agency, Agency], tuple[bytes, bytes]] = field(default_factory=dict)
    """By subject, recipient and author: salt and digest of the last content released."""
    taken: Counter[str] = field(default_factory=Counter)
    """By token: events told under it in this batch."""
    ended: dict[str, int] = field(default_factory=dict)
    """By token: how many events its owner says the restate had."""
    notices: dict[str, tuple[str, Agency, int, ErasureAsked]] = field(default_factory=dict)
    """By notice: whom it is about, who was asked, in which partition, and the words."""
    confirmed: dict[str, str] = field(default_factory=dict)
    """By notice: the outcome of which its recipient gave a receipt."""
    mended: set[Agency] = field(default_factory=set)
    """Agencies that have repeated what vanished unread."""
    unheard: set[Agency] = field(default_factory=set)
    """Agencies that are to repeat their control events, since one could not be numbered."""
    feeds: dict[Agency, datetime] = field(default_factory=dict)
    """Until when all that an agency had to say was sent, as far as it has said so."""
    waiting: dict[str, list[tuple[Agency, str, str, str]]] = field(default_factory=dict)
    """By subject: author, event, topic and key of events held because of an unread restriction."""

    def subject_of(self, agency: Agency, reference: Reference) -> Subject | None:
        """Return what an agency's reference names, or None if it is not known."""
        found = self.by_reference.get((agency, reference))
        return None if found is None else self.subjects[found]

    def add(self, subject: Subject) -> Subject:
        """Let a new subject be known."""
        subject.changed = True
        self.subjects[subject.id] = subject
        return subject

    def name(self, subject: Subject, agency: Agency, reference: Reference) -> None:
        """Let an agency's reference name a subject from now on."""
        self.recall(subject, agency, reference)
        self.named.append((agency, reference))

    def recall(self, subject: Subject, agency: Agency, reference: Reference) -> None:
        """Let an agency's reference name a subject, as the store remembers it."""
        self.by_reference[agency, reference] = subject.id
        subject.references.setdefault(agency, reference)

    def take_number(self, recipient: Agency, partition: int) -> int:
        """Return the next number of a stream partition; numbers have no holes."""
        number = self.streams.get((recipient, partition), 0) + 1
        self.streams[recipient, partition] = number
        return number
