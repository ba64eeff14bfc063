"""The same request again has no second effect; another request under the same key is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import registry
from sqlmodel import Session, SQLModel

from shared.storage.engine import Database
from shared.storage.idempotency import KeyReused, RequestColumns, Requests, once_of
from shared.storage.tables import table_of

NOON = datetime(2022, 7, 1, 12, tzinfo=UTC)


class Table(SQLModel, registry=registry()):
    pass


class RequestRow(RequestColumns, Table, table=True):
    __tablename__ = "request"


class Counter:
    """Counts how often work was done."""

    def __init__(self) -> None:
        self.done = 0

    def work(self) -> str:
        self.done += 1
        return f"answer {self.done}"


async def ask(
    folder: Path, counter: Counter, *asked: tuple[str, bytes], at: datetime = NOON
) -> str:
    database = Database.sqlite(folder / "requests.sqlite", Table.metadata)
    answer = ""
    for key, what in asked:

        def do(session: Session, key: str = key, what: bytes = what) -> str:
            requests = Requests(session, table_of(RequestRow), at)
            return requests.once(once_of("clerk", key, what), counter.work, str)

        answer = await database.transact(do)
    database.close()
    return answer


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(tmp_path: Path) -> None:
    counter = Counter()

    answer = await ask(tmp_path, counter, ("k", b"body"), ("k", b"body"))

    assert (answer, counter.done) == ("answer 1", 1)


async def test_another_request_under_the_same_key_is_refused(tmp_path: Path) -> None:
    counter = Counter()

    with pytest.raises(KeyReused):
        await ask(tmp_path, counter, ("k", b"body"), ("k", b"other"))

    assert counter.done == 1


def test_another_callers_key_is_another_key() -> None:
    assert once_of("one", "k", b"body").key != once_of("other", "k", b"body").key


async def test_without_a_key_the_work_is_done_each_time(tmp_path: Path) -> None:
    counter = Counter()
    database = Database.sqlite(tmp_path / "requests.sqlite", Table.metadata)

    def do(session: Session) -> str:
        return Requests(session, table_of(RequestRow), NOON).once(None, counter.work, str)

    await database.transact(do)
    await database.transact(do)
    database.close()

    assert counter.done == 2


async def test_a_failed_request_is_not_remembered(tmp_path: Path) -> None:
    database = Database.sqlite(tmp_path / "requests.sqlite", Table.metadata)
    counter = Counter()

    def fail() -> str:
        raise ArithmeticError

    def do(session: Session, work: object) -> str:
        requests = Requests(session, table_of(RequestRow), NOON)
        return requests.once(once_of("clerk", "k", b""), work, str)  # type: ignore[arg-type]

    with pytest.raises(ArithmeticError):
        await database.transact(lambda session: do(session, fail))
    answer = await database.transact(lambda session: do(session, counter.work))
    database.close()

    assert answer == "answer 1"


async def test_old_keys_are_forgotten(tmp_path: Path) -> None:
    counter = Counter()
    await ask(tmp_path, counter, ("k", b"body"))
    database = Database.sqlite(tmp_path / "requests.sqlite", Table.metadata)
    later = NOON + timedelta(hours=25)
    await database.transact(lambda s: Requests(s, table_of(RequestRow), later).forget())
    database.close()

    await ask(tmp_path, counter, ("k", b"body"), at=later)

    assert counter.done == 2
