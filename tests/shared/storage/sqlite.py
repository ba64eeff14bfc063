"""A fresh SQLite file for the conformance tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.storage.engine import Database
from tests.conformance.store.service import Table


class OnSqlite:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        database = Database.sqlite(tmp_path / "service" / "own.sqlite", Table.metadata)
        yield database
        database.close()
