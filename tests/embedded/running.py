"""A small demonstration that runs to its end, once for all tests that look at what it left."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from embedded.demo import Replay
from embedded.main import start
from embedded.progress import Progress
from embedded.report import Outcome, reckon_up

SEED = 10
COUNTS: Mapping[date, int] = {date(2022, 7, 1): 60, date(2022, 7, 2): 45}


@dataclass(frozen=True, slots=True)
class Left:
    """What a demonstration left behind."""

    folder: Path
    outcome: Outcome
    progress: Progress

    def copied(self, to: Path) -> Path:
        """Return a copy of the folder, which may be changed."""
        return Path(shutil.copytree(self.folder, to / "run"))


def play(folder: Path, counts: Mapping[date, int] = COUNTS) -> Left:
    """Run a demonstration to its end and stop it."""
    return asyncio.run(_play(folder, counts))


async def _play(folder: Path, counts: Mapping[date, int]) -> Left:
    embedded = await start(folder, seed=SEED, first=min(counts))
    embedded.run()
    try:
        replay = Replay(embedded, counts)
        await replay.run()
        return Left(folder, await reckon_up(embedded, counts), replay.progress)
    finally:
        await embedded.stop()
