from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.event import Topic
from shared.events.exchange import Outcome
from shared.kernel.agencies import RECEPTION
from shared.kernel.errors import Unavailable
from shared.kernel.identifiers import PersonRef
from shared.messaging.bus import Bus, Message, Record
from shared.messaging.envelope import read_envelope
from shared.messaging.permissions import control_topic
from shared.messaging.relay import Relay
from tests.conformance.store.service import NOW, PERSONS, A, B
from tests.crashes.adversary import Adversary, at_once
from tests.shared.messaging.fake_bus import FailingBus
from tests.shared.messaging.station import CONTROL, EVENTS, Station


def failing(station: Station) -> tuple[FailingBus, Relay]:
    """Return a handle that can fail, and the relay that uses it."""
    bus = FailingBus(station.bus)
    return bus, station.make_relay(cast("Bus", bus))


def sequences(records: Sequence[Record], key: PersonRef = A) -> list[int]:
    """Return the sequence numbers of a key's records in order."""
    found = (read_envelope(record) for record in records if record.key == key.encode())
    return [envelope.sequence or 0 for envelope in found]


def firsts(numbers: Sequence[int]) -> list[int]:
    """Return the numbers without repetitions."""
    return list(dict.fromkeys(numbers))


async def test_a_row_becomes_a_record_with_its_envelope(station: Station) -> None:
    event_id = await station.tell()
    [row] = await station.unsent()

    assert await station.relay.step() == 1

    [record] = station.arrived(EVENTS)
    envelope = read_envelope(record)
    assert (envelope.id, envelope.source, envelope.sequence) == (event_id, RECEPTION, 1)
    assert (envelope.wire, envelope.day, envelope.token) == (row.wire, NOW.date(), None)
    assert (record.key, record.value) == (A.encode(), row.body)


async def test_the_row_keeps_where_it_was_written(station: Station) -> None:
    await station.tell(B)
    await station.relay.step()
    [record] = station.arrived(EVENTS)
    place = record.partition.number, record.offset

    passed = station.do(
        lambda session: [
            station.open(session).resend_before(Topic.EVENTS, place[0], place[1] + more)
            for more in (0, 1)
        ]
    )

    assert passed == [0, 1]


async def test_nothing_unsent_is_nothing_done(station: Station) -> None:
    await station.tell()

    assert [await station.relay.step() for _ in range(2)] == [1, 0]


async def test_a_step_sends_one_prefix(station: Station) -> None:
    for _ in range(3):
        await station.tell()

    assert [await station.relay.step(most=2) for _ in range(3)] == [2, 1, 0]
    assert sequences(station.arrived(EVENTS)) == [1, 2, 3]


async def test_control_rows_are_acknowledged_before_any_later_row_is_sent(
    station: Station,
) -> None:
    bus, relay = failing(station)
    await station.tell()
    await station.guard()
    await station.tell()

    await relay.step()

    assert [{message.topic for message in call} for call in bus.calls] == [{CONTROL}, {EVENTS}]


async def test_without_the_control_rows_nothing_later_goes(station: Station) -> None:
    bus, relay = failing(station)
    await station.guard()
    await station.tell()
    bus.keep = lambda _: ()

    with pytest.raises(Unavailable):
        await relay.step()

    assert station.arrived(EVENTS) == []
    assert len(await station.unsent()) == 2


async def test_acknowledged_control_rows_stay_sent_when_the_events_fail(station: Station) -> None:
    bus, relay = failing(station)
    await station.guard()
    event = await station.tell()
    bus.keep = lambda messages: messages if messages[0].topic == control_topic(RECEPTION) else ()

    with pytest.raises(Unavailable):
        await relay.step()
    bus.keep = None
    await relay.step()

    assert [read_envelope(record).id for record in station.arrived(EVENTS)] == [event]


@pytest.mark.parametrize("written", [0, 1, 2])
async def test_an_unknown_outcome_goes_again_with_the_same_bytes(
    station: Station, written: int
) -> None:
    bus, relay = failing(station)
    events = [await station.tell() for _ in range(2)]
    bus.keep = lambda messages: messages[:written]

    with pytest.raises(Unavailable):
        await relay.step()
    assert await station.unsent_ids() == events
    bus.keep = None
    assert await relay.step() == 2

    first, again = bus.calls
    assert first == again
    assert firsts(sequences(station.arrived(EVENTS))) == [1, 2]


async def test_a_crash_between_publication_and_mark_sends_the_same_again(station: Station) -> None:
    await station.tell()
    stopped = Adversary(0)
    step = station.make_relay(stopped.bus(station.log.as_principal(RECEPTION))).step()
    while not station.arrived(EVENTS):
        step.send(None)
    step.close()

    await station.relay.step()

    first, again = station.arrived(EVENTS)
    assert (first.key, first.value, first.headers) == (again.key, again.value, again.headers)
    assert await station.unsent() == []


async def test_an_answered_row_is_not_sent(station: Station) -> None:
    event = await station.tell()
    station.do(lambda session: station.open(session).close(event, Outcome.TAKEN))

    assert await station.relay.step() == 0


async def test_nothing_but_the_key_says_which_partition(station: Station) -> None:
    bus, relay = failing(station)
    await station.tell()

    await relay.step()

    [[message]] = bus.calls
    assert isinstance(message, Message)
    assert message.partition is None


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), rows=st.integers(3, 12))
def test_two_relays_at_once_keep_first_occurrences_in_order(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int
) -> None:
    station = Station(tmp_path_factory.mktemp("relays"))
    adversary = Adversary(seed)

    async def relay() -> None:
        relay = station.make_relay(adversary.bus(station.log.as_principal(RECEPTION)))
        while True:
            await relay.step(most=3)
            await adversary.sleep(0.1)

    async def write() -> None:
        for number in range(rows):
            person = PERSONS[number % 2]
            await (station.guard(person) if number % 3 == 0 else station.tell(person))
            await adversary.sleep(0.2)

    adversary.start("writer", write, crashes=False, zombies=False)
    adversary.start("relay", relay)
    adversary.start("second relay", relay)
    adversary.run(60)
    adversary.settle(lambda: wrote(station) == rows and not at_once(station.unsent()), 5000)
    adversary.end()

    for topic in (EVENTS, CONTROL):
        for person in PERSONS[:2]:
            found = firsts(sequences(station.arrived(topic), person))
            assert found == list(range(1, len(found) + 1))
    assert len({read_envelope(r).id for t in (EVENTS, CONTROL) for r in station.arrived(t)}) == rows
    station.close()


def wrote(station: Station) -> int:
    """Return how many rows were written."""
    return station.do(lambda session: len(station.open(session).open_rows()))
