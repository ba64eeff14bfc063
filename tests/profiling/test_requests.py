"""A request sent again is done once, for a day of case time."""

from datetime import timedelta

from shared.events.control import TaskOpened
from shared.events.registration import PersonRegistered
from tests.profiling.builders import a_person
from tests.profiling.calls import ACCEPTED, CONFLICT, DAY, PROFILE, TASK
from tests.profiling.world import World


async def ask(world: World, until: str) -> int:
    async with world.client() as client:
        client.headers["Idempotency-Key"] = "k-1"
        answer = await client.post(f"{PROFILE}/tasks", json=TASK | {"until": until})
    return answer.status_code


async def test_a_key_is_known_for_a_day_and_then_forgotten_in_the_regular_run(
    world: World,
) -> None:
    await world.tell(PersonRegistered(person=a_person()))
    first = await ask(world, "2026-06-01")
    world.now += DAY
    await world.announced()
    within = [await ask(world, "2026-06-01"), await ask(world, "2026-07-01")]
    world.now += timedelta(hours=1)
    await world.announced()

    after = await ask(world, "2026-07-01")

    told = [event.until for event in await world.announced() if isinstance(event, TaskOpened)]
    assert (first, within, after) == (ACCEPTED, [ACCEPTED, CONFLICT], ACCEPTED)
    assert [str(until) for until in told] == ["2026-06-01", "2026-07-01"]
