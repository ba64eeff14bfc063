"""Load, decide, save: one function per command, inside the mounting service's transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.casework import rules
from shared.casework.commands import (
    GiveConsent,
    RaiseConcern,
    SetWithholding,
    WithdrawConsent,
)
from shared.casework.store import Withdrawals
from shared.crypto.keys import Seal
from shared.events.event import Event
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import ConsentRef, EventRef, Kind, MakeId, PersonRef, own
from shared.storage.idempotency import Requests


class Announces(Protocol):
    """The outbox of the mounting service."""

    def add(self, event: Event) -> EventRef:
        """Keep an event to announce, in the open transaction; return its reference."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What casework needs of the service that mounts it, within one open transaction."""

    outbox: Announces
    find_age: Callable[[PersonRef], AgeState | None]
    """Whether a person is treated as a child; None if the agency does not know the person."""
    withdrawals: Withdrawals
    requests: Requests
    """Which requests were done, by their callers' keys."""
    seal: Seal
    """Seals a note to UNHCR's protection desk."""
    at: datetime
    make_id: MakeId


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
    after = desk.withdrawals.find(person, desk.at.date())
    desk.outbox.add(
        rules.give_consent(command, person, consent=consent, age=age, after=after, at=desk.at)
    )
    return consent


def withdraw_consent(command: WithdrawConsent, person: PersonRef, *, desk: Desk) -> None:
    """Take a person's no; raises NotFound if the agency does not know the person."""
    get_age(person, desk)
    event = desk.outbox.add(rules.withdraw_consent(command, person))
    desk.withdrawals.save(event, person, desk.at.date())


def set_withholding(command: SetWithholding, person: PersonRef, *, desk: Desk) -> None:
    """Withhold from somebody; raises NotFound if the agency does not know the person."""
    get_age(person, desk)
    desk.outbox.add(rules.set_withholding(command, person))


def get_age(person: PersonRef, desk: Desk) -> AgeState:
    """Return whether a known person is treated as a child; raises NotFound otherwise."""
    age = desk.find_age(person)
    if age is None:
        raise NotFound
    return age
