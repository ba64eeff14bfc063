import asyncio
import multiprocessing
import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from shared.kernel.agencies import ASYLUM, BORDER, EXCHANGE, UNHCR, Agency
from shared.kernel.errors import Conflict, Forbidden, Unavailable
from shared.messaging.bus import Message
from shared.messaging.eventlog import AlreadyRunning, EventLog, MadeOtherwise
from shared.messaging.limits import LARGEST_RECORD
from shared.messaging.permissions import events_topic, grants, topics
from tests.shared.messaging.logfile import (
    AGENCIES,
    FIRST,
    NOW,
    TOPIC,
    everything,
    message,
    open_log,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[EventLog]:
    with closing(open_log(path)) as log:
        yield log


async def test_a_reopened_log_gives_all_back_and_goes_on(path: Path) -> None:
    with closing(open_log(path)) as log:
        await log.as_principal(BORDER).publish([message(b"1"), message(b"2")])
        log.truncate(FIRST, before=1)

    with closing(open_log(path)) as log:
        (position,) = await log.as_principal(BORDER).publish([message(b"3")])
        reader = log.as_principal(EXCHANGE)

        assert position.offset == 2
        assert await everything(reader) == [b"2", b"3"]
        assert (await reader.begin_offsets([TOPIC]))[FIRST] == 1


def _publish_and_be_killed(path: Path) -> None:
    log = open_log(path)
    asyncio.run(_publish(log))
    os.kill(os.getpid(), signal.SIGKILL)


async def _publish(log: EventLog) -> None:
    for number in range(50):
        await log.as_principal(BORDER).publish([message(b"%d" % number)])


async def test_what_was_acknowledged_outlives_a_kill(path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_publish_and_be_killed, args=(path,)
    )
    process.start()
    process.join(60)

    assert process.exitcode == -signal.SIGKILL
    with closing(open_log(path)) as log:
        assert await everything(log.as_principal(EXCHANGE)) == [b"%d" % n for n in range(50)]


def test_a_second_start_is_told_that_one_is_running(path: Path, log: EventLog) -> None:
    with pytest.raises(AlreadyRunning):
        open_log(path)

    log.close()
    open_log(path).close()
    assert issubclass(AlreadyRunning, Conflict)


def test_a_log_that_could_not_be_opened_leaves_the_place_free(path: Path) -> None:
    path.write_bytes(b"no event log, but long enough to be looked at" * 100)
    with pytest.raises(Unavailable):
        open_log(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(Unavailable):
        open_log(path)
    path.rmdir()

    open_log(path).close()


@pytest.mark.usefixtures("log")
def test_no_other_program_gets_at_an_open_file(path: Path) -> None:
    with (
        closing(sqlite3.connect(path, timeout=0)) as connection,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        connection.execute("select count(*) from record")


@pytest.mark.parametrize(
    ("agencies", "partitions"), [(AGENCIES, 12), (AGENCIES, 2), ((BORDER,), 3)]
)
def test_other_partitions_and_lost_topics_are_refused(
    path: Path, agencies: tuple[Agency, ...], partitions: int
) -> None:
    open_log(path).close()

    with pytest.raises(MadeOtherwise):
        EventLog(path, topics(agencies, partitions), grants(agencies), lambda: NOW)

    open_log(path).close()


async def test_an_agency_may_join_later(path: Path) -> None:
    with closing(open_log(path)) as log:
        await log.as_principal(BORDER).publish([message()])

    more = (*AGENCIES, ASYLUM)
    with closing(EventLog(path, topics(more, 3), grants(more), lambda: NOW)) as log:
        ends = await log.as_principal(EXCHANGE).end_offsets([TOPIC, events_topic(ASYLUM)])

    assert sorted(ends.values()) == [0, 0, 0, 0, 0, 1]


def test_a_file_of_another_version_is_refused(path: Path) -> None:
    open_log(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version = 99")

    with pytest.raises(MadeOtherwise) as refusal:
        open_log(path)

    assert refusal.value.fields == ("version",)


@pytest.mark.usefixtures("log")
def test_the_file_is_its_owners_alone(path: Path) -> None:
    modes = {file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    assert modes == {0o600}


def test_a_grant_without_a_topic_gives_nothing(path: Path) -> None:
    with closing(EventLog(path, topics((BORDER,)), grants(AGENCIES), lambda: NOW)) as log:
        bus = log.as_principal(UNHCR)

        with pytest.raises(Forbidden):
            asyncio.run(bus.publish([Message(events_topic(UNHCR), b"key", b"")]))


async def test_a_file_locked_by_another_program_is_unavailable(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("begin exclusive")

        with pytest.raises(Unavailable):
            open_log(path)


@pytest.mark.parametrize("place", ["", "absent/log.sqlite"])
def test_a_place_that_holds_no_file_is_unavailable(tmp_path: Path, place: str) -> None:
    with pytest.raises(Unavailable):
        open_log(tmp_path / place)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
async def test_a_truncated_file_is_unavailable_and_never_a_shorter_log(
    path: Path, kept: float
) -> None:
    with closing(open_log(path)) as log:
        await log.as_principal(BORDER).publish([message(b"x" * 500) for _ in range(500)])
    with pytest.raises(Unavailable):
        await _truncate_and_read(path, kept)


async def _truncate_and_read(path: Path, kept: float) -> None:
    with path.open("r+b") as file:
        file.truncate(int(file.seek(0, os.SEEK_END) * kept))
    with closing(open_log(path)) as log:
        await everything(log.as_principal(EXCHANGE))


@pytest.mark.parametrize(
    "damage",
    [
        "delete from record where place = (select max(place) from record)",
        "delete from record where place = (select min(place) from record)",
        "update record set headers = x'c1'",
    ],
)
async def test_a_record_that_was_lost_or_damaged_is_unavailable_and_not_skipped(
    path: Path, damage: str
) -> None:
    with closing(open_log(path)) as log:
        await log.as_principal(BORDER).publish([message(), message(), message()])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)

    with closing(open_log(path)) as log:
        reader = log.as_principal(EXCHANGE)
        await reader.assign({FIRST: 0})
        with pytest.raises(Unavailable):
            await everything(reader)
        with pytest.raises(Unavailable):
            await reader.poll(most=10, wait=0)


async def test_a_lost_record_is_not_skipped_although_a_poll_ends_early(path: Path) -> None:
    with closing(open_log(path)) as log:
        large = b"x" * (LARGEST_RECORD - 10)
        await log.as_principal(BORDER).publish([message(large) for _ in range(12)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("delete from record where place = (select min(place) from record)")

    with closing(open_log(path)) as log:
        reader = log.as_principal(EXCHANGE)
        await reader.assign({FIRST: 0})
        with pytest.raises(Unavailable):
            await reader.poll(most=100, wait=0)


@contextmanager
def no_room() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_unavailable_keeps_nothing_and_is_got_over(log: EventLog) -> None:
    writer, reader = log.as_principal(BORDER), log.as_principal(EXCHANGE)
    await writer.publish([message(b"1")])

    with no_room(), pytest.raises(Unavailable):
        await writer.publish([message(b"2"), message(b"3" * 100_000)])

    assert await everything(reader) == [b"1"]
    (position,) = await writer.publish([message(b"4")])
    assert position.offset == 1


async def test_a_closed_log_is_unavailable(log: EventLog) -> None:
    reader = log.as_principal(EXCHANGE)
    await reader.assign({FIRST: 0})

    log.close()

    with pytest.raises(Unavailable):
        await reader.poll(most=1, wait=0)
    with pytest.raises(Unavailable):
        await log.as_principal(BORDER).publish([message()])
