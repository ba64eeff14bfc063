from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage.keyset import Count, Moment
from shared.web.paging import NotACursor, cursor_of, next_of, read_cursor


class Place(NamedTuple):
    calm: bool
    due_at: Moment
    name: str
    number: Count


PLACES = st.builds(
    Place,
    st.booleans(),
    st.datetimes(timezones=st.just(UTC)),
    st.text(st.characters(codec="utf-8")),
    st.integers(0, 2**53 - 1),
)


@given(PLACES)
def test_a_cursor_names_its_place_in_letters_that_an_address_can_hold(place: Place) -> None:
    cursor = cursor_of(place)

    assert read_cursor(cursor, Place) == place
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_whatever_else_is_said_is_refused_or_names_a_place(text: str) -> None:
    try:
        place = read_cursor(text, Place)
    except NotACursor:
        return
    assert place is not None
    assert cursor_of(place) == text


@given(PLACES, st.sampled_from(["=", " ", "\n", "!", "\u00e9"]))
def test_a_place_is_named_in_one_way_only(place: Place, more: str) -> None:
    with pytest.raises(NotACursor):
        read_cursor(cursor_of(place) + more, Place)


@pytest.mark.parametrize(
    "place",
    [
        (True, datetime(2026, 3, 1, 12), "x", 1),  # noqa: DTZ001 - the very mistake
        (True, datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "x", 1),
        (True, datetime(2026, 3, 1, tzinfo=UTC), "x", -1),
        (True, datetime(2026, 3, 1, tzinfo=UTC), "x", 2**53),
        (True, datetime(2026, 3, 1, tzinfo=UTC), "x"),
        ("x", datetime(2026, 3, 1, tzinfo=UTC), "x", 1),
    ],
)
def test_a_place_of_another_form_is_refused(place: object) -> None:
    with pytest.raises(NotACursor):
        read_cursor(cursor_of(place), Place)


def test_no_cursor_is_the_beginning() -> None:
    assert read_cursor(None, Place) is None


@pytest.mark.parametrize(("found", "following"), [([], None), ([1], None), ([1, 2], cursor_of(2))])
def test_a_page_that_is_not_full_is_the_last(found: list[int], following: str | None) -> None:
    assert next_of(found, 2) == following
