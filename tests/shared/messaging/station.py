"""An agency with a real database on a real event log, and an exchange that says what a test wants.

Plain calls: nothing here gives way, so the adversary can run it too.
"""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import text
from sqlmodel import Session, select

from shared.events.control import SafeguardsStated, StreamGapFound
from shared.events.event import Event, decode, encode
from shared.events.profiling import CorrectionProposed
from shared.events.registry import contract_of
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency
from shared.messaging.bus import Bus, Headers, Message, Partition, Record, Span
from shared.messaging.envelope import Envelope, headers_of, release_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import (
    control_topic,
    events_topic,
    grants,
    stream_topic,
    topics,
)
from shared.messaging.receive import Hear, Heard, Receiver
from shared.messaging.receive.progress import load_readings
from shared.messaging.receive.reading import Reading
from shared.messaging.relay import Relay
from shared.storage.engine import Database
from tests.conformance.store.service import NOW, PERSONS, TABLES, Desk, Note, Table
from tests.crashes.adversary import at_once

PARTITIONS: Final = 3
STREAM: Final = stream_topic(RECEPTION)
EVENTS: Final = events_topic(RECEPTION)
CONTROL: Final = control_topic(RECEPTION)
AGENCIES: Final = (RECEPTION, UNHCR)
T = TypeVar("T")


class Station(Desk):
    """The agency's side: outbox and notes in one database."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Database.sqlite(folder / "own.sqlite", Table.metadata))
        self.log = EventLog(
            folder / "log.sqlite", topics(AGENCIES, PARTITIONS), grants(AGENCIES), lambda: NOW
        )
        self.bus = self.log.as_principal(RECEPTION)
        self.exchange = self.log.as_principal(EXCHANGE)
        self.numbers: dict[int, int] = defaultdict(int)
        self.refused: set[int] = set()
        """Numbers at which the handler raises, after having written."""
        self.receiver = self.make_receiver()
        self.relay = self.make_relay()

    def make_receiver(self, bus: Bus | None = None) -> Receiver:
        """Return a receiver that writes down what it hears, as another process would have it."""
        hears: dict[type[Event], Hear] = {
            CorrectionProposed: self.note,
            SafeguardsStated: self.note,
        }
        return Receiver(
            agency=RECEPTION,
            bus=bus or self.log.as_principal(RECEPTION),
            database=self.database,
            hears=hears,
            open_outbox=self.open,
            tables=TABLES,
            clock=lambda: self.now,
            partitions=PARTITIONS,
        )

    def make_relay(self, bus: Bus | None = None) -> Relay:
        """Return a relay, as another process would have it."""
        return Relay(RECEPTION, bus or self.bus, self.database, self.open)

    def note(self, event: Event, heard: Heard, session: Session) -> None:
        """Write down what was heard; the text is unique, so a second time is an error."""
        session.add(Note(text=f"{heard.partition}:{heard.number} {type(event).__name__}"))
        session.flush()
        if heard.number in self.refused:
            message = "Xaruwen"
            raise ValueError(message)

    def do(self, work: Callable[[Session], T]) -> T:
        """Return what a transaction's work returns."""
        return at_once(self.database.transact(work))

    def notes(self, partition: int = 0) -> list[str]:
        """Return what was noted of a partition, in order."""
        found = self.do(lambda session: session.exec(select(Note.text).order_by(text("id"))).all())
        return [note.partition(":")[2] for note in found if note.startswith(f"{partition}:")]

    def numbers_noted(self, partition: int = 0) -> list[int]:
        """Return the numbers noted of a partition, in order."""
        return [int(note.split()[0]) for note in self.notes(partition)]

    def reading(self, partition: int = 0) -> Reading:
        """Return how far a partition was applied."""
        return self.do(lambda session: load_readings(session, TABLES))[partition]

    def gaps_told(self) -> list[StreamGapFound]:
        """Return every gap that the outbox tells of."""
        return [
            decode(StreamGapFound, row.body)
            for row in at_once(self.unsent())
            if row.wire == contract_of(StreamGapFound).wire
        ]

    def say(self, *messages: Message) -> None:
        """Publish as the exchange."""
        at_once(self.exchange.publish(messages))

    def stream(self, event: Event, partition: int = 0, number: int | None = None) -> None:
        """Publish an event under a number, by default the next."""
        self.say(self.release(event, partition, number))

    def skip(self, partition: int = 0) -> None:
        """Have a number vanish."""
        self.numbers[partition] += 1

    def release(self, event: Event, partition: int = 0, number: int | None = None) -> Message:
        """Return the record of an event under a number, by default the next."""
        if number is None:
            self.numbers[partition] += 1
            number = self.numbers[partition]
        wire = contract_of(type(event)).wire
        return release_message(encode(event), wire, partition, number)

    def hear_all(self) -> int:
        """Step until there is nothing more to hear; return how many records were applied."""
        done = 0
        while step := at_once(self.receiver.step()):
            done += step
        return done

    def arrived(self, topic: str) -> list[Record]:
        """Return every record of a topic, partition by partition."""
        ends = at_once(self.exchange.end_offsets([topic]))
        spans = [Span(partition, 0, end) for partition, end in sorted(ends.items())]
        return at_once(self.exchange.read(spans))

    def truncate(self, before: int, partition: int = 0) -> None:
        """Lose the stream's first records."""
        self.log.truncate(Partition(STREAM, partition), before=before)

    def close(self) -> None:
        """Let go of the files."""
        self.database.close()
        self.log.close()


def release_message(
    body: bytes, wire: str, partition: int, number: int, source: Agency = EXCHANGE
) -> Message:
    """Return a record of the stream."""
    envelope = Envelope(release_id(STREAM, partition, number), wire, source, NOW.date())
    return stream_message(body, headers_of(envelope), partition)


def stream_message(body: bytes, headers: Headers, partition: int = 0) -> Message:
    """Return a record of the stream with any headers."""
    return Message(STREAM, PERSONS[0].encode(), body, headers, partition)


def content() -> Event:
    """Return what is never applied beyond a gap."""
    return CorrectionProposed(person=PERSONS[0])


def restriction() -> Event:
    """Return what is always applied."""
    return SafeguardsStated(person=PERSONS[0])
