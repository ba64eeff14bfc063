"""What a run is like: each seed draws its own mixture, so rare meetings become common somewhere.

Source: A. Groce and others, "Swarm Testing" (ISSTA 2012), section 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.crashes.exchange_model.facts import PEOPLE

Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Weather:
    """Weights of what actors do, of what people say and of what breaks; how much is unreadable."""

    acts: tuple[int, ...]
    words: tuple[int, ...]
    breaks: tuple[int, ...]
    poison: tuple[int, int, int]
    newest: float
    new_day: float
    people: tuple[int, ...]

    @classmethod
    def of(cls, rng: Random) -> "Weather":
        """Draw the weather of one run."""
        return cls(
            acts=(rng.choice((8, 14)), rng.choice((2, 5, 9)), 40, rng.choice((12, 36)), 7, 45),
            words=(rng.choice((5, 10)), 5, rng.choice((1, 3)), rng.choice((1, 3))),
            breaks=tuple(rng.choice((0, 1, 4)) for _ in range(9)),
            poison=rng.choice(((1, 0, 0), (90, 9, 1), (70, 24, 6))),
            newest=rng.choice((0.6, 0.85, 0.97)),
            new_day=rng.choice((0.02, 0.3)),
            people=PEOPLE[: rng.randint(1, len(PEOPLE))],
        )


def choose(rng: Random, acts: tuple[Act, ...], weights: tuple[int, ...]) -> None:
    """Do one of several acts by its weight; nothing, where nothing has a weight."""
    if any(weights):
        rng.choices(acts, weights)[0]()
