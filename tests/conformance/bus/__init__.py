"""What any carrier of events must do, a base class for each word of the port.

An adapter's tests inherit every class and give one fixture, `carrier`. Nothing here knows an
adapter: whatever the port cannot do itself is a hook of `Carrier`.
"""

from tests.conformance.bus.carrier import AGENCIES, GRANTS, TOPICS, Carrier
from tests.conformance.bus.limits import Limits
from tests.conformance.bus.offsets import EndOffsets
from tests.conformance.bus.ordering import Ordering
from tests.conformance.bus.permissions import Permissions
from tests.conformance.bus.positions import Gaps, Positions
from tests.conformance.bus.publication import Publication

__all__ = [
    "AGENCIES",
    "GRANTS",
    "TOPICS",
    "Carrier",
    "EndOffsets",
    "Gaps",
    "Limits",
    "Ordering",
    "Permissions",
    "Positions",
    "Publication",
]
