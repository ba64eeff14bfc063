"""What becomes of a message, and what is told to whom. Both are written in the log.

The log keeps no value of a person: a release of content is known by its digest and is made again
from the same record if need be; what the exchange itself says is kept as it is.
"""

from datetime import date
from typing import Final, NamedTuple

import msgspec

from services.dataexchange.rules.decision import Pair
from shared.events.exchange import Outcome as Verdict
from shared.kernel.agencies import Agency

GAP: Final = "gap"
"""An earlier number of the same author about the same reference is missing."""

BEHIND: Final = "behind"
"""An earlier event about the same reference could not be read, and this one waits behind it."""

STOPPED: Final = "stopped"
"""A restriction about this person could not be read, and nothing about her is decided."""

AGAIN: Final = "again"
"""Send your open events about this reference again: what held them is mended."""

NOT_YET: Final = "not_yet"
"""This exchange has no rule for such an event yet: nothing follows from it, and it says so."""


class Fate(NamedTuple):
    """What became of a message: the verdict, why, and whether a directed event was told."""

    verdict: Verdict
    code: str | None = None
    told: bool | None = None


PLAIN: Final = Fate(Verdict.TAKEN)
"""What is said of a message that was counted and of which nothing else is remembered."""

RESCINDED: Final = "rescinded"
"""It was let through, and a restriction came before it was delivered: nobody was told."""


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What became of one inside event."""

    agency: Agency
    event: str
    topic: str
    key: str
    sequence: int
    verdict: Verdict
    code: str | None = None
    told: bool | None = None
    """For a directed event: whether its hearer was told."""


class Release(msgspec.Struct, frozen=True, array_like=True):
    """One numbered record of a recipient's stream.

    `source` is the place in the batch of the event whose content is released, -1 for what the
    exchange itself says; then `body` holds it. `subject` is empty where no person is concerned.
    """

    recipient: Agency
    partition: int
    number: int
    wire: str
    key: str
    day: date
    source: int
    digest: bytes
    body: bytes | None = None
    author: str = ""
    subject: str = ""
    full: int = 0
    partial: int = 0
    agreements: tuple[str, ...] = ()
    restricts: bool = False
    token: str | None = None
    event: str = ""
    """For a directed event: the author's reference of it, so that its author can be told."""

    @property
    def pair(self) -> Pair:
        """Return the two masks under which the content was released."""
        return Pair(self.full, self.partial)
