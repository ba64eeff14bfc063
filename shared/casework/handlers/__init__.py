"""Load, decide, save: within the mounting service's transaction.

* `desk`: what does casework need of the service?
* `person`: a worry, a consent, a no
* `referral`: the sender's half: ask, amend, take back, and what is heard of it
* `offer`: the receiver's half: answer, serve, and what is heard of it
* `heard`: which event goes to which half?
"""

from shared.casework.handlers.desk import Announces, Desk
from shared.casework.handlers.heard import (
    RECEIVER_SENDS,
    SENDER_SENDS,
    casework_hears,
    erase_released,
)
from shared.casework.handlers.person import (
    give_consent,
    raise_concern,
    set_withholding,
    withdraw_consent,
)

__all__ = [
    "RECEIVER_SENDS",
    "SENDER_SENDS",
    "Announces",
    "Desk",
    "casework_hears",
    "erase_released",
    "give_consent",
    "raise_concern",
    "set_withholding",
    "withdraw_consent",
]
