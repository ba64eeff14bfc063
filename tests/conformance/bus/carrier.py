"""What a conformance test is given: a fresh carrier, and two of its handles."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, Protocol

import pytest

from shared.kernel.agencies import ASYLUM, BORDER, EXCHANGE, UNHCR
from shared.messaging.bus import Bus, Message, Partition, Record
from shared.messaging.permissions import control_topic, events_topic, grants, topics

AGENCIES: Final = (BORDER, UNHCR, ASYLUM)
TOPICS: Final = topics(AGENCIES, 3)
GRANTS: Final = grants(AGENCIES)
EVENTS: Final = events_topic(BORDER)
CONTROL: Final = control_topic(BORDER)
FIRST: Final = Partition(EVENTS, 0)
SECOND: Final = Partition(EVENTS, 1)
WAIT_S: Final = 5.0


class Carrier(Protocol):
    """A carrier with empty topics `TOPICS` and permissions `GRANTS`, and what only it can do."""

    def as_principal(self, code: str) -> Bus:
        """Return a new handle of the principal."""
        ...

    async def truncate(self, partition: Partition, before: int) -> None:
        """Delete the records of the partition before the offset, as retention would."""
        ...


class Conforms(ABC):
    """A word of the port. The adapter's tests say what the carrier is."""

    @pytest.fixture
    @abstractmethod
    def carrier(self) -> Carrier:
        """Give a fresh carrier; an override is a fixture, and may be an async generator."""

    @pytest.fixture
    def writer(self, carrier: Carrier) -> Bus:
        """Give the border system's handle."""
        return carrier.as_principal(BORDER)

    @pytest.fixture
    def reader(self, carrier: Carrier) -> Bus:
        """Give the exchange's handle."""
        return carrier.as_principal(EXCHANGE)


def message(value: str, *, partition: int | None = 0, topic: str = EVENTS) -> Message:
    """Return a message with that value."""
    return Message(topic, b"key", value.encode(), (), partition)


def values(records: Sequence[Record], partition: Partition = FIRST) -> list[str]:
    """Return the values of the partition's records in order."""
    return [record.value.decode() for record in records if record.partition == partition]


async def drain(bus: Bus, count: int, *, most: int = 100) -> list[Record]:
    """Poll until so many records have come or none comes any more."""
    records: list[Record] = []
    while len(records) < count and (more := await bus.poll(most=most, wait=WAIT_S)):
        records += more
    return records
