"""What casework decides. Pure: no I/O, no clock, no randomness.

* `person`: what is told of a worry, a consent, a no?
* `permission`: what does a consent still open, after all that was said since?
* `card`: what of a card may travel?
* `request`: when may a service be asked for?
* `sent`: how does a referral go, as its sender sees it?
* `payload`: which values go to who accepted?
* `offer`: how does an offer go, as its receiver sees it?
* `erasure`: what of an offer goes when it is to be erased?
* `task`: what is a person on the staff asked to do?
"""

from shared.casework.rules.person import (
    FOR_A_CHILD,
    NOT_BY_REPRESENTATIVE,
    GiverNotValid,
    InformationNotGiven,
    ValidityOver,
    give_consent,
    raise_concern,
    set_withholding,
    state_safeguards,
    told,
    withdraw_consent,
)

__all__ = [
    "FOR_A_CHILD",
    "NOT_BY_REPRESENTATIVE",
    "GiverNotValid",
    "InformationNotGiven",
    "ValidityOver",
    "give_consent",
    "raise_concern",
    "set_withholding",
    "state_safeguards",
    "told",
    "withdraw_consent",
]
