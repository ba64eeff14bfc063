"""Under any interleaving of records, repetitions, crashes and failing handlers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.exchange import StreamResumed
from shared.kernel.agencies import RECEPTION
from tests.crashes.adversary import Adversary, at_once
from tests.crashes.hostile_bus import Faults
from tests.shared.messaging.station import PARTITIONS, Station, content, restriction

FAULTS = Faults(crash=0.05, zombie=0.02, redelivery=0.3)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), records=st.integers(1, 25))
def test_every_effect_happens_once_in_the_order_of_numbers(
    tmp_path_factory: pytest.TempPathFactory, seed: int, records: int
) -> None:
    station = Station(tmp_path_factory.mktemp("stream"))
    adversary = Adversary(seed, FAULTS)

    async def exchange() -> None:
        for _ in range(records):
            partition = adversary.random.randrange(PARTITIONS)
            station.stream(adversary.random.choice((content, restriction))(), partition)
            while adversary.random.random() < 0.3:
                repeat = adversary.random.randint(1, station.numbers[partition])
                station.stream(content(), partition, repeat)
            station.refused = {adversary.random.randint(1, records)}
            await adversary.sleep(0.1)
        station.refused = set()

    adversary.start("exchange", exchange, crashes=False, zombies=False)
    adversary.start("receiver", lambda: hear(station, adversary))
    adversary.run(40 + 10 * records)
    adversary.settle(lambda: heard_all(station, records), 20_000)
    adversary.end()

    for partition in range(PARTITIONS):
        expected = list(range(1, station.numbers[partition] + 1))
        assert station.numbers_noted(partition) == expected
    assert station.gaps_told() == []
    station.close()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), records=st.integers(1, 25))
def test_with_losses_no_content_passes_a_gap_and_no_restriction_waits(
    tmp_path_factory: pytest.TempPathFactory, seed: int, records: int
) -> None:
    station = Station(tmp_path_factory.mktemp("stream"))
    adversary = Adversary(seed, FAULTS)
    losing = Losing(station, adversary)

    async def exchange() -> None:
        for _ in range(records):
            losing.say_something()
            await adversary.sleep(0.1)
        losing.resume()
        losing.done = True

    adversary.start("exchange", exchange, crashes=False, zombies=False)
    adversary.start("receiver", lambda: hear(station, adversary))
    adversary.run(40 + 10 * records)
    adversary.settle(lambda: losing.done and last(station) == station.numbers[0], 20_000)
    adversary.end()

    assert station.numbers_noted() == losing.applied
    station.close()


class Losing:
    """An exchange some of whose releases vanish, and what must be applied nevertheless."""

    def __init__(self, station: Station, adversary: Adversary) -> None:
        self.station = station
        self.random = adversary.random
        self.gap = False
        self.applied: list[int] = []
        self.done = False

    def say_something(self) -> None:
        """Lose a number, resume, or release something."""
        kind = self.random.choice(("lost", "content", "restriction", "resumed"))
        if kind == "lost":
            self.station.skip()
            self.gap = True
        elif kind == "resumed":
            self.resume()
        else:
            self.station.stream(content() if kind == "content" else restriction())
            if kind == "restriction" or not self.gap:
                self.applied.append(self.station.numbers[0])

    def resume(self) -> None:
        """End any gap."""
        self.station.stream(StreamResumed(partition=0, next=self.station.numbers[0] + 2))
        self.gap = False


async def hear(station: Station, adversary: Adversary) -> None:
    """Hear for ever."""
    receiver = station.make_receiver(adversary.bus(station.log.as_principal(RECEPTION)))
    while True:
        await receiver.step()
        await adversary.sleep(0.05)


def heard_all(station: Station, records: int) -> bool:
    """Return whether everything was sent and applied."""
    sent = sum(station.numbers.values())
    return sent == records and sent == sum(
        len(station.numbers_noted(partition)) for partition in range(PARTITIONS)
    )


def last(station: Station) -> int:
    """Return the number applied last in the first partition."""
    at_once(station.receiver.start())
    return station.reading().last
