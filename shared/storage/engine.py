"""One service's database: work runs in one transaction, whole or not at all.

Work is a plain synchronous function over a `Session`; nothing is awaited inside a transaction, so
no other task sees or stops it half way. Source: Tenpoint design decision.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import Session, create_engine

from shared.kernel.errors import Conflict, Unavailable

T = TypeVar("T")

ANNOUNCED: Final = "announced"
"""Key in `Session.info` of a transaction that put something into the outbox."""

PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)
"""FULL, because this file is the only copy of what its owner knows."""


class Database:
    """Where one service remembers."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self._engine = engine
        self._when_announced: Callable[[], None] | None = None

    @classmethod
    def sqlite(cls, path: Path, metadata: MetaData) -> Self:
        """Open a file, made if need be with its folder and tables, for its owner's eyes only.

        One process, one connection. Every transaction writes-locks the file when it begins, so
        that two of them never interleave.

        Raises:
            Unavailable: the file cannot be opened, or is no sound database.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)
        except OSError:
            raise Unavailable("database") from None
        engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"isolation_level": None, "check_same_thread": False},
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin_immediate)
        try:
            metadata.create_all(engine)
        except StatementError as error:
            engine.dispose()
            raise Unavailable(code_of(error)) from None
        return cls(engine)

    async def transact(self, work: Callable[[Session], T]) -> T:
        """Return what the work returns, after all it wrote is on disk.

        Whatever the work raises, nothing of it was written, and the error goes on to the caller.

        Raises:
            Conflict: a rule of the tables (a unique key, a foreign key) forbids what was written.
            Unavailable: the database failed. Neither passes on the database's text.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                result = work(session)
        except IntegrityError as error:
            raise Conflict(code_of(error)) from None
        except StatementError as error:
            raise Unavailable(code_of(error)) from None
        if session.info.get(ANNOUNCED) and self._when_announced is not None:
            self._when_announced()
        return result

    def when_announced(self, call: Callable[[], None]) -> None:
        """Have this called after every transaction that put something into the outbox."""
        self._when_announced = call

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def code_of(error: StatementError) -> str:
    """Return what kind of failure it was, as a code without any value."""
    driver = error.orig if isinstance(error, DBAPIError) else None
    return str(getattr(driver, "sqlite_errorname", None) or type(error).__name__)


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own type
    """Set up a new connection."""
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
