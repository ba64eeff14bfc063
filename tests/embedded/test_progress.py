"""How far a replay has come: everybody counts, on a boat or by themselves."""

import asyncio
from pathlib import Path

from embedded.demo import Replay
from embedded.main import start
from embedded.people import travellers
from embedded.progress import Progress
from tests.embedded.running import COUNTS, SEED, Left


async def gone_on(folder: Path) -> Progress:
    """Return how far a replay has come that takes up where another left off."""
    embedded = await start(folder, seed=SEED, first=min(COUNTS))
    try:
        replay = Replay(embedded, COUNTS)
        await replay.count()
        return replay.progress
    finally:
        embedded.close()


def test_at_the_end_as_many_have_arrived_as_the_days_bring(left: Left) -> None:
    by_themselves = [
        one
        for day, count in COUNTS.items()
        for one in travellers(SEED, day, count)
        if one.boat is None
    ]

    assert by_themselves
    assert left.progress.arrived == left.progress.people == left.outcome.people.arrived


def test_a_later_life_counts_those_who_came_in_an_earlier_one(left: Left, tmp_path: Path) -> None:
    progress = asyncio.run(gone_on(left.copied(tmp_path)))

    assert progress.arrived == progress.people
