from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from shared.messaging.bus import Bus, Partition
from shared.messaging.eventlog import EventLog
from tests.conformance import bus
from tests.conformance.bus import GRANTS, TOPICS
from tests.shared.messaging.eventlog_machine import EventLogMachine

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)


class LogAsCarrier:
    """The event log with the hooks of the conformance tests."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def as_principal(self, code: str) -> Bus:
        return self._log.as_principal(code)

    async def truncate(self, partition: Partition, before: int) -> None:
        self._log.truncate(partition, before=before)


class OnTheLog:
    @pytest.fixture
    async def carrier(self, tmp_path: Path) -> AsyncIterator[LogAsCarrier]:
        log = EventLog(tmp_path / "log.sqlite", TOPICS, GRANTS, lambda: NOW)
        yield LogAsCarrier(log)
        log.close()


class TestOrdering(OnTheLog, bus.Ordering): ...


class TestPublication(OnTheLog, bus.Publication): ...


class TestPositions(OnTheLog, bus.Positions): ...


class TestGaps(OnTheLog, bus.Gaps): ...


class TestEndOffsets(OnTheLog, bus.EndOffsets): ...


class TestLimits(OnTheLog, bus.Limits): ...


class TestPermissions(OnTheLog, bus.Permissions): ...


TestAgainstTheModel = EventLogMachine.TestCase
