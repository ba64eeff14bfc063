"""Requests are forgotten in the regular run, in case time, and never before their time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import registry
from sqlmodel import Session, SQLModel

from shared.kernel.errors import Unavailable
from shared.storage.engine import Database
from shared.storage.idempotency import KEEP, KeyReused, RequestColumns, once_of
from shared.storage.tables import table_of
from shared.web.acting import FORGET_EVERY, Acting

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LITTLE = timedelta(microseconds=1)
T = TypeVar("T")


class Table(SQLModel, registry=registry()):
    pass


class RequestRow(RequestColumns, Table, table=True):
    __tablename__ = "request"


class Room:
    """A service's room, whose database may fail, and whose clock the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.done = self.transactions = 0
        self.fails = False
        self.database = Database.sqlite(folder / "requests.sqlite", Table.metadata)
        self.acting: Acting[object] = Acting(
            self.transact, lambda *_: None, lambda: self.now, table_of(RequestRow)
        )
        self.forget = self.acting.forgetting()

    async def transact(self, work: Callable[[Session], T]) -> T:
        self.transactions += 1
        if self.fails:
            raise Unavailable
        return await self.database.transact(work)

    async def ask(self, what: bytes = b"body") -> int:
        def work(_store: object, _at: datetime) -> int:
            self.done += 1
            return self.done

        return await self.acting.run_once(once_of("clerk", "k", what), work, int)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_for_a_whole_day_the_same_request_is_done_once(room: Room) -> None:
    await room.ask()
    room.now += KEEP
    await room.forget()

    assert await room.ask() == 1
    with pytest.raises(KeyReused):
        await room.ask(b"other")


async def test_after_a_day_a_key_is_new(room: Room) -> None:
    await room.ask()
    room.now += KEEP + LITTLE
    await room.forget()

    assert await room.ask(b"other") == 2


async def test_it_is_looked_at_once_an_hour_of_case_time(room: Room) -> None:
    await room.forget()
    room.now += FORGET_EVERY - LITTLE
    await room.forget()
    before = room.transactions
    room.now += LITTLE

    await room.forget()

    assert (before, room.transactions) == (1, 2)


async def test_what_failed_is_done_the_next_time(room: Room) -> None:
    await room.ask()
    room.now += KEEP + LITTLE
    room.fails = True
    with pytest.raises(Unavailable):
        await room.forget()
    room.fails = False

    await room.forget()

    assert await room.ask() == 2
