"""Which rows stand after a place, in the order of some columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import Column, ColumnElement, literal, tuple_

Count = Annotated[int, Meta(ge=0, lt=2**53)]
"""A number in a place: one that every database can hold."""

Moment = Annotated[datetime, Meta(tz=True)]
"""An instant in a place."""


def beyond(columns: Sequence[Column[Any]], place: Sequence[object]) -> ColumnElement[bool]:
    """Return the condition that a row stands after a place, in the order of the columns."""
    there = (literal(value, column.type) for column, value in zip(columns, place, strict=True))
    return tuple_(*columns) > tuple_(*there)
