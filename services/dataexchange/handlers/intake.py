"""What the exchange reads: data taken in hand, control read to its end, sources read again.

Positions are the log's own; the carrier's are never asked for. What expired before it was read is
a hole: positions move past it, and its author sends again. A hole in control may hide a
restriction, so nothing is decided until that author has repeated what it had to say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from services.dataexchange.handlers.commit import Desk
from services.dataexchange.store import holes, log
from shared.kernel.agencies import Agency
from shared.kernel.errors import Gap, Unavailable
from shared.messaging.bus import Bus, Partition, Record, Span
from shared.messaging.permissions import control_topic, events_topic
from shared.storage.engine import Database

MOST: Final = 250
"""Records in one batch. Source: measured, throughput is flat from 100 to 250."""


@dataclass(slots=True)
class Intake:
    """The inside topics, as one leader reads them."""

    bus: Bus
    database: Database
    authors: Sequence[Agency]
    desk: Callable[[Session], Desk]
    """Opens the exchange's desk in a transaction, now."""

    @property
    def control_topics(self) -> list[str]:
        """Return the topics that change what may flow."""
        return [control_topic(author) for author in self.authors]

    @property
    def data_topics(self) -> list[str]:
        """Return the topics that hold what agencies learned."""
        return [events_topic(author) for author in self.authors]

    async def assign_data(self) -> None:
        """Read data on from where the log stands; what was in hand is given up."""
        known = await self.database.transact(log.positions)
        partitions = await self.bus.begin_offsets(self.data_topics)
        await self.bus.assign({place: known.get(place, 0) for place in partitions})

    async def data(self, *, epoch: int, wait: float) -> list[Record]:
        """Take data in hand; what expired unread is passed, and its authors send it again.

        Raises:
            Fenced: another leader has taken over.
        """
        try:
            return await self.bus.poll(most=MOST, wait=wait)
        except Gap:
            await self.pass_holes(self.data_topics, epoch=epoch)
            await self.assign_data()
            return []

    async def control(self, *, epoch: int) -> list[Record]:
        """Return everything that control topics hold at this moment and the log has not decided.

        Raises:
            Unavailable: the end is not known or was not reached: nothing may be decided.
            Fenced: another leader has taken over.
        """
        ends = await self.bus.end_offsets(self.control_topics)
        try:
            return await self.bus.read(await self.undecided(ends))
        except Gap:
            await self.pass_holes(self.control_topics, epoch=epoch)
        try:
            return await self.bus.read(await self.undecided(ends))
        except Gap:
            raise Unavailable from None

    async def undecided(self, ends: dict[Partition, int]) -> list[Span]:
        """Return what lies between the log's positions and some ends."""
        known = await self.database.transact(log.positions)
        return [
            Span(place, known.get(place, 0), end)
            for place, end in sorted(ends.items())
            if known.get(place, 0) < end
        ]

    async def pass_holes(self, topics: Sequence[str], *, epoch: int) -> None:
        """Move positions on to the first records kept, and remember whose control has a hole.

        Raises:
            Fenced: another leader has taken over.
        """
        begins = await self.bus.begin_offsets(topics)

        def move(session: Session) -> None:
            desk = self.desk(session)
            holes.pass_holes(session, epoch, begins, at=desk.at, make_id=desk.make_id)

        await self.database.transact(move)

    async def sources_of(self, body: log.Body) -> dict[int, Record]:
        """Return the inside records that a record of the log decided, by place, if still there."""
        found: dict[int, Record] = {}
        place = 0
        for span in body.spans:
            partition = Partition(span.topic, span.partition)
            try:
                records = await self.bus.read([Span(partition, span.start, span.stop)])
            except Gap:
                records = []
            for record in records:
                found[place + record.offset - span.start] = record
            place += span.stop - span.start
        return found
