"""Carries what stands in the outbox to the agency's own topics.

A row is marked once the carrier has acknowledged it; a publication of unknown outcome is made again
with the same bytes. Two relays at once repeat records and never swap first occurrences. Source:
Tenpoint design decision.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlmodel import Session

from shared.events.event import Topic
from shared.kernel.agencies import Agency
from shared.messaging.bus import Bus, Message
from shared.messaging.envelope import Envelope, headers_of
from shared.messaging.permissions import control_topic, events_topic
from shared.storage.engine import Database
from shared.storage.outbox import Outbox, OutboxEntry

MOST: Final = 200
"""Rows sent in one step."""


class Relay:
    """The relay of one agency."""

    def __init__(
        self,
        agency: Agency,
        bus: Bus,
        database: Database,
        open_outbox: Callable[[Session], Outbox],
    ) -> None:
        """Keep the ways to the outbox and to the carrier."""
        self._agency = agency
        self._bus = bus
        self._database = database
        self._open_outbox = open_outbox

    async def step(self, most: int = MOST) -> int:
        """Send the first unsent rows, at most so many, and return how many were acknowledged.

        Control rows are acknowledged before any later row is sent, so that no grant is overtaken by
        what needs it. They may overtake earlier rows: between topics no order is promised.

        Raises:
            Unavailable: outcome unknown; what was not acknowledged goes again.
        """
        rows = await self._database.transact(
            lambda session: self._open_outbox(session).unsent(most)
        )
        for topic in (Topic.CONTROL, Topic.EVENTS):
            await self._send([row for row in rows if row.topic is topic])
        return len(rows)

    async def _send(self, rows: Sequence[OutboxEntry]) -> None:
        """Publish rows of one topic and mark them."""
        if not rows:
            return
        positions = await self._bus.publish([message_of(row, self._agency) for row in rows])
        places = [
            (row.seq, position.partition.number, position.offset)
            for row, position in zip(rows, positions, strict=True)
        ]
        await self._database.transact(
            lambda session: self._open_outbox(session).mark_all_sent(places)
        )


def message_of(row: OutboxEntry, author: Agency) -> Message:
    """Return the record of an outbox row: the same bytes whenever it is sent."""
    envelope = Envelope(row.event_id, row.wire, author, row.day, row.sequence, row.token)
    return Message(
        topic=topic_name(author, row.topic),
        key=row.key.encode(),
        value=row.body,
        headers=headers_of(envelope),
    )


def topic_name(author: Agency, topic: Topic) -> str:
    """Return the name of the author's topic of a kind."""
    return control_topic(author) if topic is Topic.CONTROL else events_topic(author)
