"""An agency: an owner with an outbox and a relay, and a recipient with one number per partition."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.crashes.exchange_model.broker import Gap, Partition, publish
from tests.crashes.exchange_model.facts import (
    PARTITIONS,
    Body,
    ConsentGiven,
    ConsentWithdrawn,
    Content,
    ControlRepeated,
    DecisionMade,
    ErasureNotice,
    Event,
    HeadSigned,
    Payload,
    Place,
    RestateAsked,
    RestateClosed,
    State,
    Steps,
    StreamGapFound,
    StreamResumed,
    Topic,
    partition_of,
    person_of,
)
from tests.crashes.exchange_model.faults import Faults


@dataclass(slots=True)
class Row:
    """An outbox row: open until the exchange has answered, sent where `place` says."""

    event: Event
    sent: bool = False
    place: tuple[Place, int] | None = None
    closed: bool = False


@dataclass(slots=True)
class Reader:
    """How far one partition of the own stream was read: `last` is the number applied last.

    `seen` is the highest number seen beyond a gap, or None where there is no gap.
    """

    offset: int = 0
    last: int = 0
    seen: int | None = None


@dataclass(slots=True)
class Agency:
    """Everything one agency keeps in its own database; one method is one transaction."""

    name: str
    inside: dict[Place, Partition[Event]]
    stream: dict[int, Partition[tuple[int, Payload]]]
    rng: Random
    faults: Faults
    rows: list[Row] = field(default_factory=list)
    counted: dict[tuple[Topic, str], int] = field(default_factory=lambda: defaultdict(int))
    versions: dict[str, int] = field(default_factory=dict)
    relay_epoch: int = 0
    readers: list[Reader] = field(default_factory=lambda: [Reader() for _ in range(PARTITIONS)])
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    applied: list[list[tuple[int, int, Payload]]] = field(default_factory=lambda: [[]])
    patient: bool = True

    # --- owner ---------------------------------------------------------------------------------

    def write(self, topic: Topic, key: str, body: Body, poison: int = 0) -> Row:
        """Write an event into the outbox, with the next number of its aggregate."""
        self.counted[topic, key] += 1
        event_id = f"{self.name}-{len(self.rows)}"
        sequence = self.counted[topic, key]
        row = Row(Event(event_id, self.name, topic, key, sequence, body, poison))
        self.rows.append(row)
        return row

    def change(self, key: str, poison: int = 0) -> None:
        """Learn something new about a person or a referral, and announce the whole state."""
        self.versions[key] = self.versions.get(key, 0) + 1
        self.write("data", key, State(self.versions[key]), poison)

    def give_consent(self, person: int, recipient: str, day: int, poison: int = 0) -> None:
        """Record a consent, naming the withdrawals that this agency knows of."""
        known = [r.event.id for r in self.rows if _withdraws(r.event, person, recipient)]
        follows = frozenset(known[-1:] if self.faults.consent_names_one_withdrawal else known)
        self.write("control", f"p{person}", ConsentGiven(recipient, day, follows), poison)

    def withdraw(self, person: int, recipient: str, day: int, poison: int = 0) -> Row:
        """Record a withdrawal and return its row, which may also go by HTTP."""
        return self.write("control", f"p{person}", ConsentWithdrawn(recipient, day), poison)

    def relay(self, step: Callable[[], int]) -> Steps:
        """Send open rows in order; a control row is acknowledged before any later row is sent."""
        self.relay_epoch += 1
        mine = self.relay_epoch
        while True:
            batch = self._unsent()
            for row in batch:
                yield
                event = row.event
                where = partition_of(event.key) if event.topic == "data" else 0
                place: Place = (self.name, event.topic, where)
                offset = publish(self.inside[place], event, step(), self.rng)
                yield
                if self.relay_epoch != mine:
                    return
                if offset is not None and not row.closed:
                    row.sent, row.place = True, (place, offset)
                    row.closed = self.faults.closes_on_broker_ack
            yield

    def _unsent(self) -> list[Row]:
        batch: list[Row] = []
        for row in self.rows:
            if row.sent or row.closed:
                continue
            if row.event.topic == "control" and not self.faults.control_not_awaited:
                return batch or [row]
            batch.append(row)
            if len(batch) == 3:
                break
        return batch

    def _answered(self, answers: tuple[tuple[str, str], ...]) -> None:
        verdicts = dict(answers)
        for row in self.rows:
            if verdicts.get(row.event.id, "HELD") != "HELD":
                row.closed = True

    def _head(self, head: HeadSigned) -> None:
        """Send again the open rows of every aggregate of which the exchange has passed one."""
        positions = dict(head.positions)
        passed = {
            row.event.aggregate
            for row in self.rows
            if not row.closed and row.place and positions.get(row.place[0], 0) > row.place[1]
        }
        if self.faults.no_resend_on_head:
            return
        if self.patient and head.hole is None and self.rng.random() < 0.5:
            passed = set()
        for row in self.rows:
            if not row.closed and row.event.aggregate in passed:
                row.sent, row.place = False, None
        hole = head.hole
        if hole is not None and ControlRepeated(hole) not in [r.event.body for r in self.rows]:
            self.write("control", "hole", ControlRepeated(hole))

    def _restate(self, asked: RestateAsked) -> None:
        keys = [key for key in self.versions if person_of(key) == asked.person]
        answered = {
            r.event.body.token for r in self.rows if isinstance(r.event.body, RestateClosed)
        }
        if asked.token in answered and not self.faults.token_answered_each_time:
            return
        for key in keys:
            self.write("data", key, State(self.versions[key], asked.token))
        self.write("data", f"p{asked.person}", RestateClosed(asked.token, len(keys)))

    # --- recipient -----------------------------------------------------------------------------

    def hear(self, partition: int) -> bool:
        """Read one record of a partition, if there is one, in the transaction of its effect."""
        reader, stream = self.readers[partition], self.stream[partition]
        try:
            records = stream.read(reader.offset, reader.offset + 1)
        except Gap:
            reader.offset = stream.begin
            if not self.faults.recipient_accepts_gap:
                self._miss(partition)
            return True
        if not records:
            return False
        reader.offset += 1
        self._number(partition, *records[0])
        return True

    def _miss(self, partition: int) -> None:
        reader = self.readers[partition]
        if reader.seen is None or not self.faults.gap_asked_once:
            self.write("control", f"s{partition}", StreamGapFound(partition, reader.last))
        reader.seen = max(reader.seen or 0, reader.last)

    def _number(self, partition: int, number: int, payload: Payload) -> None:
        reader, faults = self.readers[partition], self.faults
        if number <= reader.last and not faults.recipient_keeps_no_number:
            return
        expected = (reader.last if reader.seen is None else reader.seen) + 1
        if number > expected and not faults.recipient_accepts_gap:
            self._miss(partition)
        following = faults.next_number_applies_in_gap and number == reader.last + 1
        if reader.seen is not None:
            reader.seen = max(reader.seen, number)
            if self._waits(payload) and not following:
                return
        if isinstance(payload, StreamResumed):
            reader.seen = None
        if reader.seen is None or following:
            reader.last = max(number, reader.last)
        self.applied[-1].append((partition, number, payload))
        self._apply(partition, payload)

    def _waits(self, payload: Payload) -> bool:
        """Beyond a gap only content waits: all else may be applied in any order, and twice."""
        if self.faults.gap_hears_restrictions_only:
            return not isinstance(payload, ErasureNotice | StreamResumed)
        return isinstance(payload, Content)

    def _apply(self, partition: int, payload: Payload) -> None:
        match payload:
            case Content():
                self.known[payload.author, payload.key] = payload.version
            case ErasureNotice():
                for author, key in list(self.known):
                    if person_of(key) == payload.person and partition_of(key) == partition:
                        del self.known[author, key]
            case DecisionMade():
                self._answered(payload.answers)
            case HeadSigned():
                self._head(payload)
            case RestateAsked():
                self._restate(payload)
            case _:
                pass

    def redeliver(self, partition: int, back: int) -> None:
        """Have the last records delivered again, as after a crash between read and commit."""
        reader = self.readers[partition]
        reader.offset = max(self.stream[partition].begin, reader.offset - back)

    def lose_state(self) -> None:
        """Lose what was heard, as a recipient rebuilt from nothing; the outbox is kept."""
        self.readers = [Reader() for _ in range(PARTITIONS)]
        self.known = {}
        self.applied.append([])


def _withdraws(event: Event, person: int, recipient: str) -> bool:
    body = event.body
    return (
        isinstance(body, ConsentWithdrawn)
        and event.person == person
        and body.recipient == recipient
    )
