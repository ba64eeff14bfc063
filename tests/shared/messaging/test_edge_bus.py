"""Every answer of the edge, and none at all, is an error that the relay and receiver know."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shared.events.control import TaskClosed
from shared.events.event import encode
from shared.events.registry import contract_of
from shared.kernel.agencies import CHILD_PROTECTION, UNHCR
from shared.kernel.errors import Forbidden, Gap, Invalid, TenpointError, Unavailable
from shared.kernel.identifiers import Kind
from shared.messaging.bus import Message, Partition, Span
from shared.messaging.edge.bus import EdgeBus
from shared.messaging.edge.wire import MOST_BYTES, MOST_EVENTS, EventsSent
from shared.messaging.envelope import Envelope, headers_of
from shared.messaging.permissions import control_topic, stream_topic
from tests.builders import TODAY, a_person, a_reference

CP = CHILD_PROTECTION
STREAM = Partition(stream_topic(CP), 0)
CONTROL = control_topic(CP)
Answer = Callable[[httpx.Request], httpx.Response]


def a_bus(answer: Answer) -> EdgeBus:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://exchange")
    return EdgeBus(CP, client, lambda: "a token")


def message(number: int = 1, *, size: int = 0, **more: Any) -> Message:
    event = TaskClosed(person=a_person())
    named = a_reference(Kind.EVENT, number)
    headers = headers_of(Envelope(named, contract_of(TaskClosed).wire, CP, TODAY, number))
    value = encode(event)[:-1] + b',"more":"' + b"x" * size + b'"}'
    told: dict[str, Any] = {"topic": CONTROL, "key": a_person().encode(), "value": value}
    return Message(**(told | {"headers": headers} | more))


def takes(request: httpx.Request) -> httpx.Response:
    sent = EventsSent.model_validate_json(request.content).events
    places = [
        {"id": one.id, "topic": CONTROL, "partition": 0, "offset": one.sequence} for one in sent
    ]
    return httpx.Response(202, json={"events": places})


def says(status: int, **more: Any) -> Answer:
    return lambda _: httpx.Response(status, **more)


def fails(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("", request=request)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (says(401), Forbidden),
        (says(403), Forbidden),
        (says(404), Forbidden),
        (says(409), Gap),
        (says(413), Invalid),
        (says(422), Invalid),
        (says(302, headers={"Location": "/"}), Unavailable),
        (says(400), Unavailable),
        (says(429), Unavailable),
        (says(500), Unavailable),
        (says(503), Unavailable),
        (says(200), Unavailable),
        (says(200, text="<html>"), Unavailable),
        (says(200, json={"events": [], "records": [{}]}), Unavailable),
        (fails, Unavailable),
    ],
)
async def test_every_answer_is_a_success_or_an_error_of_the_port(
    answer: Answer, error: type[TenpointError]
) -> None:
    bus = a_bus(answer)
    await bus.assign({STREAM: 0})

    for ask in (lambda: bus.publish([message()]), lambda: bus.poll(most=1, wait=0)):
        with pytest.raises(error):
            await ask()


async def test_a_record_at_another_place_than_asked_for_is_no_answer() -> None:
    record = {"number": 9, "id": "exchange.cp.v1:0:9", "type": "t", "source": "exchange",
              "day": "2026-03-01", "key": "k", "body": {}}  # fmt: skip
    bus = a_bus(says(200, json={"records": [record]}))
    await bus.assign({STREAM: 3})

    with pytest.raises(Unavailable):
        await bus.poll(most=1, wait=0)


async def test_positions_are_about_the_events_that_were_sent() -> None:
    def mixed(request: httpx.Request) -> httpx.Response:
        told = takes(request).json()
        return httpx.Response(202, json={"events": told["events"][::-1]})

    assert [one.offset for one in await a_bus(takes).publish([message(1), message(2)])] == [1, 2]
    with pytest.raises(Unavailable):
        await a_bus(mixed).publish([message(1), message(2)])


async def test_much_goes_in_several_requests_in_order() -> None:
    sizes: list[int] = []

    def counting(request: httpx.Request) -> httpx.Response:
        assert len(request.content) <= MOST_BYTES
        sizes.append(len(EventsSent.model_validate_json(request.content).events))
        return takes(request)

    many = [message(number) for number in range(1, 2 * MOST_EVENTS + 2)]
    large = [message(number, size=900_000) for number in range(1, 5)]

    assert [one.offset for one in await a_bus(counting).publish(many)] == list(range(1, 402))
    assert len(await a_bus(counting).publish(large)) == 4
    assert sizes == [MOST_EVENTS, MOST_EVENTS, 1, 2, 2]


@pytest.mark.parametrize(
    ("unfit", "error"),
    [
        (message(topic=control_topic(UNHCR)), Forbidden),
        (message(topic=STREAM.topic), Forbidden),
        (message(partition=0), Invalid),
        (message(key=b""), Invalid),
        (message(headers=()), Invalid),
        (message(value=b"no json"), Invalid),
        (message(value=b"[]"), Invalid),
        (message(size=2_000_000), Invalid),
    ],
)
async def test_what_is_not_the_partners_to_send_is_never_sent(
    unfit: Message, error: type[TenpointError]
) -> None:
    def never(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(error):
        await a_bus(never).publish([message(), unfit])


async def test_nothing_but_the_partners_own_stream_can_be_read() -> None:
    bus = a_bus(says(200))
    for place in (Partition(STREAM.topic, 1), Partition(CONTROL, 0), Partition("other", 0)):
        with pytest.raises(Forbidden):
            await bus.assign({place: 0})
        with pytest.raises(Forbidden):
            await bus.read([Span(place, 0, 1)])
    for topic in (CONTROL, "other"):
        with pytest.raises(Forbidden):
            await bus.end_offsets([topic])


async def test_a_bearer_token_goes_with_every_request_and_the_wait_is_said() -> None:
    seen: list[httpx.Request] = []

    def empty(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"records": []})

    bus = a_bus(empty)
    await bus.assign({STREAM: 7})
    assert await bus.poll(most=9, wait=2.5) == []

    assert seen[0].headers["Authorization"] == "Bearer a token"
    assert dict(seen[0].url.params) == {"after": "7", "most": "9", "wait": "2.5"}
