from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded.partners.edge import Practice
from tests.embedded.partners.edge_world import World

MakeWorld = Callable[[Practice], World]


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[MakeWorld]:
    made: list[World] = []

    def make(practice: Practice) -> World:
        made.append(World(tmp_path / str(len(made)), practice))
        return made[-1]

    yield make
    for world in made:
        world.close()
