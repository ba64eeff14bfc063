from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import grants, topics
from tests.crashes.adversary import Adversary
from tests.crashes.lines import AGENCIES, MakeLog


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[MakeLog]:
    logs: list[EventLog] = []

    def make(adversary: Adversary) -> EventLog:
        path = tmp_path / f"log{len(logs)}.sqlite"
        log = EventLog(path, topics(AGENCIES, 3), grants(AGENCIES), adversary.clock)
        logs.append(log)
        return log

    yield make
    for log in logs:
        log.close()
