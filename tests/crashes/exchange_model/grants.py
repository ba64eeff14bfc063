"""What the exchange judges by: sequences, consents, stops, who was given what, restates."""

from dataclasses import dataclass, field, replace
from typing import Self

from tests.crashes.exchange_model.facts import (
    Aggregate,
    ConsentGiven,
    ConsentWithdrawn,
    Event,
)


@dataclass(frozen=True, slots=True)
class Restate:
    """A restate under way: who is to hear it, who was asked, and how much of it has been taken."""

    recipient: str
    owner: str
    person: int
    taken: int = 0
    expected: int | None = None

    @property
    def closed(self) -> bool:
        """Return whether everything the owner announced has been taken."""
        return self.expected is not None and self.taken >= self.expected


@dataclass(slots=True)
class Grants:
    """The tables a judgement reads and folds into; values are immutable, so a copy is cheap."""

    sequence: dict[Aggregate, int] = field(default_factory=dict)
    early: frozenset[tuple[Aggregate, int]] = frozenset()
    consents: tuple[Event, ...] = ()
    withdrawals: tuple[Event, ...] = ()
    stopped: dict[Aggregate, int] = field(default_factory=dict)
    given: dict[tuple[int, str, int], int] = field(default_factory=dict)
    spoken: frozenset[tuple[str, int]] = frozenset()
    restates: dict[int, Restate] = field(default_factory=dict)
    holes: dict[str, int] = field(default_factory=dict)
    tokens: int = 0

    def copy(self) -> Self:
        """Return an independent copy."""
        return replace(
            self,
            sequence=dict(self.sequence),
            stopped=dict(self.stopped),
            given=dict(self.given),
            restates=dict(self.restates),
            holes=dict(self.holes),
        )

    def allows(self, person: int, recipient: str) -> bool:
        """Return whether a consent stands that no withdrawal has ended."""
        return stands(self.consents, self.withdrawals, person, recipient)

    def is_stopped(self, person: int) -> bool:
        """Return whether an unread control event may forbid something about this person."""
        return any(key[1:] == str(person) and key[0] == "p" for _, _, key in self.stopped)

    def ask(self, owner: str, person: int, recipient: str) -> int:
        """Open a restate and return its token."""
        self.tokens += 1
        self.restates[self.tokens] = Restate(recipient, owner, person)
        return self.tokens

    def owners(self, person: int, recipient: str) -> list[str]:
        """Return who has spoken of a person, other than the recipient itself."""
        return sorted(a for a, p in self.spoken if p == person and a != recipient)


def stands(
    consents: tuple[Event, ...], withdrawals: tuple[Event, ...], person: int, recipient: str
) -> bool:
    """Return whether any consent is later than, or names, every withdrawal of its scope."""
    ended = [
        (w.id, w.body.day)
        for w in withdrawals
        if isinstance(w.body, ConsentWithdrawn) and _scope(w, w.body, person, recipient)
    ]
    return any(
        all(given.body.day > day or withdrawal in given.body.follows for withdrawal, day in ended)
        for given in consents
        if isinstance(given.body, ConsentGiven) and _scope(given, given.body, person, recipient)
    )


def _scope(
    event: Event, body: ConsentGiven | ConsentWithdrawn, person: int, recipient: str
) -> bool:
    return event.person == person and body.recipient == recipient
