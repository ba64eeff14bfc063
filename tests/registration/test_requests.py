"""A request sent again is done once, for a day of case time."""

from datetime import timedelta
from typing import Any

from tests.registration.world import World

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)
KEY = {"Idempotency-Key": "k-1"}


async def ask(world: World, age: int) -> tuple[int, Any]:
    body = {"information_given": True, "age": age}
    answer = await world.call("POST", "/v1/persons", body, headers=KEY)
    return answer.status_code, answer.json()


async def test_a_key_is_known_for_a_day_and_then_forgotten_in_the_regular_run(
    world: World,
) -> None:
    first = await ask(world, 30)
    world.now += DAY
    await world.settle()
    again, other = await ask(world, 30), await ask(world, 31)
    world.now += HOUR
    await world.settle()

    status, registered = await ask(world, 31)

    assert again == first
    assert (other[0], other[1]["code"]) == (409, "key_reused")
    assert status == 201
    assert registered["person"] != first[1]["person"]
