"""A principal can do what the table gives it, and nothing else."""

from collections.abc import Awaitable, Callable

import pytest

from shared.kernel.agencies import BORDER, EXCHANGE, UNHCR, Agency
from shared.kernel.errors import Forbidden, Invalid
from shared.messaging.bus import Bus, Message, Partition, Span
from shared.messaging.permissions import EDGE, Grant, Operation, events_topic, stream_topic
from tests.conformance.bus.carrier import (
    AGENCIES,
    EVENTS,
    FIRST,
    GRANTS,
    SECOND,
    TOPICS,
    Carrier,
    Conforms,
    drain,
    message,
    values,
)


def _attempts(bus: Bus, topic: str) -> dict[Operation, list[Callable[[], Awaitable[object]]]]:
    """Return every way to write or read a topic."""
    partition = Partition(topic, 0)
    return {
        Operation.WRITE: [lambda: bus.publish([message("1", topic=topic)])],
        Operation.READ: [
            lambda: bus.assign({partition: 0}),
            lambda: bus.read([Span(partition, 0, 0)]),
            lambda: bus.begin_offsets([topic]),
            lambda: bus.end_offsets([topic]),
        ],
    }


class Permissions(Conforms):
    """A principal can do what the table gives it, and nothing else."""

    @pytest.mark.parametrize("principal", [*AGENCIES, EXCHANGE, EDGE, "consulate", ""])
    async def test_each_principal_can_do_exactly_its_rows(
        self, carrier: Carrier, principal: str
    ) -> None:
        bus = carrier.as_principal(principal)

        for topic in TOPICS:
            for operation, attempts in _attempts(bus, topic.name).items():
                granted = Grant(principal, topic.name, operation) in GRANTS
                for attempt in attempts:
                    if granted:
                        await attempt()
                    else:
                        with pytest.raises(Forbidden):
                            await attempt()

    @pytest.mark.parametrize("operation", list(Operation))
    async def test_forbidden_and_unknown_topics_look_the_same(
        self, carrier: Carrier, operation: Operation
    ) -> None:
        bus = carrier.as_principal(BORDER)
        told = set()

        for topic in (events_topic(UNHCR), "exchange.unhcr.v1", "no.such.topic", ""):
            for attempt in _attempts(bus, topic)[operation]:
                with pytest.raises(Forbidden) as refusal:
                    await attempt()
                told.add((type(refusal.value), refusal.value.args))

        assert len(told) == 1

    @pytest.mark.parametrize("topic", [EVENTS, events_topic(UNHCR), "no.such.topic"])
    async def test_an_unfit_message_is_unfit_whatever_its_topic(
        self, writer: Bus, topic: str
    ) -> None:
        with pytest.raises(Invalid):
            await writer.publish([Message(topic, b"", b"")])

    async def test_a_batch_with_a_forbidden_message_is_refused(
        self, writer: Bus, reader: Bus
    ) -> None:
        with pytest.raises(Forbidden):
            await writer.publish([message("1"), message("2", topic=events_topic(UNHCR))])

        assert set((await reader.end_offsets([events_topic(UNHCR)])).values()) == {0}

    async def test_a_partition_that_does_not_exist_is_as_unknown_as_a_topic(
        self, writer: Bus, reader: Bus
    ) -> None:
        for number in (-1, 3):
            with pytest.raises(Forbidden):
                await writer.publish([message("1", partition=number)])
            with pytest.raises(Forbidden):
                await reader.assign({Partition(EVENTS, number): 0})

    async def test_a_refused_assignment_leaves_the_one_before(
        self, writer: Bus, reader: Bus
    ) -> None:
        await writer.publish([message("1")])
        await reader.assign({FIRST: 0})

        with pytest.raises(Forbidden):
            await reader.assign({SECOND: 0, Partition(stream_topic(UNHCR), 0): 0})

        assert values(await drain(reader, 1)) == ["1"]

    @pytest.mark.parametrize("agency", AGENCIES)
    async def test_what_the_exchange_sends_an_agency_reaches_it(
        self, carrier: Carrier, reader: Bus, agency: Agency
    ) -> None:
        stream = stream_topic(agency)
        await reader.publish([message("1", topic=stream)])

        bus = carrier.as_principal(agency)
        await bus.assign({Partition(stream, 0): 0})

        assert values(await drain(bus, 1), Partition(stream, 0)) == ["1"]
