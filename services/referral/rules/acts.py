"""What may the desk's own staff, and its rule, do with a referral?

Nobody here accepts for a provider. Source: IASC, Inter-Agency Referral Form and Guidance Note
(2017); names of the refusals: Tenpoint design decision.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.referral.rules.clocks import NEXT, Moved, response_due
from services.referral.rules.record import (
    OPEN,
    RULE,
    Act,
    ClosureReason,
    Move,
    Offer,
    OfferState,
    Referral,
    State,
    lapsed,
    moved,
)
from services.referral.rules.routing import Directory, by_rule, next_providers, partners_of
from shared.codes.pathways import Priority
from shared.events.card import Card
from shared.events.event import ABSENT, Absent
from shared.events.referral import ReferralOffered
from shared.kernel.agencies import Agency, Role
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import Form, ReferralRef, form_of

REASONS: Final = frozenset(str(reason) for reason in ClosureReason)


class NotOpen(Conflict):
    """The referral is taken or has ended: nothing can be offered, or nothing closed."""

    code = "not_open"


class NoProvider(Conflict):
    """There is nobody to offer it to, or not that one."""

    code = "no_provider"


class AlreadyDeclined(Conflict):
    """That provider has declined this referral."""

    code = "already_declined"


class ReasonMissing(Invalid):
    """No reason was said, or none that there is."""

    code = "reason_missing"


class NotExpired(Conflict):
    """Only what expired can be reopened."""

    code = "not_expired"


class AlreadyReopened(Conflict):
    """A referral that follows this one exists already."""

    code = "already_reopened"


def route(referral: Referral, directory: Directory, *, at: datetime) -> Moved:
    """Return the referral offered to whom the rule asks; where it asks nobody, a human has to.

    An emergency that nobody can be asked about is a human's at once.
    """
    providers = by_rule(referral, directory)
    if providers:
        return offer(referral, providers, by=RULE, at=at)
    waits = referral.state is State.CREATED and not referral.has_open_offer
    if not waits or referral.next_by is not None:
        return referral, ()
    urgent = referral.priority is Priority.EMERGENCY
    overdue_at = referral.overdue_at or (at if urgent else None)
    return replace(referral, next_by=at + NEXT, overdue_at=overdue_at), ()


def offer_next(
    referral: Referral,
    provider: Agency | None,
    directory: Directory,
    *,
    by: Role,
    at: datetime,
) -> Moved:
    """Return the referral offered as a human chose; to whom it is offered already, nothing more.

    Raises:
        NotOpen: it is taken or has ended, or its request was not heard yet.
        AlreadyDeclined: that provider has declined it.
        NoProvider: that provider receives no referrals of the pathway, or none is left.
    """
    if referral.state is not State.CREATED or not referral.requested:
        raise NotOpen
    found = next_providers(referral, directory)
    if provider is None:
        if not found:
            raise NoProvider
        everybody = referral.priority is Priority.EMERGENCY
        return offer(referral, found if everybody else found[:1], by=by, at=at)
    known = referral.offer_to(provider)
    if known is not None and known.state is OfferState.DECLINED:
        raise AlreadyDeclined
    if referral.pathway is None or provider not in partners_of(referral.pathway):
        raise NoProvider
    if known is not None and known.waits:
        return referral, ()
    return offer(referral, (provider,), by=by, at=at)


def offer(referral: Referral, providers: Sequence[Agency], *, by: str, at: datetime) -> Moved:
    """Return the referral offered to providers, each told of the card and of who declined it.

    A human's choice also answers whatever waited for a human.
    """
    due = response_due(referral)
    fresh = tuple(Offer(provider, offered_at=at, respond_by=due) for provider in providers)
    after = replace(
        referral,
        offers=(*referral.offers, *fresh),
        moves=(*referral.moves, *(Move(Act.OFFERED, by, at, one) for one in providers)),
        next_by=None,
        overdue_at=referral.overdue_at if by == RULE else None,
    )
    return after, tuple(_told(referral, provider, due) for provider in providers)


def close(referral: Referral, reason: str | None, *, by: Role, at: datetime) -> Referral:
    """Return the referral closed by a human.

    Raises:
        NotOpen: it has ended already.
        ReasonMissing: no reason was said, or none that there is.
    """
    if referral.state not in OPEN:
        raise NotOpen
    if reason is None or reason not in REASONS:
        raise ReasonMissing("reason")
    return moved(
        referral,
        Move(Act.CLOSED, by, at, reason),
        state=State.CLOSED,
        closed_for=ClosureReason(reason),
        offers=lapsed(referral),
        paused_at=None,
        next_by=None,
        overdue_at=None,
    )


def reopen(
    referral: Referral, following: ReferralRef, *, by: Role, at: datetime
) -> tuple[Referral, Referral]:
    """Return an expired referral as reopened, and the new one that follows it, not offered yet.

    Whom the sender named let it expire: the new one names nobody. Its clock begins anew.

    Raises:
        NotExpired: the referral did not expire.
        AlreadyReopened: one that follows it exists.
    """
    if referral.state is not State.EXPIRED:
        raise NotExpired
    if referral.reopened_as is not None:
        raise AlreadyReopened
    move = Move(Act.REOPENED, by, at)
    new = Referral(
        following,
        created_at=at,
        clock_from=at,
        card=referral.card,
        requested=True,
        after=referral.referral,
        transfer=referral.transfer,
        moves=(move,),
    )
    return moved(referral, move, reopened_as=following, overdue_at=None), new


def _told(referral: Referral, provider: Agency, due: datetime) -> ReferralOffered:
    declined = [one.provider for one in referral.offers if one.state is OfferState.DECLINED]
    return ReferralOffered(
        **{name: getattr(referral.card, name) for name in Card.__struct_fields__},
        referral=referral.referral,
        provider=provider,
        after=_follows(referral),
        respond_by=due,
        declined_by=tuple(dict.fromkeys(declined)),
    )


def _follows(referral: Referral) -> ReferralRef | Absent:
    """Return what a referral of the desk's own making follows: the exchange knows it by that."""
    own = form_of(referral.referral) is Form.OWN
    return referral.after if own and referral.after is not None else ABSENT
