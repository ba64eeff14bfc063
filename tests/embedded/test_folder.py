"""Whose a folder is: a kill leaves one that can be used again, and nobody else's is emptied."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from embedded.folder import (
    FILE,
    OURS,
    NotAFolderOfOurs,
    OtherRun,
    RunUnreadable,
    clear,
    open_folder,
)
from tests.embedded.running import Left

TORN = ("", '{"version": "0.1', "\0\0\0\0")


class Killed(BaseException):
    """The process is gone."""


def nobody_runs() -> None:
    """Nobody works in the folder."""


def kill(*_: object) -> None:
    raise Killed


def test_a_folder_is_taken_and_known_again(tmp_path: Path) -> None:
    open_folder(tmp_path / "run", seed=3)

    open_folder(tmp_path / "run", seed=3)

    with pytest.raises(OtherRun):
        open_folder(tmp_path / "run", seed=4)


@pytest.mark.parametrize("falls_at", ["fsync", "replace"])
def test_a_kill_while_it_is_taken_leaves_it_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, falls_at: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os if falls_at == "fsync" else Path, falls_at, kill)
        with pytest.raises(Killed):
            open_folder(tmp_path / "run", seed=3)

    open_folder(tmp_path / "run", seed=3)

    assert json.loads((tmp_path / "run" / FILE).read_text())["seed"] == 3


@pytest.mark.parametrize("torn", TORN)
def test_one_that_cannot_be_read_any_more_is_taken_afresh(tmp_path: Path, torn: str) -> None:
    for name in ("log.sqlite-wal", "clock.txt"):
        (tmp_path / name).write_text("left")
    (tmp_path / FILE).write_text(torn)

    with pytest.raises(RunUnreadable):
        open_folder(tmp_path, seed=3)
    clear(tmp_path, nobody_runs)
    open_folder(tmp_path, seed=3)

    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("torn", TORN)
def test_one_that_holds_anything_else_is_never_emptied(tmp_path: Path, torn: str) -> None:
    (tmp_path / FILE).write_text(torn)
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(NotAFolderOfOurs):
        clear(tmp_path, nobody_runs)
    with pytest.raises(NotAFolderOfOurs):
        open_folder(tmp_path, seed=3)

    assert (tmp_path / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize("said", ['{"lap": 12}', "[]", "7", '{"seed": 3}'])
def test_another_programs_file_of_the_same_name_is_left_alone(tmp_path: Path, said: str) -> None:
    (tmp_path / FILE).write_text(said)

    with pytest.raises(NotAFolderOfOurs):
        clear(tmp_path, nobody_runs)

    assert (tmp_path / FILE).read_text() == said


@pytest.mark.parametrize("removed", range(4))
def test_a_kill_while_it_is_emptied_leaves_one_that_can_be_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removed: int
) -> None:
    folder = tmp_path / "run"
    open_folder(folder, seed=3)
    for name in ("border.sqlite", "clock.txt", "log.sqlite"):
        (folder / name).write_text("left")
    unlink, calls = os.unlink, iter(range(10))

    def fall(*where: Any, **how: Any) -> None:
        if next(calls) == removed:
            raise Killed
        unlink(*where, **how)

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", fall)
        with pytest.raises(Killed):
            clear(folder, nobody_runs)
    clear(folder, nobody_runs)

    assert not folder.exists()


def test_a_link_in_it_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "letter.txt").write_text("mine")
    open_folder(tmp_path / "run", seed=3)
    (tmp_path / "run" / "keys").symlink_to(elsewhere)

    clear(tmp_path / "run", nobody_runs)

    assert (elsewhere / "letter.txt").read_text() == "mine"


def test_everything_that_a_demonstration_leaves_is_known_as_ours(left: Left) -> None:
    names = {path.name for path in left.folder.iterdir()}

    assert {name for name in names if OURS.fullmatch(name) is None} == set()
