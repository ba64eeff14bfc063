"""The walk of one event is short, and every file and function that it names exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.boundaries.tree import ROOT

WALK = ROOT / "docs" / "walk.md"
MOST_STOPS = 10

STOP = re.compile(r"^(\d+)\. (.*(?:\n(?!\d+\.|\n|#).*)*)", re.MULTILINE)
PLACE = re.compile(r"`([\w/]+\.py)`\s+`([\w.]+)`")


def stops() -> list[tuple[int, list[tuple[str, str]]]]:
    found = STOP.findall(WALK.read_text())
    return [(int(number), PLACE.findall(text)) for number, text in found]


def names_in(path: Path) -> set[str]:
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    tree = ast.parse(path.read_text())
    top = [node for node in tree.body if isinstance(node, defined)]
    return {node.name for node in top} | {
        f"{node.name}.{inner.name}"
        for node in top
        for inner in node.body
        if isinstance(inner, defined)
    }


def test_walk_has_ten_stops_or_fewer_numbered_in_order() -> None:
    numbers = [number for number, _ in stops()]

    assert 0 < len(numbers) <= MOST_STOPS
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(("number", "places"), stops())
def test_stop_names_a_function_and_the_file_that_has_it(
    number: int, places: list[tuple[str, str]]
) -> None:
    missing = [(path, name) for path, name in places if name not in names_in(ROOT / path)]

    assert places, number
    assert missing == []
