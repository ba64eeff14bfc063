"""Simulated partners without a service of Tenpoint's: asylum, child protection and others.

Each is one more agency's system on its own file, built of the same pieces, and reaches the exchange
by the bus port alone. All are one office; a practice says in what a partner differs.

* `offers`: an offer heard, asked about, answered once
* `services`: the payload opened, steps told, the end told
* `duties`: erasing, telling again, affirming the feed
* `asylum`, `child_protection`, `anti_trafficking`, `shelter`: in what each differs
"""

from collections.abc import Mapping
from typing import Final

from embedded.partners.edge.anti_trafficking import AntiTrafficking
from embedded.partners.edge.asylum import AsylumAuthority
from embedded.partners.edge.child_protection import ChildProtection
from embedded.partners.edge.memory import Done
from embedded.partners.edge.office import Office
from embedded.partners.edge.opening import OpenParts, part_by_part
from embedded.partners.edge.practice import Practice
from embedded.partners.edge.shelter import ShelterProvider
from embedded.partners.edge.turn import Tools
from shared.kernel.agencies import Agency

PRACTICES: Final[Mapping[Agency, Practice]] = {
    practice.agency: practice
    for practice in (AsylumAuthority(), ChildProtection(), AntiTrafficking(), ShelterProvider())
}
"""Every simulated partner that uses the exchange's edge."""

__all__ = [
    "PRACTICES",
    "Done",
    "Office",
    "OpenParts",
    "Opened",
    "Practice",
    "Tools",
    "part_by_part",
]
