"""What profiling remembers: accounts, profiles, concerns; outbox and clocks beside them.

* `tables`: which tables are there?
* `cases`: how does each profile go, what was answered, what is stated?
* `records`: how is each read and written within one transaction?
"""

from services.profiling.store.records import ConcernPlace, ProfilePlace, Store
from services.profiling.store.tables import CASEWORK, REQUEST, TABLES, ProfilingTable

__all__ = [
    "CASEWORK",
    "REQUEST",
    "TABLES",
    "ConcernPlace",
    "ProfilePlace",
    "ProfilingTable",
    "Store",
]
