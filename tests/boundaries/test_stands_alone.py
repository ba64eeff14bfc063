"""Each service starts with only itself and `shared` on disk, as in an image of its own."""

from pathlib import Path

import pytest

from tests.boundaries.tree import SERVICES, copy, python

LOADED = """
import sys
import {module}
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {packages}))
"""


@pytest.mark.parametrize("service", SERVICES)
def test_service_starts_alone(tmp_path: Path, service: str) -> None:
    tree = copy(tmp_path, "shared", "services/__init__.py", f"services/{service}")

    start = python(tree, f"import services.{service}.main")

    assert start.returncode == 0, start.stderr


def test_copy_hides_what_it_does_not_hold(tmp_path: Path) -> None:
    tree = copy(tmp_path, "shared", "services/__init__.py", f"services/{SERVICES[0]}")

    start = python(tree, f"import services.{SERVICES[-1]}.main")

    assert "ModuleNotFoundError" in start.stderr


def test_command_line_loads_nothing_of_the_services_before_it_is_told_to(tmp_path: Path) -> None:
    packages = ("embedded", "services", "shared")
    tree = copy(tmp_path, "cli", *packages)

    start = python(tree, LOADED.format(module="cli.main", packages=packages))

    assert start.returncode == 0, start.stderr
    assert start.stdout.split() == []
