"""A partner sends by HTTP: what is taken is durable; what is refused is told without a value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.events.control import TaskClosed
from shared.events.exchange import Outcome
from shared.events.partners import CareArranged
from shared.kernel.agencies import RECEPTION, UNHCR, Agency, Role
from shared.kernel.errors import Unavailable
from shared.kernel.identifiers import Form, Kind
from shared.messaging.bus import Partition, Span
from shared.messaging.edge.wire import MOST_BYTES, MOST_EVENTS
from shared.messaging.permissions import EDGE, control_topic, events_topic
from tests.builders import a_reference
from tests.crashes.adversary import at_once
from tests.dataexchange.edge_world import (
    CP,
    a_met_person,
    a_task,
    an_app,
    an_edge_world,
    as_sent,
    call,
)
from tests.dataexchange.handlers.test_deliver import Mute
from tests.dataexchange.world import World, registered

EVENTS = "/v1/events"
CANARY = "Qanaryx"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with an_edge_world(tmp_path) as made:
        yield made


async def send(world: World, *events: Any, **more: Any) -> Any:
    return await call(an_app(world), EVENTS, {"events": list(events)}, **more)


def topic_ends(world: World) -> dict[str, int]:
    exchange = world.leader.bus
    topics = [topic(CP) for topic in (events_topic, control_topic)]
    ends = at_once(exchange.end_offsets(topics))
    return {
        topic: sum(end for place, end in ends.items() if place.topic == topic) for topic in topics
    }


def care(person: Any) -> CareArranged:
    return CareArranged(person=person)


async def test_each_event_stands_on_the_topic_of_its_contract_and_is_judged(world: World) -> None:
    person = a_met_person()
    task, cared = as_sent(a_task(person)), as_sent(care(person))

    answer = await send(world, cared, task)
    world.lead()

    assert answer.status_code == 202
    places = answer.json()["events"]
    assert [one["topic"] for one in places] == [events_topic(CP), control_topic(CP)]
    assert [one["id"] for one in places] == [cared["id"], task["id"]]
    for sent, place in zip((cared, task), places, strict=True):
        span = Span(
            Partition(place["topic"], place["partition"]), place["offset"], place["offset"] + 1
        )
        [record] = at_once(world.leader.bus.read([span]))
        assert record.header("ce_id") == sent["id"].encode()
    assert world.answers(CP) == {sent["id"]: (Outcome.TAKEN, None) for sent in (cared, task)}


async def test_a_repeat_is_harmless(world: World) -> None:
    sent = as_sent(a_task())

    for _ in range(3):
        assert (await send(world, sent, sent)).status_code == 202
    world.lead()

    assert topic_ends(world)[control_topic(CP)] == 6
    assert world.answers(CP) == {sent["id"]: (Outcome.TAKEN, None)}


async def test_nothing_is_acknowledged_that_the_carrier_has_not_taken(world: World) -> None:
    app = an_app(world, Mute(world.town.log.as_principal(EDGE)))  # type: ignore[arg-type]

    answer = await call(app, EVENTS, {"events": [as_sent(a_task())]})

    assert (answer.status_code, answer.json()["code"]) == (503, Unavailable.code)


def spoiled() -> dict[str, tuple[dict[str, Any], str, str]]:
    """What was sent, and the field and code that its sender is told."""
    task = as_sent(a_task())
    body, cared = task["body"], as_sent(care(a_met_person()))
    return {
        "no such event": (
            task | {"type": "org.tenpoint.control.Nothing.v1"}, "type", "unknown_event"),
        "no name at all": (task | {"type": CANARY}, "type", "unknown_event"),
        "the exchange's": (
            task | {"type": "org.tenpoint.exchange.DecisionMade.v1"}, "type", "wrong_topic"),
        "another's": (as_sent(registered(a_met_person())), "type", "not_yours"),
        "another key": (task | {"key": a_met_person()}, "key", "wrong_key"),
        "no such body": (task | {"body": {"person": CANARY}}, "body", "unreadable"),
        "a bad code": (task | {"body": body | {"purpose": CANARY}}, "body", "unreadable"),
        "a bad code in data": (
            cared | {"body": cared["body"] | {"care": CANARY}}, "body", "unreadable"),
        "a body too large": (
            task | {"body": body | {"more": CANARY * 180_000}}, "body", "unreadable"),
        "no reference": (task | {"id": CANARY}, "id", "invalid"),
        "a release": (task | {"id": "exchange.cp.v1:0:1"}, "id", "invalid"),
        "another kind": (task | {"id": a_reference(Kind.PERSON)}, "id", "invalid"),
        "no token": (task | {"token": CANARY}, "token", "invalid"),
        "no number": (task | {"sequence": 0}, "sequence", "greater_than_equal"),
        "no day": (task | {"day": CANARY}, "day", "date_from_datetime_parsing"),
        "no key": (task | {"key": ""}, "key", "string_too_short"),
        "a field of its own": (task | {CANARY: 1}, "", "extra_forbidden"),
        "its own source": (task | {"source": UNHCR}, "", "extra_forbidden"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", spoiled())
async def test_what_cannot_be_taken_is_told_by_field_and_code_and_nothing_is_appended(
    world: World, kind: str
) -> None:
    sent, field, code = spoiled()[kind]

    answer = await send(world, as_sent(a_task()), sent)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    [error] = answer.json()["errors"]
    assert error == {"field": f"events.1.{field}".rstrip("."), "code": code}
    assert CANARY not in answer.text
    assert set(topic_ends(world).values()) == {0}


@pytest.mark.parametrize("events", [[], [as_sent(a_task())] * (MOST_EVENTS + 1)])
async def test_no_events_and_too_many_are_refused(world: World, events: list[Any]) -> None:
    assert (await send(world, *events)).status_code == 422


async def test_a_request_has_a_longest_size(world: World) -> None:
    task = as_sent(a_task())
    answer = await send(world, task | {"body": task["body"] | {"more": "x" * MOST_BYTES}})

    assert answer.status_code == 413


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSADMIN}))
async def test_only_a_partners_program_sends(world: World, role: Role) -> None:
    assert (await send(world, as_sent(a_task()), role=role)).status_code == 404


@pytest.mark.parametrize("agency", [UNHCR, RECEPTION])
async def test_who_has_a_client_of_the_carrier_sends_no_more_than_restrictions(
    world: World, agency: str
) -> None:
    person = a_met_person()
    events = as_sent(TaskClosed(person=person)), as_sent(a_task(person), 2)

    answer = await send(world, *events, agency=agency)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "events.1.type", "code": "own_topic"}]
    world.lead()
    assert world.answers(Agency(agency)) == {}


@pytest.mark.parametrize("agency", ["consulate", "at", "exchange", "edge", ""])
async def test_the_edge_speaks_for_nobody_else(world: World, agency: str) -> None:
    answer = await send(world, as_sent(a_task()), agency=agency)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert set(topic_ends(world).values()) == {0}


async def test_without_a_token_nobody_is_heard(world: World) -> None:
    assert (await send(world, as_sent(a_task()), role="nobody")).status_code == 401


async def test_the_log_refuses_what_only_it_can_know_and_counts_its_number(world: World) -> None:
    stranger = a_reference(Kind.PERSON, 5, Form.ISSUED)
    first, second = as_sent(a_task(stranger)), as_sent(TaskClosed(person=stranger), 2)

    assert (await send(world, first, second)).status_code in (200, 202)
    world.lead()

    assert set(world.answers(CP).values()) == {(Outcome.REFUSED, "unknown_reference")}
