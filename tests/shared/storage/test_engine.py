import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from shared.kernel.errors import Unavailable
from shared.storage.engine import Database
from tests.conformance import store
from tests.conformance.store.service import Note, Table
from tests.conformance.store.transactions import texts, write
from tests.shared.storage.sqlite import OnSqlite


class TestTransactions(OnSqlite, store.Transactions): ...


async def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    database = Database.sqlite(path, Table.metadata)
    await database.transact(lambda session: write(session, "a"))
    database.close()

    database = Database.sqlite(path, Table.metadata)

    assert await database.transact(texts) == ["a"]
    database.close()


async def test_the_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "service" / "own.sqlite"
    database = Database.sqlite(path, Table.metadata)
    await database.transact(lambda session: write(session, "a"))

    modes = {file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    assert modes == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    database.close()


async def test_a_file_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.touch(mode=0o666)
    path.chmod(0o666)

    Database.sqlite(path, Table.metadata).close()

    assert path.stat().st_mode & 0o777 == 0o600


async def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    database = Database.sqlite(tmp_path / "own.sqlite", Table.metadata)

    found = await database.transact(
        lambda session: [
            session.connection().execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        ]
    )

    assert found == [2, "wal", 1]
    database.close()


async def test_a_transaction_that_only_reads_keeps_others_from_writing(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    database = Database.sqlite(path, Table.metadata)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)

    def work(session: Session) -> None:
        session.exec(select(Note)).all()
        with pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")

    await database.transact(work)

    other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.write_bytes(b"Xaruwen" * 1000)

    with pytest.raises(Unavailable) as caught:
        Database.sqlite(path, Table.metadata)

    assert caught.value.fields == ("SQLITE_NOTADB",)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable):
        Database.sqlite(tmp_path / "file" / "own.sqlite", Table.metadata)


async def test_two_databases_of_one_process_share_nothing(tmp_path: Path) -> None:
    one = Database.sqlite(tmp_path / "one.sqlite", Table.metadata)
    two = Database.sqlite(tmp_path / "two.sqlite", Table.metadata)
    await one.transact(lambda session: write(session, "a"))

    found = await two.transact(lambda session: session.exec(select(Note)).all())

    assert not found
    one.close()
    two.close()
