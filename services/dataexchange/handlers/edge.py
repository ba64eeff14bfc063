"""The exchange's edge: it speaks for agencies without a client of the carrier, and reads to them.

What it is sent is read as the exchange will read it, before any of it is appended; so whatever it
acknowledges can be judged. It numbers nothing and keeps nothing: the partner numbers its events and
keeps them until the exchange has answered. Source: Tenpoint design decision.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from services.dataexchange.handlers.passage import Passage
from services.dataexchange.rules.sent import read_sent
from services.dataexchange.store import log
from services.dataexchange.store.policy import Deployment
from shared.kernel.agencies import EDGE_ONLY, Agency
from shared.kernel.errors import Gap, NotFound
from shared.messaging.bus import Bus, Partition, Position, Record
from shared.messaging.edge.wire import Bounds, EventSent
from shared.messaging.permissions import stream_topic
from shared.storage.engine import Database

PAUSE_S: Final = 0.2
"""Between two looks for a first record."""


@dataclass(slots=True)
class Edge:
    """The edge of one exchange, on its own handle of the carrier."""

    bus: Bus
    database: Database
    deployment: Deployment
    passages: dict[Agency, Passage] = field(default_factory=dict)

    async def append(self, agency: Agency, events: Sequence[EventSent]) -> list[Position]:
        """Append events to the agency's own inside topics; return where each stands.

        All are looked at before any is appended. To append one again is harmless: its number was
        counted already.

        Raises:
            NotFound: the edge does not speak for this agency.
            Invalid: an event cannot be taken; names its place and field, never what it says.
            Unavailable: it is not known what was appended; send all again.
        """
        self.demand(agency)
        return await self.bus.publish([message for message, _ in read_sent(agency, events)])

    async def read(self, agency: Agency, after: int, most: int, wait: float) -> list[Record]:
        """Return what follows a number of the agency's own stream, waiting for the first record.

        Raises:
            NotFound: the edge does not read to this agency.
            Gap: what follows that number is not kept any more, or the number was never given.
            Unavailable: the carrier or the database failed.
        """
        passage = self.passage(agency)
        if after > await self.last(agency):
            raise Gap
        while not (found := await passage.read(after, most)) and wait > 0:
            await asyncio.sleep(min(PAUSE_S, wait))
            wait -= PAUSE_S
        return found

    async def bounds(self, agency: Agency) -> Bounds:
        """Return the first number kept and the last number given of the agency's own stream.

        Where nothing is kept, the first is the one that will come next.

        Raises:
            NotFound: the edge does not read to this agency.
            Unavailable: the carrier or the database failed.
        """
        last = await self.last(agency)
        first = await self.passage(agency).first()
        if first is None:
            first = await self.database.transact(
                lambda session: log.undelivered(session, agency, 0)
            )
        return Bounds(last + 1 if first is None else first, last)

    async def last(self, agency: Agency) -> int:
        """Return the last number given in the agency's own stream."""
        return (await self.database.transact(log.numbers)).get((agency, 0), 0)

    def passage(self, agency: Agency) -> Passage:
        """Return the way through the agency's own stream, and no other's.

        Raises:
            NotFound: the edge does not read to this agency.
        """
        self.demand(agency)
        fresh = Passage(self.bus, Partition(stream_topic(agency), 0))
        return self.passages.setdefault(agency, fresh)

    def demand(self, agency: Agency) -> None:
        """Refuse an agency that has a client of its own, and one that has no part here."""
        if agency not in EDGE_ONLY & self.deployment.authors:
            raise NotFound
