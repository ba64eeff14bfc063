"""What the desk hears and announces is what the contracts allow it; it starts with few eyes."""

from pathlib import Path

import pytest

from services.referral.api.wiring import coordinators_of
from services.referral.main import ANNOUNCES, HEARS
from shared.events.event import Topic
from shared.events.registry import contract_of, contracts
from shared.kernel.agencies import DESK
from tests.referral.world import World


def test_the_desk_announces_only_what_it_may_author() -> None:
    assert all(DESK in contract_of(event).authors for event in ANNOUNCES)


def test_the_desk_hears_only_what_may_reach_it() -> None:
    assert all(DESK in contract_of(event).audience for event in HEARS)


def test_the_desk_hears_every_word_of_a_referral_that_may_reach_it() -> None:
    reaching = {
        contract.event
        for contract in contracts()
        if DESK in contract.audience
        and contract.topic is not Topic.STREAM
        and contract.event.__module__ == "shared.events.referral"
    }

    assert reaching <= set(HEARS)


def test_at_most_three_coordinate_what_is_sensitive() -> None:
    assert coordinators_of(["a", "b", "c", "c"]) == {"a", "b", "c"}
    with pytest.raises(ValueError, match="too many"):
        coordinators_of(["a", "b", "c", "d"])


async def test_a_desk_that_starts_again_goes_on_where_it_was(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.service.database.close()
    world.service = world.build()

    assert await world.announced() == []
    world.close()
