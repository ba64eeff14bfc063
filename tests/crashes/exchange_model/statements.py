"""What a log says, read from the log alone: consents, withdrawals, places of events."""

from collections.abc import Iterator

from tests.crashes.exchange_model.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    Content,
    Event,
    Outcome,
    Record,
    Release,
    person_of,
)
from tests.crashes.exchange_model.grants import stands


class Statements:
    """Consents, withdrawals and unread control events, folded from outcomes one by one."""

    def __init__(self) -> None:
        """Start with nothing said."""
        self.consents: tuple[Event, ...] = ()
        self.withdrawals: tuple[Event, ...] = ()
        self.unread: dict[str, int] = {}

    def fold(self, outcome: Outcome) -> None:
        """Take one outcome in."""
        event = outcome.event
        if outcome.verdict == "TAKEN":
            self.unread.pop(event.id, None)
            if isinstance(event.body, ConsentGiven):
                self.consents += (event,)
            if isinstance(event.body, ConsentWithdrawn):
                self.withdrawals += (event,)
        elif outcome.code == "unreadable" and event.topic == "control":
            self.unread[event.id] = event.person

    def allow(self, person: int, recipient: str) -> bool:
        """Return whether a consent stands."""
        return stands(self.consents, self.withdrawals, person, recipient)


def outcomes(log: list[Record]) -> Iterator[tuple[Record, Outcome]]:
    """Yield every outcome with its record."""
    for record in log:
        for outcome in record.outcomes:
            yield record, outcome


def releases(log: list[Record]) -> Iterator[tuple[Record, Release]]:
    """Yield every release with its record."""
    for record in log:
        for release in record.releases:
            yield record, release


def contents(log: list[Record]) -> Iterator[tuple[Record, Release, Content]]:
    """Yield every release of content with its record."""
    for record, release in releases(log):
        if isinstance(release.payload, Content):
            yield record, release, release.payload


def first_places(log: list[Record]) -> dict[str, int]:
    """Return the log number under which each event was taken, or stopped its subject."""
    first: dict[str, int] = {}
    for record, outcome in outcomes(log):
        if outcome.verdict == "TAKEN" or outcome.code == "unreadable":
            first.setdefault(outcome.event.id, record.no)
    return first


def forbids(event: Event, content: Content, recipient: str) -> bool:
    """Return whether a withdrawal speaks of this content and this recipient."""
    return (
        isinstance(event.body, ConsentWithdrawn)
        and event.person == person_of(content.key)
        and event.body.recipient == recipient
    )
