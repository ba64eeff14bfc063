"""How does an offer go, as its receiver sees it?

Only a person accepts, and only the receiver's. Source: Primero, transitions; UN Women, guiding
principles of referral, for who may see what; the states are a Tenpoint design decision.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from shared.casework.commands.offer import AnswerOffer, RecordService
from shared.codes.pathways import IN_TWO_WORDS, TERMS, outcomes_of
from shared.codes.referrals import Step
from shared.crypto.payloads import Value
from shared.events.event import ABSENT, Absent
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralOffered,
    ServiceEnded,
    ServiceStarted,
)
from shared.events.sealed import Extent, KeyId, SealNonceText
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import PersonRef, ReferralRef


class NotReceiver(Conflict):
    """The referral was not offered to this agency, or not accepted by it."""

    code = "not_receiver"


class ReasonMissing(Conflict):
    """A refusal needs a reason, and a question a field."""

    code = "reason_missing"


class AlreadyTaken(Conflict):
    """The offer was answered before, or is gone."""

    code = "already_taken"


class NotThisStep(Invalid):
    """The pathway of the referral has no such step or outcome, or neither was said, or both."""

    code = "not_this_step"


class OfferState(StrEnum):
    """Of an offer, as its receiver sees it."""

    OFFERED = "OFFERED"
    ASKED = "ASKED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    ENDED = "ENDED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    INTERRUPTED = "INTERRUPTED"


ANSWERABLE: Final = frozenset({OfferState.OFFERED, OfferState.ASKED})
SERVING: Final = frozenset({OfferState.ACCEPTED, OfferState.IN_PROGRESS})
OPEN: Final = ANSWERABLE | SERVING
SHOWN: Final = SERVING | {OfferState.ENDED}
"""States in which the holder of the task may read the payload."""


class Release(msgspec.Struct, frozen=True, array_like=True):
    """Where in the own stream something was told."""

    partition: int
    number: int


class Opened(msgspec.Struct, frozen=True):
    """One value of a payload, as its sender wrote it, and by which release it came."""

    value: str
    extent: Extent
    release: Release


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One referral that was offered to this agency."""

    referral: ReferralRef
    heard_at: datetime
    card: ReferralOffered
    release: Release
    state: OfferState = OfferState.OFFERED
    staff: str | None = None
    """Who accepted, and so has the task."""
    nonce: SealNonceText | None = None
    """What the payload must be bound to; forgotten once it was opened."""
    person: PersonRef | None = None
    payload: dict[str, Opened] = {}
    """By the name of the category."""


def hear_offer(
    known: Offer | None, event: ReferralOffered, release: Release, *, at: datetime
) -> Offer:
    """Return an offer that was heard; heard again, it is open again unless it was accepted."""
    if known is not None and known.state in SHOWN:
        return known
    return Offer(referral=event.referral, heard_at=at, card=event, release=release)


def amend(offer: Offer, event: ReferralAmended, release: Release) -> Offer:
    """Return an offer whose card was corrected; what was not told stays as it was known."""
    told = {
        name: value
        for name, value in msgspec.structs.asdict(event).items()
        if not isinstance(value, Absent)
    }
    state = OfferState.OFFERED if offer.state is OfferState.ASKED else offer.state
    card = msgspec.structs.replace(offer.card, **told)
    return msgspec.structs.replace(offer, card=card, release=release, state=state)


def refuse_answered(offer: Offer) -> None:
    """Refuse a second answer.

    Raises:
        AlreadyTaken: always then.
    """
    if offer.state not in ANSWERABLE:
        raise AlreadyTaken


def accept(
    offer: Offer,
    *,
    agency: Agency,
    staff: str,
    key: KeyId,
    nonce: bytes,
    follow_up_by: date | None,
) -> tuple[ReferralAccepted, Offer]:
    """Return what is told of an acceptance, and the offer after it.

    Args:
        offer: what was offered.
        agency: who accepts.
        staff: who of its staff, and so has the task from now on.
        key: the name of the agency's key, to which the payload is to be sealed.
        nonce: 16 fresh bytes, to which it is to be bound.
        follow_up_by: next contact with the sender.

    Raises:
        AlreadyTaken: it was answered before, or is gone.
    """
    refuse_answered(offer)
    bound_to = SealNonceText(nonce.hex())
    event = ReferralAccepted(
        referral=offer.referral,
        provider=agency,
        unsealing_key=key,
        seal_nonce=bound_to,
        follow_up_by=ABSENT if follow_up_by is None else follow_up_by,
    )
    after = msgspec.structs.replace(offer, state=OfferState.ACCEPTED, staff=staff, nonce=bound_to)
    return event, after


def decline(
    offer: Offer, command: AnswerOffer, *, agency: Agency
) -> tuple[ReferralDeclined, Offer]:
    """Return what is told of a refusal; raises AlreadyTaken or ReasonMissing."""
    refuse_answered(offer)
    if command.reason is None:
        field = "reason"
        raise ReasonMissing(field)
    event = ReferralDeclined(referral=offer.referral, provider=agency, reason=command.reason)
    return event, msgspec.structs.replace(offer, state=OfferState.DECLINED)


def ask(
    offer: Offer, command: AnswerOffer, *, agency: Agency
) -> tuple[InformationRequested, Offer]:
    """Return what is told of a question; raises AlreadyTaken or ReasonMissing."""
    refuse_answered(offer)
    if not command.wanted:
        field = "wanted"
        raise ReasonMissing(field)
    wanted = tuple(dict.fromkeys(command.wanted))
    event = InformationRequested(referral=offer.referral, provider=agency, wanted=wanted)
    return event, msgspec.structs.replace(offer, state=OfferState.ASKED)


def record_service(
    offer: Offer, command: RecordService, *, agency: Agency
) -> tuple[ServiceStarted | ServiceEnded, Offer]:
    """Return what is told of a service that goes on or ends.

    A pathway that was not told counts as a sensitive one: two words only.

    Raises:
        NotReceiver: the agency has not accepted it, or serves no more.
        NotThisStep: the pathway has no such step or outcome, or neither was said, or both.
    """
    if offer.state not in SERVING:
        raise NotReceiver
    if (command.step is None) == (command.outcome is None):
        raise NotThisStep
    pathway = offer.card.pathway
    if command.step is not None:
        steps = () if isinstance(pathway, Absent) else TERMS[pathway].steps
        if command.step not in (Step.BEGUN, *steps):
            raise NotThisStep
        started = ServiceStarted(referral=offer.referral, provider=agency, step=command.step)
        return started, msgspec.structs.replace(offer, state=OfferState.IN_PROGRESS)
    outcomes = IN_TWO_WORDS if isinstance(pathway, Absent) else outcomes_of(pathway)
    if command.outcome not in outcomes:
        raise NotThisStep
    ended = ServiceEnded(referral=offer.referral, provider=agency, outcome=command.outcome)
    return ended, msgspec.structs.replace(offer, state=OfferState.ENDED)


def stop(offer: Offer, state: OfferState) -> Offer:
    """Return an offer that was taken back or interrupted; its payload is shown no more."""
    if offer.state not in OPEN:
        return offer
    return msgspec.structs.replace(offer, state=state, nonce=None)


def keep(
    offer: Offer, values: Mapping[Category, Value], *, person: PersonRef, release: Release
) -> Offer:
    """Return an offer with its payload opened; the nonce is forgotten.

    Raises:
        UnicodeDecodeError: a value is no text.
    """
    payload = {
        category.name: Opened(value.data.decode(), value.extent, release)
        for category, value in values.items()
    }
    return msgspec.structs.replace(offer, person=person, payload=payload, nonce=None)
