"""The demo from start to end: started by the command `tenpoint demo`."""

import asyncio
import contextlib
import logging
import resource
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from embedded.arrivals import arrivals
from embedded.demo import Replay
from embedded.main import Embedded, start
from embedded.report import print_report, reckon_up
from embedded.serving import serve, take_port
from shared.kernel.errors import TenpointError
from shared.telemetry.logs import route_logging

SENTENCES: Final = {
    "already_running": "A demo already runs in this folder. Stop it, or give another --folder.",
    "other_run": "This folder holds a demo of another seed or version. Add --fresh to start over.",
    "run_unreadable": "What this folder holds can no longer be read. Add --fresh to start over.",
    "not_ours": "This folder holds something else. Give another --folder.",
    "made_otherwise": "This folder was made by another version. Add --fresh to start over.",
    "unavailable": "The folder cannot be written to. Give another --folder.",
    "port_taken": "The port is in use. Give another --port.",
    "not_in_table": "There are no figures for these days. The table has 1 September 2019 to 2022.",
}
"""What to do about each refusal, in one sentence."""

FAILED: Final = 1
REFUSED: Final = 2
INTERRUPTED: Final = 130
"""As shells say of a program that Ctrl-C has ended: 128, and the number of the signal."""

CUT_SHORT: Final = (
    "Stopped before the end: nothing was reckoned up. Without --fresh it goes on here."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person who starts the demo wants."""

    first: date
    last: date
    speed: float | None
    folder: Path
    port: int
    seed: int
    fresh: bool
    leave: bool
    """End when everything has arrived, and serve no page."""


def run(wish: Wish) -> int:
    """Run the demo; return the exit code.

    0, 1 if anything was lost, doubled or nobody's, 2 if refused, 130 if it was stopped before the
    reckoning.
    """
    begun = time.monotonic()
    console = Console()
    route_logging()
    logging.getLogger().setLevel(logging.WARNING)
    try:
        return asyncio.run(play(wish, console, begun))
    except TenpointError as error:
        console.print(SENTENCES.get(error.code, f"The demo cannot start: {error.code}."))
        return REFUSED
    except KeyboardInterrupt:
        console.print(CUT_SHORT)
        return INTERRUPTED


async def play(wish: Wish, console: Console, begun: float) -> int:
    """Put everything together, replay the days, show and reckon up."""
    counts = arrivals(wish.first, wish.last)
    listening = None if wish.leave else take_port(wish.port)
    embedded = await start(wish.folder, seed=wish.seed, first=wish.first, fresh=wish.fresh)
    embedded.run()
    replay = Replay(embedded, counts, speed=wish.speed, begun=begun)
    try:
        async with served(embedded, replay, listening):
            if listening is not None:
                console.print(f"Open http://127.0.0.1:{wish.port}/ - stop with Ctrl-C.")
            await watch(replay, console)
            code = await conclude(embedded, replay, counts, console, begun)
            if listening is not None:
                console.print("Everything has arrived. The page stays open; stop with Ctrl-C.")
                await until_stopped()
            return code
    finally:
        await embedded.stop()


async def until_stopped() -> None:
    """Wait for Ctrl-C, which is no failure once everything has arrived."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def served(
    embedded: Embedded, replay: Replay, listening: socket.socket | None
) -> AsyncIterator[None]:
    """Serve the page meanwhile, if one is wanted."""
    if listening is None:
        yield
        return
    task = asyncio.create_task(serve(embedded, replay, listening))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def watch(replay: Replay, console: Console) -> None:
    """Show how far the replay has come until it ends."""
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console) as bars:
        names = ("Arrived", "Registered", "Known to UNHCR")
        bar = [bars.add_task(name, total=replay.progress.people) for name in names]
        task = asyncio.create_task(replay.run())
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=0.25)
                now = replay.progress
                day = now.day.isoformat() if now.day else ""
                bars.update(bar[0], completed=now.arrived, description=f"Arrived {day}")
                bars.update(bar[1], completed=now.registered)
                bars.update(bar[2], completed=now.profiled)
        finally:
            task.cancel()
            await task


async def conclude(
    embedded: Embedded,
    replay: Replay,
    counts: Mapping[date, int],
    console: Console,
    begun: float,
) -> int:
    """Compare what everybody holds with what the seed says, and print it."""
    outcome = await reckon_up(embedded, counts)
    seconds = time.monotonic() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print_report(
        console,
        outcome,
        seconds=seconds,
        first_event_s=replay.progress.first_event_s,
        megabytes=megabytes,
    )
    return 0 if outcome.people.is_right else FAILED
