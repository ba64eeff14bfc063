"""Lists read page by page: a cursor names the place after which the next page begins.

A place is what the list is ordered by, so that nothing is passed over or shown twice when
something is put in or taken out meanwhile. Source: Tenpoint design decision.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, TypeVar

import msgspec
from fastapi import Query

from shared.kernel.errors import Invalid

T = TypeVar("T")

MOST: Final = 200
"""Longest page of a list. Tenpoint design decision."""

CURSOR: Final = "cursor"

Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(description="`next` of the page before")]


class NotACursor(Invalid):
    """The text is no cursor of that list."""

    code = "not_a_cursor"


def cursor_of(place: object) -> str:
    """Return the text of a place in a list."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def next_of(places: Sequence[object], limit: int) -> str | None:
    """Return the cursor after the last place of a page; None if the list ends with it."""
    return cursor_of(places[-1]) if len(places) == limit else None


def read_cursor(cursor: str | None, place: type[T]) -> T | None:
    """Return the place of that type which a cursor names, None for the beginning.

    Raises:
        NotACursor: it names no such place, or in another way than `cursor_of`.
    """
    if cursor is None:
        return None
    try:
        data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found = msgspec.json.decode(data, type=place)
    except (binascii.Error, ValueError):
        raise NotACursor(CURSOR) from None
    if cursor_of(found) != cursor or not in_utc(found):
        raise NotACursor(CURSOR)
    return found


def in_utc(place: object) -> bool:
    """Return whether every instant in a place is told in UTC; others may lie before all days."""
    parts = place if isinstance(place, tuple) else (place,)
    return not any(isinstance(part, datetime) and part.utcoffset() for part in parts)
