"""Killed between any two steps, a partner loses nothing and does nothing twice."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from embedded.partners.edge.child_protection import ChildProtection
from embedded.partners.edge.practice import Habits
from embedded.partners.edge.tables import HeldRow
from shared.codes.pathways import Pathway
from shared.events.control import FeedAffirmed
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.referral import ReferralWithdrawn
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind, NoticeRef, TokenRef
from tests.embedded.partners.edge_world import World, offer, person, ref, referral
from tests.embedded.partners.mortal import Mortal, words_of


class Childrens(ChildProtection):
    """Asks first; declines nobody."""

    habits = Habits(asks=1.0, declines=0.0)


async def live(world: World) -> None:
    """Let a partner meet with everything that it can hear."""
    await world.tell(offer(1, Pathway.TRACING), offer(2, Pathway.TRACING), offer(3))
    await world.pass_time(72, by=36)
    await world.release(world.payload(1))
    about = world.released
    await world.tell(ReferralWithdrawn(referral=referral(2)))
    await world.pass_time(108, by=36)
    await world.tell(
        ErasureAsked(
            about=person(),
            notice=NoticeRef(ref(Kind.NOTICE)),
            releases=(about,),
            categories=(Category.HEALTH,),
            due=date(2022, 7, 31),
        ),
        RestateAsked(about=person(), token=TokenRef(ref(Kind.RESTATE))),
    )


def held(world: World) -> list[tuple[int, str, bytes]]:
    def work(session: Session) -> list[tuple[int, str, bytes]]:
        rows = session.exec(select(HeldRow)).all()
        return sorted((row.number, row.field, row.value) for row in rows)

    return world.look(work)


Left = tuple[object, object, object, object]


async def left_by(world: Mortal) -> Left:
    """Let a partner live, and return what it has told, keeps and counts."""
    try:
        await live(world)
        world.fate.at = ()
        counts = await world.office.counts()
        counts.pop("feeds affirmed")
        affirmed = [event.complete_until for event in world.told(FeedAffirmed)]
        assert len(set(affirmed)) == len(affirmed)
        return words_of(world), held(world), counts, await world.office.tasks()
    finally:
        world.close()


@pytest.fixture(scope="module")
def unkilled(tmp_path_factory: pytest.TempPathFactory) -> Left:
    world = Mortal(tmp_path_factory.mktemp("unkilled") / "world", Childrens())
    return asyncio.run(left_by(world))


EVERY = 23
"""A life is longer than it takes to come back, so that each does something new."""


@pytest.mark.parametrize("first", range(1, EVERY + 1, 2))
async def test_however_often_it_falls_the_same_is_told_kept_and_counted(
    tmp_path: Path, unkilled: Left, first: int
) -> None:
    world = Mortal(tmp_path / "world", Childrens(), *range(first, 2000, EVERY))

    left = await left_by(world)

    assert left == unkilled
    assert world.falls > 10
