"""How long an example takes decides no test: a busy machine is no fault."""

import re

from hypothesis import settings

from tests.boundaries.tree import ROOT


def test_no_example_has_a_deadline() -> None:
    assert settings().deadline is None


def test_no_test_sets_a_deadline_of_its_own() -> None:
    own = re.compile(r"settings\([^)]*\bdeadline=")
    files = (ROOT / "tests").rglob("test_*.py")

    assert [str(file) for file in files if own.search(file.read_text())] == []
