"""import-linter sees no module in a folder without `__init__.py`: let none exist."""

import tomllib
from pathlib import Path

import grimp

from tests.boundaries.tree import PACKAGES, ROOT, SOURCES

APART = {"tests"}


def settings() -> dict[str, list[str]]:
    read: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
        "importlinter"
    ]
    return read


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_module_on_disk_is_in_the_import_graph() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)

    assert {module_of(path) for path in SOURCES} - graph.modules == set()


def test_every_folder_with_code_is_a_package_of_the_graph() -> None:
    folders = {
        path.parts[len(ROOT.parts)]
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in APART
        for path in folder.rglob("*.py")
    }

    assert folders == set(PACKAGES) == set(settings()["root_packages"])


def test_every_package_has_its_place_in_the_layers() -> None:
    first = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ][0]

    placed = {name for layer in first["layers"] for name in layer.split(" | ")}

    assert placed == set(PACKAGES)


def test_no_import_goes_round_the_graph() -> None:
    ways_round = ("import_module", "__import__", "runpy", "spec_from_file_location")

    assert [path for path in SOURCES for way in ways_round if way in path.read_text()] == []
