import pytest

from shared.kernel.agencies import BORDER, EXCHANGE
from shared.kernel.errors import Fenced, Invalid, Unavailable
from shared.messaging.bus import Partition, Record
from shared.messaging.eventlog import EventLog
from tests.crashes.adversary import Adversary
from tests.crashes.hostile_bus import Faults
from tests.crashes.lines import NO_FAULTS, PARTITIONS, SEEDS, MakeLog, firsts, message, written


class Outbox:
    """Publishes ten batches in order and remembers, outside any life, what was acknowledged."""

    def __init__(self, adversary: Adversary, log: EventLog) -> None:
        self.adversary = adversary
        self.log = log
        self.acknowledged = 0

    async def relay(self) -> None:
        bus = self.adversary.bus(self.log.as_principal(BORDER))
        while self.acknowledged < 10:
            batch = range(self.acknowledged * 6, self.acknowledged * 6 + 6)
            await bus.publish([message(number, number % 3) for number in batch])
            self.acknowledged = batch.start // 6 + 1


class Inbox:
    """Takes what comes next in each partition; its positions outlive it, as in a database."""

    def __init__(self, adversary: Adversary, log: EventLog) -> None:
        self.adversary = adversary
        self.log = log
        self.effects: dict[Partition, list[int]] = {partition: [] for partition in PARTITIONS}
        self.positions = dict.fromkeys(PARTITIONS, 0)
        self.arrived: list[Record] = []

    async def receive(self) -> None:
        bus = self.adversary.bus(self.log.as_principal(EXCHANGE))
        await bus.assign(self.positions)
        while True:
            for record in await bus.poll(most=10, wait=1.0):
                self.arrived.append(record)
                if record.offset == self.positions[record.partition]:
                    self.positions[record.partition] += 1
                    self.effects[record.partition].append(int(record.value))


def journey(seed: int, make_log: MakeLog, faults: Faults | None = None) -> tuple[Adversary, Inbox]:
    adversary = Adversary(seed, faults)
    log = make_log(adversary)
    outbox, inbox = Outbox(adversary, log), Inbox(adversary, log)
    adversary.start("relay", outbox.relay, zombies=False)
    adversary.start("receiver", inbox.receive, zombies=False)
    adversary.run(150)
    adversary.settle(
        lambda: (
            outbox.acknowledged == 10
            and all(len(set(numbers)) == 20 for numbers in inbox.effects.values())
        ),
        2000,
    )
    adversary.end()
    return adversary, inbox


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_sent_until_acknowledged_arrives_in_order_under_every_fault(
    seed: int, make_log: MakeLog
) -> None:
    _, inbox = journey(seed, make_log)

    for partition in PARTITIONS:
        assert firsts(inbox.effects[partition]) == list(range(partition.number, 60, 3))


def test_the_same_seed_is_the_same_schedule(make_log: MakeLog) -> None:
    first, _ = journey(7, make_log)
    second, _ = journey(7, make_log)
    other, _ = journey(8, make_log)

    assert first.trace == second.trace
    assert first.trace != other.trace


def test_the_seeds_together_show_every_misfortune(make_log: MakeLog) -> None:
    traces = [journey(seed, make_log)[0].trace for seed in SEEDS]

    text = "\n".join(line for trace in traces for line in trace)
    for misfortune in ("crashes", "outcome unknown", "unavailable", "redelivery", "fell: unavail"):
        assert misfortune in text


def test_without_faults_nothing_comes_twice(make_log: MakeLog) -> None:
    adversary, inbox = journey(1, make_log, NO_FAULTS)

    assert len(inbox.arrived) == 60
    assert not any("crashes" in line for line in adversary.trace)


def test_partitions_have_no_order_among_each_other(make_log: MakeLog) -> None:
    def order(seed: int) -> bool:
        arrived = [record.partition.number for record in journey(seed, make_log)[1].arrived]
        return arrived.index(0) < arrived.index(1)

    assert {order(seed) for seed in SEEDS} == {True, False}


def test_a_killed_actor_does_nothing_more_on_its_way_out(make_log: MakeLog) -> None:
    adversary = Adversary(1, NO_FAULTS)
    log = make_log(adversary)

    async def relay() -> None:
        bus = adversary.bus(log.as_principal(BORDER))
        try:
            await adversary.sleep(1000)
        finally:
            await bus.publish([message(0)])

    adversary.start("relay", relay)
    adversary.run(1)
    adversary.crash("relay")
    adversary.end()

    assert written(log, PARTITIONS[0]) == []


def test_a_zombie_goes_on_after_its_replacement_has_taken_over(make_log: MakeLog) -> None:
    adversary = Adversary(1, NO_FAULTS)
    log = make_log(adversary)
    lives = iter((1, 2))

    async def leader() -> None:
        life = next(lives)
        bus = adversary.bus(log.as_principal(BORDER))
        await adversary.sleep(1)
        await bus.publish([message(life)])
        await adversary.sleep(1000)

    adversary.start("leader", leader)
    adversary.run(1)
    adversary.haunt("leader", seconds=60)
    adversary.settle(lambda: len(written(log, PARTITIONS[0])) == 2, 100)
    adversary.end()

    assert sorted(written(log, PARTITIONS[0])) == [1, 2]
    assert sum("is suspended" in line for line in adversary.trace) == 1


def test_a_zombie_comes_back_within_the_quiet_phase_although_others_are_busy() -> None:
    adversary = Adversary(1, NO_FAULTS)
    lives: list[int] = []
    back: list[int] = []

    async def actor() -> None:
        lives.append(len(lives) + 1)
        life = lives[-1]
        while True:
            await adversary.sleep(0)
            if life < len(lives):
                back.append(life)

    adversary.start("actor", actor)
    adversary.run(1)
    adversary.haunt("actor", seconds=3600)
    adversary.run(5)
    assert not back

    adversary.settle(lambda: bool(back), 1000)
    adversary.end()


def test_virtual_time_passes_when_everybody_sleeps() -> None:
    adversary = Adversary(1, NO_FAULTS)
    woken: list[float] = []

    async def sleeper() -> None:
        begun = adversary.clock()
        await adversary.sleep(3600)
        woken.append((adversary.clock() - begun).total_seconds())

    adversary.start("sleeper", sleeper)
    adversary.run(10)

    assert woken == [3600]


def test_who_never_settles_is_told_with_the_seed() -> None:
    adversary = Adversary(4711, NO_FAULTS)

    with pytest.raises(AssertionError, match="seed 4711: not settled"):
        adversary.settle(lambda: False, 10)


@pytest.mark.parametrize("error", [Unavailable, Fenced])
def test_an_actor_that_lost_its_carrier_or_its_lead_starts_again(
    error: type[Unavailable | Fenced],
) -> None:
    adversary = Adversary(1, NO_FAULTS)
    lives: list[int] = []

    async def actor() -> None:
        lives.append(len(lives) + 1)
        await adversary.sleep(0)
        if len(lives) == 1:
            raise error

    adversary.start("actor", actor)
    adversary.run(10)

    assert lives == [1, 2]


def test_any_other_error_of_an_actor_fails_the_test_with_the_seed() -> None:
    adversary = Adversary(4711, NO_FAULTS)

    async def actor() -> None:
        raise Invalid

    adversary.start("actor", actor)

    with pytest.raises(AssertionError, match="seed 4711: actor#1 raised Invalid"):
        adversary.run(1)
