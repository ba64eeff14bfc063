"""The log alone tells what the tables say: numbers, what was given, and what was counted."""

from collections import defaultdict
from typing import Any

import pytest
from sqlmodel import Session, select

from services.dataexchange.rules.book import Aggregate
from services.dataexchange.store import log
from services.dataexchange.store.tables import (
    AggregateRow,
    GivenRow,
    HeadRow,
    LogRow,
    PendingRow,
    RescindedRow,
)
from shared.events.exchange import Outcome
from shared.messaging.bus import Partition
from tests.crashes.rest import at_rest
from tests.crashes.test_exchange import Patient, a_town

SEEDS = range(7000, 7012)


class Fold:
    """What follows from the records of the log, in order, and from nothing else."""

    def __init__(self, session: Session) -> None:
        self.streams: dict[tuple[str, int], int] = defaultdict(int)
        self.given: set[tuple[str, int, int, str]] = set()
        self.counted: dict[tuple[str, str], Aggregate] = defaultdict(Aggregate)
        self.positions: dict[Partition, int] = defaultdict(int)
        self.rescinded: set[tuple[int, int]] = set()
        self.records = session.exec(select(LogRow).order_by(LogRow.no)).all()  # type: ignore[arg-type]
        for row in self.records:
            self.add(log.read(session, row.no)[1])

    def add(self, body: log.Body) -> None:
        for span in body.spans:
            place = Partition(span.topic, span.partition)
            assert span.start == self.positions[place]
            self.positions[place] = span.stop
        self.rescinded |= set(body.rescinded)
        for one in body.releases:
            stream = (str(one.recipient), one.partition)
            assert one.number == self.streams[stream] + 1
            self.streams[stream] = one.number
            if one.body is None:
                self.given.add((one.recipient, one.partition, one.number, one.subject))
        for done in body.outcomes:
            aggregate = self.counted[done.topic, done.key]
            if done.verdict is not Outcome.HELD and not aggregate.has_taken(done.sequence):
                aggregate.count(done.sequence)


def tables(session: Session) -> dict[str, Any]:
    given = session.exec(select(GivenRow)).all()
    counted = session.exec(select(AggregateRow)).all()
    return {
        "positions": log.positions(session),
        "rescinded": {(row.no, row.place) for row in session.exec(select(RescindedRow)).all()},
        "streams": {key: last for key, last in log.numbers(session).items() if last},
        "given": {(one.recipient, one.partition, one.number, one.subject) for one in given},
        "counted": {
            (one.topic, one.key): (one.sequence, one.early)
            for one in counted
            if one.sequence or one.early
        },
    }


def folded(session: Session) -> dict[str, Any]:
    fold = Fold(session)
    return {
        "positions": dict(fold.positions),
        "rescinded": fold.rescinded,
        "streams": dict(fold.streams),
        "given": fold.given,
        "counted": {
            key: (one.sequence, ",".join(str(number) for number in sorted(one.early)))
            for key, one in fold.counted.items()
            if one.sequence or one.early
        },
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_folding_the_log_gives_the_tables(seed: int) -> None:
    with a_town(seed) as (town, life):
        town.adversary.run(400)
        amid = town.ask(folded), town.ask(tables)
        town.adversary.settle(Patient(lambda: at_rest(town, life)), 30_000)
        at_last = town.ask(folded), town.ask(tables)

    assert amid[0] == amid[1]
    assert at_last[0] == at_last[1]
    assert at_last[0]["given"]


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_head_stands_where_the_log_ends_and_time_only_grows(seed: int) -> None:
    with a_town(seed) as (town, _):
        town.adversary.run(400)
        rows = town.ask(lambda session: list(session.exec(select(LogRow)).all()))
        head = town.ask(lambda session: session.exec(select(HeadRow)).one())
        pending = town.ask(lambda session: session.exec(select(PendingRow.no)).all())

    rows.sort(key=lambda row: row.no)
    assert [row.no for row in rows] == list(range(head.size))
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert set(pending) <= set(range(head.size))
