"""Same key, same answer: a request that is sent again after a lost answer is done once.

The key belongs to the caller, and the row is written in the transaction of the effect. It keeps a
digest of the request, never the request. Source: draft-ietf-httpapi-idempotency-key-header; that
rows live 24 hours is a Tenpoint design decision.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Table, delete, insert, select
from sqlmodel import Field, Session, SQLModel

from shared.kernel.errors import Conflict
from shared.storage.tables import Instant

A = TypeVar("A")

KEEP: Final = timedelta(hours=24)
"""How long a key is remembered at least, in case time."""


class KeyReused(Conflict):
    """The same key came with another request."""

    code = "key_reused"


class RequestColumns(SQLModel):
    """One request that was done, by its caller's key."""

    key: bytes = Field(primary_key=True)
    digest: bytes
    answer: bytes
    done_at: datetime = Field(sa_type=Instant)


@dataclass(frozen=True, slots=True)
class Once:
    """A request that must have its effect once: a key of its caller, and a digest of what it is."""

    key: bytes
    digest: bytes


def once_of(caller: str, key: str, what: bytes) -> Once:
    """Return the request of a caller's key; the same key of another caller is another one."""
    named = hashlib.sha256(f"{caller}\n{key}".encode()).digest()
    return Once(named, hashlib.sha256(what).digest())


class Requests:
    """The requests of one service, within one open transaction."""

    def __init__(self, session: Session, table: Table, at: datetime) -> None:
        """Use the session of the current transaction and the service's own table."""
        self._connection = session.connection()
        self._table = table
        self._at = at

    def once(self, once: Once | None, work: Callable[[], A], answer: type[A]) -> A:
        """Return what the work returns, or returned when the same request came before.

        Without a key the work is simply done.

        Raises:
            KeyReused: the key came before with another request.
        """
        if once is None:
            return work()
        row = self._table.c
        known = self._connection.execute(
            select(row.digest, row.answer).where(row.key == once.key)
        ).one_or_none()
        if known is not None:
            if known.digest != once.digest:
                raise KeyReused
            return msgspec.json.decode(known.answer, type=answer)
        result = work()
        self._connection.execute(
            insert(self._table),
            {
                "key": once.key,
                "digest": once.digest,
                "answer": msgspec.json.encode(result),
                "done_at": self._at,
            },
        )
        return result

    def forget(self) -> None:
        """Forget keys that are older than they need be."""
        self._connection.execute(delete(self._table).where(self._table.c.done_at < self._at - KEEP))
