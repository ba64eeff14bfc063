import pytest
from sqlmodel import select

from shared.events.control import StreamGapFound
from shared.events.event import encode
from shared.events.exchange import AgreementChanged, Digest, ReleaseRescinded
from shared.events.exchange import Code as ReasonCode
from shared.events.registry import contract_of
from shared.kernel.agencies import UNHCR
from shared.kernel.errors import Fenced, Unavailable
from shared.messaging.bus import Partition
from shared.messaging.receive.progress import save_reading
from shared.messaging.receive.reading import Reading
from tests.conformance.store.service import TABLES, UnreadableRow
from tests.crashes.adversary import at_once
from tests.shared.messaging.station import (
    STREAM,
    Station,
    content,
    release_message,
    restriction,
    stream_message,
)


def send(station: Station, *numbers: int, partition: int = 0) -> None:
    """Publish content under these numbers."""
    for number in numbers:
        station.stream(content(), partition, number)


def test_what_comes_is_applied_in_order(station: Station) -> None:
    send(station, 1, 2, 3)

    assert station.hear_all() == 3

    assert station.numbers_noted() == [1, 2, 3]
    assert station.reading() == Reading(0, last=3, offset=3)


def test_a_handler_is_told_where_the_event_stood(station: Station) -> None:
    send(station, 1, 2, partition=2)

    station.hear_all()

    assert station.notes(2) == ["1 CorrectionProposed", "2 CorrectionProposed"]


def test_a_number_that_was_applied_is_dropped(station: Station) -> None:
    send(station, 1, 2, 1, 2, 3)

    station.hear_all()

    assert station.numbers_noted() == [1, 2, 3]
    assert station.receiver.counts["dropped"] == 2


def test_a_record_that_comes_again_is_dropped(station: Station) -> None:
    send(station, 1, 2)
    station.hear_all()

    at_once(station.receiver.bus.assign({Partition(STREAM, 0): 0}))
    station.hear_all()

    assert station.numbers_noted() == [1, 2]
    assert station.receiver.counts["dropped"] == 2


def test_another_process_goes_on_where_the_last_one_stopped(station: Station) -> None:
    send(station, 1)
    station.hear_all()
    send(station, 2)

    station.receiver = station.make_receiver()

    assert station.hear_all() == 1
    assert station.numbers_noted() == [1, 2]


def test_each_partition_counts_for_itself(station: Station) -> None:
    send(station, 1, 2, partition=0)
    send(station, 1, partition=1)

    station.hear_all()

    assert station.numbers_noted(0) == [1, 2]
    assert station.numbers_noted(1) == [1]


def test_a_handler_that_raises_loses_and_reorders_nothing(station: Station) -> None:
    send(station, 1, 2, 3)
    send(station, 1, 3, partition=1)
    station.numbers[1] = 1
    station.refused = {2}

    station.hear_all()

    assert station.numbers_noted() == [1]
    assert station.reading().last == 1
    [stuck] = station.receiver.stuck.values()
    assert (stuck.offset, stuck.error) == (1, "ValueError")
    assert stuck.where.startswith("station.py:")
    assert "Xaruwen" not in repr(stuck)

    station.refused = set()
    station.hear_all()

    assert station.numbers_noted() == [1, 2, 3]
    assert station.receiver.stuck == {}


def test_other_partitions_go_on_while_one_is_stuck(station: Station) -> None:
    send(station, 7, partition=0)
    station.refused = {7}
    at_once(station.receiver.start())
    station.do(lambda session: save_reading(session, TABLES, Reading(0), Reading(0, last=6)))
    send(station, 1, 2, partition=1)
    station.hear_all()
    send(station, 3, partition=1)

    station.hear_all()

    assert station.numbers_noted(0) == []
    assert station.numbers_noted(1) == [1, 2, 3]


def test_a_database_that_fails_after_reading_loses_nothing(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> None:
        raise Unavailable

    send(station, 1, 2)
    at_once(station.receiver.start())

    with monkeypatch.context() as patch:
        patch.setattr(station.database, "transact", fail)
        with pytest.raises(Unavailable):
            at_once(station.receiver.step())

    assert station.hear_all() == 2
    assert station.numbers_noted() == [1, 2]


def test_two_receivers_at_once_apply_nothing_twice(station: Station) -> None:
    send(station, 1, 2)
    second = station.make_receiver()
    at_once(second.start())

    station.hear_all()
    at_once(second.step())

    assert station.numbers_noted() == [1, 2]
    assert second.counts["dropped"] == 2


@pytest.mark.parametrize("stale", [Reading(0, last=0, offset=1), Reading(0, last=1, offset=0)])
def test_whoever_moves_on_from_a_stale_place_is_fenced(station: Station, stale: Reading) -> None:
    send(station, 1)
    station.hear_all()

    with pytest.raises(Fenced):
        station.do(lambda session: save_reading(session, TABLES, stale, Reading(0, last=2)))


@pytest.mark.parametrize(
    "event",
    [
        ReleaseRescinded(),
        AgreementChanged(agreement=Digest("00"), state=ReasonCode("IN_FORCE")),
        StreamGapFound(partition=0, after=0),
    ],
)
def test_what_nobody_hears_takes_its_number(station: Station, event: ReleaseRescinded) -> None:
    station.stream(event)
    station.stream(content())

    station.hear_all()

    assert station.numbers_noted() == [2]
    assert station.receiver.counts["passed"] == 1


def test_an_unknown_kind_of_event_takes_its_number_and_is_counted(station: Station) -> None:
    station.say(release_message(b"{}", "org.tenpoint.future.SomethingDone.v2", 0, 1))
    send(station, 2)

    station.hear_all()

    assert station.numbers_noted() == [2]
    assert station.receiver.counts["unknown"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"Xaruwen",
        b"{}",
        b'{"person": 7}',
        b"[" * 100_000,
        b'{"person":"PW","sex":"Xaruwen"}',
    ],
)
def test_content_that_cannot_be_read_is_recorded_and_passed(station: Station, body: bytes) -> None:
    wire = contract_of(type(content())).wire
    station.say(release_message(body, wire, 0, 1))
    send(station, 2)

    station.hear_all()

    rows = station.do(lambda session: session.exec(select(UnreadableRow)).all())
    assert [(row.partition, row.number, row.wire, row.code) for row in rows] == [
        (0, 1, wire, "undecodable")
    ]
    assert station.numbers_noted() == [2]


def test_what_the_exchange_has_not_made_for_this_place_takes_no_number(station: Station) -> None:
    wire = contract_of(type(content())).wire
    forged = release_message(encode(content()), wire, 0, 1, source=UNHCR)
    moved = release_message(encode(content()), wire, 1, 1)
    station.say(forged, stream_message(moved.value, moved.headers, 0), stream_message(b"{}", ()))
    send(station, 1)

    station.hear_all()

    assert station.numbers_noted() == [1]
    assert station.receiver.counts["malformed"] == 3


def test_a_restriction_is_applied_in_its_turn(station: Station) -> None:
    station.stream(restriction())
    station.stream(content())

    station.hear_all()

    assert station.notes() == ["1 SafeguardsStated", "2 CorrectionProposed"]
