"""A rule that cannot fail is decoration: plant each violation and see it caught."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.boundaries.tree import PACKAGES, ROOT, SOURCES, copy, lint_imports, plant, ruff

ONE_WAY = "cli, scripts > embedded > services > shared"
ALONE = "No service imports another"
SIX_FILES = "Every service has the same six modules, one way"
SHARED = "shared has layers"
CASEWORK = "Casework has the layers of a service"
PURE = "Rules, commands, events, codes and kernel do no I/O"
CANNOT_OPEN = "The exchange has no code that opens a sealed part"
CLIENT = "The command line imports no service and no shared module"

VIOLATIONS = [
    ("shared.web.problems", "import services.registration.rules", ONE_WAY),
    ("services.profiling.main", "import embedded.issuer", ONE_WAY),
    ("embedded.issuer", "import cli.main", ONE_WAY),
    ("scripts.acls", "import cli.main", ONE_WAY),
    ("services.profiling.handlers", "import services.registration.rules", ALONE),
    ("services.dataexchange.store", "import services.registration.store", ALONE),
    ("services.profiling.rules", "import services.profiling.store", SIX_FILES),
    ("services.profiling.store", "import services.profiling.handlers", SIX_FILES),
    ("services.profiling.helpers", "", SIX_FILES),
    ("shared.kernel.dates", "import shared.events.registration", SHARED),
    ("shared.events.sealed", "import shared.crypto.sealing", SHARED),
    ("shared.storage.outbox", "import shared.messaging.bus", SHARED),
    ("shared.messaging.bus", "import shared.web.problems", SHARED),
    ("shared.helpers", "", SHARED),
    ("shared.casework.rules", "import shared.casework.api", CASEWORK),
    ("shared.casework.helpers", "", CASEWORK),
    ("services.profiling.rules", "import sqlmodel", PURE),
    ("services.profiling.rules", "import shared.storage.outbox", PURE),
    ("services.profiling.commands", "import asyncio", PURE),
    ("services.dataexchange.rules", "import logging", PURE),
    ("shared.casework.rules", "import random", PURE),
    ("shared.events.event", "import os", PURE),
    ("shared.codes.places", "import pathlib", PURE),
    ("shared.kernel.dates", "import secrets", PURE),
    ("shared.kernel.clock", "import time", PURE),
    ("services.dataexchange.handlers", "import shared.crypto.sealing", CANNOT_OPEN),
    ("cli.main", "import shared.kernel.clock", CLIENT),
    ("cli.main", "import services.profiling.rules", CLIENT),
]

READINGS = [
    "from datetime import UTC, datetime\nNOW = datetime.now(UTC)",
    "import datetime\nNOW = datetime.datetime.now(datetime.UTC)",
    "from datetime import date\nTODAY = date.today()",
    "import time\nNOW = time.time()",
    "from uuid import uuid4\nREFERENCE = uuid4()",
    "import secrets\nREFERENCE = secrets.token_bytes(16)",
    "import os\nPLACE = os.environ",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return copy(tmp_path, *PACKAGES)


def contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def test_copy_without_a_violation_keeps_every_contract(tree: Path) -> None:
    lint = lint_imports(tree)

    assert lint.returncode == 0, lint.stdout
    assert f"Contracts: {len(contracts())} kept, 0 broken." in lint.stdout


@pytest.mark.parametrize(("module", "line", "contract"), VIOLATIONS)
def test_planted_violation_is_caught(tree: Path, module: str, line: str, contract: str) -> None:
    plant(tree, module, line)

    lint = lint_imports(tree)

    assert lint.returncode == 1, lint.stdout
    assert f"{contract} BROKEN" in lint.stdout


@pytest.mark.parametrize("name", ["main", "api", "handlers", "store", "rules", "commands"])
def test_service_that_lacks_one_of_its_six_modules_is_caught(tree: Path, name: str) -> None:
    for other in ("api", "handlers", "store", "rules", "commands", "main"):
        if other != name:
            plant(tree, f"services.planted.{other}", "")
    plant(tree, "services.planted.__init__", "")

    lint = lint_imports(tree)

    assert lint.returncode == 1, lint.stdout
    assert f"services.planted.{name}" in lint.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for _, _, contract in VIOLATIONS} == set(contracts())


@pytest.mark.parametrize("reading", READINGS)
def test_planted_reading_of_time_chance_or_setting_is_caught(tmp_path: Path, reading: str) -> None:
    tree = copy(tmp_path)
    (tree / "planted.py").write_text(f'"""Planted."""\n\n{reading}\n')

    lint = ruff(tree, "check", "--no-cache", "--select", "TID251", "planted.py")

    assert lint.returncode == 1, lint.stdout
    assert "TID251" in lint.stdout


def test_planted_relative_import_is_caught(tmp_path: Path) -> None:
    tree = copy(tmp_path)
    (tree / "planted.py").write_text('"""Planted."""\n\nfrom . import other\n')

    lint = ruff(tree, "check", "--no-cache", "--select", "TID252", "planted.py")

    assert lint.returncode == 1, lint.stdout
    assert "TID252" in lint.stdout


def test_only_clock_and_identifiers_may_read_time_and_chance() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    ignores = settings["tool"]["ruff"]["lint"]["per-file-ignores"]

    exempt = {place for place, codes in ignores.items() if "TID251" in codes}

    assert exempt == {"shared/kernel/clock.py", "shared/kernel/identifiers.py"}


def test_no_line_excuses_itself_from_a_wall() -> None:
    excuse = re.compile(r"noqa(?!:)|noqa:.*TID25|ruff: noqa|flake8: noqa")

    assert [path for path in SOURCES if excuse.search(path.read_text())] == []
