"""The event log against a model of plain lists: whatever the sequence of calls."""

import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from shared.kernel.agencies import BORDER, EXCHANGE, UNHCR
from shared.kernel.errors import Gap
from shared.messaging.bus import Message, Partition, Record, Span
from shared.messaging.eventlog import EventLog
from shared.messaging.murmur2 import partition_of
from shared.messaging.permissions import control_topic, events_topic, grants, topics
from tests.crashes.adversary import at_once

AGENCIES: Final = (BORDER, UNHCR)
TABLE: Final = topics(AGENCIES, 2)
PERMISSIONS: Final = grants(AGENCIES)
NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
TOPICS: Final = (events_topic(BORDER), control_topic(BORDER))
COUNTS: Final = {topic.name: topic.partitions for topic in TABLE if topic.name in TOPICS}
PARTITIONS: Final = tuple(
    Partition(name, n) for name, count in COUNTS.items() for n in range(count)
)

partitions = st.sampled_from(PARTITIONS)
offsets = st.integers(-1, 12)
messages = st.builds(
    Message,
    topic=st.sampled_from(TOPICS),
    key=st.binary(min_size=1, max_size=5),
    value=st.binary(max_size=5),
    headers=st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=3)), max_size=2).map(tuple),
    partition=st.none() | st.just(0),
)


class EventLogMachine(RuleBasedStateMachine):
    """Publishes, reads, truncates and reopens in any order."""

    def __init__(self) -> None:
        """Begin with an empty log and an empty model."""
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.written: dict[Partition, list[Message]] = {place: [] for place in PARTITIONS}
        self.starts = dict.fromkeys(PARTITIONS, 0)
        self.positions: dict[Partition, int] = {}

    @initialize()
    def open(self) -> None:
        """Open the log and make both handles."""
        path = Path(self.folder.name) / "log.sqlite"
        self.log = EventLog(path, TABLE, PERMISSIONS, lambda: NOW)
        self.writer = self.log.as_principal(BORDER)
        self.reader = self.log.as_principal(EXCHANGE)

    @rule()
    def reopen(self) -> None:
        """Everything but the assignment is there again."""
        self.log.close()
        self.open()
        self.positions = {}

    @rule(batch=st.lists(messages, max_size=6))
    def publish(self, batch: list[Message]) -> None:
        """Each message stands at the end of the partition that it names, or that its key gives."""
        expected = []
        for message in batch:
            number = message.partition
            if number is None:
                number = partition_of(message.key, COUNTS[message.topic])
            partition = Partition(message.topic, number)
            expected.append((partition, len(self.written[partition])))
            self.written[partition].append(message)

        assert at_once(self.writer.publish(batch)) == expected

    @rule(positions=st.dictionaries(partitions, offsets))
    def assign(self, positions: dict[Partition, int]) -> None:
        """Take any positions, even where nothing is."""
        at_once(self.reader.assign(positions))
        self.positions = dict(positions)

    @precondition(lambda self: self.positions)
    @rule(most=st.integers(1, 8))
    def poll(self, most: int) -> None:
        """Give the next records of each partition, as many as may be, or a gap and nothing."""
        rest = [Span(p, at, len(self.written[p])) for p, at in self.positions.items()]
        if not all(self.covers(span) for span in rest):
            self.expect_gap_on_poll(most)
            return

        records = at_once(self.reader.poll(most=most, wait=0))

        assert bool(records) == any(start < stop for _, start, stop in rest)
        assert len(records) <= most
        for record in records:
            assert record.offset == self.positions[record.partition]
            self.expect(record)
            self.positions[record.partition] += 1

    @rule(spans=st.lists(st.builds(Span, partitions, offsets, offsets), max_size=3))
    def read(self, spans: list[Span]) -> None:
        """Give all records of the spans, or a gap."""
        if not all(self.covers(span) for span in spans):
            try:
                at_once(self.reader.read(spans))
            except Gap:
                return
            raise AssertionError

        records = at_once(self.reader.read(spans))

        expected = Counter((p, n) for p, start, stop in spans for n in range(start, stop))
        assert Counter((record.partition, record.offset) for record in records) == expected
        for record in records:
            self.expect(record)

    @rule(partition=partitions, before=st.integers(0, 12))
    def truncate(self, partition: Partition, before: int) -> None:
        """Forget from the start, never backwards."""
        before = min(before, len(self.written[partition]))
        self.log.truncate(partition, before=before)
        self.starts[partition] = max(self.starts[partition], before)

    @invariant()
    def starts_and_ends_are_those_of_the_model(self) -> None:
        """Truncation moves starts only, publication ends only."""
        assert at_once(self.reader.begin_offsets(TOPICS)) == self.starts
        ends = {partition: len(written) for partition, written in self.written.items()}
        assert at_once(self.reader.end_offsets(TOPICS)) == ends

    def covers(self, span: Span) -> bool:
        """Return whether the model has the whole span."""
        partition, start, stop = span
        return self.starts[partition] <= start <= stop <= len(self.written[partition])

    def expect(self, record: Record) -> None:
        """Compare a record with the model's."""
        message = self.written[record.partition][record.offset]
        assert (record.key, record.value, record.headers) == (
            message.key,
            message.value,
            message.headers,
        )

    def expect_gap_on_poll(self, most: int) -> None:
        """Poll and be told of a gap."""
        try:
            at_once(self.reader.poll(most=most, wait=0))
        except Gap:
            return
        raise AssertionError

    @override
    def teardown(self) -> None:
        """Close the log and delete its file."""
        self.log.close()
        self.folder.cleanup()
