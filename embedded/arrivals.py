"""Real daily totals of people who landed, as facts: the tide that the demo's people come with.

Source: `arrivals.csv` beside this file, which names it: Italian Ministry of the Interior, Cruscotto
statistico giornaliero, gathered by "Liberiamoli tutti!" (CC BY 4.0).
"""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from shared.kernel.errors import Invalid

FILE: Final = Path(__file__).with_name("arrivals.csv")


class NotInTable(Invalid):
    """The table has no figure for one of the days, or the last day lies before the first."""

    code = "not_in_table"


@cache
def table() -> Mapping[date, int]:
    """Return how many people landed on each day of the table."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {date.fromisoformat(row["day"]): int(row["people"]) for row in csv.DictReader(lines)}


def arrivals(first: date, last: date) -> Mapping[date, int]:
    """Return how many people landed on each day from the first to the last, both included.

    Raises:
        NotInTable: there is no figure for one of the days, or there are no days.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    known = table()
    if not days or any(day not in known for day in days):
        raise NotInTable("from", "to")
    return {day: known[day] for day in days}
