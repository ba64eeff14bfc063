"""The schedule: who runs next, who dies, what people say. A seed is a schedule."""

from dataclasses import dataclass, field
from random import Random

from tests.crashes.exchange_model.agency import Agency
from tests.crashes.exchange_model.broker import Partition
from tests.crashes.exchange_model.database import Database
from tests.crashes.exchange_model.facts import (
    AGENCIES,
    PARTITIONS,
    Event,
    Fenced,
    Payload,
    Place,
    Steps,
    Stream,
)
from tests.crashes.exchange_model.faults import Faults
from tests.crashes.exchange_model.leader import CONTROL, DATA, Exchange, Leader
from tests.crashes.exchange_model.weather import Weather, choose

CHAOS = 700
"""Steps of the first phase, in which everything may happen."""
QUIET = 5_000
"""Steps that a single actor gets at most in the quiet phase."""
TURNS = 100
"""Turns that the leader gets at most in each round, until nothing is pending."""
RELAYED = 100
"""Steps that a relay gets in each round of the quiet phase."""
ROUNDS = 25
"""Rounds of the quiet phase: one leader turn, all relays, all recipients."""


@dataclass(slots=True)
class World:
    """All actors of one run, and the random numbers that choose between them."""

    rng: Random
    faults: Faults
    exchange: Exchange
    agencies: dict[str, Agency]
    weather: Weather
    leaders: list[Steps] = field(default_factory=list)
    posts: list[Steps] = field(default_factory=list)
    relays: dict[str, list[Steps]] = field(default_factory=dict)
    day: int = 0
    rested: bool = False

    @classmethod
    def of(cls, seed: int, faults: Faults) -> "World":
        """Return the world of a seed at rest: no people, no leader."""
        rng = Random(seed)
        inside: dict[Place, Partition[Event]] = {place: Partition() for place in DATA + CONTROL}
        streams: dict[Stream, Partition[tuple[int, Payload]]] = {
            (a, p): Partition() for a in AGENCIES for p in range(PARTITIONS)
        }
        exchange = Exchange(Database(faults), inside, streams, rng, faults)
        agencies = {
            a: Agency(a, inside, {p: streams[a, p] for p in range(PARTITIONS)}, rng, faults)
            for a in AGENCIES
        }
        world = cls(rng, faults, exchange, agencies, Weather.of(rng))
        for name in AGENCIES:
            world.relays[name] = [agencies[name].relay(world.clock)]
        return world

    def clock(self) -> int:
        """Return the step of the schedule."""
        return self.exchange.step

    def lead(self) -> None:
        """Have a process take the lease; whoever led before is a zombie."""
        leader = Leader(self.exchange).run()
        next(leader)
        self.leaders.append(leader)

    # --- the first phase -------------------------------------------------------------------------

    def chaos(self) -> None:
        """Let everything happen in any order."""
        acts = (self._say, self._break, self._relay, self._hear, self._post, self._lead_on)
        self.lead()
        for _ in range(CHAOS):
            self.exchange.step += 1
            choose(self.rng, acts, self.weather.acts)
            if not self.leaders:
                self.lead()

    def _agency(self) -> Agency:
        return self.agencies[self.rng.choice(AGENCIES)]

    def _say(self) -> None:
        self.day += self.rng.random() < self.weather.new_day
        acts = (self._change, self._consent, self._withdraw, self._withdraw_by_http)
        choose(self.rng, acts, self.weather.words)

    def _about(self) -> tuple[int, str, int]:
        return self.rng.choice(self.weather.people), self.rng.choice(AGENCIES), self.day

    def _poison(self) -> int:
        return self.rng.choices((0, 1, 2), self.weather.poison)[0]

    def _change(self) -> None:
        key = f"{self.rng.choice('pr')}{self.rng.choice(self.weather.people)}"
        self._agency().change(key, self._poison())

    def _consent(self) -> None:
        self._agency().give_consent(*self._about(), poison=self._poison())

    def _withdraw(self) -> None:
        agency, about = self._agency(), self._about()
        agency.withdraw(*about, poison=self._poison())
        agency.change(f"p{about[0]}")

    def _withdraw_by_http(self) -> None:
        row = self._agency().withdraw(*self._about())
        self.posts.append(self.exchange.withdraw_by_http(row.event))

    def _relay(self) -> None:
        _run_one(self.relays[self.rng.choice(AGENCIES)], self.rng, newest=0.9)

    def _hear(self) -> None:
        self._agency().hear(self.rng.randrange(PARTITIONS))

    def _post(self) -> None:
        _run_one(self.posts, self.rng, newest=0.0)

    def _lead_on(self) -> None:
        _run_one(self.leaders, self.rng, newest=self.weather.newest)

    def _break(self) -> None:
        acts = (
            self._lose_leader,
            self._second_relay,
            lambda: self._agency().redeliver(
                self.rng.randrange(PARTITIONS), self.rng.randint(1, 6)
            ),
            lambda: self._agency().lose_state(),
            self._mend,
            lambda: self._forget(self.rng.choice(list(self.exchange.streams.values()))),
            lambda: self._forget(self.rng.choice(list(self.exchange.inside.values()))),
            self._outage,
            self._absence,
        )
        choose(self.rng, acts, self.weather.breaks)

    def _lose_leader(self) -> None:
        if self.leaders and self.rng.random() < 0.4:
            self.leaders.pop()
        self.lead()

    def _outage(self) -> None:
        """Have no leader for so long that the inside topics forget, unread records too."""
        self.leaders.clear()
        for partition in self.exchange.inside.values():
            self._forget(partition)

    def _absence(self) -> None:
        """Have a recipient away for so long that its stream forgets."""
        name = self.rng.choice(AGENCIES)
        for partition in range(PARTITIONS):
            stream = self.exchange.streams[name, partition]
            stream.forget(stream.end)

    def _second_relay(self) -> None:
        name = self.rng.choice(AGENCIES)
        self.relays[name].append(self.agencies[name].relay(self.clock))

    def _mend(self) -> None:
        self.exchange.mended = self.rng.random() < 0.2

    def _forget(self, partition: Partition[Event] | Partition[tuple[int, Payload]]) -> None:
        partition.forget(self.rng.randint(partition.begin, partition.end))

    # --- the quiet phase -------------------------------------------------------------------------

    def settle(self) -> None:
        """Run one live leader to rest, zombies waking now and then, and all of them at the end."""
        self.exchange.mended = True
        for agency in self.agencies.values():
            agency.patient = False
        zombies, self.leaders = self.leaders, []
        leader = Leader(self.exchange)
        _exhaust(leader.start(), QUIET)
        relays = [agency.relay(self.clock) for agency in self.agencies.values()]
        for _ in range(ROUNDS):
            self._round(leader, relays)
            self._wake(zombies, 3)
            self.rested = self._at_rest()
            if self.rested:
                break
        self._wake(zombies, QUIET)
        self._hear_all()

    def _round(self, leader: Leader, relays: list[Steps]) -> None:
        database, sign = self.exchange.database, True
        for _ in range(TURNS):
            before = len(database.log)
            self.exchange.step += 1
            _exhaust(leader.turn(sign=sign), QUIET)
            sign = False
            if len(database.log) == before and not any(database.pending.values()):
                break
        for posts in list(self.posts):
            _exhaust(posts, QUIET)
        for relay in relays:
            self.exchange.step += 1
            _exhaust(relay, RELAYED)
        self._hear_all()

    def _hear_all(self) -> None:
        for agency in self.agencies.values():
            for partition in range(PARTITIONS):
                while agency.hear(partition):
                    pass

    def _wake(self, zombies: list[Steps], steps: int) -> None:
        for zombie in zombies:
            self.exchange.step += 1
            _exhaust(zombie, steps)

    def _at_rest(self) -> bool:
        database = self.exchange.database
        open_rows = [r for a in self.agencies.values() for r in a.rows if not r.closed]
        read = all(
            self.is_held(event)
            for place, partition in self.exchange.inside.items()
            for _, event in partition.every[database.position.get(place, 0) :]
        )
        return (
            read
            and not any(database.pending.values())
            and all(self.is_held(row.event) for row in open_rows)
            and all(r.seen is None for a in self.agencies.values() for r in a.readers)
        )

    def is_held(self, event: Event) -> bool:
        """Return whether a planted poison that is never mended holds this event."""
        owner = self.agencies[event.agency]
        poisoned = [
            r.event
            for r in owner.rows
            if r.event.poison == 2 and r.event.aggregate == event.aggregate
        ]
        if any(p.sequence <= event.sequence for p in poisoned):
            return True
        return event.topic == "data" and self.is_stopped(event.person)

    def is_stopped(self, person: int) -> bool:
        """Return whether a planted poison in a control topic stops a person for ever."""
        return any(
            row.event.poison == 2 and row.event.topic == "control" and row.event.person == person
            for agency in self.agencies.values()
            for row in agency.rows
        )


def _run_one(actors: list[Steps], rng: Random, newest: float) -> None:
    if not actors:
        return
    index = len(actors) - 1 if rng.random() < newest else rng.randrange(len(actors))
    try:
        next(actors[index])
    except (StopIteration, Fenced):
        actors.pop(index)


def _exhaust(actor: Steps, steps: int) -> None:
    try:
        for _ in range(steps):
            next(actor)
    except (StopIteration, Fenced):
        return


def run(seed: int, faults: Faults | None = None, weather: Weather | None = None) -> World:
    """Run the schedule of a seed to rest and return the world that remains."""
    world = World.of(seed, faults or Faults())
    world.weather = weather or world.weather
    world.chaos()
    world.settle()
    return world
