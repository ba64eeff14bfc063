"""What the exchange itself tells; on the streams only, needs no agreement."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, NewType

from shared.codes.protection import Clearance
from shared.events.event import ABSENT, COARSE, Absent, Event, Part, Topic, contract
from shared.kernel.agencies import (
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    COLUMN_OF,
    DESK,
    EXCHANGE,
    IOM,
    MONITOR,
    RECEPTION,
    STATISTICS,
    UNHCR,
)
from shared.kernel.categories import Category
from shared.kernel.identifiers import (
    EnquiryRef,
    EventRef,
    NoticeRef,
    PersonRef,
    Reference,
    ReferralRef,
    TokenRef,
)

EVERYBODY: Final = tuple(COLUMN_OF)

OWNERS: Final = (BORDER, RECEPTION, UNHCR, ASYLUM, IOM, CHILD_PROTECTION)
"""Who tells a state of people that can be told again."""

PARTIES: Final = tuple(
    agency for agency in COLUMN_OF if agency not in (BORDER, STATISTICS, MONITOR)
)
"""Who can ever be a party of a referral."""

Digest = NewType("Digest", str)
"""SHA-256 in lower-case hexadecimal."""

Signature = NewType("Signature", str)
"""Ed25519 signature in base 64."""

Code = NewType("Code", str)
"""A closed reason code; never a value."""

TopicName = NewType("TopicName", str)


class Outcome(StrEnum):
    """What became of an inside event."""

    TAKEN = "TAKEN"
    HELD = "HELD"
    REFUSED = "REFUSED"


class Answer(Part, frozen=True, kw_only=True):
    """What became of one inside event of the hearer. `code` says why, for the author only."""

    event: EventRef
    outcome: Annotated[Outcome, Category.AUDIT]
    code: Annotated[Code | Absent, Category.AUDIT] = ABSENT
    told: Annotated[bool | Absent, Category.AUDIT] = ABSENT
    """For a directed event only: whether its hearer was told anything."""


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=EVERYBODY, key=None)
class DecisionMade(Event, frozen=True, kw_only=True):
    """What became of the hearer's events in a logged batch. Never itself answered."""

    answers: tuple[Answer, ...]


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=EVERYBODY, key=None, restricts=True)
class ReleaseRescinded(Event, frozen=True, kw_only=True):
    """A restriction came between log and delivery; this takes the number and says nothing else."""


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=OWNERS, key="about")
class RestateAsked(Event, frozen=True, kw_only=True):
    """Something opened: tell the current state of this once more, under the token.

    Never says who wants it.
    """

    about: Annotated[Reference, Category.REFERENCE]
    token: Annotated[TokenRef, Category.REFERENCE]


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=PARTIES, key="referral", restricts=True)
class FlowInterrupted(Event, frozen=True, kw_only=True):
    """A step of this referral cannot pass, or its consent or agreement is gone. Never says why."""

    referral: ReferralRef


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=(BORDER, IOM), key="nonce")
class ProtectionCheckAnswered(Event, frozen=True, kw_only=True):
    """The answer to one enquiry of the hearer: a word, and until when it holds."""

    nonce: EnquiryRef
    answer: Annotated[Clearance, Category.REMOVAL_BLOCK, COARSE]
    valid_until: Annotated[datetime, Category.REMOVAL_BLOCK, COARSE]


HOLDERS: Final = tuple(agency for agency in PARTIES if agency != DESK)
"""Who can ever hold two references of one person."""


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=HOLDERS, key="one")
class PersonsLinked(Event, frozen=True, kw_only=True):
    """Two references of the hearer's name one person; both answer to her from now on."""

    one: PersonRef
    other: PersonRef


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=HOLDERS, key="one")
class PersonsUnlinked(Event, frozen=True, kw_only=True):
    """Two references of the hearer's do not name one person after all."""

    one: PersonRef
    other: PersonRef


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=EVERYBODY, key="about", restricts=True)
class ErasureAsked(Event, frozen=True, kw_only=True):
    """Erase what was released to you about this person, in this partition. No reason is given."""

    about: Annotated[Reference, Category.REFERENCE]
    notice: NoticeRef
    releases: Annotated[tuple[int, ...], Category.AUDIT]
    """Numbers of the releases concerned, in the hearer's own stream partition."""
    categories: Annotated[tuple[Category, ...] | Absent, Category.AUDIT] = ABSENT
    """What of these releases to erase; absent means all of them."""
    due: Annotated[date, Category.AUDIT]


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=EVERYBODY, key=None)
class StreamResumed(Event, frozen=True, kw_only=True):
    """The gap of a partition is behind: restrictions were repeated, `next` comes after this."""

    partition: Annotated[int, Category.PUBLIC]
    next: Annotated[int, Category.PUBLIC]


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=EVERYBODY, key=None)
class AgreementChanged(Event, frozen=True, kw_only=True):
    """An agreement of the hearer changed its state."""

    agreement: Annotated[Digest, Category.PUBLIC]
    state: Annotated[Code, Category.PUBLIC]


class Reached(Part, frozen=True, kw_only=True):
    """How far the exchange has read one inside partition of the hearer."""

    topic: Annotated[TopicName, Category.PUBLIC]
    partition: Annotated[int, Category.PUBLIC]
    next: Annotated[int, Category.PUBLIC]
    """Offset of the next record that the exchange will read."""


@contract(Topic.STREAM, authors=(EXCHANGE,), audience=EVERYBODY, key=None)
class HeadSigned(Event, frozen=True, kw_only=True):
    """The log as it stood, signed: heartbeat, proof and signal to send again in one."""

    size: Annotated[int, Category.PUBLIC]
    """Records in the log before the one that holds this head."""
    root: Annotated[Digest, Category.PUBLIC]
    at: Annotated[datetime, Category.PUBLIC]
    signature: Annotated[Signature, Category.PUBLIC]
    last: Annotated[tuple[int, ...], Category.PUBLIC]
    """Last number of every partition of the hearer's stream."""
    reached: tuple[Reached, ...]
    hole: Annotated[int | Absent, Category.PUBLIC] = ABSENT
    """Some of the hearer's control events vanished unread: send what is open, then say so."""
