"""Whatever happens, the clocks that run are those of the referral as it stands, and no others."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

import pytest

from services.referral.rules.clocks import Clock, alarm_due, due_times
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Step
from shared.events.event import ABSENT, Event
from shared.events.exchange import FlowInterrupted
from shared.kernel.agencies import ASYLUM, CHILD_PROTECTION, IOM, UNHCR
from tests.referral.builders import (
    a_referral,
    accepted,
    amended,
    asked,
    declined,
    ended,
    requested,
    started,
    withdrawn,
)
from tests.referral.world import World

KINDS = (*Clock, *(step.value for step in Step))
PATHWAYS = (Pathway.ASYLUM, Pathway.FAMILY, Pathway.CHILD_PROTECTION, Pathway.CASH)
WORDS: tuple[Callable[[Random], Event], ...] = (
    lambda chance: asked(chance.choice([UNHCR, ASYLUM, IOM])),
    lambda chance: amended(priority=chance.choice(list(Priority))),
    lambda _: amended(language="und"),
    lambda chance: declined(chance.choice([UNHCR, ASYLUM, IOM])),
    lambda chance: accepted(chance.choice([UNHCR, ASYLUM, CHILD_PROTECTION])),
    lambda chance: started(
        chance.choice([UNHCR, CHILD_PROTECTION]), step=chance.choice(list(Step))
    ),
    lambda chance: ended(chance.choice([ASYLUM, IOM])),
)


async def running(world: World) -> Mapping[str, datetime]:
    """Return every clock that is set and has not passed, and the alarm."""
    found = {kind: await world.clock(kind, a_referral()) for kind in KINDS}
    alarm = await world.ask(lambda store: store.alarms.find(Clock.RESPONSE, a_referral()))
    return {kind: at for kind, at in found.items() if at is not None} | (
        {"alarm": alarm.due_at} if alarm else {}
    )


async def expected(world: World) -> Mapping[str, datetime]:
    """Return the clocks of the referral that have not passed yet."""
    referral = await world.referral()
    due = dict(due_times(referral))
    alarm = alarm_due(referral)
    if alarm is not None:
        due["alarm"] = alarm
    return {kind: at for kind, at in due.items() if at >= world.now}


@pytest.mark.parametrize("seed", range(12))
async def test_the_clocks_that_run_are_those_of_the_referral(world: World, seed: int) -> None:
    chance = Random(seed)
    provider = chance.choice([UNHCR, CHILD_PROTECTION, ABSENT])
    priority = chance.choice(list(Priority))
    await world.tell(requested(chance.choice(PATHWAYS), priority=priority, provider=provider))

    for _ in range(20):
        await world.tell(chance.choice(WORDS)(chance))
        world.now += timedelta(hours=chance.choice([0, 1, 20, 25, 49, 100]), seconds=1)
        await world.caught_up()
        assert await running(world) == await expected(world)

    await world.tell(chance.choice([withdrawn(), FlowInterrupted(referral=a_referral())]))
    assert await running(world) == {}
