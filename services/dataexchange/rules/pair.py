"""Three outcomes for every category, held as two masks.

`withheld < partial < full` is an order, so that inputs combine by the stricter one and results by
the wider one, for all categories at once. Source: Tenpoint design decision.
"""

from enum import IntEnum
from typing import Final, NamedTuple

from shared.kernel.categories import ALL, Category


class Outcome(IntEnum):
    """What becomes of a category. Comparing outcomes compares how much is told."""

    WITHHELD = 0
    PARTIAL = 1
    FULL = 2


class Pair(NamedTuple):
    """Masks of the categories that may pass in full, and at least in their partial form.

    `full` lies within `partial`; `&` keeps the stricter and `|` the wider outcome of each category.
    """

    full: int
    partial: int

    def __and__(self, other: "Pair") -> "Pair":
        """Return the stricter outcome of each category."""
        return Pair(self.full & other.full, self.partial & other.partial)

    def __or__(self, other: "Pair") -> "Pair":
        """Return the wider outcome of each category."""
        return Pair(self.full | other.full, self.partial | other.partial)

    def without(self, categories: int) -> "Pair":
        """Return the pair with the categories of a mask withheld."""
        return Pair(self.full & ~categories, self.partial & ~categories)

    def only(self, categories: int) -> "Pair":
        """Return the pair with all but the categories of a mask withheld."""
        return Pair(self.full & categories, self.partial & categories)

    def capped(self, categories: int) -> "Pair":
        """Return the pair with the categories of a mask in their partial form at most."""
        return Pair(self.full & ~categories, self.partial)

    def outcome(self, category: Category) -> Outcome:
        """Return what becomes of one category."""
        return Outcome((self.full >> category & 1) + (self.partial >> category & 1))


def pair_of(full: int, partial: int = 0) -> Pair:
    """Return the pair of two masks; what passes in full passes in part."""
    return Pair(full, full | partial)


CLOSED: Final = Pair(0, 0)
"""Everything withheld."""

OPEN: Final = Pair(ALL, ALL)
"""Nothing withheld by this input."""
