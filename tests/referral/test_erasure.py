"""What the desk erases, and that it has nothing to erase of a person."""

from dataclasses import replace

import pytest

from services.referral.rules.record import State, card_of
from shared.codes.pathways import Pathway
from shared.events.card import Card
from shared.events.control import ErasureConfirmed
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked
from shared.kernel.categories import Category
from shared.kernel.identifiers import Form, Kind, NoticeRef, Reference, reference
from tests.referral.builders import NOON, a_referral, requested
from tests.referral.world import World

CASH = requested(Pathway.CASH)


def a_notice(about: Reference, *categories: Category) -> ErasureAsked:
    notice = NoticeRef(reference(Kind.NOTICE, Form.ISSUED, bytes(16)))
    return ErasureAsked(
        about=about,
        notice=notice,
        releases=(1,),
        due=NOON.date(),
        categories=categories or ABSENT,
    )


async def test_erasing_an_open_referral_leaves_it_to_a_human(world: World) -> None:
    await world.tell(CASH)
    notice = a_notice(a_referral())

    await world.tell(notice)

    referral = await world.referral()
    assert (referral.state, referral.overdue_at) == (State.INTERRUPTED, NOON)
    assert referral.card == Card()
    assert ErasureConfirmed(notice=notice.notice, outcome="ERASED") in await world.announced()


async def test_erasing_a_category_leaves_the_rest_and_the_clock(world: World) -> None:
    await world.tell(requested(Pathway.CASH, language="und"))
    before = await world.referral()

    await world.tell(a_notice(a_referral(), Category.LANGUAGE))

    after = await world.referral()
    assert after == replace(before, card=card_of(requested(Pathway.CASH)))


@pytest.mark.parametrize(
    "about",
    [a_referral(9), reference(Kind.PERSON, Form.ISSUED, bytes(16))],
    ids=["unknown", "person"],
)
async def test_an_erasure_about_what_the_desk_has_not_is_confirmed(
    world: World, about: Reference
) -> None:
    await world.tell(CASH)
    before = await world.referral()

    await world.tell(a_notice(about))

    assert await world.referral() == before
    confirmed = [one for one in await world.announced() if isinstance(one, ErasureConfirmed)]
    assert len(confirmed) == 1
