"""What goes on now: events that crossed, in words, and how the log stands. Nobody is named."""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple

import msgspec
from sqlmodel import Session

from embedded.home.rows import NAMES
from embedded.main import Embedded
from embedded.settling import newest_head, uncovered
from services.dataexchange.handlers.heads import head_bytes
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.store import log
from services.dataexchange.store.rows import to_mask
from services.dataexchange.store.tables import GivenRow
from shared.crypto.signing import Use, verify
from shared.events.exchange import HeadSigned
from shared.kernel.agencies import EXCHANGE, Agency

EVENTS: Final = {
    "DisembarkationRecorded": "Landing recorded",
    "ArrivalRecorded": "Arrival recorded",
    "ScreeningCompleted": "Screening completed",
    "HandoverMade": "Handover made",
    "HandoverReceived": "Handover received",
    "ProtectionConcernRaised": "Concern raised, sealed",
    "PersonRegistered": "Person registered",
    "RegistrationUpdated": "Registration updated",
    "CorrectionProposed": "Correction proposed",
    "SafeguardsStated": "Safeguards stated",
    "ErasureAsked": "Asked to erase",
    "RestateAsked": "Asked to tell again",
}
"""Events worth telling, in words; answers and heads are not."""

MOST: Final = 4
LOOK_BACK: Final = 30


class Words(NamedTuple):
    """One kind of event that crossed: from whom, to whom, and what it was."""

    author: str
    recipient: str
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One event that crossed, in words, and how much of it: `full` or `partial`."""

    author: str
    recipient: str
    what: str
    who: str
    kind: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How the log stands, and whether its newest head is rightly signed."""

    head: int
    """How many records it covers."""
    waiting: int
    """How many came after it, beside its own."""
    signed_at: str
    right: bool


class Feed:
    """Reads the exchange's log from where it was read last."""

    def __init__(self, embedded: Embedded) -> None:
        """Begin a little before the end of the log."""
        self.embedded = embedded
        self.next: int | None = None

    async def flows(self) -> list[Flow]:
        """Return the newest events since the last look, a few at most."""
        found = await self.embedded.databases[EXCHANGE].transact(self.read)
        return found[-MOST:]

    def read(self, session: Session) -> list[Flow]:
        """Return what the log tells since the last look: of each kind of event the newest."""
        size = log.lock_head(session).size
        start = max(0, size - LOOK_BACK, self.next or 0)
        self.next = size
        newest: dict[Words, Release] = {}
        for number in range(start, size):
            for release in log.read(session, number)[1].releases:
                words = words_of(release)
                if words is not None:
                    newest.pop(words, None)
                    newest[words] = release
        told = list(newest.items())[-MOST:]
        return [Flow(*words, kind_of(release, session)) for words, release in told]


def words_of(release: Release) -> Words | None:
    """Return a release in words, or None if it is not worth telling."""
    what = EVENTS.get(release.wire.split(".")[-2])
    if what is None or release.recipient not in NAMES:
        return None
    author = NAMES.get(Agency(release.author))
    recipient = NAMES[release.recipient]
    sender = author[1] if author else "Exchange"
    return Words(
        author=author[2] if author else "exchange",
        recipient=recipient[2],
        what=what,
        who=f"{sender} to {recipient[1]}",
    )


def kind_of(release: Release, session: Session) -> str:
    """Return how much of an event a release told, by the masks that it was made under.

    `partial` if any category that went was open in its partial form only, `full` otherwise.
    """
    kept = session.get(GivenRow, (release.recipient, release.partition, release.number))
    went = release.pair.partial if kept is None else to_mask(kept.mask)
    return "partial" if went & release.pair.partial & ~release.pair.full else "full"


def proof_of(session: Session, embedded: Embedded) -> Proof | None:
    """Return how the log stands; None before the first head."""
    number, waiting = newest_head(session), uncovered(session)
    if number is None or waiting is None:
        return None
    _, body = log.read(session, number)
    head = msgspec.json.decode(body.releases[0].body or b"", type=HeadSigned)
    right = verify(
        embedded.keys.registry.public(EXCHANGE, Use.HEAD),
        base64.b64decode(head.signature),
        head_bytes(head.size, head.root, head.at),
        use=Use.HEAD,
    )
    return Proof(head.size, waiting, f"{head.at:%-d %B %Y, %H:%M} UTC", right)


def as_text(flows: list[Flow]) -> str:
    """Return flows as one line of JSON."""
    return json.dumps([asdict(flow) for flow in flows])
