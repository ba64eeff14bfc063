"""The outbox's statements, built once per service: the hot paths go without the unit of work."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningDelete

from shared.events.exchange import Outcome
from shared.storage.tables import Tables, table_of

GAP: Final = "gap"
"""Code of an event whose predecessor the exchange has not read."""

BEHIND: Final = "behind"
"""Code of an event that waits behind one that is held for a reason of its own."""

PASSING: Final = (GAP, BEHIND)
"""Codes of holds that end once the events before are taken."""

UNTOLD: Final = "not_told"
"""Code of a directed event that was taken and told to nobody."""

UNSENT: Final = {
    "sent_at": None,
    "partition": None,
    "offset": None,
    "outcome": None,
    "code": None,
}


@dataclass(frozen=True, slots=True)
class Statements:
    """Every statement of the outbox; parameters by name."""

    next_sequence: Insert
    insert: Insert
    is_said: Select[Any]
    unsent: Select[Any]
    mark: Update
    close: Update
    hold: Update
    waits_for: Select[Any]
    resend: Update
    resend_before: Update
    open_rows: Select[Any]
    refused_rows: Select[Any]
    untold: Update
    forget: ReturningDelete[Any]


@cache
def statements_for(tables: Tables, dialect: str) -> Statements:
    """Return the statements over a service's own tables."""
    rows = table_of(tables.outbox)
    return Statements(
        next_sequence=_next_sequence(table_of(tables.sequence), dialect),
        insert=insert(rows),
        is_said=_is_said(rows),
        unsent=_unsent(rows),
        mark=_mark(rows),
        close=_close(rows),
        hold=_hold(rows),
        waits_for=_waits_for(rows),
        resend=_resend(rows),
        resend_before=_resend_before(rows),
        open_rows=_states(rows).where(_is_open(rows)).order_by(rows.c.seq),
        refused_rows=_states(rows)
        .where(rows.c.closed_at.is_not(None), rows.c.code.is_not(None))
        .order_by(rows.c.seq.desc()),
        untold=update(rows).where(rows.c.event_id == bindparam("id")).values(code=bindparam("why")),
        forget=delete(rows).where(rows.c.closed_at < bindparam("before")).returning(rows.c.seq),
    )


def _next_sequence(sequence: Table, dialect: str) -> Insert:
    """Take the next number of a topic and key."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        make(sequence)
        .values(topic=bindparam("topic"), key=bindparam("key"), last=1)
        .on_conflict_do_update(
            index_elements=[sequence.c.topic, sequence.c.key],
            set_={"last": sequence.c.last + 1},
        )
        .returning(sequence.c.last)
    )


def _is_said(rows: Table) -> Select[Any]:
    """Tell whether these words of that kind were written already."""
    same = exists().where(rows.c.wire == bindparam("said"), rows.c.body == bindparam("words"))
    return select(same)


def _unsent(rows: Table) -> Select[Any]:
    """Read the first open rows that were not sent."""
    columns = rows.c
    return (
        select(
            columns.seq,
            columns.event_id,
            columns.topic,
            columns.key,
            columns.sequence,
            columns.wire,
            columns.day,
            columns.token,
            columns.body,
        )
        .where(_is_open(rows), columns.sent_at.is_(None))
        .order_by(columns.seq)
        .limit(bindparam("most"))
    )


def _mark(rows: Table) -> Update:
    """Note where the carrier has put a row."""
    return (
        update(rows)
        .where(rows.c.seq == bindparam("row"))
        .values(
            sent_at=bindparam("at"),
            partition=bindparam("where"),
            offset=bindparam("place"),
        )
    )


def _close(rows: Table) -> Update:
    """Close an open row with its outcome."""
    return (
        update(rows)
        .where(rows.c.event_id == bindparam("id"), _is_open(rows))
        .values(closed_at=bindparam("at"), outcome=bindparam("result"), code=bindparam("why"))
    )


def _hold(rows: Table) -> Update:
    """Note why an open row is held, and say which it is."""
    return (
        update(rows)
        .where(rows.c.event_id == bindparam("id"), _is_open(rows))
        .values(outcome=bindparam("result"), code=bindparam("why"))
        .returning(rows.c.topic, rows.c.key, rows.c.sequence)
    )


def _waits_for(rows: Table) -> Select[Any]:
    """Tell whether open rows stand before a number of a key, none of them held by itself."""
    before = and_(
        rows.c.topic == bindparam("of_topic"),
        rows.c.key == bindparam("of_key"),
        rows.c.sequence < bindparam("to_sequence"),
        _is_open(rows),
    )
    some = exists().where(before)
    held = exists().where(before, _is_held(rows))
    return select(and_(some, ~held))


def _resend(rows: Table) -> Update:
    """Have open rows go again."""
    topic: BindParameter[str | None] = bindparam("of_topic")
    key: BindParameter[str | None] = bindparam("of_key")
    return (
        update(rows)
        .where(
            _is_open(rows),
            or_(topic.is_(None), rows.c.topic == topic),
            or_(key.is_(None), rows.c.key == key),
        )
        .values(UNSENT)
        .returning(rows.c.seq)
    )


def _resend_before(rows: Table) -> Update:
    """Have go again what was passed by, and what stands behind it, unless something is held."""
    passed, before = rows.alias("passed"), rows.alias("before")
    was_passed = (
        select(passed.c.seq)
        .where(
            *_same_key(passed, rows),
            passed.c.closed_at.is_(None),
            passed.c.partition == bindparam("where"),
            passed.c.offset < bindparam("next"),
            passed.c.sequence <= rows.c.sequence,
        )
        .exists()
    )
    stands_behind_held = (
        select(before.c.seq)
        .where(*_same_key(before, rows), before.c.sequence <= rows.c.sequence, _is_held(before))
        .exists()
    )
    return (
        update(rows)
        .where(
            rows.c.topic == bindparam("of_topic"),
            _is_open(rows),
            was_passed,
            ~stands_behind_held,
        )
        .values(UNSENT)
        .returning(rows.c.seq)
    )


def _states(rows: Table) -> Select[Any]:
    """Read what became of rows."""
    columns = rows.c
    return select(
        columns.seq,
        columns.event_id,
        columns.topic,
        columns.key,
        columns.sequence,
        columns.wire,
        columns.recorded_at,
        columns.sent_at,
        columns.outcome,
        columns.code,
    ).limit(bindparam("most"))


def _same_key(other: object, rows: Table) -> tuple[ColumnElement[bool], ...]:
    """Tell whether two rows are of one topic and key."""
    columns = other.c  # type: ignore[attr-defined]
    return columns.topic == rows.c.topic, columns.key == rows.c.key


def _is_open(rows: Table) -> ColumnElement[bool]:
    """Tell whether the exchange has not answered."""
    return rows.c.closed_at.is_(None)


def _is_held(rows: object) -> ColumnElement[bool]:
    """Tell whether an open row is held for a reason that does not pass by itself."""
    columns = rows.c  # type: ignore[attr-defined]
    return and_(
        columns.closed_at.is_(None),
        columns.outcome == Outcome.HELD.value,
        func.coalesce(columns.code, "").not_in(PASSING),
    )
