"""What may be said about an error that a handler raised: its kind and place, never its text."""

from dataclasses import dataclass
from typing import NamedTuple


class Trace(NamedTuple):
    """The kind of an error, and file and line that raised it."""

    error: str
    where: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Why a partition does not move on: the offset of its next record, and what it raises."""

    offset: int
    error: str
    where: str


def trace_of(error: Exception) -> Trace:
    """Return what may be said about an error."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return Trace(type(error).__name__, "")
    file = place.tb_frame.f_code.co_filename.rpartition("/")[2]
    return Trace(type(error).__name__, f"{file}:{place.tb_lineno}")
