from tests.conformance import store
from tests.shared.storage.sqlite import OnSqlite


class TestAnnouncements(OnSqlite, store.Announcements): ...


class TestAnswers(OnSqlite, store.Answers): ...


class TestResending(OnSqlite, store.Resending): ...
