"""A partner that is killed at given points, each time comes back on its own file, and goes on."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import asdict
from sqlmodel import Session
from typing_extensions import override

from embedded.partners.edge import Office, Practice
from shared.events.control import FeedAffirmed
from shared.events.sealed import Sealed
from shared.messaging.bus import Bus, Message, Partition, Position, Record, Span
from tests.embedded.partners.edge_world import World

T = TypeVar("T")


class Killed(BaseException):
    """The process ends here: no handler of errors sees it."""


class Fate:
    """Counts the points between two steps, and kills at some of them."""

    def __init__(self, *at: int) -> None:
        self.at: Collection[int] = at
        self.points = 0

    def point(self) -> None:
        self.points += 1
        if self.points in self.at:
            raise Killed


class MortalBus:
    """A handle whose owner may be killed before a call, or after it was carried out."""

    def __init__(self, inner: Bus, fate: Fate) -> None:
        self.inner = inner
        self.fate = fate

    async def publish(self, messages: Sequence[Message]) -> list[Position]:
        self.fate.point()
        positions = await self.inner.publish(messages)
        self.fate.point()
        return positions

    async def poll(self, *, most: int, wait: float) -> list[Record]:
        self.fate.point()
        return await self.inner.poll(most=most, wait=wait)

    async def assign(self, positions: Mapping[Partition, int]) -> None:
        await self.inner.assign(positions)

    async def read(self, spans: Sequence[Span]) -> list[Record]:
        return await self.inner.read(spans)

    async def begin_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        return await self.inner.begin_offsets(topics)

    async def end_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        return await self.inner.end_offsets(topics)

    async def close(self) -> None:
        await self.inner.close()


class Mortal(World):
    """The world of a partner that falls."""

    def __init__(self, folder: Path, practice: Practice, *at: int) -> None:
        self.fate = Fate(*at)
        self.falls = 0
        super().__init__(folder, practice)

    @override
    def build(self) -> Office:
        self.wrap = lambda bus: MortalBus(bus, self.fate)
        office = super().build()
        transact = office.database.transact

        async def mortal(work: Callable[[Session], T]) -> T:
            def to_its_end(session: Session) -> T:
                result = work(session)
                self.fate.point()
                return result

            result = await transact(to_its_end)
            self.fate.point()
            return result

        vars(office.database)["transact"] = mortal
        return office

    @override
    async def work(self) -> int:
        try:
            return await super().work()
        except Killed:
            self.falls += 1
            self.start_again()
            return 1


AFRESH = ("unsealing_key", "seal_nonce")
"""Fields that are drawn afresh in every world."""


def words_of(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Return what a partner has told, but for what is drawn afresh and how often it affirmed."""
    told = [
        (
            type(event).__name__,
            {name: plain(value) for name, value in asdict(event).items() if name not in AFRESH},
        )
        for event, _ in world.seen.values()
        if not isinstance(event, FeedAffirmed)
    ]
    return sorted(told, key=repr)


def plain(value: object) -> object:
    """Return a value; of a sealed part, which one it is."""
    return (value.category, value.recipient) if isinstance(value, Sealed) else value
