"""A partner's own way to the exchange's edge, as the bus that its relay and receiver know.

It can do what an agency's own handle of the carrier could: append to the agency's inside topics and
read its stream. The stream has one partition, and what stands under a number `n` stands at offset
`n - 1`. Whatever the edge did not answer, or answered in no way that is known, is `Unavailable`:
the partner keeps its events in its outbox and sends them again until the exchange says what became
of them. Source: Tenpoint design decision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import httpx

from shared.kernel.agencies import Agency
from shared.kernel.errors import Forbidden, Gap, Unavailable
from shared.messaging.bus import Message, Partition, Position, Record, Span
from shared.messaging.edge.translate import decoded, placed, record_of, refuse, requests_of, sent_of
from shared.messaging.edge.wire import (
    BOUNDS,
    EVENTS,
    LONGEST_WAIT_S,
    MOST_RECORDS,
    STREAM,
    Bounds,
    StreamRead,
)
from shared.messaging.limits import refuse_unfit
from shared.messaging.permissions import control_topic, events_topic, stream_topic

ANSWER_S: Final = 30.0
"""Longest wait for an answer, beyond what the edge was asked to wait itself."""


class EdgeBus:
    """A `Bus` for one agency, over HTTP."""

    def __init__(self, agency: Agency, client: httpx.AsyncClient, token: Callable[[], str]) -> None:
        """Take whose it is, the way to the exchange, and what gives a bearer token that is valid.

        The client knows the exchange's address and whom to trust; its owner closes it.
        """
        self._client = client
        self._token = token
        self._inside = {events_topic(agency), control_topic(agency)}
        self._stream = Partition(stream_topic(agency), 0)
        self._offset: int | None = None
        self._closed = False

    async def publish(self, messages: Sequence[Message]) -> list[Position]:
        """Append the messages in order and return where each stands.

        Raises:
            Invalid: a message is no event that the edge takes.
            Forbidden: a topic is not the agency's own, or the edge knows no such partner.
            Unavailable: outcome unknown; publish the same messages again.
        """
        self._demand_open()
        for message in messages:
            refuse_unfit(message)
            if message.topic not in self._inside:
                raise Forbidden
        positions: list[Position] = []
        for request in requests_of([sent_of(message) for message in messages]):
            answer = await self._ask("POST", EVENTS, content=request.model_dump_json())
            positions += placed(answer, request)
        return positions

    async def assign(self, positions: Mapping[Partition, int]) -> None:
        """Read the agency's stream from this offset on; nothing else can be read.

        Raises:
            Forbidden: it is not the agency's own stream.
        """
        self._demand_own(positions)
        self._offset = positions.get(self._stream)

    async def poll(self, *, most: int, wait: float) -> list[Record]:
        """Return up to `most` further records, waiting up to `wait` seconds for the first.

        Raises:
            Gap: what follows is not kept any more, or was never given; the position stays.
            Forbidden: the edge knows no such partner.
            Unavailable: the edge did not answer.
        """
        self._demand_open()
        if self._offset is None or most <= 0:
            return []
        records = await self._records(self._offset, most, wait)
        if records:
            self._offset = records[-1].offset + 1
        return records

    async def read(self, spans: Sequence[Span]) -> list[Record]:
        """Return all records of the spans, without touching the assignment.

        Raises:
            Forbidden: it is not the agency's own stream.
            Gap: a span is not wholly there.
            Unavailable: the edge did not answer.
        """
        self._demand_own(span.partition for span in spans)
        found: list[Record] = []
        for span in spans:
            following = span.start
            while following < span.stop:
                records = await self._records(following, span.stop - following, 0.0)
                if not records:
                    raise Gap
                found += records
                following = records[-1].offset + 1
        return found

    async def begin_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the offset of the first record kept of the agency's stream.

        Raises:
            Forbidden: it is not the agency's own stream.
            Unavailable: the edge did not answer.
        """
        return {place: bounds.first - 1 for place, bounds in (await self._bounds(topics)).items()}

    async def end_offsets(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Return the offset behind the last record given of the agency's stream.

        Raises:
            Forbidden: it is not the agency's own stream.
            Unavailable: the edge did not answer.
        """
        return {place: bounds.last for place, bounds in (await self._bounds(topics)).items()}

    async def close(self) -> None:
        """Let go of the position; later calls raise `Unavailable`."""
        self._offset = None
        self._closed = True

    async def _records(self, offset: int, most: int, wait: float) -> list[Record]:
        """Return records from an offset on."""
        wait = min(wait, LONGEST_WAIT_S)
        asked = {"after": offset, "most": min(most, MOST_RECORDS), "wait": wait}
        answer = await self._ask("GET", STREAM, wait=wait, params=asked)
        records = [record_of(one, self._stream) for one in decoded(answer, StreamRead).records]
        if [one.offset for one in records] != list(range(offset, offset + len(records))):
            raise Unavailable
        return records

    async def _bounds(self, topics: Sequence[str]) -> dict[Partition, Bounds]:
        """Return the bounds of the agency's stream, if it is asked for."""
        self._demand_own(Partition(topic, 0) for topic in topics)
        if not topics:
            return {}
        return {self._stream: decoded(await self._ask("GET", BOUNDS), Bounds)}

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        wait: float = 0.0,
        content: str | None = None,
        params: Mapping[str, float] | None = None,
    ) -> httpx.Response:
        """Return the edge's answer, if it is a success."""
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        try:
            answer = await self._client.request(
                method,
                path,
                content=content,
                params=params,
                headers=headers,
                timeout=ANSWER_S + wait,
            )
        except httpx.HTTPError:
            raise Unavailable from None
        refuse(answer)
        return answer

    def _demand_own(self, partitions: Iterable[Partition]) -> None:
        """Refuse anything but the agency's own stream."""
        self._demand_open()
        if any(partition != self._stream for partition in partitions):
            raise Forbidden

    def _demand_open(self) -> None:
        """Refuse when the handle is closed."""
        if self._closed:
            raise Unavailable
