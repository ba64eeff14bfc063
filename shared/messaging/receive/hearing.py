"""One transaction's worth of records: numbered, read, and given to whoever hears them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlmodel import Session

from shared.events.control import ControlRepeated, StreamGapFound
from shared.events.event import ABSENT, Contract, Event, Topic, decode
from shared.events.exchange import DecisionMade, HeadSigned, StreamResumed
from shared.events.registry import find_contract
from shared.kernel.agencies import EXCHANGE, Agency
from shared.kernel.errors import Invalid
from shared.messaging.bus import Record
from shared.messaging.envelope import Envelope, Release, number_of, read_envelope
from shared.messaging.permissions import control_topic, events_topic, stream_topic
from shared.messaging.receive.progress import load_readings, save_reading
from shared.messaging.receive.reading import Reading, Verdict
from shared.storage.outbox import Outbox
from shared.storage.tables import Tables, insert_into, table_of


@dataclass(frozen=True, slots=True)
class Heard:
    """Where an event stood in the agency's own stream. The day is the author's, without a time."""

    key: str
    day: date
    partition: int
    number: int
    offset: int


Hear = Callable[[Any, Heard, Session], None]
"""Applies an event of one type within the transaction; what it raises undoes the record."""

OWN: Final = (DecisionMade, HeadSigned, StreamResumed)
"""What every agency hears, whether or not its service does."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What a receiver hears with."""

    agency: Agency
    hears: Mapping[type[Event], Hear]
    open_outbox: Callable[[Session], Outbox]
    tables: Tables
    clock: Callable[[], datetime]

    @property
    def stream(self) -> str:
        """The agency's own stream."""
        return stream_topic(self.agency)


class Hearing:
    """The records of one transaction."""

    def __init__(self, ears: Ears, session: Session) -> None:
        """Begin where the database says that the agency stands."""
        self._ears = ears
        self._session = session
        self._outbox = ears.open_outbox(session)
        self._before = load_readings(session, ears.tables)
        self._readings = {number: replace(was) for number, was in self._before.items()}
        self.counts: Counter[str] = Counter()
        """How many records were heard, dropped, unknown, unreadable, malformed, beyond a gap."""

    def hear(self, record: Record) -> None:
        """Apply one record, or pass it by as its number says."""
        reading = self._readings[record.partition.number]
        if record.offset < reading.offset:
            self.counts["dropped"] += 1
            return
        reading.offset = record.offset + 1
        try:
            envelope = read_envelope(record)
            release = self._release_of(envelope, record)
            key = record.key.decode()
        except (Invalid, UnicodeDecodeError):
            self.counts["malformed"] += 1
            return
        heard = Heard(key, envelope.day, release.partition, release.number, record.offset)
        self._number(heard, envelope.wire, record.value, reading)

    def miss(self, partition: int, start: int) -> None:
        """Go on at the first offset kept: what lay before it is gone."""
        reading = self._readings[partition]
        reading.jump(start)
        self._ask(reading)

    def position(self, partition: int) -> int:
        """Return the offset of the next record to read."""
        return self._readings[partition].offset

    def save(self) -> None:
        """Move on in every partition that was read.

        Raises:
            Fenced: somebody else has moved on meanwhile.
        """
        for number, after in self._readings.items():
            if after != self._before[number]:
                save_reading(self._session, self._ears.tables, self._before[number], after)

    def _release_of(self, envelope: Envelope, record: Record) -> Release:
        """Return the release, if the exchange has made it for this place."""
        release = number_of(envelope.id)
        if envelope.source != EXCHANGE or release[:2] != (
            self._ears.stream,
            record.partition.number,
        ):
            raise Invalid("ce_id")
        return release

    def _number(self, heard: Heard, wire: str, body: bytes, reading: Reading) -> None:
        """Do what the number says."""
        verdict, hole = reading.judge(heard.number)
        if hole:
            self._ask(reading)
        contract = find_contract(wire)
        if verdict is Verdict.DROP:
            self.counts["dropped"] += 1
        elif contract is None:
            self.counts["unknown"] += 1
        elif verdict is Verdict.BEYOND and not passes_gap(contract):
            self.counts["beyond"] += 1
        elif contract.event in OWN or contract.event in self._ears.hears:
            self._read(contract, heard, body, reading)
        else:
            self.counts["passed"] += 1

    def _read(self, contract: Contract, heard: Heard, body: bytes, reading: Reading) -> None:
        """Read the content and apply it; what cannot be read is recorded."""
        try:
            event = decode(contract.event, body)
        except (ValueError, msgspec.MsgspecError, RecursionError):
            self._record_unreadable(contract.wire, heard)
            return
        self._apply_own(event, heard, reading)
        hear = self._ears.hears.get(contract.event)
        if hear is not None:
            hear(event, heard, self._session)
        self.counts["heard"] += 1

    def _apply_own(self, event: Event, heard: Heard, reading: Reading) -> None:
        """Apply what the exchange says about the agency's own outbox and stream."""
        match event:
            case DecisionMade():
                for answer in event.answers:
                    code = None if answer.code is ABSENT else str(answer.code)
                    told = None if answer.told is ABSENT else answer.told
                    self._outbox.close(answer.event, answer.outcome, code, told)
            case HeadSigned():
                self._hear_head(event)
            case StreamResumed() if event.partition == reading.partition:
                reading.resume(max(heard.number, event.next - 1))
            case StreamResumed() if event.partition in self._readings:
                self._readings[event.partition].resume(event.next - 1)
            case _:
                pass

    def _hear_head(self, head: HeadSigned) -> None:
        """Send again what the exchange has passed by, and learn how long the stream is."""
        kinds = {
            events_topic(self._ears.agency): Topic.EVENTS,
            control_topic(self._ears.agency): Topic.CONTROL,
        }
        for reached in head.reached:
            if reached.topic in kinds:
                kind = kinds[reached.topic]
                self._outbox.resend_before(kind, reached.partition, reached.next)
        if head.hole is not ABSENT:
            self._outbox.say_once(ControlRepeated(hole=head.hole))
        at = min(head.at, self._ears.clock())
        for partition, number in enumerate(head.last):
            if partition in self._readings:
                self._readings[partition].hear_head(number, at)

    def _ask(self, reading: Reading) -> None:
        """Tell the exchange that numbers are missing."""
        self._outbox.add(StreamGapFound(partition=reading.partition, after=reading.last))
        self.counts["gaps"] += 1

    def _record_unreadable(self, wire: str, heard: Heard) -> None:
        """Record a release whose content could not be read."""
        row = {
            "partition": heard.partition,
            "number": heard.number,
            "key": heard.key,
            "wire": wire,
            "code": "undecodable",
        }
        table = table_of(self._ears.tables.unreadable)
        self._session.connection().execute(
            insert_into(self._session, table).on_conflict_do_nothing(), row
        )
        self.counts["unreadable"] += 1


def passes_gap(contract: Contract) -> bool:
    """Return whether a contract is applied beyond a gap: what restricts, and the exchange's own.

    Without the heads an announcement of the gap that was itself lost would never go again.
    """
    return contract.restricts or contract.topic is Topic.STREAM
