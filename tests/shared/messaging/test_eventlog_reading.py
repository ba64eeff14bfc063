import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from shared.kernel.agencies import BORDER, EXCHANGE, UNHCR
from shared.kernel.errors import Unavailable
from shared.messaging.bus import Message, Partition
from shared.messaging.eventlog import EventLog
from shared.messaging.limits import LARGEST_RECORD
from shared.messaging.permissions import events_topic, grants, topics

AGENCIES: Final = (BORDER, UNHCR)
TOPIC: Final = events_topic(BORDER)
PARTITIONS: Final = tuple(Partition(TOPIC, number) for number in range(3))
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Pause:
    """Stands in for waiting: notes how long, and lets something happen meanwhile."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []
        self.meanwhile: list[Message] = []
        self.log: EventLog | None = None

    async def __call__(self, seconds: float) -> None:
        self.waits_s.append(seconds)
        if self.log and self.meanwhile:
            await self.log.as_principal(BORDER).publish(self.meanwhile)


@pytest.fixture
def pause() -> Pause:
    return Pause()


@pytest.fixture
def log(tmp_path: Path, pause: Pause) -> Iterator[EventLog]:
    table, permissions = topics(AGENCIES, 3), grants(AGENCIES)
    with closing(EventLog(tmp_path / "log", table, permissions, lambda: NOW, pause)) as log:
        pause.log = log
        yield log


@pytest.fixture
def real_log(tmp_path: Path) -> Iterator[EventLog]:
    table, permissions = topics(AGENCIES, 3), grants(AGENCIES)
    with closing(EventLog(tmp_path / "log", table, permissions, lambda: NOW)) as log:
        yield log


def message(value: bytes = b"value", partition: int = 0) -> Message:
    return Message(TOPIC, b"key", value, (), partition)


async def test_who_finds_nothing_waits_once_and_looks_again(log: EventLog, pause: Pause) -> None:
    reader = log.as_principal(EXCHANGE)
    await reader.assign({PARTITIONS[0]: 0})

    assert await reader.poll(most=1, wait=3.5) == []
    pause.meanwhile = [message()]
    assert len(await reader.poll(most=1, wait=2.0)) == 1
    assert pause.waits_s == [3.5, 2.0]


async def test_who_finds_something_or_does_not_want_to_wait_does_not(
    log: EventLog, pause: Pause
) -> None:
    reader = log.as_principal(EXCHANGE)
    await reader.assign({PARTITIONS[0]: 0})

    await reader.poll(most=1, wait=0)
    await log.as_principal(BORDER).publish([message()])
    await reader.poll(most=1, wait=5)

    assert pause.waits_s == []


async def test_a_publication_wakes_every_reader(real_log: EventLog) -> None:
    readers = [real_log.as_principal(EXCHANGE) for _ in range(2)]
    for reader in readers:
        await reader.assign({PARTITIONS[0]: 0})
    polls = [asyncio.create_task(reader.poll(most=1, wait=200)) for reader in readers]
    await asyncio.sleep(0)

    await real_log.as_principal(BORDER).publish([message()])

    assert [len(records) for records in await asyncio.gather(*polls)] == [1, 1]


async def test_publishing_nothing_wakes_nobody(real_log: EventLog) -> None:
    reader = real_log.as_principal(EXCHANGE)
    await reader.assign({PARTITIONS[0]: 0})
    poll = asyncio.create_task(reader.poll(most=1, wait=200))
    await asyncio.sleep(0)

    await real_log.as_principal(BORDER).publish([])
    for _ in range(10):
        await asyncio.sleep(0)

    assert not poll.done()
    poll.cancel()


async def test_a_wait_ends_although_nothing_comes(real_log: EventLog) -> None:
    reader = real_log.as_principal(EXCHANGE)
    await reader.assign({PARTITIONS[0]: 0})

    assert await reader.poll(most=1, wait=0.01) == []


async def test_closing_the_log_wakes_who_waits(real_log: EventLog) -> None:
    reader = real_log.as_principal(EXCHANGE)
    await reader.assign({PARTITIONS[0]: 0})
    poll = asyncio.create_task(reader.poll(most=1, wait=200))
    await asyncio.sleep(0)

    real_log.close()

    with pytest.raises(Unavailable):
        await poll


async def test_partitions_share_a_poll_and_take_turns_when_it_is_small(log: EventLog) -> None:
    for partition in range(3):
        await log.as_principal(BORDER).publish([message(partition=partition)] * 10)
    reader = log.as_principal(EXCHANGE)
    await reader.assign(dict.fromkeys(PARTITIONS, 0))

    shared = [record.partition.number for record in await reader.poll(most=6, wait=0)]
    single = [(await reader.poll(most=1, wait=0))[0].partition.number for _ in range(6)]

    assert shared == [0, 0, 1, 1, 2, 2]
    assert single == [0, 1, 2, 0, 1, 2]


async def test_what_one_partition_does_not_use_goes_to_the_next(log: EventLog) -> None:
    writer = log.as_principal(BORDER)
    await writer.publish([message(partition=0), *[message(partition=1)] * 10])
    reader = log.as_principal(EXCHANGE)
    await reader.assign(dict.fromkeys(PARTITIONS, 0))

    assert len(await reader.poll(most=8, wait=0)) == 8


async def test_a_poll_ends_when_its_records_are_large_enough_together(log: EventLog) -> None:
    large = message(b"x" * (LARGEST_RECORD - 3))
    for partition in range(3):
        await log.as_principal(BORDER).publish([replace(large, partition=partition)] * 4)
    reader = log.as_principal(EXCHANGE)
    await reader.assign(dict.fromkeys(PARTITIONS, 0))

    polls = [await reader.poll(most=100, wait=0) for _ in range(3)]

    assert [len(records) for records in polls] == [8, 4, 0]
    places = [(record.partition, record.offset) for records in polls for record in records]
    assert sorted(places) == [(p, offset) for p in PARTITIONS for offset in range(4)]
