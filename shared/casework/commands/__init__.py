"""What any agency that meets a person can be asked to do. The models are also the HTTP bodies.

* `person`: a worry, a consent, a no
* `referral`: the sender's half of a referral
* `offer`: the receiver's half
"""

from shared.casework.commands.person import (
    Command,
    GiveConsent,
    RaiseConcern,
    SetWithholding,
    StateSafeguards,
    WithdrawConsent,
)

__all__ = [
    "Command",
    "GiveConsent",
    "RaiseConcern",
    "SetWithholding",
    "StateSafeguards",
    "WithdrawConsent",
]
