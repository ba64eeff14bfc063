"""The receiver's half: answer an offer, open what comes, tell how the service goes."""

from shared.casework.commands.offer import Answer, AnswerOffer, RecordService
from shared.casework.handlers.desk import Desk
from shared.casework.rules import offer as offers
from shared.casework.rules.offer import NotReceiver, Offer, OfferState, Release
from shared.casework.rules.payload import parts_of
from shared.casework.rules.task import Task, TaskKind
from shared.crypto.sealing import Unopenable
from shared.events.referral import (
    ReferralAmended,
    ReferralOffered,
    ReferralPayloadSent,
)
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.identifiers import ReferralRef

NO_NONCE = "no_nonce"


class NoKey(Conflict):
    """The agency has no key that a payload could be sealed to."""

    code = "no_key"


def answer_offer(command: AnswerOffer, referral: ReferralRef, *, staff: str, desk: Desk) -> None:
    """Accept, decline or ask; whoever accepts has the task.

    Raises:
        NotFound: nothing was offered under the reference.
        NotReceiver: it is this agency's own referral: a sender never accepts for a provider.
        Refusal: see the rule.
    """
    offer = get_offer(referral, desk)
    match command.answer:
        case Answer.ACCEPT:
            offers.refuse_answered(offer)
            if desk.opening is None:
                raise NoKey
            event, after = offers.accept(
                offer,
                agency=desk.agency,
                staff=staff,
                key=desk.opening.key,
                nonce=desk.make_id(),
                follow_up_by=command.follow_up_by,
            )
            desk.outbox.add(event)
        case Answer.DECLINE:
            declined, after = offers.decline(offer, command, agency=desk.agency)
            desk.outbox.add(declined)
        case Answer.ASK:
            asked, after = offers.ask(offer, command, agency=desk.agency)
            desk.outbox.add(asked)
    desk.book.offers.save(after)


def record_service(command: RecordService, referral: ReferralRef, *, desk: Desk) -> None:
    """Tell that the service began, reached a step, or ended.

    Raises:
        NotFound: there is no such referral.
        NotReceiver: it is this agency's own, or was not accepted here.
        NotThisStep: the pathway has no such step or outcome.
    """
    event, after = offers.record_service(get_offer(referral, desk), command, agency=desk.agency)
    desk.book.offers.save(after)
    desk.outbox.add(event)


def get_offer(referral: ReferralRef, desk: Desk) -> Offer:
    """Return what was offered; raises NotFound, or NotReceiver for the agency's own referral."""
    if desk.book.referrals.find(referral) is not None:
        raise NotReceiver
    offer = desk.book.offers.find(referral)
    if offer is None:
        raise NotFound
    return offer


def hear_offer(event: ReferralOffered, release: Release, *, desk: Desk) -> None:
    """Lay an offer before the caseworkers."""
    known = desk.book.offers.find(event.referral)
    offer = offers.hear_offer(known, event, release, at=desk.at)
    if offer != known:
        desk.book.offers.save(offer)
        desk.book.tasks.add(Task(event.referral, TaskKind.OFFERED), desk.at)


def hear_amendment(event: ReferralAmended, release: Release, *, desk: Desk) -> None:
    """Show the card as the sender corrected it."""
    known = desk.book.offers.find(event.referral)
    if known is not None:
        desk.book.offers.save(offers.amend(known, event, release))
        desk.book.tasks.add(Task(event.referral, TaskKind.CARD_AMENDED), desk.at)


def hear_stop(referral: ReferralRef, state: OfferState, kind: TaskKind, *, desk: Desk) -> None:
    """Stop what was taken back or interrupted, and ask a person to act on it."""
    known = desk.book.offers.find(referral)
    if known is None:
        return
    stopped = offers.stop(known, state)
    if stopped != known:
        desk.book.offers.save(stopped)
        desk.book.tasks.add(Task(referral, kind), desk.at)


def hear_payload(event: ReferralPayloadSent, release: Release, *, desk: Desk) -> None:
    """Open a payload with the agency's own key, whole or not at all; then forget the nonce."""
    offer = desk.book.offers.find(event.referral)
    if offer is None or offer.state not in offers.SERVING or offer.nonce is None:
        ask_about(event, NO_NONCE, desk)
        return
    try:
        opened = open_whole(event, offer.nonce, release, offer, desk)
    except (Unopenable, UnicodeDecodeError):
        ask_about(event, Unopenable.code, desk)
        return
    desk.book.offers.save(opened)
    desk.book.tasks.add(Task(event.referral, TaskKind.PAYLOAD_OPENED), desk.at)


def open_whole(
    event: ReferralPayloadSent, nonce: str, release: Release, offer: Offer, desk: Desk
) -> Offer:
    """Return the offer with every value; raises Unopenable or UnicodeDecodeError."""
    parts = parts_of(event)
    if not parts or desk.opening is None:
        raise Unopenable
    values = desk.opening.open(parts, nonce=bytes.fromhex(nonce))
    return offers.keep(offer, values, person=event.person, release=release)


def ask_about(event: ReferralPayloadSent, code: str, desk: Desk) -> None:
    """Ask a person about a payload that was not opened."""
    desk.book.tasks.add(Task(event.referral, TaskKind.PAYLOAD_UNOPENABLE, (code,)), desk.at)
