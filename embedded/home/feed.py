"""What goes on now: events that crossed, in words, and how the log stands. Nobody is named."""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Final

import msgspec
from sqlmodel import Session, select

from embedded.home.rows import NAMES
from embedded.main import Embedded
from services.dataexchange.handlers import views
from services.dataexchange.handlers.heads import head_bytes
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.store import log
from services.dataexchange.store.tables import LogRow
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


@dataclass(frozen=True, slots=True)
class Flow:
    """One event that crossed: from whom, to whom, and how much of it."""

    author: str
    recipient: str
    kind: str
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How the log stands, and whether its newest head is rightly signed."""

    records: int
    head: int
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
        """Return what the log tells since the last look."""
        size = log.lock_head(session).size
        start = max(0, size - LOOK_BACK, self.next or 0)
        self.next = size
        flows: list[Flow] = []
        for number in range(start, size):
            for release in log.read(session, number)[1].releases:
                flow = flow_of(release)
                if flow is not None and flow not in flows[-MOST:]:
                    flows.append(flow)
        return flows


def flow_of(release: Release) -> Flow | None:
    """Return a release in words, or None if it is not worth telling."""
    what = EVENTS.get(release.wire.split(".")[-2])
    if what is None or release.recipient not in NAMES:
        return None
    author = NAMES.get(Agency(release.author))
    recipient = NAMES[release.recipient]
    sender = author[1] if author else "Exchange"
    coarse = release.wire.endswith(("SafeguardsStated.v1", "DisembarkationRecorded.v1"))
    return Flow(
        author=author[2] if author else "exchange",
        recipient=recipient[2],
        kind="partial" if coarse and release.body is None else "full",
        what=what,
        who=f"{sender} to {recipient[1]}",
    )


def proof_of(session: Session, embedded: Embedded) -> Proof | None:
    """Return how the log stands; None before the first head."""
    newest = select(LogRow.no).where(LogRow.kind == "head").order_by(LogRow.no.desc())  # type: ignore[attr-defined]
    number = session.exec(newest).first()
    if number is None:
        return None
    _, body = log.read(session, number)
    head = msgspec.json.decode(body.releases[0].body or b"", type=HeadSigned)
    right = verify(
        embedded.keys.registry.public(EXCHANGE, Use.HEAD),
        base64.b64decode(head.signature),
        head_bytes(head.size, head.root, head.at),
        use=Use.HEAD,
    )
    return Proof(log.lock_head(session).size, head.size, f"{head.at:%d %B %Y, %H:%M} UTC", right)


def held_of(session: Session) -> list[views.Held]:
    """Return what waits for its author."""
    return views.held(session)


def as_text(flows: list[Flow]) -> str:
    """Return flows as one line of JSON."""
    return json.dumps([asdict(flow) for flow in flows])
