"""What several rooms' tests look at."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.embedded.running import Left, play

settings.register_profile("tenpoint", deadline=None)
settings.load_profile("tenpoint")


@pytest.fixture(scope="session")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """A demonstration that has run to its end; only to be looked at."""
    folder: Path = tmp_path_factory.mktemp("demo") / "run"
    return play(folder)
