"""A log of one topic on a file, and all that is in it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shared.kernel.agencies import BORDER, UNHCR
from shared.messaging.bus import Bus, Message, Partition, Span
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import events_topic, grants, topics

AGENCIES: Final = (BORDER, UNHCR)
TOPIC: Final = events_topic(BORDER)
FIRST: Final = Partition(TOPIC, 0)
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)


def open_log(path: Path, now: datetime = NOW) -> EventLog:
    return EventLog(path, topics(AGENCIES, 3), grants(AGENCIES), lambda: now)


def message(value: bytes = b"value", partition: int = 0) -> Message:
    return Message(TOPIC, b"key", value, (("h", b"1"),), partition)


async def everything(bus: Bus) -> list[bytes]:
    spans = [
        Span(partition, (await bus.begin_offsets([TOPIC]))[partition], stop)
        for partition, stop in (await bus.end_offsets([TOPIC])).items()
    ]
    return [record.value for record in await bus.read(spans)]
