"""A referral as the desk knows it: a card, its offers, its state, and all that happened to it.

It has a reference of its own and names no person. Source: 10-Point Plan of Action, points 5 and 6;
IASC, Inter-Agency Referral Form and Guidance Note (2017), for the card; the states are a Tenpoint
design decision.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from shared.codes.pathways import RESPONSE_TIME, TERMS, Pathway, Priority, is_sensitive
from shared.codes.referrals import CardField, DeclineReason, ServiceOutcome, Step
from shared.events.card import Card
from shared.events.event import ABSENT, Absent
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import ReferralRef

CLOCK: Final = "clock"
"""Who acted, where time did."""

RULE: Final = "rule"
"""Who acted, where the desk's own rule did."""


NOTHING_TOLD: Final = Card()


class State(StrEnum):
    """Of a referral. It only goes forward; that nobody answered in time is a mark, no state."""

    CREATED = "CREATED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    INTERRUPTED = "INTERRUPTED"
    """A step cannot pass, or consent is gone: a human decides, and no clock ends it."""
    EXPIRED = "EXPIRED"


TAKEN: Final = frozenset({State.ACCEPTED, State.IN_PROGRESS})
OPEN: Final = TAKEN | {State.CREATED, State.INTERRUPTED}


class OfferState(StrEnum):
    """Of an offer to one provider."""

    OFFERED = "OFFERED"
    ASKED = "ASKED"
    """The provider wants to know more of the card."""
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"


WAITING: Final = frozenset({OfferState.OFFERED, OfferState.ASKED})


class Act(StrEnum):
    """What happened, or was tried."""

    REQUESTED = "REQUESTED"
    AMENDED = "AMENDED"
    OFFERED = "OFFERED"
    ASKED = "ASKED"
    RESUMED = "RESUMED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    STARTED = "STARTED"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"
    INTERRUPTED = "INTERRUPTED"
    ESCALATED = "ESCALATED"
    EXPIRED = "EXPIRED"
    OVERDUE = "OVERDUE"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"


class Why(StrEnum):
    """Why something that was heard changed nothing."""

    NOBODY_NAMED = "NOBODY_NAMED"
    NOT_OFFERED = "NOT_OFFERED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    """It comes from somebody else than the provider who accepted."""
    ALREADY_DECLINED = "ALREADY_DECLINED"
    ALREADY_TAKEN = "ALREADY_TAKEN"
    AFTER_EXPIRY = "AFTER_EXPIRY"
    """An acceptance that came too late: it asks a human to reopen."""
    NOT_OPEN = "NOT_OPEN"


class ClosureReason(StrEnum):
    """Why a human closed a referral. None says anything of the person. Tenpoint decision."""

    NO_PROVIDER = "NO_PROVIDER"
    DUPLICATE = "DUPLICATE"
    SERVED_OTHERWISE = "SERVED_OTHERWISE"
    CANNOT_GO_ON = "CANNOT_GO_ON"


@dataclass(frozen=True, slots=True)
class Offer:
    """The card, shown to one provider."""

    provider: Agency
    offered_at: datetime
    respond_by: datetime
    state: OfferState = OfferState.OFFERED
    wanted: tuple[CardField, ...] = ()
    reason: DeclineReason | None = None
    """Why it was declined; None also where the provider told no reason."""

    @property
    def waits(self) -> bool:
        """Whether the provider has not answered yet."""
        return self.state in WAITING

    @property
    def is_lapsed(self) -> bool:
        """Whether the provider let the time pass."""
        return self.state is OfferState.LAPSED


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happened; with `why`, one that was heard and changed nothing."""

    act: Act
    by: str
    """An agency, a role, `clock` or `rule`; empty where nobody was told."""
    at: datetime
    word: str | None = None
    """A code that came with it."""
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral. Nothing in it is a reference of a person, or could be traced to one."""

    referral: ReferralRef
    created_at: datetime
    clock_from: datetime
    """Since when the present response clock runs."""
    card: Card = NOTHING_TOLD
    state: State = State.CREATED
    requested: bool = False
    """Whether the request itself was heard; what restricts may come before it."""
    named: Agency | None = None
    """The provider that the sender chose."""
    after: ReferralRef | None = None
    transfer: bool = False
    offers: tuple[Offer, ...] = ()
    paused_at: datetime | None = None
    paused_for: timedelta = timedelta()
    has_paused: bool = False
    escalated_at: datetime | None = None
    next_by: datetime | None = None
    """By when a human must ask the next provider; None while somebody is asked."""
    accepted_by: Agency | None = None
    accepted_at: datetime | None = None
    follow_up_by: date | None = None
    steps: tuple[tuple[Step, datetime], ...] = ()
    outcome: ServiceOutcome | None = None
    closed_for: ClosureReason | None = None
    overdue_at: datetime | None = None
    """Since when a human must look at it; None while nobody must."""
    reopened_as: ReferralRef | None = None
    moves: tuple[Move, ...] = ()

    @property
    def pathway(self) -> Pathway | None:
        """The pathway, None where nobody told."""
        return None if isinstance(self.card.pathway, Absent) else self.card.pathway

    @property
    def priority(self) -> Priority:
        """How soon a provider must answer."""
        return priority_of(self.card)

    @property
    def sensitive(self) -> bool:
        """Whether only named coordinators may see it; so it is where nobody told the pathway."""
        return self.pathway is None or is_sensitive(self.pathway, self.priority)

    def offer_to(self, provider: Agency) -> Offer | None:
        """Return the newest offer to a provider, or None."""
        return next((one for one in reversed(self.offers) if one.provider == provider), None)

    @property
    def has_open_offer(self) -> bool:
        """Whether a provider is asked who has not answered yet."""
        return any(offer.waits for offer in self.offers)


def unheard(referral: ReferralRef, *, at: datetime) -> Referral:
    """Return a referral of which something else is heard before its request.

    Nothing told about it is lost; its clock runs, and no priority told counts as the shortest.
    """
    return Referral(referral, created_at=at, clock_from=at)


def priority_of(card: Card) -> Priority:
    """Return a card's priority: never slower than its pathway allows, the fastest if untold."""
    told = None if isinstance(card.priority, Absent) else card.priority
    if isinstance(card.pathway, Absent):
        return told or Priority.EMERGENCY
    slowest = TERMS[card.pathway].slowest
    return slowest if told is None else min(told, slowest, key=RESPONSE_TIME.__getitem__)


def card_of(told: Card) -> Card:
    """Return the card alone of an event that holds one, without any reference beside it."""
    return Card(**{name: getattr(told, name) for name in Card.__struct_fields__})


def corrected(card: Card, told: Card) -> Card:
    """Return the card with what was told: null clears a field, absent leaves it."""
    values = {name: getattr(told, name) for name in Card.__struct_fields__}
    return msgspec.structs.replace(
        card, **{name: value for name, value in values.items() if value is not ABSENT}
    )


def moved(
    referral: Referral,
    move: Move,
    **changes: Any,  # noqa: ANN401 - fields of the referral
) -> Referral:
    """Return the referral after something happened to it."""
    return replace(referral, moves=(*referral.moves, move), **changes)


def unmoved(referral: Referral, move: Move) -> Referral:
    """Return the referral after something that changed nothing: named, and named once."""
    said = (move.act, move.by, move.word, move.why)
    if any((one.act, one.by, one.word, one.why) == said for one in referral.moves):
        return referral
    return moved(referral, move)


def with_offers(
    referral: Referral,
    providers: Collection[Agency],
    **changes: Any,  # noqa: ANN401 - fields of an offer
) -> tuple[Offer, ...]:
    """Return the offers, with the newest one to each of the providers changed."""
    newest = {referral.offer_to(provider) for provider in providers}
    return tuple(
        replace(offer, **changes) if offer in newest else offer for offer in referral.offers
    )


def lapsed(referral: Referral) -> tuple[Offer, ...]:
    """Return the offers, with those that nobody answered lapsed."""
    return tuple(
        replace(offer, state=OfferState.LAPSED) if offer.waits else offer
        for offer in referral.offers
    )
