"""What does the answer of a provider change in a referral?

Every rule can be given the same word twice. What changes nothing is named, once; nothing that is
heard is refused in silence. Source: UN Women, guiding principles of referral, for feedback to the
sender and its two words; Primero, a referral is accepted or rejected by its receiver alone; the
rest is a Tenpoint design decision.
"""

from dataclasses import replace
from datetime import datetime

from services.referral.rules.clocks import NEXT, resume
from services.referral.rules.record import (
    TAKEN,
    Act,
    Move,
    Offer,
    OfferState,
    Referral,
    State,
    Why,
    lapsed,
    moved,
    unmoved,
    with_offers,
)
from shared.codes.pathways import Priority, outcomes_of
from shared.codes.referrals import ServiceOutcome
from shared.events.event import Absent
from shared.events.referral import (
    AnswerOfProvider,
    InformationRequested,
    ReferralAccepted,
    ReferralDeclined,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import Agency


def ask(referral: Referral, event: InformationRequested, *, at: datetime) -> Referral:
    """Return the referral with a provider's question, which stops the response clock once.

    It does not stop the clock of one that is escalated, or that has been stopped before. An
    emergency whose clock stands still is a human's at once.
    """
    provider = provider_of(event)
    known = None if provider is None else referral.offer_to(provider)
    wanted = () if isinstance(event.wanted, Absent) else event.wanted
    if referral.state is not State.CREATED or known is None or not known.waits:
        return _refuse(referral, Act.ASKED, provider, at)
    if known.state is OfferState.ASKED and set(wanted) <= set(known.wanted):
        return referral
    both = tuple(dict.fromkeys((*known.wanted, *wanted)))
    offers = with_offers(referral, [known.provider], state=OfferState.ASKED, wanted=both)
    pauses = referral.escalated_at is None and not referral.has_paused
    stands = pauses and referral.priority is Priority.EMERGENCY
    return moved(
        referral,
        Move(Act.ASKED, known.provider, at),
        offers=offers,
        paused_at=at if pauses else referral.paused_at,
        has_paused=referral.has_paused or pauses,
        overdue_at=referral.overdue_at or (at if stands else None),
    )


def accept(referral: Referral, event: ReferralAccepted, *, at: datetime) -> Referral:
    """Return the referral taken by the first provider whose acceptance is heard.

    A provider that let the time pass may still accept; one that declined, or was never asked, may
    not. After expiry an acceptance takes nothing: it asks a human to reopen.
    """
    provider = provider_of(event)
    known = None if provider is None else referral.offer_to(provider)
    if known is not None and referral.accepted_by == provider:
        return referral
    takes = known is not None and (known.waits or known.is_lapsed)
    if known is None or referral.state is not State.CREATED or not takes:
        return _refuse(referral, Act.ACCEPTED, provider, at)
    others = replace(
        referral, offers=with_offers(referral, [known.provider], state=OfferState.ACCEPTED)
    )
    return moved(
        referral,
        Move(Act.ACCEPTED, known.provider, at),
        state=State.ACCEPTED,
        offers=lapsed(others),
        accepted_by=known.provider,
        accepted_at=at,
        follow_up_by=None if isinstance(event.follow_up_by, Absent) else event.follow_up_by,
        paused_at=None,
        next_by=None,
        overdue_at=None,
    )


def decline(referral: Referral, event: ReferralDeclined, *, at: datetime) -> Referral:
    """Return the referral declined by a provider; the next one is asked within 24 hours."""
    provider = provider_of(event)
    known = None if provider is None else referral.offer_to(provider)
    if known is not None and known.state is OfferState.DECLINED:
        return referral
    if known is None or referral.state is not State.CREATED:
        return _refuse(referral, Act.DECLINED, provider, at)
    reason = None if isinstance(event.reason, Absent) else event.reason
    after = moved(
        referral,
        Move(Act.DECLINED, known.provider, at, reason),
        offers=with_offers(referral, [known.provider], state=OfferState.DECLINED, reason=reason),
    )
    if not after.has_open_offer:
        after = replace(after, next_by=at + NEXT)
    asked = any(one.state is OfferState.ASKED for one in after.offers)
    return after if asked else resume(after, by=known.provider, at=at)


def start(referral: Referral, event: ServiceStarted, *, at: datetime) -> Referral:
    """Return the referral begun, or with a step of its pathway reached for the first time."""
    provider = provider_of(event)
    if referral.state not in TAKEN or provider is None or provider != referral.accepted_by:
        return _refuse(referral, Act.STARTED, provider, at)
    step = None if isinstance(event.step, Absent) else event.step
    known = step is None or step in {one for one, _ in referral.steps}
    if referral.state is State.IN_PROGRESS and known:
        return referral
    return moved(
        referral,
        Move(Act.STARTED, provider, at, step),
        state=State.IN_PROGRESS,
        steps=referral.steps if step is None or known else (*referral.steps, (step, at)),
        overdue_at=None,
    )


def end(referral: Referral, event: ServiceEnded, *, at: datetime) -> Referral:
    """Return the referral closed by its provider, also where its beginning was not told.

    Feedback that is given again changes nothing.
    """
    provider = provider_of(event)
    if referral.state not in TAKEN or provider is None or provider != referral.accepted_by:
        return _refuse(referral, Act.ENDED, provider, at)
    outcome = outcome_of(referral, event)
    return moved(
        referral,
        Move(Act.ENDED, provider, at, outcome),
        state=State.CLOSED,
        outcome=outcome,
        overdue_at=None,
    )


def outcome_of(referral: Referral, event: ServiceEnded) -> ServiceOutcome | None:
    """Return how a service ended, in no more words than its pathway may tell; None if untold."""
    if isinstance(event.outcome, Absent):
        return None
    may_tell = outcomes_of(referral.pathway) if referral.pathway else frozenset()
    if event.outcome in may_tell:
        return event.outcome
    served = event.outcome in (ServiceOutcome.PROVIDED, ServiceOutcome.PARTLY)
    return ServiceOutcome.PROVIDED if served else ServiceOutcome.NOT_PROVIDED


def provider_of(event: AnswerOfProvider) -> Agency | None:
    """Return the provider that an answer names, None if it names none."""
    return None if isinstance(event.provider, Absent) else event.provider


def _refuse(referral: Referral, act: Act, provider: Agency | None, at: datetime) -> Referral:
    """Return the referral unchanged, with what was heard and why it changed nothing.

    Two things make it a human's: an acceptance that came too late, and a word of a service of
    which the desk heard no acceptance, as that may have been lost.
    """
    why = _why(referral, act, provider)
    after = unmoved(referral, Move(act, provider or "", at, why=why))
    late = why is Why.AFTER_EXPIRY and referral.reopened_as is None
    lost = why in (Why.NOT_OFFERED, Why.NOT_ACCEPTED, Why.NOBODY_NAMED)
    asks = late or (lost and referral.state is State.CREATED)
    return replace(after, overdue_at=referral.overdue_at or at) if asks else after


def _why(referral: Referral, act: Act, provider: Agency | None) -> Why:
    if provider is None:
        return Why.NOBODY_NAMED
    if referral.state is State.CREATED:
        return _why_waiting(act, referral.offer_to(provider))
    if referral.state in TAKEN:
        return Why.ALREADY_TAKEN if act in (Act.ACCEPTED, Act.DECLINED) else Why.NOT_ACCEPTED
    late = referral.state is State.EXPIRED and act is Act.ACCEPTED
    return Why.AFTER_EXPIRY if late else Why.NOT_OPEN


def _why_waiting(act: Act, known: Offer | None) -> Why:
    if act in (Act.STARTED, Act.ENDED):
        return Why.NOT_ACCEPTED
    declined = known is not None and known.state is OfferState.DECLINED
    return Why.ALREADY_DECLINED if declined else Why.NOT_OFFERED
