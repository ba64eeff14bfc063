"""The one partial form of a category, for the types that can hold it.

A field that its author made coarse needs none. Where no form stands here, the value is withheld: a
rare nationality or language, for example, until a deployment has fixed which are rare.
Source: UNHCR Refugee Data Finder for the age bands; the forms are a Tenpoint design decision.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from shared.codes.movement import EntryMode
from shared.codes.people import AgeBand
from shared.events.event import ABSENT
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.dates import PartialDate, range_of

Form = Callable[[Any], Any]
"""Returns the partial form of a value; absent if it has none."""

CHILD_ADULT_OLDER: Final = MappingProxyType(
    {
        AgeBand.FROM_0_TO_4: AgeBand.CHILD,
        AgeBand.FROM_5_TO_11: AgeBand.CHILD,
        AgeBand.FROM_12_TO_17: AgeBand.CHILD,
        AgeBand.CHILD: AgeBand.CHILD,
        AgeBand.FROM_18_TO_59: AgeBand.ADULT,
        AgeBand.ADULT: AgeBand.ADULT,
        AgeBand.FROM_60: AgeBand.OLDER,
        AgeBand.OLDER: AgeBand.OLDER,
        AgeBand.UNKNOWN: AgeBand.UNKNOWN,
    }
)
"""Child, adult or older; not known stays not known, which everybody treats as a child."""

MONTH: Final = len("2022-07")


def band(value: AgeBand) -> Any:  # noqa: ANN401 - or absent
    """Return child, adult or older."""
    return CHILD_ADULT_OLDER.get(value, ABSENT)


def month(value: str) -> Any:  # noqa: ANN401 - or absent
    """Return the month, or the year if no more is known."""
    return ABSENT if range_of(value) is None else value[:MONTH]


def same(value: Any) -> Any:  # noqa: ANN401 - what is coarse already
    """Return a value that is no finer than the partial form."""
    return value


FORMS: Final = MappingProxyType(
    {
        (Category.AGE_BAND, AgeBand): band,
        (Category.AGE_BAND, AgeState): same,
        (Category.ARRIVAL, PartialDate): month,
        (Category.ARRIVAL, EntryMode): same,
    }
)
"""How the partial form is made, by category and type of the field."""
