"""The broker: partitions whose oldest records vanish, acknowledgements that get lost."""

from random import Random
from typing import Generic, TypeVar

R = TypeVar("R")


class Gap(Exception):
    """The position asked for is older than the oldest record kept."""


class Partition(Generic[R]):
    """One partition. `every` keeps what was ever written, for the invariants only."""

    def __init__(self) -> None:
        """Start empty."""
        self.every: list[tuple[int, R]] = []
        self.begin = 0

    @property
    def end(self) -> int:
        """Return the offset that the next record will get."""
        return len(self.every)

    def append(self, record: R, step: int) -> int:
        """Write a record at a step of the schedule and return its offset."""
        self.every.append((step, record))
        return self.end - 1

    def read(self, start: int, stop: int) -> list[R]:
        """Return the records of a span.

        Raises:
            Gap: the span starts before the oldest record kept.
        """
        if start < self.begin:
            raise Gap
        return [record for _, record in self.every[start:stop]]

    def forget(self, below: int) -> None:
        """Let retention take everything below an offset."""
        self.begin = max(self.begin, min(below, self.end))


def publish(partition: Partition[R], record: R, step: int, rng: Random) -> int | None:
    """Write a record; None means that the outcome is unknown: written or not.

    One try in twelve is lost before it is written, one in twelve loses its acknowledgement.
    """
    fate = rng.randrange(12)
    if fate == 0:
        return None
    offset = partition.append(record, step)
    return None if fate == 1 else offset
