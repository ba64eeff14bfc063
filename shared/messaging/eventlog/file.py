"""The SQLite file under the log: opened by one process, written in whole transactions.

One process and one connection, because SQLite 3.7.0 to 3.51.2 can damage a write-ahead log that two
connections reset at once: a lock beside the file keeps a second start out, and SQLite's own
exclusive mode every other program. Source: SQLite, "Write-Ahead Logging", section 11.

A commit survives the end of the process at any instant. A power cut may take the last commits, as
it may with an acknowledged record of a single Kafka broker; the owner's outbox sends them again.
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from shared.kernel.errors import Conflict, Unavailable

VERSION: Final = 1
"""Version of the tables below, kept in the file."""

OWNER_ONLY: Final = 0o600

PRAGMAS: Final = (
    "pragma locking_mode = exclusive",
    "pragma journal_mode = wal",
    "pragma synchronous = normal",
    "pragma secure_delete = on",
)
"""`secure_delete`: an expired record leaves no bytes behind in the file."""

TABLES: Final = (
    """create table if not exists partition (
        id integer primary key,
        topic text not null,
        number integer not null,
        start integer not null default 0,
        stop integer not null default 0,
        unique (topic, number)
    ) strict""",
    """create table if not exists record (
        place integer primary key,
        key blob not null,
        value blob not null,
        headers blob not null,
        timestamp_ms integer not null
    ) strict""",
)
"""`place` is partition and offset in one integer, so that a partition lies in one piece."""


class AlreadyRunning(Conflict):
    """Another process, or another log of this one, has the file open."""

    code = "already_running"


class MadeOtherwise(Conflict):
    """The file was made by another version, or with other numbers of partitions."""

    code = "made_otherwise"


class LogFile:
    """One open file. Errors of SQLite and of the file system become `Unavailable`."""

    def __init__(self, path: Path) -> None:
        """Open the file, made if need be, readable by its owner only.

        Raises:
            AlreadyRunning: somebody else has it open.
            MadeOtherwise: another version made it.
            Unavailable: it cannot be opened, or is no sound event log.
        """
        with _unavailable_if_it_fails():
            self._lock = _lock_beside(path)
            try:
                path.touch(mode=OWNER_ONLY)
                self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)
            except (OSError, sqlite3.Error):
                os.close(self._lock)
                raise
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        """Set the file up and make its tables, or find that another version did."""
        with _unavailable_if_it_fails():
            for pragma in PRAGMAS:
                self._connection.execute(pragma)
        with self.writing() as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version not in {0, VERSION}:
                raise MadeOtherwise("version")
            for table in TABLES:
                connection.execute(table)
            connection.execute(f"pragma user_version = {VERSION}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction: all of it is kept, or nothing.

        Raises:
            Unavailable: the file failed, or is closed; nothing was kept.
        """
        with _unavailable_if_it_fails():
            self._connection.execute("begin immediate")
            try:
                yield self._connection
                self._connection.execute("commit")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")

    def rows(self, statement: str, *arguments: int) -> Generator[tuple[Any, ...], None, None]:
        """Return the rows one by one; whoever stops early closes the generator.

        Raises:
            Unavailable: the file failed, or is closed.
        """
        with (
            _unavailable_if_it_fails(),
            closing(self._connection.execute(statement, arguments)) as cursor,
        ):
            yield from cursor

    def fold(self) -> None:
        """Empty the write-ahead log into the file, so that nothing deleted stays in it.

        Raises:
            Unavailable: the file failed, or is closed.
        """
        with _unavailable_if_it_fails():
            self._connection.execute("pragma wal_checkpoint(truncate)").fetchall()

    def close(self) -> None:
        """Close the file and let others open it; closing again does nothing."""
        if self._lock >= 0:
            self._connection.close()
            os.close(self._lock)
            self._lock = -1


@contextmanager
def _unavailable_if_it_fails() -> Iterator[None]:
    """Turn a failure of the file into `Unavailable`, without its text, which may bear values."""
    try:
        yield
    except (sqlite3.Error, OSError):
        raise Unavailable from None


def _lock_beside(path: Path) -> int:
    """Return the descriptor of a held lock file; the system lets go when the process ends."""
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, OWNER_ONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise AlreadyRunning from None
    return lock
