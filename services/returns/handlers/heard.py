"""Load, decide, save: what is heard and what falls due. Neither ever carries a case forward.

Each runs inside one transaction, with the number of the release in the same.
"""

from dataclasses import dataclass
from datetime import datetime

from services.returns.handlers.people import follow_age, own_word
from services.returns.handlers.saving import CASE, save
from services.returns.rules import described, return_case
from services.returns.rules.telling import find_overdue, restate
from services.returns.store import Store
from shared.events.control import (
    ErasureConfirmed,
    ProtectionConcernRaised,
    RestateEnded,
    SafeguardsStated,
)
from shared.events.event import Event
from shared.events.exchange import (
    ErasureAsked,
    FlowInterrupted,
    ProtectionCheckAnswered,
    RestateAsked,
)
from shared.events.registration import PersonState
from shared.kernel.identifiers import EventRef, PersonRef, Reference, ReturnRef
from shared.messaging.receive import Heard
from shared.storage.timers import Timer


def on_check_answered(
    event: ProtectionCheckAnswered, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Note the exchange's word; an answer to any but the last question of a case is dropped."""
    del heard
    for case in store.cases.of_nonce(event.nonce):
        save(case, return_case.hear_answer(case, event, at=at), store=store, at=at)


def on_person_described(event: PersonState, heard: Heard, *, store: Store, at: datetime) -> None:
    """Keep what a return needs of what registration tells, and forget the rest."""
    account = described.describe(
        store.people.find_account(event.person) or {},
        event,
        partition=heard.partition,
        number=heard.number,
    )
    store.people.save_account(event.person, account)
    follow_age(event.person, store=store, at=at)


def on_safeguards_stated(
    event: SafeguardsStated, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Keep another agency's word on a person's age; whoever says child is heard."""
    word = described.age_word(event, partition=heard.partition, number=heard.number)
    words = store.people.age_words(event.person)
    store.people.save_age_words(event.person, (*words, word))
    follow_age(event.person, store=store, at=at)


def on_flow_interrupted(
    event: FlowInterrupted, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Suspend the return that came by this referral; a human looks at it."""
    del heard
    for case in store.cases.of_referral(event.referral):
        save(case, return_case.suspend(case, at=at), store=store, at=at)


def on_erasure_asked(event: ErasureAsked, heard: Heard, *, store: Store, at: datetime) -> None:
    """Erase exactly what the named releases told, and confirm. What IOM recorded itself stays."""
    del at
    erasure = described.erasure_of(event, partition=heard.partition)
    person = PersonRef(event.about)
    account = store.people.find_account(person)
    if account is not None:
        left = described.erase(account, erasure)
        if left:
            store.people.save_account(person, left)
        elif account:
            store.people.forget_account(person)
    words = store.people.age_words(person)
    store.people.save_age_words(person, described.erase_words(words, erasure))
    store.outbox.add(ErasureConfirmed(notice=event.notice, outcome="ERASED"))


def on_restate_asked(event: RestateAsked, heard: Heard, *, store: Store, at: datetime) -> None:
    """Tell the current words once more under the token, then say that this was all; once."""
    del heard, at
    if not store.people.first_restatement(event.token):
        return
    person = PersonRef(event.about)
    stated = own_word(person, store=store)
    words = [restate(case) for case in store.cases.of_person(person) if case.word is not None]
    told: list[Event] = [*([] if stated is None else [stated]), *words]
    for one in told:
        store.outbox.add(one, token=event.token)
    store.outbox.add(RestateEnded(token=event.token, events=len(told)))


def on_clock_passed(timer: Timer, *, store: Store, at: datetime) -> None:
    """Show staff what has fallen due. Nothing is ever ended or carried forward by a clock."""
    if timer.kind == CASE:
        case = store.cases.get(ReturnRef(Reference(timer.about)))
        store.cases.save(find_overdue(case, at=at))


@dataclass(frozen=True, slots=True)
class Watching:
    """The outbox of casework, watched: a worry raised here stops the person's return at once."""

    store: Store
    at: datetime

    def add(self, event: Event) -> EventRef:
        """Keep an event to announce."""
        reference = self.store.outbox.add(event)
        if isinstance(event, ProtectionConcernRaised):
            case = self.store.cases.open_of(event.person)
            if case is not None:
                stopped = return_case.suspend(case, at=self.at)
                save(case, stopped, store=self.store, at=self.at)
        return reference
