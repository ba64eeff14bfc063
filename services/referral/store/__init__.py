"""What the desk remembers: referrals and the directory; outbox and clocks beside them. No person.

* `tables`: which tables are there?
* `records`: how is each read and written within one transaction?
"""

from services.referral.store.records import ReferralPlace, Store, place_of
from services.referral.store.tables import ALARMS, REQUEST, TABLES, ReferralTable

__all__ = ["ALARMS", "REQUEST", "TABLES", "ReferralPlace", "ReferralTable", "Store", "place_of"]
