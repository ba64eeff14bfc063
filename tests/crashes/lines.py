"""One topic of three partitions under faults, and what was written on it."""

from collections.abc import Callable

from shared.kernel.agencies import BORDER, EXCHANGE, UNHCR
from shared.messaging.bus import Message, Partition
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import events_topic
from tests.crashes.adversary import Adversary, at_once
from tests.crashes.hostile_bus import Faults

AGENCIES = (BORDER, UNHCR)
TOPIC = events_topic(BORDER)
PARTITIONS = tuple(Partition(TOPIC, number) for number in range(3))
NO_FAULTS = Faults(crash=0, zombie=0, unknown=0, unavailable=0, redelivery=0, disorder=0, delay=0)
SEEDS = range(20)

MakeLog = Callable[[Adversary], EventLog]


def message(number: int, partition: int | None = 0) -> Message:
    return Message(TOPIC, f"key{number % 7}".encode(), str(number).encode(), (), partition)


def written(log: EventLog, partition: Partition) -> list[int]:
    bus = log.as_principal(EXCHANGE)
    stop = at_once(bus.end_offsets([partition.topic]))[partition]
    at_once(bus.assign({partition: 0}))
    return [int(record.value) for record in at_once(bus.poll(most=stop, wait=0))]


def firsts(numbers: list[int]) -> list[int]:
    return list(dict.fromkeys(numbers))
