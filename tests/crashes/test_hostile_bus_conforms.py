import random
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.messaging.bus import Bus, Partition
from shared.messaging.eventlog import EventLog
from tests.conformance import bus
from tests.conformance.bus import GRANTS, TOPICS
from tests.crashes.adversary import QUIET
from tests.crashes.hostile_bus import HostileBus


class Nobody:
    """A scheduler with nobody else to run: what is left is the order that the handle draws."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.faults = QUIET

    async def step(self, what: str, seconds: float = 0.0) -> None:
        """Go on at once."""

    def note(self, what: str) -> None:
        """Keep no trace."""


class LogThroughTheHandle:
    """The event log seen through hostile handles, with the hooks of the conformance tests."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._scheduler = Nobody()

    def as_principal(self, code: str) -> Bus:
        return HostileBus(self._scheduler, self._log.as_principal(code))

    async def truncate(self, partition: Partition, before: int) -> None:
        self._log.truncate(partition, before=before)


class ThroughTheHandle:
    @pytest.fixture
    async def carrier(self, tmp_path: Path) -> AsyncIterator[LogThroughTheHandle]:
        now = datetime(2026, 3, 1, tzinfo=UTC)
        with closing(EventLog(tmp_path / "log", TOPICS, GRANTS, lambda: now)) as log:
            yield LogThroughTheHandle(log)


class TestOrdering(ThroughTheHandle, bus.Ordering): ...


class TestPublication(ThroughTheHandle, bus.Publication): ...


class TestPositions(ThroughTheHandle, bus.Positions): ...


class TestGaps(ThroughTheHandle, bus.Gaps): ...


class TestEndOffsets(ThroughTheHandle, bus.EndOffsets): ...


class TestLimits(ThroughTheHandle, bus.Limits): ...


class TestPermissions(ThroughTheHandle, bus.Permissions): ...
