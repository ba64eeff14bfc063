"""The exchange's edge: it speaks for agencies without a client of the carrier, and reads to them.

A restriction, of any agency, is committed before the answer. Durable comes first: it is appended,
and then committed. Whoever falls in between leaves a record that the leader decides in its turn;
the other way round, a restriction in the log could be without a record for ever, with what it says
beside its "no", and the topic would have a hole where its number belongs. An agency with a client
of its own keeps the same event in its outbox, and its relay appends it: that is as durable.

What it is sent is read as the exchange will read it, before any of it is appended; so whatever it
acknowledges can be judged. It numbers nothing and keeps nothing: the partner numbers its events and
keeps them until the exchange has answered. Source: Tenpoint design decision.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlmodel import Session

from services.dataexchange.handlers.commit import Desk
from services.dataexchange.handlers.passage import Passage
from services.dataexchange.handlers.urgent import commit_restrictions
from services.dataexchange.rules.outcomes import Outcome
from services.dataexchange.rules.reading import Message as Read
from services.dataexchange.rules.sent import OwnTopic, at, read_sent
from services.dataexchange.rules.urgent import is_urgent
from services.dataexchange.store import log
from services.dataexchange.store.policy import Deployment
from shared.kernel.agencies import EDGE_ONLY, Agency
from shared.kernel.errors import Gap, NotFound
from shared.messaging.bus import Bus, Message, Partition, Position, Record
from shared.messaging.edge.wire import Bounds, EventSent
from shared.messaging.permissions import stream_topic
from shared.storage.engine import Database

PAUSE_S: Final = 0.2
"""Between two looks for a first record."""


class Sent(NamedTuple):
    """Where an event stands, whether it was committed as a restriction, and its answer if any."""

    position: Position | None
    committed: bool
    outcome: Outcome | None


@dataclass(slots=True)
class Edge:
    """The edge of one exchange, on its own handle of the carrier."""

    bus: Bus
    database: Database
    deployment: Deployment
    desk: Callable[[Session], Desk]
    """Opens the exchange's desk in a transaction, now."""
    passages: dict[Agency, Passage] = field(default_factory=dict)

    async def send(self, agency: Agency, events: Sequence[EventSent]) -> list[Sent]:
        """Append events to the agency's own inside topics, then commit the restrictions among them.

        All are looked at before any is appended. To send one again is harmless: its number was
        counted already.

        Raises:
            NotFound: the agency has no part here.
            Invalid: an event cannot be taken; names its place and field, never what it says.
            Unavailable: it is not known what was appended or committed; send all again.
        """
        if agency not in self.deployment.authors:
            raise NotFound
        found = read_sent(agency, events)
        positions = await self.append(agency, found)
        urgent = [message for _, message in found if is_urgent(message)]
        outcomes = await self.commit(urgent)
        ids = {message.envelope.id for message in urgent}
        return [
            Sent(position, message.envelope.id in ids, outcomes.get(message.envelope.id))
            for position, (_, message) in zip(positions, found, strict=True)
        ]

    async def append(
        self, agency: Agency, found: Sequence[tuple[Message, Read]]
    ) -> Sequence[Position | None]:
        """Append events for an agency without a client; another appends its restrictions itself.

        Raises:
            OwnTopic: an agency with a client sends what is no restriction.
            Unavailable: it is not known what was appended.
        """
        if agency in EDGE_ONLY:
            return await self.bus.publish([message for message, _ in found])
        for place, (_, message) in enumerate(found):
            if not is_urgent(message):
                raise OwnTopic(at(f"events.{place}", "type"))
        return [None] * len(found)

    async def commit(self, urgent: Sequence[Read]) -> dict[str, Outcome]:
        """Commit restrictions; return what became of each that is answered already, by event.

        Raises:
            Unavailable: it is not known whether they were committed.
        """
        if not urgent:
            return {}
        committed = await self.database.transact(
            lambda session: commit_restrictions(urgent, desk=self.desk(session))
        )
        return {outcome.event: outcome for outcome in committed.outcomes}

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
        """Refuse to read to an agency that has a client of its own, or no part here."""
        if agency not in EDGE_ONLY & self.deployment.authors:
            raise NotFound
