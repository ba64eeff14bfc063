"""A handle that passes everything on, until it is told to fail at one call."""

from collections.abc import Callable, Sequence

from shared.kernel.errors import Unavailable
from shared.messaging.bus import Bus, Message, Position


class FailingBus:
    """Fails publications: `keep` says which messages are written before `Unavailable`."""

    def __init__(self, inner: Bus) -> None:
        self.inner = inner
        self.calls: list[list[Message]] = []
        self.keep: Callable[[Sequence[Message]], Sequence[Message]] | None = None

    async def publish(self, messages: Sequence[Message]) -> list[Position]:
        self.calls.append(list(messages))
        if self.keep is None:
            return await self.inner.publish(messages)
        await self.inner.publish(self.keep(messages))
        raise Unavailable

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)
