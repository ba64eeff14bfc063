"""The sender's half: ask, amend, take back; seal when a provider accepts."""

from typing import Any

from shared.casework.commands.referral import (
    AmendReferral,
    CardFields,
    RequestReferral,
    WithdrawReferral,
)
from shared.casework.handlers.desk import Desk, get_age
from shared.casework.handlers.person import give_consent
from shared.casework.rules import card as cards
from shared.casework.rules import payload as payloads
from shared.casework.rules import permission
from shared.casework.rules import request as requests
from shared.casework.rules import sent as sending
from shared.casework.rules.sent import Sent, SentState, said
from shared.casework.rules.task import Task, TaskKind
from shared.events.event import Event
from shared.events.referral import ReferralAccepted, ReferralAmended, ReferralWithdrawn
from shared.events.sealed import Sealed
from shared.kernel.agencies import Agency
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict, NotFound, Refusal
from shared.kernel.identifiers import Kind, PersonRef, Reference, ReferralRef, own

NOTHING_TO_SEND = "nothing_to_send"
NOT_SAID = "not_said"


class NotSender(Conflict):
    """The referral is another agency's."""

    code = "not_sender"


def request_referral(command: RequestReferral, person: PersonRef, *, desk: Desk) -> ReferralRef:
    """Ask for a service, under a consent given before or along with it; return its reference.

    Raises:
        NotFound: the agency does not know the person.
        Refusal: see the rules; the service may refuse a pathway of its own.
    """
    age = get_age(person, desk)
    requests.refuse_unready(command)
    desk.on_referral(person, command.pathway)
    consent = command.consent
    if command.given is not None:
        consent = give_consent(command.given, person, desk=desk)
    consent = requests.refuse_without_consent(
        command, desk.book.words.of(person), consent, age=age, at=desk.at
    )
    referral = ReferralRef(own(Kind.REFERRAL, desk.make_id))
    due = cards.due_at(command.priority, at=desk.at)
    asked = cards.Asked(command.service, command.pathway, command.priority, due)
    card = card_of(command, asked, person, age, desk)
    event, sent = requests.request(
        command, person, referral=referral, consent=consent, card=card, at=desk.at
    )
    desk.book.referrals.save(sent)
    desk.outbox.add(event)
    return referral


def amend_referral(command: AmendReferral, referral: ReferralRef, *, desk: Desk) -> None:
    """Tell the card anew, as it is now.

    Raises:
        NotFound: there is no such referral.
        NotSender: it is another agency's.
        NotOpen: it has come to its end.
    """
    sent = get_sent(referral, desk)
    sending.refuse_ended(sent)
    asked = cards.Asked(sent.service, sent.pathway, sent.priority, sent.due_at)
    age = get_age(sent.person, desk)
    card = card_of(command, asked, sent.person, age, desk)
    desk.outbox.add(ReferralAmended(referral=referral, **card))


def card_of(
    said_now: CardFields, asked: cards.Asked, person: PersonRef, age: AgeState, desk: Desk
) -> dict[str, Any]:
    """Return the fields of a card, coarse by rule."""
    hidden, common = desk.is_hidden(person), desk.common_languages
    return cards.card(said_now, asked, age=age, hidden=hidden, common=common)


def withdraw_referral(command: WithdrawReferral, referral: ReferralRef, *, desk: Desk) -> None:
    """Take a referral back; why is told to nobody.

    Raises:
        NotFound: there is no such referral.
        NotSender: it is another agency's.
        NotOpen: it was closed, or taken back before.
    """
    desk.book.referrals.save(sending.withdraw(get_sent(referral, desk), command.cause))
    desk.outbox.add(ReferralWithdrawn(referral=referral))


def get_sent(referral: ReferralRef, desk: Desk) -> Sent:
    """Return a referral of this agency's own; raises NotFound or NotSender."""
    sent = desk.book.referrals.find(referral)
    if sent is None:
        raise NotFound if desk.book.offers.find(referral) is None else NotSender
    return sent


def hear(event: Event, referral: ReferralRef, *, desk: Desk) -> None:
    """Move a referral on, ask a person where one is needed, and seal once it is accepted."""
    before = desk.book.referrals.find(referral)
    if before is None:
        return
    sent, task = sending.hear(before, event)
    if task is not None:
        desk.book.tasks.add(task, desk.at)
    accepted = sent.state is SentState.ACCEPTED and before.state is SentState.REQUESTED
    if accepted and isinstance(event, ReferralAccepted) and sent.provider is not None:
        sent = send_payload(sent, sent.provider, event, desk)
    if sent != before:
        desk.book.referrals.save(sent)


def send_payload(sent: Sent, provider: Agency, event: ReferralAccepted, desk: Desk) -> Sent:
    """Seal what is consented now to who accepted; where nothing can be, a task says why."""
    try:
        parts = sealed_for(sent, provider, event, desk)
    except Refusal as refused:
        desk.book.tasks.add(Task(sent.referral, TaskKind.NOT_SEALED, (refused.code,)), desk.at)
        return sent
    if not parts:
        desk.book.tasks.add(Task(sent.referral, TaskKind.NOT_SEALED, (NOTHING_TO_SEND,)), desk.at)
        return sent
    desk.outbox.add(payloads.payload(sent.person, sent.referral, parts))
    return sending.with_payload(sent)


def sealed_for(
    sent: Sent, provider: Agency, event: ReferralAccepted, desk: Desk
) -> tuple[Sealed, ...]:
    """Return the sealed parts: nothing without a consent that holds now.

    Raises:
        NotTold: the acceptance names no key, or no nonce.
        Refusal: the key cannot be sealed to, or a value does not fit.
    """
    key, nonce = said(event.unsealing_key), said(event.seal_nonce)
    if key is None or nonce is None:
        raise NotTold
    allowed = permission.allowed(
        desk.book.words.of(sent.person),
        sent.consent,
        recipient=provider,
        age=get_age(sent.person, desk),
        on=desk.at.date(),
    )
    own_values = desk.own_values(sent.person)
    values = payloads.values_for(provider, own=own_values, allowed=allowed, pathway=sent.pathway)
    if not values:
        return ()
    return desk.seal_payload(values, recipient=provider, key=key, nonce=bytes.fromhex(nonce))


class NotTold(Conflict):
    """The acceptance told no key or no nonce."""

    code = NOT_SAID


def is_sent(about: Reference, desk: Desk) -> bool:
    """Return whether a referral is this agency's own."""
    return desk.book.referrals.find(ReferralRef(about)) is not None
