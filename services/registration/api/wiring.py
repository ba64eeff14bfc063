"""What the routes stand on: one transaction, the time, and fresh identifiers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Request
from sqlmodel import Session

from services.registration.store import REQUEST, Store
from shared.kernel.clock import Clock
from shared.kernel.identifiers import MakeId
from shared.storage.idempotency import Once, Requests

T = TypeVar("T")


class Transact(Protocol):
    """The database's one transaction."""

    async def __call__(self, work: Callable[[Session], T]) -> T:
        """Return what the work returns, once it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Wiring:
    """Registration put together, as far as its routes need it."""

    transact: Transact
    open_store: Callable[[Session, datetime], Store]
    clock: Clock
    make_id: MakeId

    async def run_once(
        self, once: Once | None, work: Callable[[Store, datetime], T], answer: type[T]
    ) -> T:
        """Return what the work returns, or returned when the same request came before."""
        at = self.clock()

        def do(session: Session) -> T:
            store = self.open_store(session, at)
            return Requests(session, REQUEST, at).once(once, lambda: work(store, at), answer)

        return await self.transact(do)

    async def run(self, work: Callable[[Store, datetime], T]) -> T:
        """Return what the work returns, once it is kept; all in one transaction, at one instant."""
        at = self.clock()
        return await self.transact(lambda session: work(self.open_store(session, at), at))


def wiring_of(request: Request) -> Wiring:
    """Return what the service was built with."""
    wiring: Wiring = request.app.state.context
    return wiring


Wired = Annotated[Wiring, Depends(wiring_of)]
