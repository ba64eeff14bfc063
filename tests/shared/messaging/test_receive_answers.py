from datetime import timedelta

import pytest

from shared.events.event import ABSENT
from shared.events.exchange import (
    Answer,
    Code,
    DecisionMade,
    Digest,
    HeadSigned,
    Outcome,
    Reached,
    Signature,
    TopicName,
)
from shared.kernel.identifiers import EventRef, Reference
from shared.messaging.receive import caught_up, is_caught_up, newest_head
from tests.conformance.store.service import NOW, TABLES
from tests.crashes.adversary import at_once
from tests.shared.messaging.station import CONTROL, EVENTS, STREAM, Station, content

MINUTE = timedelta(minutes=1)


def head(*last: int, at: timedelta = timedelta(), reached: tuple[Reached, ...] = ()) -> HeadSigned:
    """Return a head that counts so many numbers, signed some time after now."""
    return HeadSigned(
        size=1,
        root=Digest("00"),
        at=NOW + at,
        signature=Signature("AA"),
        last=last,
        reached=reached,
    )


def everything(topic: str) -> tuple[Reached, ...]:
    """Return that all of a topic was read."""
    return tuple(
        Reached(topic=TopicName(topic), partition=partition, next=1000) for partition in range(3)
    )


def decided(*answers: tuple[EventRef, Outcome, str | None]) -> DecisionMade:
    """Return the exchange's answers."""
    return DecisionMade(
        answers=tuple(
            Answer(event=event, outcome=outcome, code=ABSENT if code is None else Code(code))
            for event, outcome, code in answers
        )
    )


def open_ids(station: Station) -> list[str]:
    """Return what is not answered."""
    rows = station.do(lambda session: station.open(session).open_rows())
    return [row.event_id for row in rows]


def is_behind(station: Station) -> bool:
    """Return whether something that the newest head counts was not applied."""
    return not station.do(lambda session: is_caught_up(session, TABLES))


def test_answers_close_rows_and_say_why_not(station: Station) -> None:
    taken, refused, held = (at_once(station.tell()) for _ in range(3))
    at_once(station.relay.step())

    station.stream(
        decided(
            (taken, Outcome.TAKEN, None),
            (refused, Outcome.REFUSED, "not_yours"),
            (held, Outcome.HELD, "unreadable"),
        )
    )
    station.hear_all()

    assert open_ids(station) == [held]
    [row] = station.do(lambda session: station.open(session).refused_rows())
    assert (row.event_id, row.code) == (refused, "not_yours")
    assert at_once(station.unsent()) == []


def test_a_row_held_for_a_gap_goes_again_at_once(station: Station) -> None:
    events = [at_once(station.tell()) for _ in range(2)]
    at_once(station.relay.step())

    station.stream(decided((events[1], Outcome.HELD, "gap")))
    station.hear_all()

    assert at_once(station.unsent_ids()) == events


def test_a_head_has_go_again_what_it_passed_by(station: Station) -> None:
    events = [at_once(station.tell()) for _ in range(2)]
    at_once(station.relay.step())
    station.stream(decided((events[0], Outcome.TAKEN, None)))

    station.stream(head(2, 0, 0, reached=everything(EVENTS)))
    station.hear_all()

    assert at_once(station.unsent_ids()) == events[1:]


@pytest.mark.parametrize("topic", [CONTROL, STREAM, "unhcr.events.v1"])
def test_a_head_has_nothing_go_again_of_other_topics(station: Station, topic: str) -> None:
    at_once(station.tell())
    at_once(station.relay.step())

    station.stream(head(1, 0, 0, reached=everything(topic)))
    station.hear_all()

    assert at_once(station.unsent()) == []


def test_a_head_reaches_the_control_topic(station: Station) -> None:
    event = at_once(station.guard())
    at_once(station.relay.step())

    station.stream(head(1, 0, 0, reached=everything(CONTROL)))
    station.hear_all()

    assert at_once(station.unsent_ids()) == [event]


def test_a_lost_telling_of_a_gap_goes_again_although_the_gap_lasts(station: Station) -> None:
    station.skip()
    station.stream(content())
    station.hear_all()
    [telling] = at_once(station.unsent_ids())
    at_once(station.relay.step())

    station.stream(head(3, 0, 0, reached=everything(CONTROL)))
    station.hear_all()

    assert at_once(station.unsent_ids()) == [telling]


def test_answers_are_heard_beyond_a_gap(station: Station) -> None:
    event = at_once(station.tell())
    station.skip()

    station.stream(decided((event, Outcome.TAKEN, None)))
    station.hear_all()

    assert event not in open_ids(station)


def test_before_the_first_head_nothing_is_known(station: Station) -> None:
    station.hear_all()

    assert is_behind(station)
    assert station.do(lambda session: newest_head(session, TABLES)) is None


def test_caught_up_is_every_partition_at_the_heads_numbers(station: Station) -> None:
    station.stream(content(), 1)
    station.stream(head(1, 2, 0))
    station.hear_all()
    assert is_behind(station)

    station.stream(content(), 1)
    station.hear_all()

    assert not is_behind(station)
    assert at_once(caught_up(station.database, TABLES))


def test_a_partition_behind_the_head_is_no_gap(station: Station) -> None:
    station.stream(head(1, 7, 0))

    station.hear_all()

    assert station.gaps_told() == []
    assert not station.reading(1).gap


def test_a_gap_is_never_caught_up(station: Station) -> None:
    station.skip(1)
    station.stream(content(), 1)
    station.stream(head(1, 0, 0))

    station.hear_all()

    assert is_behind(station)


def test_a_head_that_leaves_a_partition_out_says_nothing_of_it(station: Station) -> None:
    station.stream(head(1, 0))

    station.hear_all()

    assert is_behind(station)


def test_a_head_with_partitions_too_many_is_heard(station: Station) -> None:
    station.stream(head(1, 0, 0, 5))

    station.hear_all()

    assert not is_behind(station)


@pytest.mark.parametrize(("signed", "heard"), [(-MINUTE, NOW - MINUTE), (MINUTE, NOW)])
def test_a_head_is_as_old_as_it_says_and_never_younger_than_its_arrival(
    station: Station, signed: timedelta, heard: object
) -> None:
    station.stream(head(1, 0, 0, at=signed))

    station.hear_all()

    assert station.do(lambda session: newest_head(session, TABLES)) == heard


def test_an_older_head_takes_nothing_back(station: Station) -> None:
    station.stream(head(2, 4, 0))
    station.stream(head(2, 0, 0, at=-MINUTE))

    station.hear_all()

    assert is_behind(station)
    assert station.do(lambda session: newest_head(session, TABLES)) == NOW


def test_a_directed_event_that_nobody_was_told_is_shown_although_it_was_taken(
    station: Station,
) -> None:
    at_last, at_first, told = (at_once(station.tell()) for _ in range(3))
    at_once(station.relay.step())

    station.stream(answered((at_last, True, None), (at_first, False, None), (told, True, None)))
    station.stream(answered((at_last, False, "rescinded")))
    station.hear_all()

    rows = station.do(lambda session: station.open(session).refused_rows())
    found = {row.event_id: (row.outcome, row.code) for row in rows}
    assert found == {at_last: ("TAKEN", "rescinded"), at_first: ("TAKEN", "not_told")}
    assert open_ids(station) == []


def answered(*fates: tuple[str, bool, str | None]) -> DecisionMade:
    """The exchange took directed events, and told them or did not."""
    answers = (
        Answer(
            event=EventRef(Reference(event)),
            outcome=Outcome.TAKEN,
            code=ABSENT if code is None else Code(code),
            told=told,
        )
        for event, told, code in fates
    )
    return DecisionMade(answers=tuple(answers))
