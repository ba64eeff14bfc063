"""One partner's system as a whole: the same for the same seed, and down for days without loss."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from typing_extensions import override

from embedded.partners.edge import PRACTICES, Done
from embedded.partners.edge.shelter import ShelterProvider
from shared.codes.pathways import Pathway
from shared.events.control import ErasureConfirmed, FeedAffirmed
from shared.events.exchange import DecisionMade, ErasureAsked
from shared.events.referral import ReferralAccepted, ReferralWithdrawn, ServiceEnded
from shared.kernel.agencies import ASYLUM
from shared.kernel.errors import Unavailable
from shared.kernel.identifiers import Kind, NoticeRef
from shared.messaging.bus import Partition
from tests.embedded.partners.conftest import MakeWorld
from tests.embedded.partners.edge_world import (
    HOUR,
    NOON,
    SEED,
    Willing,
    World,
    offer,
    person,
    ref,
    referral,
)
from tests.embedded.partners.mortal import Fate, MortalBus

Story = Sequence[tuple[datetime, str]]


async def story_of(folder: Path, seed: int, first: int = 1) -> Story:
    """Return what a partner told of ten offers and when, by kind."""
    world = World(folder, ShelterProvider(), seed=seed)
    try:
        await world.tell(*(offer(number) for number in range(first, first + 20)))
        story: list[tuple[datetime, str]] = []
        for _ in range(12):
            before = len(world.seen)
            await world.pass_time(6, by=6)
            new = list(world.seen.values())[before:]
            story += sorted((world.now, type(event).__name__) for event, _ in new)
        return story
    finally:
        world.close()


async def test_one_seed_makes_one_story_whatever_the_references_are(tmp_path: Path) -> None:
    one = await story_of(tmp_path / "one", SEED)

    assert len(one) > 20
    assert await story_of(tmp_path / "two", SEED) == one
    assert await story_of(tmp_path / "three", SEED, first=500) == one
    assert await story_of(tmp_path / "four", SEED + 1) != one


async def test_who_is_down_reads_and_tells_nothing_and_then_everything(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    world.office.down_until = NOON + 96 * HOUR
    await world.tell(*(offer(number, respond_by=NOON + 72 * HOUR) for number in range(1, 6)))
    await world.tell(ReferralWithdrawn(referral=referral(3)))

    await world.pass_time(95, by=19)
    assert world.office.is_down
    assert world.office.post.receiver.counts == {}
    assert world.seen == {}

    await world.pass_time(2, by=1)
    accepted = {event.referral for event in world.told(ReferralAccepted)}
    assert accepted == {referral(number) for number in (1, 2, 4, 5)}
    assert (await world.office.counts())[Done.OFFERS] == 5


async def test_what_was_withdrawn_meanwhile_is_not_answered_on_waking(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.tell(offer())
    world.office.down_until = NOON + 96 * HOUR
    much = [DecisionMade(answers=())] * 1100
    await world.release(*much, ReferralWithdrawn(referral=referral()))

    await world.pass_time(100, by=50)

    assert world.office.post.receiver.counts["heard"] > len(much)
    assert world.seen == {}


async def test_a_service_goes_on_where_an_outage_found_it(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()
    payload = world.payload()
    await world.release(payload)
    erased = ErasureAsked(
        about=person(),
        notice=NoticeRef(ref(Kind.NOTICE)),
        releases=(world.released,),
        due=date(2022, 7, 31),
    )
    world.office.down_until = world.now + 96 * HOUR
    await world.tell(erased)
    await world.pass_time(95, by=95)
    assert world.told(ErasureConfirmed) == []

    await world.pass_time(100, by=20)

    assert len(world.told(ErasureConfirmed)) == 1
    assert len(world.told(ServiceEnded)) == 1


async def test_no_feed_is_affirmed_while_down(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.tell(offer(1, Pathway.ASYLUM))
    world.office.down_until = NOON + 24 * HOUR
    await world.pass_time(23, by=1)
    assert world.told(FeedAffirmed) == []

    await world.pass_time(3, by=1)
    assert world.told(FeedAffirmed)


async def test_it_says_when_staff_has_something_to_do(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.settle()
    assert await world.office.next_due() is None, "the hourly affirmation does not count"

    await world.tell(offer(1, Pathway.ASYLUM))
    due = await world.office.next_due()

    assert due is not None
    assert NOON < due < NOON + 72 * HOUR
    await world.tell(ReferralWithdrawn(referral=referral()))
    assert await world.office.next_due() is None


async def test_an_unreachable_carrier_is_waited_for(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    broken = [True]

    class Breaking(MortalBus):
        @override
        async def assign(self, positions: Mapping[Partition, int]) -> None:
            if broken:
                raise Unavailable
            await super().assign(positions)

    world.wrap = lambda bus: Breaking(bus, Fate())
    world.start_again()
    await world.release(offer())
    assert await world.office.step() == 0

    broken.clear()
    await world.pass_time(72, by=36)
    assert len(world.told(ReferralAccepted)) == 1


async def test_it_runs_until_it_is_told_to_stop(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    stop = asyncio.Event()
    waited: list[float] = []
    await world.release(offer())

    async def idle(seconds: float) -> None:
        waited.append(seconds)
        if seconds:
            stop.set()

    await asyncio.wait_for(world.office.run(stop, idle), timeout=10)

    assert waited[0] == 0
    assert waited[-1] > 0
    assert (await world.office.counts())[Done.OFFERS] == 1
