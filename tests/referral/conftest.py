"""The desk, whole, for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.referral.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a service that has heard nothing."""
    world = World(tmp_path)
    yield world
    world.close()
