"""Which stated dates are refused?

Source: Tenpoint design decision. What the calendar does not have would be read differently by
everybody who hears it.
"""

from datetime import date
from typing import Final

from shared.kernel.dates import range_of
from shared.kernel.errors import Invalid

DATE_OF_BIRTH: Final = "date_of_birth"
ARRIVED_ON: Final = "arrived_on"


class BornInTheFuture(Invalid):
    """Every possible date of birth lies after the day of registration."""

    code = "born_in_the_future"


class NotADate(Invalid):
    """The calendar has no such day, month or year."""

    code = "not_a_date"


def refuse_unreadable(partial: str | None, field: str) -> None:
    """Refuse a partial date that the calendar does not have.

    Raises:
        NotADate: always then.
    """
    if partial is not None and range_of(partial) is None:
        raise NotADate(field)


def refuse_future(date_of_birth: str, *, on: date) -> None:
    """Refuse a date of birth of which every possible day is after `on`.

    Raises:
        BornInTheFuture: always then.
    """
    born = range_of(date_of_birth)
    if born is not None and born.earliest > on:
        raise BornInTheFuture(DATE_OF_BIRTH)
