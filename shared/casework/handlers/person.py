"""Load, decide, save: one function per command, inside the mounting service's transaction."""

from shared.casework import rules
from shared.casework.commands import (
    GiveConsent,
    RaiseConcern,
    SetWithholding,
    WithdrawConsent,
)
from shared.casework.commands.referral import Cause
from shared.casework.handlers.desk import Desk, get_age
from shared.casework.rules import permission, sent
from shared.casework.rules.sent import SentState
from shared.casework.rules.task import Task, TaskKind
from shared.events.referral import ReferralWithdrawn
from shared.kernel.categories import Category
from shared.kernel.identifiers import ConsentRef, Kind, PersonRef, own


def raise_concern(command: RaiseConcern, person: PersonRef, *, desk: Desk) -> None:
    """Send a worry to UNHCR's protection desk; the note is sealed at once and kept nowhere.

    Raises:
        NotFound: the agency does not know the person.
    """
    get_age(person, desk)
    note = None
    if command.note:
        note = desk.seal(
            command.note.encode(), category=Category.FEAR_OF_RETURN, nonce=desk.make_id()
        )
    desk.outbox.add(rules.raise_concern(person, note))


def give_consent(command: GiveConsent, person: PersonRef, *, desk: Desk) -> ConsentRef:
    """Record a consent and return its reference.

    Raises:
        NotFound: the agency does not know the person.
        Refusal: see the rule.
    """
    age = get_age(person, desk)
    consent = ConsentRef(own(Kind.CONSENT, desk.make_id))
    after = desk.book.words.withdrawals(person, desk.at.date())
    given = rules.give_consent(command, person, consent=consent, age=age, after=after, at=desk.at)
    desk.book.words.save(desk.outbox.add(given), given, desk.at.date())
    return consent


def withdraw_consent(command: WithdrawConsent, person: PersonRef, *, desk: Desk) -> None:
    """Take a person's no, and with it every referral that stood on the consent alone.

    What was accepted goes on in a person's hands: the exchange stops the flow, a task says so.

    Raises:
        NotFound: the agency does not know the person.
    """
    age = get_age(person, desk)
    withdrawn = rules.withdraw_consent(command, person)
    desk.book.words.save(desk.outbox.add(withdrawn), withdrawn, desk.at.date())
    words = desk.book.words.of(person)
    for one in desk.book.referrals.about(person):
        if one.state not in sent.OPEN:
            continue
        if not permission.is_over(words, one.consent, age=age, on=desk.at.date()):
            continue
        if one.state is SentState.REQUESTED:
            desk.book.referrals.save(sent.withdraw(one, Cause.PERSON_DECLINED))
            desk.outbox.add(ReferralWithdrawn(referral=one.referral))
        desk.book.tasks.add(Task(one.referral, TaskKind.CONSENT_WITHDRAWN), desk.at)


def set_withholding(command: SetWithholding, person: PersonRef, *, desk: Desk) -> None:
    """Withhold from somebody; raises NotFound if the agency does not know the person."""
    get_age(person, desk)
    word = rules.set_withholding(command, person)
    desk.book.words.save(desk.outbox.add(word), word, desk.at.date())
