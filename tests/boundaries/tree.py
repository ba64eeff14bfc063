"""The source tree, and copies of it to plant things in."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("scripts", "cli", "embedded", "services", "shared")
SERVICES = tuple(sorted(path.parent.name for path in (ROOT / "services").glob("*/__init__.py")))
SOURCES = tuple(path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


def copy(to: Path, *parts: str) -> Path:
    for part in (*parts, "pyproject.toml"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, to / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (to / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to / part)
    return to


def module_file(tree: Path, module: str) -> Path:
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def plant(tree: Path, module: str, line: str) -> None:
    path = module_file(tree, module)
    before = path.read_text() if path.exists() else '"""Planted."""\n'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{line}\n")


def python(tree: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -S: the hook of the editable installation would find here what the copy does not hold
    return run([sys.executable, "-S", "-c", code, *arguments], tree)


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    return python(tree, LINT_IMPORTS, "--no-cache")


def ruff(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run([str(Path(sys.executable).with_name("ruff")), *arguments], tree)


def run(command: Sequence[str], tree: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(tree), sysconfig.get_path("purelib")])
    return subprocess.run(
        command,
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "300"},
    )
