"""A request sent again is done once, for a day of case time."""

import httpx

from shared.events.returns import ReturnApplied
from tests.returns.builders import DAY, HOUR
from tests.returns.calls import APPLICATION, CONFLICT, OK, bring_to
from tests.returns.world import World


async def apply(world: World, case: str, country: str = "XTA") -> httpx.Response:
    async with world.client() as client:
        client.headers["Idempotency-Key"] = "k-1"
        return await client.post(f"{case}/application", json=APPLICATION | {"country": country})


async def test_a_key_is_known_for_a_day_and_then_forgotten_in_the_regular_run(
    world: World,
) -> None:
    case = await bring_to(world, "COUNSELLED")
    first = await apply(world, case)
    world.now += DAY
    await world.announced()
    again, other = await apply(world, case), await apply(world, case, "XTB")
    world.now += HOUR
    await world.announced()

    after = await apply(world, case)

    assert (first.status_code, again.json()) == (OK, first.json())
    assert (other.status_code, other.json()["code"]) == (CONFLICT, "key_reused")
    assert (after.status_code, after.json()["code"]) == (CONFLICT, "out_of_order")
    told = [event for event in await world.announced() if isinstance(event, ReturnApplied)]
    assert len(told) == 1
