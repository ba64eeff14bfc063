"""What casework remembers, in tables that each mounting service makes its own.

* `tables`: which tables are there?
* `words`: what has a person said to this agency?
* `referrals`: which referrals were sent, which offers came?
* `tasks`: what is a person on the staff asked to do?
"""

from sqlalchemy.orm import Session

from shared.casework.store.referrals import Offers, Referrals
from shared.casework.store.tables import (
    CaseworkTables,
    OfferColumns,
    ReferralColumns,
    TaskColumns,
    WordColumns,
)
from shared.casework.store.tasks import OpenTask, Tasks
from shared.casework.store.words import Words

__all__ = [
    "Book",
    "CaseworkTables",
    "OfferColumns",
    "OpenTask",
    "ReferralColumns",
    "TaskColumns",
    "WordColumns",
]


class Book:
    """Casework's memory of one agency, within one open transaction."""

    def __init__(self, session: Session, tables: CaseworkTables) -> None:
        """Use the session of the current transaction and the service's own tables."""
        self.words = Words(session, tables.words)
        self.referrals = Referrals(session, tables.referrals)
        self.offers = Offers(session, tables.offers)
        self.tasks = Tasks(session, tables.tasks)
