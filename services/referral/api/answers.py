"""What the answers hold. A field that nobody told does not appear: it is never shown as "no"."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Self

import msgspec
from pydantic import BaseModel

from services.referral.rules.clocks import due_times
from services.referral.rules.record import (
    Act,
    ClosureReason,
    Move,
    Offer,
    OfferState,
    Referral,
    State,
    Why,
)
from services.referral.rules.routing import Listing
from services.referral.rules.steps import reflection_until
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import CardField, DeclineReason, Service, ServiceOutcome, Step
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import ReferralRef

PROTECTION: Final = "PROTECTION"
"""The one word for every sensitive pathway in lists."""


class ReferralLine(BaseModel):
    """One referral in the work list."""

    referral: ReferralRef
    state: State
    pathway: str
    """`PROTECTION` for every sensitive one."""
    priority: Priority
    created_at: datetime
    due_at: datetime | None
    """When the next clock ends; null while none runs."""
    escalated: bool
    overdue_at: datetime | None
    """Since when a human must look at it; such a one comes first."""

    @classmethod
    def of(cls, referral: Referral, **more: Any) -> Self:  # noqa: ANN401 - fields of a subclass
        """Return the line of a referral."""
        pathway = PROTECTION if referral.sensitive or referral.pathway is None else referral.pathway
        return cls(
            **{"pathway": pathway} | more,
            referral=referral.referral,
            state=referral.state,
            priority=referral.priority,
            created_at=referral.created_at,
            due_at=min(due_times(referral).values(), default=None),
            escalated=referral.escalated_at is not None,
            overdue_at=referral.overdue_at,
        )


class ReferralPage(BaseModel):
    """A part of the work list."""

    referrals: list[ReferralLine]
    next: str | None = None


class OfferLine(BaseModel):
    """One offer to a provider."""

    provider: Agency
    state: OfferState
    offered_at: datetime
    respond_by: datetime
    wanted: list[CardField]
    reason: DeclineReason | None

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """Return the line of an offer."""
        return cls(
            provider=offer.provider,
            state=offer.state,
            offered_at=offer.offered_at,
            respond_by=offer.respond_by,
            wanted=list(offer.wanted),
            reason=offer.reason,
        )


class MoveLine(BaseModel):
    """One thing that happened, or was heard and changed nothing."""

    act: Act
    by: str
    at: datetime
    word: str | None
    why: Why | None
    """Why it changed nothing; null for what did."""

    @classmethod
    def of(cls, move: Move) -> Self:
        """Return the line of a move."""
        return cls(act=move.act, by=move.by, at=move.at, word=move.word, why=move.why)


class ReferralView(ReferralLine):
    """One referral, whole: there is no person in it."""

    requested: bool
    """Whether the request itself was heard: nothing is offered before."""
    card: dict[str, Any]
    clocks: dict[str, datetime]
    offers: list[OfferLine]
    next_providers: list[Agency]
    """Whom a human can ask next, the best first."""
    named: Agency | None
    after: ReferralRef | None
    transfer: bool
    accepted_by: Agency | None
    follow_up_by: date | None
    steps: dict[Step, datetime]
    reflection_until: datetime | None
    outcome: ServiceOutcome | None
    closed_for: ClosureReason | None
    reopened_as: ReferralRef | None
    moves: list[MoveLine]

    @classmethod
    def whole(cls, referral: Referral, next_providers: Sequence[Agency]) -> Self:
        """Return the view of a referral."""
        card: Mapping[str, Any] = msgspec.to_builtins(referral.card)
        return cls.of(
            referral,
            pathway=referral.pathway or PROTECTION,
            requested=referral.requested,
            card={name: told for name, told in card.items() if told is not None},
            clocks=dict(due_times(referral)),
            offers=[OfferLine.of(offer) for offer in referral.offers],
            next_providers=list(next_providers),
            named=referral.named,
            after=referral.after,
            transfer=referral.transfer,
            accepted_by=referral.accepted_by,
            follow_up_by=referral.follow_up_by,
            steps=dict(referral.steps),
            reflection_until=reflection_until(referral),
            outcome=referral.outcome,
            closed_for=referral.closed_for,
            reopened_as=referral.reopened_as,
            moves=[MoveLine.of(move) for move in referral.moves],
        )


class Acted(BaseModel):
    """What became of a referral; after a reopening, of the one that follows it."""

    referral: ReferralRef
    state: State


class ServiceLine(BaseModel):
    """One entry of the directory. It tells the region of a service, never an address."""

    id: str
    provider: Agency
    pathway: Pathway
    service: Service | None
    areas: list[str]
    open: bool

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """Return the line of an entry."""
        return cls(
            id=listing.id,
            provider=listing.provider,
            pathway=listing.pathway,
            service=listing.service,
            areas=list(listing.areas),
            open=listing.open,
        )


class ServicePage(BaseModel):
    """A part of the directory."""

    services: list[ServiceLine]
    next: str | None = None
