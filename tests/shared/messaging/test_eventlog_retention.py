from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from shared.kernel.agencies import BORDER, EXCHANGE
from shared.kernel.errors import Forbidden, Gap
from shared.messaging.bus import Partition, Span
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import grants, topics
from tests.shared.messaging.logfile import AGENCIES, FIRST, NOW, everything, message, open_log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[EventLog]:
    with closing(open_log(path)) as log:
        yield log


async def test_a_record_bears_the_time_of_the_clock(path: Path) -> None:
    with closing(open_log(path, NOW + timedelta(milliseconds=7))) as log:
        await log.as_principal(BORDER).publish([message()])

        (record,) = await log.as_principal(EXCHANGE).read([Span(FIRST, 0, 1)])

    assert record.timestamp_ms == NOW.timestamp() * 1000 + 7


class Retention:
    """One record an hour for four days."""

    def __init__(self, path: Path) -> None:
        self.now = NOW
        self.log = EventLog(path, topics(AGENCIES, 3), grants(AGENCIES), lambda: self.now)

    async def fill(self) -> None:
        for hour in range(96):
            self.now = NOW + timedelta(hours=hour)
            await self.log.as_principal(BORDER).publish([message(b"%d" % hour)])


async def test_a_record_lives_sixty_hours_and_at_most_a_segment_longer(path: Path) -> None:
    retention = Retention(path)
    with closing(retention.log) as log:
        await retention.fill()

        log.expire(NOW + timedelta(hours=99))

        # 99 h - 60 h = 39 h; the segment of 36 h to 42 h is the oldest that is kept.
        reader = log.as_principal(EXCHANGE)
        assert await everything(reader) == [b"%d" % hour for hour in range(36, 96)]
        await reader.assign({FIRST: 35})
        with pytest.raises(Gap):
            await reader.poll(most=1, wait=0)


async def test_when_all_is_old_all_goes_and_numbering_goes_on(path: Path) -> None:
    retention = Retention(path)
    with closing(retention.log) as log:
        await retention.fill()

        log.expire(NOW + timedelta(days=30))
        (position,) = await log.as_principal(BORDER).publish([message(b"new")])

        assert position.offset == 96
        assert await everything(log.as_principal(EXCHANGE)) == [b"new"]


async def test_expiry_before_its_time_does_nothing(log: EventLog) -> None:
    await log.as_principal(BORDER).publish([message(b"1")])

    log.expire(NOW + timedelta(hours=60))

    assert await everything(log.as_principal(EXCHANGE)) == [b"1"]


async def test_what_expired_leaves_no_bytes_behind(path: Path, log: EventLog) -> None:
    await log.as_principal(BORDER).publish([message(b"sought-after" * 1000), message(b"later")])

    log.truncate(FIRST, before=1)

    files = [file.read_bytes() for file in path.parent.iterdir()]
    assert not any(b"sought-after" in content for content in files)


async def test_a_start_never_moves_back(log: EventLog) -> None:
    await log.as_principal(BORDER).publish([message(b"%d" % number) for number in range(5)])
    log.truncate(FIRST, before=3)

    log.truncate(FIRST, before=1)

    assert await everything(log.as_principal(EXCHANGE)) == [b"3", b"4"]


async def test_a_truncation_beyond_the_end_or_of_nothing_is_refused(log: EventLog) -> None:
    with pytest.raises(Gap):
        log.truncate(FIRST, before=1)
    with pytest.raises(Forbidden):
        log.truncate(Partition("no.such.topic", 0), before=0)

    assert await log.as_principal(BORDER).publish([message()]) == [(FIRST, 0)]
