"""What the routes work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from sqlmodel import Session

from services.dataexchange.handlers.edge import Edge
from services.dataexchange.handlers.leader import Leader
from shared.storage.engine import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the routes work with."""

    database: Database
    leader: Leader
    edge: Edge

    async def read(self, view: Callable[[Session], T]) -> T:
        """Return what a view shows, in one transaction."""
        return await self.database.transact(view)


def wiring(request: Request) -> Wiring:
    """Return what this service was built with."""
    found: Wiring = request.app.state.context
    return found
