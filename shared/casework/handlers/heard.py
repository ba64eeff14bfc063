"""Which event goes to which half? A referral of the agency's own is heard as its sender."""

from collections.abc import Callable
from typing import Any, Final

from sqlmodel import Session

from shared.casework.handlers import offer as receiving
from shared.casework.handlers import referral as sending
from shared.casework.handlers.desk import Desk
from shared.casework.rules import erasure as erasures
from shared.casework.rules.offer import OfferState, Release
from shared.casework.rules.task import TaskKind
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, FlowInterrupted
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.events.registry import contract_of
from shared.kernel.agencies import Agency
from shared.messaging.receive import Hear, Heard

SENDER_SENDS: Final[frozenset[type[Event]]] = frozenset(
    {ReferralRequested, ReferralAmended, ReferralWithdrawn, ReferralPayloadSent}
)
"""What the sender's half announces."""

RECEIVER_SENDS: Final[frozenset[type[Event]]] = frozenset(
    {ReferralAccepted, ReferralDeclined, InformationRequested, ServiceStarted, ServiceEnded}
)
"""What the receiver's half announces."""


def on_referral_moved(event: Any, heard: Heard, *, desk: Desk) -> None:  # noqa: ANN401
    """Move the sender's own view on; what is not its own is not its matter."""
    del heard
    sending.hear(event, event.referral, desk=desk)


def on_offer(event: ReferralOffered, heard: Heard, *, desk: Desk) -> None:
    """Lay an offer before the caseworkers."""
    receiving.hear_offer(event, release_of(heard), desk=desk)


def on_amended(event: ReferralAmended, heard: Heard, *, desk: Desk) -> None:
    """Show the card as the sender corrected it."""
    receiving.hear_amendment(event, release_of(heard), desk=desk)


def on_withdrawn(event: ReferralWithdrawn, heard: Heard, *, desk: Desk) -> None:
    """Stop what the sender took back."""
    del heard
    receiving.hear_stop(
        event.referral, OfferState.WITHDRAWN, TaskKind.REFERRAL_WITHDRAWN, desk=desk
    )


def on_payload(event: ReferralPayloadSent, heard: Heard, *, desk: Desk) -> None:
    """Open what was sealed to this agency."""
    receiving.hear_payload(event, release_of(heard), desk=desk)


def on_flow_interrupted(event: FlowInterrupted, heard: Heard, *, desk: Desk) -> None:
    """Stop a referral on whichever side this agency stands; a person decides what follows."""
    del heard
    if sending.is_sent(event.referral, desk):
        sending.hear(event, event.referral, desk=desk)
    else:
        receiving.hear_stop(event.referral, OfferState.INTERRUPTED, TaskKind.INTERRUPTED, desk=desk)


HEARS: Final[dict[type[Event], Callable[..., None]]] = {
    ReferralAccepted: on_referral_moved,
    ReferralDeclined: on_referral_moved,
    InformationRequested: on_referral_moved,
    ReferralEscalated: on_referral_moved,
    ReferralExpired: on_referral_moved,
    ServiceStarted: on_referral_moved,
    ServiceEnded: on_referral_moved,
    FlowInterrupted: on_flow_interrupted,
    ReferralOffered: on_offer,
    ReferralAmended: on_amended,
    ReferralWithdrawn: on_withdrawn,
    ReferralPayloadSent: on_payload,
}


def casework_hears(agency: Agency, open_desk: Callable[[Session], Desk]) -> dict[type[Event], Hear]:
    """Return what casework hears for an agency: those events of a referral that may reach it."""

    def hearing(handler: Callable[..., None]) -> Hear:
        def hear(event: Event, heard: Heard, session: Session) -> None:
            handler(event, heard, desk=open_desk(session))

        return hear

    return {
        event: hearing(handler)
        for event, handler in HEARS.items()
        if agency in contract_of(event).audience
    }


def erase_released(event: ErasureAsked, heard: Heard, *, desk: Desk) -> None:
    """Erase of payloads and cards what the named releases told; the service sends the receipt."""
    erasure = erasures.erasure_of(event, heard.partition)
    for offer in desk.book.offers.about(event.about):
        erased = erasures.erase(offer, erasure)
        if erased != offer:
            desk.book.offers.save(erased)


def release_of(heard: Heard) -> Release:
    """Return where something was told."""
    return Release(heard.partition, heard.number)
