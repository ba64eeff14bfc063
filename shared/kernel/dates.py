"""A date that may be known to the day, the month or the year only.

Source: Convention on the Rights of the Child (1989), article 1 (a child is under 18); the use of
the whole possible range is a Tenpoint design decision: a person is a child if a child at any
possible date, so that doubt protects.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, NewType

AGE_OF_MAJORITY_YEARS: Final = 18
"""Source: Convention on the Rights of the Child (1989), article 1."""

OLDER_AGE_YEARS: Final = 60
"""Source: UNHCR Refugee Data Finder, age bands (60 and over)."""

PartialDate = NewType("PartialDate", str)
"""Text `1991`, `1991-05` or `1991-05-14`: year, month or day precision (ISO 8601)."""

PATTERN: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Range:
    """The possible days of a partial date, both included."""

    earliest: date
    latest: date


def range_of(partial: str) -> Range | None:
    """Return the possible days, or None if the text is no partial date."""
    match = PATTERN.fullmatch(partial)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    last_month = month if match[2] else 12
    try:
        earliest = date(year, month, day)
        last_day = day if match[3] else calendar.monthrange(year, last_month)[1]
        return Range(earliest, date(year, last_month, last_day))
    except ValueError:
        return None


def age_in_years(born: date, *, on: date) -> int:
    """Return the age in completed years; 29 February completes a year on 1 March."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (0 if had_birthday else 1)


def may_be_child(born: Range, *, on: date) -> bool:
    """Return whether the person is a child at any possible date of birth."""
    return age_in_years(born.latest, on=on) < AGE_OF_MAJORITY_YEARS
