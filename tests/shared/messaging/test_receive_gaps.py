import pytest

from shared.events.control import StreamGapFound
from shared.events.exchange import StreamResumed
from shared.messaging.bus import Partition
from shared.messaging.receive.reading import Reading, Verdict
from tests.crashes.adversary import at_once
from tests.shared.messaging.station import CONTROL, STREAM, Station, content, restriction


def resumed(station: Station, partition: int = 0) -> StreamResumed:
    """Return the exchange's word that a partition goes on behind this."""
    return StreamResumed(partition=partition, next=station.numbers[partition] + 2)


def tell_twice_beyond_a_gap(station: Station) -> None:
    """Send 1, lose 2, send content 3 and 5 and a restriction 4."""
    station.stream(content())
    station.skip()
    station.stream(content())
    station.stream(restriction())
    station.stream(content())


def test_beyond_a_gap_only_what_restricts_is_applied(station: Station) -> None:
    tell_twice_beyond_a_gap(station)

    station.hear_all()

    assert station.notes() == ["1 CorrectionProposed", "4 SafeguardsStated"]
    assert station.reading() == Reading(0, last=1, offset=4, gap=True, seen=5)
    assert station.receiver.counts["beyond"] == 2


def test_a_restriction_beyond_a_gap_that_comes_again_is_dropped(station: Station) -> None:
    tell_twice_beyond_a_gap(station)
    station.hear_all()

    at_once(station.receiver.bus.assign({Partition(STREAM, 0): 0}))
    station.hear_all()

    assert station.numbers_noted() == [1, 4]
    assert station.receiver.stuck == {}


def test_a_gap_is_told_once(station: Station) -> None:
    tell_twice_beyond_a_gap(station)

    station.hear_all()
    station.stream(content())
    station.hear_all()

    assert station.gaps_told() == [StreamGapFound(partition=0, after=1)]


def test_the_telling_reaches_the_control_topic(station: Station) -> None:
    tell_twice_beyond_a_gap(station)
    station.hear_all()

    at_once(station.relay.step())

    assert len(station.arrived(CONTROL)) == 1


def test_a_further_hole_is_told_again(station: Station) -> None:
    tell_twice_beyond_a_gap(station)
    station.skip()
    station.stream(content())

    station.hear_all()

    assert station.gaps_told() == [StreamGapFound(partition=0, after=1)] * 2


def test_the_stream_goes_on_where_the_exchange_says(station: Station) -> None:
    tell_twice_beyond_a_gap(station)
    station.stream(restriction())
    station.stream(resumed(station))
    station.stream(content())

    station.hear_all()

    assert station.notes() == [
        "1 CorrectionProposed",
        "4 SafeguardsStated",
        "6 SafeguardsStated",
        "8 CorrectionProposed",
    ]
    assert station.reading() == Reading(0, last=8, offset=7)


def test_the_stream_goes_on_behind_the_word_itself_at_least(station: Station) -> None:
    tell_twice_beyond_a_gap(station)
    station.stream(StreamResumed(partition=0, next=1))

    station.hear_all()

    assert station.reading().last == 6


def test_a_word_about_another_partition_ends_the_gap_there(station: Station) -> None:
    station.skip(1)
    station.stream(content(), 1)
    station.hear_all()

    station.stream(StreamResumed(partition=1, next=3))
    station.stream(content(), 1)
    station.hear_all()

    assert station.numbers_noted(1) == [3]
    assert not station.reading(0).gap


@pytest.mark.parametrize("partition", [0, 1, 99])
def test_a_word_about_no_gap_changes_nothing(station: Station, partition: int) -> None:
    station.stream(StreamResumed(partition=partition, next=50))
    station.stream(content())

    station.hear_all()

    assert station.numbers_noted() == [2]
    assert station.reading().last == 2
    assert station.reading(1) == Reading(1)


def test_in_a_gap_not_even_the_next_number_is_applied(station: Station) -> None:
    tell_twice_beyond_a_gap(station)
    station.stream(content(), number=2)

    station.hear_all()

    assert station.numbers_noted() == [1, 4]
    assert len(station.gaps_told()) == 1


def test_records_that_expired_are_a_gap(station: Station) -> None:
    for _ in range(4):
        station.stream(content())
    at_once(station.receiver.start())
    station.truncate(before=2)

    station.hear_all()

    assert station.numbers_noted() == []
    assert station.gaps_told() == [StreamGapFound(partition=0, after=0)]
    assert station.reading() == Reading(0, last=0, offset=4, gap=True, seen=4)


def test_a_recipient_rebuilt_from_nothing_finds_a_gap_after_nothing(station: Station) -> None:
    for partition in (0, 1):
        for _ in range(3):
            station.stream(restriction(), partition)
    station.truncate(before=2)

    station.hear_all()

    assert station.gaps_told() == [StreamGapFound(partition=0, after=0)]
    assert station.numbers_noted(0) == [3]
    assert station.numbers_noted(1) == [1, 2, 3]


def test_an_empty_partition_whose_records_expired_is_a_gap(station: Station) -> None:
    station.stream(content())
    station.truncate(before=1)

    station.hear_all()

    assert station.reading().gap
    assert len(station.gaps_told()) == 1


def test_after_expiry_the_stream_goes_on_where_the_exchange_says(station: Station) -> None:
    for _ in range(3):
        station.stream(content())
    station.truncate(before=2)
    station.hear_all()

    station.stream(resumed(station))
    station.stream(content())
    station.hear_all()

    assert station.numbers_noted() == [5]


def test_a_lagging_partition_is_no_gap(station: Station) -> None:
    station.stream(content(), 1)

    station.hear_all()

    assert not any(station.reading(partition).gap for partition in range(3))
    assert station.gaps_told() == []


def test_only_the_next_number_is_applied() -> None:
    reading = Reading(0, last=4)

    verdicts = [reading.judge(number) for number in (4, 5, 5, 7, 8, 5, 6, 9, 11)]

    assert verdicts == [
        (Verdict.DROP, False),
        (Verdict.APPLY, False),
        (Verdict.DROP, False),
        (Verdict.BEYOND, True),
        (Verdict.BEYOND, False),
        (Verdict.DROP, False),
        (Verdict.BEYOND, False),
        (Verdict.BEYOND, False),
        (Verdict.BEYOND, True),
    ]
    assert (reading.last, reading.seen) == (5, 11)
