"""How a reader that has nothing to read waits: until something is published, or time is up."""

import asyncio
from collections.abc import Awaitable, Callable

Idle = Callable[[float], Awaitable[None]]
"""Waits at most so many seconds."""


class Bell:
    """Wakes everyone who waits, so that an embedded reader hears within milliseconds."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everyone who waits."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def idle(self, seconds: float) -> None:
        """Wait until the bell rings, at most so many seconds."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait([future], timeout=seconds)
        finally:
            self._waiting.discard(future)
