"""What a payload may hold at most, by the column of who accepted.

The sender's own fence: whatever consent says, nothing else is sealed. The exchange judges once more
by the release matrix, of which this table is never wider. Source: IASC, Inter-Agency Referral Form
and Guidance Note (2017), for the items; UN Women, guiding principles of referral, for as few as
possible; each cell is a Tenpoint design decision that no partner's lawyer has validated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.kernel.agencies import Column
from shared.kernel.categories import Category

NOTHING: Final[frozenset[Category]] = frozenset()


@dataclass(frozen=True, slots=True)
class Most:
    """Categories that a payload may hold in full, and those of which the partial form only."""

    full: frozenset[Category] = NOTHING
    partial: frozenset[Category] = NOTHING


def _most(full: str, partial: str = "") -> Most:
    return Most(_categories(full), _categories(partial))


def _categories(numbers: str) -> frozenset[Category]:
    return frozenset(Category(int(number)) for number in numbers.split())


MOST: Final[Mapping[Column, Most]] = MappingProxyType(
    {
        Column.AA: _most("1 2 3 4 5 6 7 10 13 15 16 18 19 22 26 27 34 42 45"),
        Column.UN: _most("1 2 3 4 5 6 7 10 13 15 16 18 19 22 26 27 34 42 45 48 49 50"),
        Column.IO: _most("1 2 3 4 5 6 10 13 15 16 18 19 22 31 40 42 45 48 49", "34"),
        Column.CP: _most("1 2 3 4 5 6 13 15 16 18 19 34 35 37 42 45 48 49 50", "7"),
        Column.AT: _most("3 5 18 19 32 38 42 48", "13"),
        Column.SAFE: _most("3 5 13 18 19 32 38 42 48"),
        Column.LEGAL: _most("1 3 4 5 6 16 18 19 26 27 29 30 34 42 45 46", "10"),
        Column.MED: _most("1 3 4 5 18 19 34 40 42 49 50"),
        Column.MHPSS: _most("1 3 4 5 18 19 34 40 42 43 49 50"),
        Column.GBV: _most("5 18 19 34 38 42"),
        Column.SHELTER: _most("1 5 13 18 19 42 48", "16"),
        Column.TRACE: _most("1 2 3 4 6 7 14 15 18 34 37"),
        Column.STL: _most("1 3 4 6 10 45"),
        Column.IMM: _most("1 4 6 10 22 42"),
    }
)
"""By number of the category. A column that is not here accepts no referral and gets nothing."""
