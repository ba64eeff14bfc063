"""The leader's loop, and the HTTP process that commits restrictions beside it."""

from dataclasses import dataclass, field
from random import Random

from tests.crashes.exchange_model.broker import Gap, Partition, publish
from tests.crashes.exchange_model.database import Database, Entry, Spans
from tests.crashes.exchange_model.facts import (
    AGENCIES,
    PARTITIONS,
    Event,
    Fenced,
    Message,
    Payload,
    Place,
    Release,
    Steps,
    Stream,
)
from tests.crashes.exchange_model.faults import Faults
from tests.crashes.exchange_model.judge import Judgement

DATA: tuple[Place, ...] = tuple((a, "data", p) for a in AGENCIES for p in range(PARTITIONS))
CONTROL: tuple[Place, ...] = tuple((a, "control", 0) for a in AGENCIES)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery of what another leader decided: what was known when it began."""

    log: int
    unread_control: bool
    releases: tuple[Release, ...]
    unreadable: frozenset[int]


@dataclass(slots=True)
class Exchange:
    """What all processes of the exchange share: its database, the topics, the code in use."""

    database: Database
    inside: dict[Place, Partition[Event]]
    streams: dict[Stream, Partition[tuple[int, Payload]]]
    rng: Random
    faults: Faults
    step: int = 0
    mended: bool = False
    deliveries: list[Delivery] = field(default_factory=list)

    def commit(
        self, messages: list[Message], spans: Spans, epoch: int | None, polled: int
    ) -> Steps:
        """Judge and commit; judged again as often as the log moved in between.

        Raises:
            Fenced: the lease or a position has moved; nothing was written.
        """
        while True:
            seen = len(self.database.log)
            judgement = Judgement(self.database.grants.copy(), self.mended, self.faults)
            judgement.batch(messages)
            yield from self._too_early(judgement, spans)
            yield
            if epoch is not None:
                self.database.check_epoch(epoch)
            if self.database.commit(judgement, seen, spans, polled):
                return

    def _too_early(self, judgement: Judgement, spans: Spans) -> Steps:
        """Planted faults only: let the position, or the records, run ahead of the log."""
        if self.faults.position_before_log:
            self.database.position |= {place: after for place, (_, after) in spans.items()}
            spans.clear()
            yield
        if self.faults.publishes_before_log:
            for draft in judgement.drafts:
                stream = draft.recipient, draft.partition
                number = self.database.number.get(stream, 0) + 1
                self.streams[stream].append((number, draft.payload), self.step)

    def withdraw_by_http(self, event: Event) -> Steps:
        """Commit one restriction at once, in a process that holds no lease."""
        yield
        yield from self.commit([Message(event)], {}, None, self.step)


@dataclass(slots=True)
class Leader:
    """One process that took the lease; when the epoch moves on it is a zombie."""

    exchange: Exchange
    epoch: int = 0
    decided: set[int] = field(default_factory=set)
    goal: dict[Place, int] = field(default_factory=dict)

    def run(self) -> Steps:
        """Lead until fenced."""
        try:
            yield from self.start()
            while True:
                yield from self.turn()
        except Fenced:
            return

    def start(self) -> Steps:
        """Take the lease, read control before anything is delivered, and sign a head at once."""
        self.epoch = self.exchange.database.take_lease()
        self.goal = self._control_ends()
        yield
        if not self.exchange.faults.delivers_before_control:
            yield from self._read_control()
        self.exchange.database.sign_head(self.epoch)

    def turn(self, *, sign: bool | None = None) -> Steps:
        """Deliver, take data in hand, read control to its end, commit both; sign at a tick."""
        exchange = self.exchange
        yield from self._deliver()
        if exchange.faults.skips_barrier:
            yield from self._read_control()
        spans, messages = self._poll()
        polled = exchange.step
        yield
        if not exchange.faults.skips_barrier:
            yield from self._read_control()
        if messages and not exchange.database.grants.holes:
            before = len(exchange.database.log)
            yield from exchange.commit(messages, spans, self.epoch, polled)
            self.decided.add(len(exchange.database.log) - 1)
            assert len(exchange.database.log) > before
        yield
        if exchange.rng.random() < 0.3 if sign is None else sign:
            exchange.database.sign_head(self.epoch)
        yield

    def _poll(self) -> tuple[Spans, list[Message]]:
        if self.exchange.database.grants.holes:
            return {}, []
        limit = self.exchange.rng.randrange(1, 5)
        ends = {place: self._position(place) + limit for place in DATA}
        return self._read(ends)

    def _read_control(self) -> Steps:
        goal = self._control_ends()
        yield
        spans, messages = self._read(goal)
        yield
        if messages:
            yield from self.exchange.commit(messages, spans, self.epoch, self.exchange.step)
        yield

    def _control_ends(self) -> dict[Place, int]:
        return {place: self.exchange.inside[place].end for place in CONTROL}

    def _position(self, place: Place) -> int:
        return self.exchange.database.position.get(place, 0)

    def _read(self, ends: dict[Place, int]) -> tuple[Spans, list[Message]]:
        spans: Spans = {}
        messages: list[Message] = []
        for place in self.exchange.rng.sample(list(ends), len(ends)):
            start, events = self._read_place(place, ends[place])
            if events:
                spans[place] = start, start + len(events)
                messages += [Message(e, place, start + i) for i, e in enumerate(events)]
        return spans, messages

    def _read_place(self, place: Place, end: int) -> tuple[int, list[Event]]:
        start = self._position(place)
        try:
            return start, self.exchange.inside[place].read(start, end)
        except Gap:
            begin = self.exchange.inside[place].begin
            self.exchange.database.record_hole(self.epoch, place, start, begin)
            return begin, self.exchange.inside[place].read(begin, end)

    def _deliver(self) -> Steps:
        pending = self.exchange.database.pending
        for stream in self.exchange.rng.sample(sorted(pending), len(pending)):
            while pending[stream] and self.exchange.rng.random() < 0.9:
                yield from self._deliver_entry(stream, pending[stream][0])

    def _deliver_entry(self, stream: Stream, entry: Entry) -> Steps:
        pending = self.exchange.database.pending
        if entry.no not in self.decided or self.exchange.rng.random() < 0.3:
            unreadable = {r.number for r in entry.releases if not self._readable(r.source)}
            yield
            self.exchange.database.rescind(self.epoch, entry, unreadable)
            self._note(entry, unreadable)
        yield
        records = [(release.number, release.payload) for release in entry.releases]
        while records:
            yield from self._send(stream, records)
            self.exchange.database.check_epoch(self.epoch)
        yield
        self.exchange.database.check_epoch(self.epoch)
        if entry in pending[stream]:
            pending[stream].remove(entry)

    def _note(self, entry: Entry, unreadable: set[int]) -> None:
        database = self.exchange.database
        behind = any(self._position(place) < goal for place, goal in self.goal.items())
        unread = behind or bool(database.grants.holes)
        self.exchange.deliveries.append(
            Delivery(len(database.log), unread, tuple(entry.releases), frozenset(unreadable))
        )

    def _readable(self, source: Message | None) -> bool:
        if source is None or source.place is None:
            return True
        return source.offset >= self.exchange.inside[source.place].begin

    def _send(self, stream: Stream, records: list[tuple[int, Payload]]) -> Steps:
        """Send in order up to the first unknown outcome, and forget what was acknowledged."""
        faults = self.exchange.faults
        for record in list(records):
            yield
            topic = self.exchange.streams[stream]
            offset = publish(topic, record, self.exchange.step, self.exchange.rng)
            if offset is not None or faults.unacked_is_delivered:
                records.remove(record)
            elif not faults.sends_on_after_unacked:
                return
