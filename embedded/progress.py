"""How far a replay has come; read by the progress bar and by the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from embedded.folder import keep


@dataclass(slots=True)
class Progress:
    """Numbers of one replay. People are counted, never named."""

    counts: Mapping[date, int]
    """How many people each day brings."""
    day: date | None = None
    arrived: int = 0
    """On a boat, or by themselves."""
    registered: int = 0
    profiled: int = 0
    first_event_s: float | None = None
    """Seconds from the start of the process to the first event that was heard."""
    running: bool = False
    finished: bool = False
    done: set[date] = field(default_factory=set)
    """Days that were replayed to their end, in this life or an earlier one."""

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days, in order."""
        return tuple(sorted(self.counts))

    @property
    def people(self) -> int:
        """Return how many people the days bring."""
        return sum(self.counts.values())


def read_done(file: Path) -> set[date]:
    """Return the days that were finished before."""
    try:
        return {date.fromisoformat(line) for line in file.read_text("ascii").split()}
    except (OSError, ValueError):
        return set()


def write_done(file: Path, done: set[date]) -> None:
    """Keep the days that are finished."""
    text = "\n".join(day.isoformat() for day in sorted(done))
    keep(file, text)
