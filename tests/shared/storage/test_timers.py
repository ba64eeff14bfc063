from tests.conformance import store
from tests.shared.storage.sqlite import OnSqlite


class TestClocks(OnSqlite, store.Clocks): ...
