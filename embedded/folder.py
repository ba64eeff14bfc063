"""The folder of one demonstration: whose it is, and whether it may go on."""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

from shared.codes.places import TEST_COUNTRY
from shared.kernel.errors import Conflict, Unavailable

FILE: Final = "run.json"
FRESH: Final = ".new"
"""Ending of a file that is being written and does not count yet."""

OURS: Final = re.compile(
    r"run\.json|keys|(clerks|profilers|clock|days)\.txt|(run|clock|days)\.new"
    r"|(border|exchange|log|profiling|referral|registration|shelter)\.sqlite(-wal|-shm|-journal|\.lock)?"
)
"""Names of everything that a demonstration leaves in its folder."""

Run = Mapping[str, object]
KEYS: Final = frozenset({"version", "seed", "country"})
"""What a demonstration's folder says of itself."""


class OtherRun(Conflict):
    """The folder holds a demonstration of another seed or version."""

    code = "other_run"


class NotAFolderOfOurs(Conflict):
    """The folder holds something that is no demonstration; it is never emptied."""

    code = "not_ours"


class RunUnreadable(Conflict):
    """The folder is a demonstration's, and no longer says of which seed and version."""

    code = "run_unreadable"


def open_folder(folder: Path, *, seed: int) -> None:
    """Make the folder a demonstration's, or check that it is this one's.

    Raises:
        OtherRun: it was made with another seed or by another version.
        RunUnreadable: it does not say any more how it was made.
        NotAFolderOfOurs: it holds something else.
        Unavailable: it cannot be written to.
    """
    wanted: Run = {"version": version("tenpoint"), "seed": seed, "country": TEST_COUNTRY}
    try:
        known = read(folder)
        if known is None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep(folder / FILE, json.dumps(wanted))
        elif known != wanted:
            raise OtherRun
    except OSError:
        raise Unavailable("folder") from None


def clear(folder: Path, refuse_running: Callable[[], None]) -> None:
    """Begin anew: remove what an earlier demonstration left, unless one runs there.

    The word that the folder is a demonstration's goes last, so that a kill leaves one that can be
    cleared again.

    Raises:
        AlreadyRunning: another process works in the folder.
        NotAFolderOfOurs: the folder holds something else.
        Unavailable: it cannot be written to.
    """
    try:
        with suppress(RunUnreadable):
            if read(folder) is None:
                return
        refuse_running()
        for path in folder.iterdir():
            if path.name != FILE:
                remove(path)
        shutil.rmtree(folder)
    except OSError:
        raise Unavailable("folder") from None


def remove(path: Path) -> None:
    """Remove a file, or a folder with everything in it; of a link, the link alone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def keep(file: Path, text: str) -> None:
    """Write a file so that a later life finds the old text or the new one, and never half of it."""
    fresh = file.with_suffix(FRESH)
    with fresh.open("w", encoding="ascii") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)


def read(folder: Path) -> Run | None:
    """Return how a folder's demonstration was made; None if the folder is free for one.

    Raises:
        RunUnreadable: nobody can tell, and everything in it is a demonstration's.
        NotAFolderOfOurs: it holds something else, or is no folder.
    """
    names = names_in(folder)
    if names <= {Path(FILE).with_suffix(FRESH).name}:
        return None
    if FILE not in names:
        raise NotAFolderOfOurs
    try:
        known = json.loads((folder / FILE).read_text(encoding="ascii"))
    except ValueError:
        raise (RunUnreadable if all(map(OURS.fullmatch, names)) else NotAFolderOfOurs) from None
    if not isinstance(known, dict) or known.keys() != KEYS:
        raise NotAFolderOfOurs
    return known


def names_in(folder: Path) -> set[str]:
    """Return the names of what is in a folder; none where there is no folder.

    Raises:
        NotAFolderOfOurs: it is no folder.
    """
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise NotAFolderOfOurs
    return {path.name for path in folder.iterdir()}
