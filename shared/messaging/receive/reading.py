"""One integer per partition: drop, apply or stop. Pure.

The number applied last is inbox, loss detector and fence in one. Beyond a gap no content is
applied, only what restricts and what the exchange itself tells, until it says that the gap is
behind. Source: Tenpoint design decision.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Verdict(Enum):
    """What to do with a numbered record."""

    DROP = "drop"
    """It was applied before."""
    APPLY = "apply"
    """It is the next."""
    BEYOND = "beyond"
    """It lies beyond a gap."""


@dataclass(slots=True)
class Reading:
    """How far one partition was applied; see `StreamColumns`."""

    partition: int
    last: int = 0
    offset: int = 0
    gap: bool = False
    seen: int | None = None
    head: int = 0
    head_at: datetime | None = None

    def judge(self, number: int) -> tuple[Verdict, bool]:
        """Return what to do with the record of a number, and whether to ask the exchange.

        One asks once per hole: not for every record behind it, but again for a further hole, for
        the answer to the first may have been in it.
        """
        if number <= self.last:
            return Verdict.DROP, False
        if not self.gap and number == self.last + 1:
            self.last = number
            return Verdict.APPLY, False
        expected = self.seen if self.gap else self.last
        hole = expected is not None and number > expected + 1
        self.gap = True
        self.seen = max(number, self.seen or 0)
        return Verdict.BEYOND, hole

    def jump(self, offset: int) -> None:
        """Go on from another offset: what lay between is gone."""
        self.offset = offset
        self.gap = True
        self.seen = None

    def resume(self, last: int) -> None:
        """End the gap: what comes after `last` is next. Without a gap, nothing changes."""
        if self.gap:
            self.gap = False
            self.seen = None
            self.last = max(self.last, last)

    def hear_head(self, number: int, at: datetime) -> None:
        """Keep the newest head's number of this partition and its time."""
        self.head = max(self.head, number)
        self.head_at = max(at, self.head_at or at)

    @property
    def caught_up(self) -> bool:
        """Whether everything that the newest head counts was applied."""
        return self.head_at is not None and not self.gap and self.last >= self.head
