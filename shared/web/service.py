"""One agency's service, wired: what `main.build` of every service returns."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from fastapi import FastAPI

from shared.kernel.agencies import Agency


class Post(Protocol):
    """Carries a service's events out and in."""

    async def step(self) -> int:
        """Do what can be done now; return how much was done."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Do what there is to do until told to stop."""
        ...


class Database(Protocol):
    """Where a service keeps what it remembers."""

    def close(self) -> None:
        """Close it."""
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """One agency's service: its HTTP interface, its post and its database."""

    agency: Agency
    app: FastAPI
    post: Post
    database: Database
