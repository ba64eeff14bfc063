"""Case time of the demo: it follows the work instead of the wall.

Deadlines of people run in case time, so that a week of arrivals passes in minutes and is the same
each time. Whether the exchange is alive is judged by real time. Source: Tenpoint design decision.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from embedded.folder import keep

STEP: Final = timedelta(minutes=10)
"""Most that case time moves at once, so that what falls due in between is seen in order."""


class VirtualClock:
    """A clock that only its owner moves, and only forwards. It survives the process."""

    def __init__(self, file: Path, start: datetime) -> None:
        """Go on where the file says, or at the start."""
        self._file = file
        self.at = max(start, read(file, start))

    def __call__(self) -> datetime:
        """Return the instant of case time, in UTC."""
        return self.at

    def advance(self, to: datetime) -> bool:
        """Move towards an instant by one step at most; return whether it was reached."""
        if to > self.at:
            self.at = min(to, self.at + STEP)
            keep(self._file, self.at.isoformat())
        return self.at >= to


def read(file: Path, start: datetime) -> datetime:
    """Return the instant in a file, or the start where there is none."""
    try:
        return datetime.fromisoformat(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return start
