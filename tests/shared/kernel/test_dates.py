import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.dates import Range, range_of

ZEROS = "\u0660\u06f0\u0966\uff10"
"""Arabic, Persian, Devanagari and full-width."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "199",
        "19911",
        "1991-5",
        "1991-00",
        "1991-13",
        "1991-05-00",
        "1991-02-29",
        "0000",
        "1991-",
    ],
)
def test_what_no_calendar_has_is_no_date(text: str) -> None:
    assert range_of(text) is None


@given(st.dates())
def test_a_day_is_itself_and_lies_in_its_month_and_its_year(day: date) -> None:
    text = day.isoformat()
    last = calendar.monthrange(day.year, day.month)[1]

    assert range_of(text) == Range(day, day)
    assert range_of(text[:7]) == Range(day.replace(day=1), day.replace(day=last))
    assert range_of(text[:4]) == Range(date(day.year, 1, 1), date(day.year, 12, 31))


@given(
    st.dates().map(date.isoformat),
    st.sampled_from([4, 7, 10]),
    st.sampled_from(["\n", " ", "\r\n", "\x00", "\u2028"]),
)
def test_nothing_stands_before_or_after_a_date(day: str, length: int, more: str) -> None:
    assert range_of(day[:length] + more) is None
    assert range_of(more + day[:length]) is None


@given(st.dates().map(date.isoformat), st.sampled_from(ZEROS), st.sampled_from([4, 7, 10]))
def test_digits_of_another_script_are_no_date(day: str, zero: str, length: int) -> None:
    other = "".join(chr(ord(zero) + int(c)) if c.isdigit() else c for c in day[:length])

    assert range_of(other) is None


@given(st.from_regex(r"\d{4}(-\d{2}(-\d{2})?)?$"))
def test_every_date_is_written_in_one_way_only(text: str) -> None:
    possible = range_of(text)

    if possible is not None:
        assert text in {possible.earliest.isoformat()[:length] for length in (4, 7, 10)}
