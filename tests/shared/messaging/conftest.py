from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared.messaging.station import Station


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path)
    yield station
    station.close()
