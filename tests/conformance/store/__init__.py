"""What any database must do under the storage pieces: base classes, one a word.

SQLite inherits all of them in `tests/shared/storage`; another database inherits the same.
"""

from tests.conformance.store.announcements import Announcements
from tests.conformance.store.answers import Answers
from tests.conformance.store.clocks import Clocks
from tests.conformance.store.resending import Resending
from tests.conformance.store.transactions import Transactions

__all__ = ["Announcements", "Answers", "Clocks", "Resending", "Transactions"]
