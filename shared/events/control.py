"""What changes what may flow. Any agency sends it about a person it has met.

What tightens (`restricts`) applies on arrival, in any order; what loosens only in sequence. All
fields are read by the exchange and released to nobody, but for the two that say otherwise. No
field may hold a number that a database cannot.
"""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from shared.codes.places import Language
from shared.codes.protection import Barred, Stated
from shared.events.event import (
    ABSENT,
    READ_BY_EXCHANGE,
    Absent,
    Event,
    Topic,
    contract,
)
from shared.events.sealed import Sealed
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    DESK,
    IOM,
    MONITOR,
    RECEPTION,
    SHELTER,
    STATISTICS,
    UNHCR,
    Agency,
    Purpose,
)
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState, ChosenBy, Giver
from shared.kernel.identifiers import (
    ConsentRef,
    DocumentRef,
    EnquiryRef,
    EventRef,
    NoticeRef,
    PersonRef,
    Reference,
    TokenRef,
)

ANY: Final = (BORDER, RECEPTION, ASYLUM, UNHCR, IOM, CHILD_PROTECTION, ANTI_TRAFFICKING, SHELTER)
"""Agencies that meet people. Further providers join with their classes."""

HEARERS: Final = (*ANY, DESK, STATISTICS, MONITOR)
"""Agencies that have a stream, and so must be able to say what they found in it."""

Partition = Annotated[int, Meta(ge=0, le=999)]
"""Number of a partition, counted from 0. Source of the most: Tenpoint design decision; no
deployment has as many."""

Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""A count or a place in an order, as a database holds it: a signed integer of 64 bits."""

ALL: Final = "ALL"
"""The widest scope, said out loud."""

Scope = tuple[Agency, ...] | Literal["ALL"]
"""Agencies concerned; `ALL` for everybody. In a restriction, absent means the same as `ALL`."""


@contract(Topic.CONTROL, authors=ANY)
class ConsentGiven(Event, frozen=True, kw_only=True):
    """An act with a person's consent was done. Bound to one purpose and to its recipients."""

    person: PersonRef
    consent: Annotated[ConsentRef, READ_BY_EXCHANGE]
    giver: Annotated[Giver, READ_BY_EXCHANGE]
    purpose: Annotated[Purpose, READ_BY_EXCHANGE]
    recipients: Annotated[tuple[Agency, ...], READ_BY_EXCHANGE]
    categories: Annotated[tuple[Category, ...], READ_BY_EXCHANGE]
    until: Annotated[date, READ_BY_EXCHANGE]
    """Last day of validity, included."""
    alone: Annotated[bool | Absent, READ_BY_EXCHANGE] = ABSENT
    """Whether nobody else of the person's company was present; absent counts as not alone."""
    deprived_of_liberty: Annotated[bool | Absent, READ_BY_EXCHANGE] = ABSENT
    """Absent counts as deprived."""
    interpreter_by: Annotated[ChosenBy | Absent, READ_BY_EXCHANGE] = ABSENT
    explained_in: Annotated[Language | Absent, READ_BY_EXCHANGE] = ABSENT
    after: Annotated[tuple[EventRef, ...] | Absent, READ_BY_EXCHANGE] = ABSENT
    """Every withdrawal that its author knows and that this one follows, on the same day."""


@contract(Topic.CONTROL, authors=ANY, restricts=True)
class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """The person says no, to anyone who serves her. Final for every receipt it covers.

    With `consent` it ends that receipt; otherwise every receipt given on or before its day to the
    recipients and for the categories in scope.
    """

    person: PersonRef
    consent: Annotated[ConsentRef | Absent, READ_BY_EXCHANGE] = ABSENT
    recipients: Annotated[Scope | Absent, READ_BY_EXCHANGE] = ABSENT
    categories: Annotated[tuple[Category, ...] | Absent, READ_BY_EXCHANGE] = ABSENT


@contract(Topic.CONTROL, authors=ANY, restricts=True)
class WithholdingSet(Event, frozen=True, kw_only=True):
    """The person, or her safety, says: not to them. `on` false lifts it, in sequence only."""

    person: PersonRef
    from_: Annotated[Scope | Absent, READ_BY_EXCHANGE] = ABSENT
    categories: Annotated[tuple[Category, ...] | Absent, READ_BY_EXCHANGE] = ABSENT
    on: Annotated[bool | Absent, READ_BY_EXCHANGE] = ABSENT
    """Absent counts as on."""


@contract(Topic.CONTROL, authors=ANY, audience=(RECEPTION, IOM), restricts=True)
class SafeguardsStated(Event, frozen=True, kw_only=True):
    """What its author has found about age and place, as two words.

    Agencies with a task hear the first word as a partial age: whoever says child first is heard.
    """

    person: PersonRef
    treated_as_child: Annotated[AgeState | Absent, Category.AGE_BAND] = ABSENT
    """Absent counts as not known, and not known as a child."""
    hide_location: Annotated[bool | Absent, READ_BY_EXCHANGE] = ABSENT
    """Absent counts as hidden."""


@contract(Topic.CONTROL, authors=ANY)
class TaskOpened(Event, frozen=True, kw_only=True):
    """The person asked this agency for a service, in person."""

    person: PersonRef
    purpose: Annotated[Purpose, READ_BY_EXCHANGE]
    until: Annotated[date, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=ANY, restricts=True)
class TaskClosed(Event, frozen=True, kw_only=True):
    """The agency has no task for the person any more; absent purpose means none at all."""

    person: PersonRef
    purpose: Annotated[Purpose | Absent, READ_BY_EXCHANGE] = ABSENT


@contract(
    Topic.CONTROL,
    authors=tuple(agency for agency in ANY if agency != UNHCR),
    audience=(UNHCR,),
    directed=True,
    restricts=True,
)
class ProtectionConcernRaised(Event, frozen=True, kw_only=True):
    """A fear, harm or sensitive need was noticed: in any words, by any means, to anyone.

    No field says why; what was said is sealed to UNHCR's protection desk, always under the same
    category and padded, whatever it says. Source: 10-Point Plan of Action, point 3; UNHCR
    Executive Committee, Conclusion No. 93 (2002).
    """

    person: PersonRef
    note: Annotated[Sealed | Absent, Category.FEAR_OF_RETURN] = ABSENT


@contract(Topic.CONTROL, authors=ANY)
class DocumentPresented(Event, frozen=True, kw_only=True):
    """A person showed a document or a wristband: its number and the author's person are one."""

    person: PersonRef
    document: Annotated[DocumentRef, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=ANY, key="one")
class DuplicateLinked(Event, frozen=True, kw_only=True):
    """A human decided that two of the author's own records are of one person.

    Links unite restrictions, narrow consents to what both allow, and lend no task.
    """

    one: Annotated[PersonRef, READ_BY_EXCHANGE]
    other: Annotated[PersonRef, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=ANY, key="one")
class DuplicateUnlinked(Event, frozen=True, kw_only=True):
    """A human found that two linked records are not of one person after all."""

    one: Annotated[PersonRef, READ_BY_EXCHANGE]
    other: Annotated[PersonRef, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=ANY, restricts=True)
class ProtectionStated(Event, frozen=True, kw_only=True):
    """What its author states to be barred against a person, unasked, as its whole current view.

    Absent counts as unknown, and unknown as barred; `NO` loosens, in sequence only. Never says
    why. Source: UNHCR, Refugee protection and durable solutions in the context of international
    migration (2007), for late fear; that any agency may bar and no single one may clear is a
    Tenpoint design decision.
    """

    person: PersonRef
    removal: Annotated[Stated | Absent, READ_BY_EXCHANGE] = ABSENT
    assisted_return: Annotated[Stated | Absent, READ_BY_EXCHANGE] = ABSENT
    voluntary_repatriation: Annotated[Stated | Absent, READ_BY_EXCHANGE] = ABSENT
    readmission: Annotated[Stated | Absent, READ_BY_EXCHANGE] = ABSENT


@contract(Topic.CONTROL, authors=(BORDER, IOM), key="about")
class ProtectionCheckAsked(Event, frozen=True, kw_only=True):
    """Who holds a person asks whether an act is barred. The owners never learn that it was asked.

    `about` is the author's reference of the person, or a document that she showed.
    """

    about: Annotated[Reference, READ_BY_EXCHANGE]
    nonce: Annotated[EnquiryRef, READ_BY_EXCHANGE]
    """A fresh reference of the author's own, under which the answer comes."""
    kind: Annotated[Barred, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=ANY, key=None)
class FeedAffirmed(Event, frozen=True, kw_only=True):
    """Nothing that the author had to say until this moment waits unsent."""

    complete_until: Annotated[datetime, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=HEARERS, key="notice")
class ErasureConfirmed(Event, frozen=True, kw_only=True):
    """Receipt for an erasure notice."""

    notice: NoticeRef
    outcome: Annotated[Literal["ERASED", "RETURNED", "KEPT_BY_LAW"], READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=HEARERS, key=None)
class StreamGapFound(Event, frozen=True, kw_only=True):
    """A number is missing in a partition of the author's own stream, or the author was rebuilt."""

    partition: Annotated[Partition, READ_BY_EXCHANGE]
    after: Annotated[Number, READ_BY_EXCHANGE]
    """Last number applied; 0 for none."""


@contract(Topic.CONTROL, authors=HEARERS, key=None)
class RestateEnded(Event, frozen=True, kw_only=True):
    """Everything asked for under a token has been sent: so many events."""

    token: Annotated[TokenRef, READ_BY_EXCHANGE]
    events: Annotated[Number, READ_BY_EXCHANGE]


@contract(Topic.CONTROL, authors=HEARERS, key=None)
class ControlRepeated(Event, frozen=True, kw_only=True):
    """Every control event that was open when the exchange told of a hole has been sent again."""

    hole: Annotated[Number, READ_BY_EXCHANGE]
