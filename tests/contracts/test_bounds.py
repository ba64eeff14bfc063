"""Numbers that an agency tells the exchange are numbers that the exchange can keep."""

import json
from typing import Any, cast

import pytest
from msgspec import inspect

from shared.events.control import ControlRepeated, RestateEnded, StreamGapFound
from shared.events.event import Contract, Event, Topic, decode
from shared.events.registry import contracts
from shared.kernel.identifiers import Form, Kind, reference

TOKEN = reference(Kind.RESTATE, Form.OWN, bytes(16))
LARGEST = 2**63 - 1

BOUNDED: list[tuple[type[Event], dict[str, Any], str, int]] = [
    (StreamGapFound, {"partition": 0, "after": 0}, "partition", 999),
    (StreamGapFound, {"partition": 0, "after": 0}, "after", LARGEST),
    (RestateEnded, {"token": TOKEN, "events": 0}, "events", LARGEST),
    (ControlRepeated, {"hole": 0}, "hole", LARGEST),
]

every_bound = pytest.mark.parametrize(("event", "told", "name", "most"), BOUNDED)


@every_bound
def test_nothing_and_the_most_are_read(
    event: type[Event], told: dict[str, Any], name: str, most: int
) -> None:
    for number in (0, most):
        read = decode(event, json.dumps({**told, name: number}).encode())

        assert getattr(read, name) == number


@every_bound
def test_less_than_nothing_and_more_than_the_most_are_no_event(
    event: type[Event], told: dict[str, Any], name: str, most: int
) -> None:
    for number in (-1, most + 1, 2**70, 0.5):
        with pytest.raises(ValueError, match=name):
            decode(event, json.dumps({**told, name: number}).encode())


def numbers_of(event: type[Event]) -> dict[str, inspect.IntType]:
    fields = cast("inspect.StructType", inspect.type_info(event)).fields
    return {one.name: one.type for one in fields if isinstance(one.type, inspect.IntType)}


@pytest.mark.parametrize("contract", contracts(Topic.CONTROL), ids=lambda one: one.event.__name__)
def test_every_number_that_the_exchange_reads_has_both_bounds(contract: Contract) -> None:
    for number in numbers_of(contract.event).values():
        assert number.ge == 0
        assert number.le is not None
        assert number.le <= LARGEST


def test_every_number_that_the_exchange_reads_is_tried_above() -> None:
    found = {
        (contract.event, name)
        for contract in contracts(Topic.CONTROL)
        for name in numbers_of(contract.event)
    }

    assert found == {(event, name) for event, _, name, _ in BOUNDED}
