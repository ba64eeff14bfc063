"""How a route acts: in one transaction, at one instant, once for each request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from sqlalchemy import Table
from sqlmodel import Session

from shared.kernel.clock import Clock
from shared.storage.idempotency import Once, Requests

S = TypeVar("S")
"""A service's store."""

T = TypeVar("T")

FORGET_EVERY: Final = timedelta(hours=1)
"""How often requests that are old enough are forgotten, in case time. Tenpoint design decision."""


class Transact(Protocol):
    """The database's one transaction."""

    async def __call__(self, work: Callable[[Session], T]) -> T:
        """Return what the work returns, once it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Acting(Generic[S]):
    """A service's transactions, as far as its routes need them."""

    transact: Transact
    open_store: Callable[[Session, datetime], S]
    clock: Clock
    requests: Table
    """Where the service keeps which requests it has done."""

    async def run(self, work: Callable[[S, datetime], T]) -> T:
        """Return what the work returns, once it is kept; all in one transaction, at one instant."""
        at = self.clock()
        return await self.transact(lambda session: work(self.open_store(session, at), at))

    async def run_once(
        self, once: Once | None, work: Callable[[S, datetime], T], answer: type[T]
    ) -> T:
        """Return what the work returns, or returned when the same request came before.

        Raises:
            KeyReused: the key came before with another request.
        """
        at = self.clock()

        def do(session: Session) -> T:
            store = self.open_store(session, at)
            return Requests(session, self.requests, at).once(once, lambda: work(store, at), answer)

        return await self.transact(do)

    def forgetting(self) -> Callable[[], Awaitable[None]]:
        """Return a chore of the service's regular run: to forget requests that are old enough."""
        due: datetime | None = None

        async def forget() -> None:
            nonlocal due
            at = self.clock()
            if due is None or at >= due:
                await self.transact(lambda session: Requests(session, self.requests, at).forget())
                due = at + FORGET_EVERY

        return forget
