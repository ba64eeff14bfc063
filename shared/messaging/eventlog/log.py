"""The log as its owner sees it: opened once, handles given out, old records deleted."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from shared.kernel.clock import Clock
from shared.kernel.errors import Forbidden
from shared.messaging.bus import Bus, Message, Partition, Position
from shared.messaging.eventlog.bell import Bell, Idle
from shared.messaging.eventlog.file import LogFile
from shared.messaging.eventlog.handle import Handle, Mechanism
from shared.messaging.eventlog.records import Records
from shared.messaging.permissions import Grant, Topic

MILLISECOND: Final = timedelta(milliseconds=1)


class EventLog:
    """Every topic of a deployment in one file. Used by the thread that made it, and no other.

    Services get handles, never the log: a handle can do only what its principal may.
    """

    def __init__(
        self,
        path: Path,
        topics: Iterable[Topic],
        grants: Iterable[Grant],
        clock: Clock,
        idle: Idle | None = None,
    ) -> None:
        """Open the file, made if need be. A record bears the clock's time when it was appended.

        `idle` replaces the wait for a publication, for whoever owns time.

        Raises:
            AlreadyRunning: somebody else has the file open.
            MadeOtherwise: another version made it, or other numbers of partitions.
            Unavailable: the file cannot be opened, or is no sound event log.
        """
        self._topics = tuple(topics)
        self._grants = frozenset(grants)
        self._clock = clock
        self._bell = Bell()
        self._file = LogFile(path)
        try:
            self._records = Records(self._file, self._topics)
        except BaseException:
            self._file.close()
            raise
        self._mechanism = Mechanism(self._records, self._append, idle or self._bell.idle)

    def as_principal(self, code: str) -> Bus:
        """Return a new handle, with positions of its own, for what the principal may do."""
        topics = self._records.partitions
        return Handle(
            self._mechanism,
            [grant for grant in self._grants if grant.principal == code and grant.topic in topics],
        )

    def expire(self, now: datetime) -> None:
        """Delete the segments that are older than their topic's retention, from the start on.

        A segment holds what was appended within one span of the topic's segment length, so a record
        lives for its retention and at most one segment longer.

        Raises:
            Unavailable: the file failed; nothing was deleted.
        """
        bounds = self._records.bounds()
        oldest_kept_ms = {topic.name: _oldest_kept_ms(topic, now) for topic in self._topics}
        self._records.forget(
            {
                partition: self._records.first_since(
                    partition, bounds[partition], oldest_kept_ms[partition.topic]
                )
                for partition in bounds
            }
        )

    def truncate(self, partition: Partition, *, before: int) -> None:
        """Delete the records of a partition before that offset, as retention would.

        Raises:
            Forbidden: there is no such partition.
            Gap: the offset lies beyond the end.
            Unavailable: the file failed; nothing was deleted.
        """
        if not self._records.known(partition):
            raise Forbidden
        self._records.forget({partition: before})

    def close(self) -> None:
        """Close the file and wake every reader; later calls of its handles raise `Unavailable`."""
        self._file.close()
        self._bell.ring()

    def _append(self, messages: Sequence[Message]) -> list[Position]:
        """Write the messages at the clock's time and wake the readers."""
        positions = self._records.append(messages, _milliseconds(self._clock()))
        self._bell.ring()
        return positions


def _oldest_kept_ms(topic: Topic, now: datetime) -> int:
    """Return the start of the oldest segment kept, in milliseconds since 1970-01-01 UTC."""
    segment_ms = topic.segment // MILLISECOND
    return (_milliseconds(now) - topic.retention // MILLISECOND) // segment_ms * segment_ms


def _milliseconds(at: datetime) -> int:
    """Return the instant in milliseconds since 1970-01-01 UTC."""
    return int(at.timestamp() * 1000)
