"""Load, decide, save: one function for each event heard and each clock.

Each runs inside one transaction, with the number of the release in the same.
"""

from datetime import datetime

from services.profiling.handlers.profiles import CONCERN, PROFILE, save_case, save_profile
from services.profiling.handlers.protection import save_protection
from services.profiling.rules import case as cases
from services.profiling.rules import concern as concerns
from services.profiling.rules import described
from services.profiling.rules import profile as profiles
from services.profiling.rules import protection as protections
from services.profiling.rules.concern import Release
from services.profiling.rules.described import Accounts
from services.profiling.store import Store
from shared.events.border import Encounter, ScreeningCompleted
from shared.events.control import ErasureConfirmed, ProtectionConcernRaised, RestateEnded
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import PersonState
from shared.kernel.identifiers import PersonRef, Reference
from shared.messaging.receive import Heard
from shared.storage.timers import Timer


def on_person_described(
    event: ScreeningCompleted | PersonState, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Note what is told about a person; open the profile, or bring its due time nearer."""
    accounts = _note(event, event.person, heard, store)
    known = store.find_profile(event.person)
    profile = profiles.hear_about(known, accounts, person=event.person, at=at)
    save_profile(known, profile, store)


def on_encounter_recorded(event: Encounter, heard: Heard, *, store: Store, at: datetime) -> None:
    """Note how many people are expected."""
    del at
    _note(event, event.encounter, heard, store)


def on_concern_raised(
    event: ProtectionConcernRaised, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Start the concern's own clock and put the person first, with a profile at once.

    A concern heard again (the same release, or the same sealed note) is one concern. Whatever UNHCR
    has stated not to be barred is unknown from now on.
    """
    concern = concerns.raise_concern(event, Release(heard.partition, heard.number), at=at)
    if any(concerns.is_same(concern, known) for known in store.concerns_about(event.person)):
        return
    store.save_concern(concern)
    store.timers.set(CONCERN, concern.release.text, concern.due_at)
    known = store.find_profile(event.person)
    save_profile(known, concerns.hear_first(known, concern), store)
    save_case(cases.hear_concern(store.cases.find(event.person), at=at), store)
    stated = store.cases.protection(event.person)
    save_protection(stated, protections.hear_concern(stated), store)


def on_erasure_asked(event: ErasureAsked, heard: Heard, *, store: Store, at: datetime) -> None:
    """Erase exactly what the named releases told, and confirm. Profile and clocks stay."""
    del at
    erasure = described.erasure_of(event, partition=heard.partition)
    for author, account in store.accounts_of(event.about).items():
        left = described.erase(account, author, erasure)
        if left == account:
            continue
        if left:
            store.save_account(event.about, author, left)
        else:
            store.forget_account(event.about, author)
    for concern in store.concerns_about(PersonRef(event.about)):
        erased = concerns.erase_note(concern, erasure)
        if erased != concern:
            store.save_concern(erased)
    store.outbox.add(ErasureConfirmed(notice=event.notice, outcome="ERASED"))


def on_restate_asked(event: RestateAsked, heard: Heard, *, store: Store, at: datetime) -> None:
    """Tell once more what others may hear: age and place first, then the journey; once a token."""
    del heard, at
    if not store.cases.first_restatement(event.token):
        return
    person = PersonRef(event.about)
    current = (store.cases.safeguards(person), store.cases.journey(person))
    told = [one for one in current if one is not None]
    for one in told:
        store.outbox.add(one, token=event.token)
    store.outbox.add(RestateEnded(token=event.token, events=len(told)))


def on_clock_passed(timer: Timer, *, store: Store, at: datetime) -> None:
    """Show what is overdue. Nothing is ever closed by a clock."""
    if timer.kind == CONCERN:
        concern = store.find_concern(Release.read(timer.about))
        if concern is not None:
            store.save_concern(concerns.find_overdue(concern, at=at))
    elif timer.kind == PROFILE:
        profile = store.find_profile(PersonRef(Reference(timer.about)))
        if profile is not None:
            store.save_profile(profiles.find_overdue(profile, at=at))


def _note(event: Event, subject: Reference, heard: Heard, store: Store) -> Accounts:
    accounts = store.accounts_of(subject)
    author = described.author_of(type(event))
    account = described.describe(
        accounts.get(author, {}), event, partition=heard.partition, number=heard.number
    )
    store.save_account(subject, author, account)
    return {**accounts, author: account}
