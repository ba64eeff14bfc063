"""A file is read in one sitting, a function on one screen. Budgets: docs/adr/0005."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boundaries.tree import ROOT, SOURCES

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
ALL = (*SOURCES, *sorted((ROOT / "tests").rglob("*.py")))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    documented = ast.get_docstring(function, clean=False)
    docstring = 0 if documented is None else len(documented.splitlines())
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1 - docstring


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_and_its_functions_are_short(path: Path) -> None:
    long = [node.name for node in functions_of(path) if lines_of(node) > MAX_FUNCTION_LINES]

    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES
    assert long == []
