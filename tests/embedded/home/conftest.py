"""One demonstration for everything that looks at its page."""

import asyncio

import pytest

from tests.embedded.home.looking import Shown, look


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """What the page answered; only to be looked at."""
    return asyncio.run(look(tmp_path_factory.mktemp("page") / "run"))
