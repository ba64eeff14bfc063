"""What does the word of a sender, or of the exchange, change in a referral?

Every rule can be given the same word twice, and what restricts at any time: also before the request
that it ends. Source: 10-Point Plan of Action, point 5; the rest is a Tenpoint design decision.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from services.referral.rules.clocks import resume
from services.referral.rules.record import (
    OPEN,
    TAKEN,
    Act,
    Move,
    OfferState,
    Referral,
    State,
    Why,
    card_of,
    corrected,
    lapsed,
    moved,
    unmoved,
    with_offers,
)
from shared.events.card import Card
from shared.events.event import ABSENT, Absent, fields_of
from shared.events.referral import ReferralAmended, ReferralRequested
from shared.kernel.agencies import EXCHANGE
from shared.kernel.categories import Category

SENDER: Final = "sender"
"""Who acted, where the sender did: the desk never hears which agency that is."""


def request(referral: Referral, event: ReferralRequested, *, at: datetime) -> Referral:
    """Return the referral with its request. Heard again it changes nothing.

    What was heard before it stands: a correction of the card, and what ended it.
    """
    if referral.requested:
        return referral
    return moved(
        referral,
        Move(Act.REQUESTED, SENDER, at),
        requested=True,
        card=corrected(card_of(event), referral.card),
        named=None if isinstance(event.provider, Absent) else event.provider,
        after=None if isinstance(event.after, Absent) else event.after,
        transfer=event.transfer is True,
    )


def amend(referral: Referral, event: ReferralAmended, *, at: datetime) -> Referral:
    """Return the referral with its card corrected, and every question about it answered."""
    if referral.state not in OPEN:
        return unmoved(referral, Move(Act.AMENDED, SENDER, at, why=Why.NOT_OPEN))
    asked = [one.provider for one in referral.offers if one.state is OfferState.ASKED]
    card = corrected(referral.card, event)
    if card == referral.card and not asked:
        return referral
    after = moved(
        referral,
        Move(Act.AMENDED, SENDER, at),
        card=card,
        offers=with_offers(referral, asked, state=OfferState.OFFERED, wanted=()),
    )
    return resume(after, by=SENDER, at=at)


def withdraw(referral: Referral, *, at: datetime) -> Referral:
    """Return the referral withdrawn, unless it was served and closed.

    An expired one is withdrawn too, so that nobody reopens it against the person's no.
    """
    if referral.state is State.WITHDRAWN:
        return referral
    if referral.state is State.CLOSED:
        return unmoved(referral, Move(Act.WITHDRAWN, SENDER, at, why=Why.NOT_OPEN))
    return _end(referral, State.WITHDRAWN, Move(Act.WITHDRAWN, SENDER, at))


def interrupt(referral: Referral, *, at: datetime) -> Referral:
    """Return the referral interrupted, if it is open: a human decides, and no clock runs."""
    if referral.state is State.INTERRUPTED:
        return referral
    if referral.state not in OPEN:
        return unmoved(referral, Move(Act.INTERRUPTED, EXCHANGE, at, why=Why.NOT_OPEN))
    after = _end(referral, State.INTERRUPTED, Move(Act.INTERRUPTED, EXCHANGE, at))
    return replace(after, overdue_at=at)


def erase(referral: Referral, categories: Collection[Category] | None, *, at: datetime) -> Referral:
    """Return the referral without what its card told of some categories, None meaning all.

    The desk keeps no release apart from another: it erases the card of all of them. Without the
    words of what is asked for, a referral cannot go on by itself: a human decides.
    """
    told = {one.name: one.category for one in fields_of(Card)}
    gone = {name for name, kind in told.items() if categories is None or kind in categories}
    after = replace(
        referral, card=msgspec.structs.replace(referral.card, **dict.fromkeys(gone, ABSENT))
    )
    runs = after.state in TAKEN or after.state is State.CREATED
    return interrupt(after, at=at) if runs and "pathway" in gone else after


def _end(referral: Referral, state: State, move: Move) -> Referral:
    return moved(
        referral,
        move,
        state=state,
        offers=lapsed(referral),
        paused_at=None,
        next_by=None,
        overdue_at=None,
    )
