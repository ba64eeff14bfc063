"""A partner reads its own stream by number: each once, in order, and told where it cannot go on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from shared.kernel.agencies import RECEPTION, UNHCR, Role
from shared.messaging.bus import Message, Partition
from shared.messaging.permissions import stream_topic
from tests.crashes.adversary import at_once
from tests.dataexchange.edge_world import CP, a_task, an_app, an_edge_world, as_sent, call
from tests.dataexchange.world import World

STREAM = Partition(stream_topic(CP), 0)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with an_edge_world(tmp_path) as made:
        yield made


async def answered(world: World, times: int = 1) -> None:
    """Let the partner be told something, so often."""
    for _ in range(times):
        await call(an_app(world), "/v1/events", {"events": [as_sent(a_task())]})
        world.lead()


async def numbers(app: FastAPI, query: str) -> list[int]:
    answer = await call(app, f"/v1/stream?{query}")
    assert answer.status_code == 200, answer.text
    return [one["number"] for one in answer.json()["records"]]


async def bounds(app: FastAPI) -> Any:
    return (await call(app, "/v1/stream/bounds")).json()


def repeat(world: World, *places: int) -> None:
    """Have records stand on the carrier once more, as after a lost acknowledgement."""
    stream = world.stream(CP)
    copies = [
        Message(STREAM.topic, one.key, one.value, one.headers, 0)
        for one in (stream[place] for place in places)
    ]
    at_once(world.leader.bus.publish(copies))


async def test_the_stream_is_read_in_order_with_all_that_stands_around_an_event(
    world: World,
) -> None:
    await answered(world, 2)
    on_the_carrier = world.stream(CP)

    answer = await call(an_app(world), "/v1/stream?after=0")

    told = answer.json()["records"]
    assert [one["number"] for one in told] == list(range(1, len(on_the_carrier) + 1))
    for one, record in zip(told, on_the_carrier, strict=True):
        assert (one["id"], one["type"]) == (
            (record.header("ce_id") or b"").decode(),
            (record.header("ce_type") or b"").decode(),
        )
        assert (one["source"], one["key"]) == ("exchange", record.key.decode())
        assert record.value.decode() in answer.text


async def test_a_page_ends_where_asked_and_the_next_follows(world: World) -> None:
    await answered(world, 3)
    app, last = an_app(world), len(world.stream(CP))

    pages = [await numbers(app, f"after={after}&most=2") for after in range(last + 1)]

    assert pages == [
        [one for one in (after + 1, after + 2) if one <= last] for after in range(last + 1)
    ]


async def test_what_stands_twice_on_the_carrier_is_read_once_whoever_asks(world: World) -> None:
    await answered(world, 2)
    repeat(world, 1, 2, 0)
    await answered(world)
    app, last = an_app(world), max(await numbers(an_app(world), "after=0"))

    for after in (0, 1, last - 1, 2, 0, last):
        expected = list(range(after + 1, last + 1))
        assert await numbers(app, f"after={after}") == expected
        assert await numbers(an_app(world), f"after={after}") == expected


async def test_what_is_not_kept_any_more_is_a_gap_and_the_bounds_say_where_to_go_on(
    world: World,
) -> None:
    await answered(world, 2)
    last = len(world.stream(CP))
    world.town.log.truncate(STREAM, before=2)
    app = an_app(world)

    for after in (0, 1, last + 1, 2**63 - 1):
        answer = await call(app, f"/v1/stream?after={after}")
        assert (answer.status_code, answer.json()["code"]) == (409, "gap")
    assert await bounds(app) == {"first": 3, "last": last}
    assert await numbers(app, "after=2") == list(range(3, last + 1))


async def test_of_a_stream_wholly_gone_the_bounds_say_what_comes_next(world: World) -> None:
    given = (await bounds(an_app(world)))["last"]
    assert given > 0
    assert await bounds(an_app(world)) == {"first": 1, "last": given}
    await answered(world)
    last = len(world.stream(CP))
    world.town.log.truncate(STREAM, before=last)

    assert await bounds(an_app(world)) == {"first": last + 1, "last": last}
    assert await numbers(an_app(world), f"after={last}") == []


async def test_a_reader_may_wait_for_the_first_record(world: World) -> None:
    app = an_app(world)
    waiting = asyncio.create_task(numbers(app, "after=0&wait=5"))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    await answered(world)

    assert (await waiting)[:1] == [1]


async def test_waiting_ends(world: World) -> None:
    assert await numbers(an_app(world), "after=0&wait=0.05") == []


@pytest.mark.parametrize("query", ["", "after=-1", "after=x", "after=0&most=0", "after=0&wait=99"])
async def test_a_senseless_question_is_refused(world: World, query: str) -> None:
    assert (await call(an_app(world), f"/v1/stream?{query}")).status_code == 422


@pytest.mark.parametrize("path", ["/v1/stream?after=0", "/v1/stream/bounds"])
async def test_nobody_reads_but_a_partners_program_and_only_its_own(
    world: World, path: str
) -> None:
    await answered(world)
    app = an_app(world)

    for agency in (UNHCR, RECEPTION, "consulate", "at", "exchange"):
        assert (await call(app, path, agency=agency)).status_code == 404
    for role in set(Role) - {Role.SYSADMIN}:
        assert (await call(app, path, role=role)).status_code == 404
    assert (await call(app, path, role="nobody")).status_code == 401
