"""The only place that reads the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns an instant, in UTC. Handed in everywhere, so that tests and the demo own the time."""


def system_clock() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)
