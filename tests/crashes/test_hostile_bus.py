from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from shared.kernel.agencies import BORDER, EXCHANGE, UNHCR
from shared.kernel.errors import Unavailable
from shared.messaging.bus import Span
from shared.messaging.eventlog import EventLog
from tests.crashes.adversary import Adversary, at_once
from tests.crashes.hostile_bus import Faults
from tests.crashes.lines import NO_FAULTS, PARTITIONS, SEEDS, MakeLog, firsts, message, written


def test_partitions_are_mixed_and_each_keeps_its_order(make_log: MakeLog) -> None:
    orders = set()
    for seed in SEEDS:
        adversary = Adversary(seed, NO_FAULTS)
        log = make_log(adversary)
        at_once(log.as_principal(BORDER).publish([message(n, n % 2) for n in range(6)]))

        async def read(adversary: Adversary = adversary, log: EventLog = log) -> None:
            bus = adversary.bus(log.as_principal(EXCHANGE))
            records = await bus.read([Span(partition, 0, 3) for partition in PARTITIONS[:2]])
            orders.add(tuple(int(record.value) for record in records))

        adversary.start("reader", read)
        adversary.run(10)

    assert len(orders) > 5
    for order in orders:
        assert [number for number in order if number % 2] == [1, 3, 5]
        assert [number for number in order if not number % 2] == [0, 2, 4]


def test_partitions_take_turns_when_a_poll_is_small(make_log: MakeLog) -> None:
    adversary = Adversary(1, NO_FAULTS)
    log = make_log(adversary)
    at_once(log.as_principal(BORDER).publish([message(n, n % 3) for n in range(9)]))
    numbers: list[int] = []

    async def actor() -> None:
        bus = adversary.bus(log.as_principal(EXCHANGE))
        await bus.assign(dict.fromkeys(PARTITIONS, 0))
        while records := await bus.poll(most=1, wait=0):
            numbers.extend(record.partition.number for record in records)

    adversary.start("actor", actor)
    adversary.run(100)

    assert numbers == [0, 1, 2] * 3


def test_an_unknown_outcome_may_be_all_part_or_nothing(make_log: MakeLog) -> None:
    outcomes = set()
    for seed in range(40):
        adversary = Adversary(seed, Faults(crash=0, zombie=0, unknown=1.0))
        log = make_log(adversary)
        told: list[str] = []

        async def publish(
            adversary: Adversary = adversary, log: EventLog = log, told: list[str] = told
        ) -> None:
            bus = adversary.bus(log.as_principal(BORDER))
            try:
                await bus.publish([message(number, number % 3) for number in range(6)])
            except Unavailable:
                told.append("unknown")

        adversary.start("relay", publish)
        adversary.run(100)

        assert told == ["unknown"]
        for partition in PARTITIONS:
            numbers = written(log, partition)
            assert numbers == list(range(partition.number, 6, 3))[: len(numbers)]
        outcomes.add(sum(len(written(log, partition)) for partition in PARTITIONS))

    assert {0, 6} < outcomes


def test_a_crash_may_fall_before_the_write_and_between_write_and_answer(
    make_log: MakeLog,
) -> None:
    outcomes = set()
    for seed in range(60):
        adversary = Adversary(seed, Faults(crash=0.3, zombie=0, unknown=0))
        log = make_log(adversary)
        lives: list[str] = []

        async def publish_once(
            adversary: Adversary = adversary, log: EventLog = log, lives: list[str] = lives
        ) -> None:
            lives.append("begun")
            if len(lives) == 1:
                await adversary.bus(log.as_principal(BORDER)).publish([message(0)])
                lives.append("answered")

        adversary.start("relay", publish_once)
        adversary.run(100)
        outcomes.add((len(written(log, PARTITIONS[0])), "answered" in lives))

    assert outcomes == {(0, False), (1, False), (1, True)}


def test_the_handle_does_not_hide_permissions(make_log: MakeLog) -> None:
    adversary = Adversary(1, NO_FAULTS)
    bus = adversary.bus(make_log(adversary).as_principal(UNHCR))

    async def actor() -> None:
        await bus.publish([message(0)])

    adversary.start("actor", actor)

    with pytest.raises(AssertionError, match="raised Forbidden"):
        adversary.run(10)


def test_the_handle_does_not_hide_a_gap(make_log: MakeLog) -> None:
    adversary = Adversary(1, NO_FAULTS)
    log = make_log(adversary)
    at_once(log.as_principal(BORDER).publish([message(n) for n in range(5)]))
    log.truncate(PARTITIONS[0], before=2)

    async def actor() -> None:
        bus = adversary.bus(log.as_principal(EXCHANGE))
        await bus.assign({PARTITIONS[0]: 1})
        await bus.poll(most=10, wait=0)

    adversary.start("actor", actor)

    with pytest.raises(AssertionError, match="raised Gap"):
        adversary.run(10)


def test_what_comes_again_was_assigned_is_kept_and_skips_nothing(make_log: MakeLog) -> None:
    again = 0
    for seed in SEEDS:
        adversary = Adversary(seed, Faults(crash=0, zombie=0, unavailable=0, redelivery=0.5))
        offsets = reread(adversary, make_log(adversary))

        assert firsts(offsets) == list(range(5, 20))
        assert all(later <= earlier + 1 for earlier, later in pairwise(offsets))
        again += len(offsets) - 15

    assert again > 0


def reread(adversary: Adversary, log: EventLog) -> list[int]:
    at_once(log.as_principal(BORDER).publish([message(n) for n in range(20)]))
    offsets: list[int] = []

    async def actor() -> None:
        bus = adversary.bus(log.as_principal(EXCHANGE))
        await bus.assign({PARTITIONS[0]: 5})
        while set(offsets) != set(range(5, 20)):
            offsets.extend(record.offset for record in await bus.poll(most=4, wait=0))
            if max(offsets) > 12:
                log.truncate(PARTITIONS[0], before=8)

    adversary.start("actor", actor)
    adversary.run(1000)
    return offsets


@pytest.mark.parametrize("fault", ["poll", "read", "begin_offsets", "end_offsets"])
def test_every_call_that_reads_may_be_unavailable(fault: str, make_log: MakeLog) -> None:
    adversary = Adversary(1, Faults(crash=0, zombie=0, unavailable=1))
    log = make_log(adversary)
    told: list[str] = []

    async def actor() -> None:
        bus = adversary.bus(log.as_principal(EXCHANGE))
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "poll": lambda: bus.poll(most=1, wait=0),
            "read": lambda: bus.read([]),
            "begin_offsets": lambda: bus.begin_offsets([]),
            "end_offsets": lambda: bus.end_offsets([]),
        }
        try:
            await calls[fault]()
        except Unavailable:
            told.append(fault)

    adversary.start("actor", actor)
    adversary.run(10)

    assert told == [fault]
