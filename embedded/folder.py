"""The folder of one demonstration: whose it is, and whether it may go on."""

import json
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from shared.codes.places import TEST_COUNTRY
from shared.kernel.errors import Conflict, Unavailable

FILE: Final = "run.json"


class OtherRun(Conflict):
    """The folder holds a demonstration of another seed or version."""

    code = "other_run"


class NotAFolderOfOurs(Conflict):
    """The folder holds something that is no demonstration; it is never emptied."""

    code = "not_ours"


def open_folder(folder: Path, *, seed: int) -> None:
    """Make the folder a demonstration's, or check that it is this one's.

    Raises:
        OtherRun: it was made with another seed or by another version.
        NotAFolderOfOurs: it holds something else.
        Unavailable: it cannot be written to.
    """
    wanted = {"version": version("tenpoint"), "seed": seed, "country": TEST_COUNTRY}
    try:
        known = read(folder)
        if known is None:
            refuse_strange(folder)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / FILE).write_text(json.dumps(wanted), encoding="ascii")
        elif known != wanted:
            raise OtherRun
    except OSError:
        raise Unavailable("folder") from None


def clear(folder: Path, refuse_running: Callable[[], None]) -> None:
    """Begin anew: remove what an earlier demonstration left, unless one runs there.

    Raises:
        AlreadyRunning: another process works in the folder.
        NotAFolderOfOurs: the folder holds something else.
        Unavailable: it cannot be written to.
    """
    if read(folder) is None:
        refuse_strange(folder)
        return
    refuse_running()
    try:
        shutil.rmtree(folder)
    except OSError:
        raise Unavailable("folder") from None


def keep(file: Path, text: str) -> None:
    """Write a file so that a later life finds the old text or the new one, and never half of it."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text, encoding="ascii")
    fresh.replace(file)


def refuse_strange(folder: Path) -> None:
    """Refuse a folder that holds something that is no demonstration.

    Raises:
        NotAFolderOfOurs: it does, or it is no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotAFolderOfOurs


def read(folder: Path) -> dict[str, object] | None:
    """Return what a folder says that it is; None if it says nothing."""
    try:
        known = json.loads((folder / FILE).read_text(encoding="ascii"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return known if isinstance(known, dict) else None
