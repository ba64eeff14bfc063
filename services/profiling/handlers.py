"""Load, decide, save: one function for each command, each event heard and each clock.

Each runs inside one transaction, with the number of the release in the same.
"""

from datetime import datetime
from typing import Final

from services.profiling.commands import OpenTask, ProposeCorrection
from services.profiling.rules import concern as concerns
from services.profiling.rules import described, interview
from services.profiling.rules import profile as profiles
from services.profiling.rules.concern import Concern, Release
from services.profiling.rules.described import Accounts
from services.profiling.rules.profile import Profile
from services.profiling.store import Store
from shared.events.border import Encounter, ScreeningCompleted
from shared.events.control import ErasureConfirmed, ProtectionConcernRaised, RestateEnded
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import PersonState
from shared.kernel.agencies import Role
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import EventRef, PersonRef, Reference
from shared.messaging.receive import Heard
from shared.storage.timers import Timer

PROFILE: Final = "profile"
"""Clock of a profile, about the person."""

CONCERN: Final = "concern"
"""Clock of a concern, about the release that raised it."""


def on_person_described(
    event: ScreeningCompleted | PersonState, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Note what is told about a person; open the profile, or bring its due time nearer."""
    accounts = _note(event, event.person, heard, store)
    known = store.find_profile(event.person)
    profile = profiles.hear_about(known, accounts, person=event.person, at=at)
    _save_profile(known, profile, store)


def on_encounter_recorded(event: Encounter, heard: Heard, *, store: Store, at: datetime) -> None:
    """Note how many people are expected."""
    del at
    _note(event, event.encounter, heard, store)


def on_concern_raised(
    event: ProtectionConcernRaised, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Start the concern's own clock and put the person first, with a profile at once.

    A concern heard again (the same release, or the same sealed note) is one concern.
    """
    concern = concerns.raise_concern(event, Release(heard.partition, heard.number), at=at)
    if any(concerns.is_same(concern, known) for known in store.concerns_about(event.person)):
        return
    store.save_concern(concern)
    store.timers.set(CONCERN, concern.release.text, concern.due_at)
    known = store.find_profile(event.person)
    _save_profile(known, concerns.hear_first(known, concern), store)


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
    """Say that all has been told: profiling has no state that others may hear."""
    del heard, at
    store.outbox.add(RestateEnded(token=event.token, events=0))


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


def hear_concern(release: Release, *, by: Role, store: Store, at: datetime) -> Concern:
    """Mark a concern as heard, in time or late, and stop its clock.

    Raises:
        NotFound: there is no such concern.
        AlreadyHeard: somebody has heard it before.
    """
    concern = concerns.hear(store.get_concern(release), by=by, at=at)
    store.save_concern(concern)
    store.timers.cancel(CONCERN, release.text)
    profile = store.get_profile(concern.person)
    waiting = store.concerns_about(concern.person)
    store.save_profile(concerns.after_hearing(profile, waiting))
    return concern


def propose_correction(command: ProposeCorrection, *, person: PersonRef, store: Store) -> EventRef:
    """Propose to the reception authority that entries be corrected.

    Raises:
        NotFound: the person is not known here.
        NothingToCorrect: no field was said.
    """
    store.get_profile(person)
    return store.outbox.add(interview.propose_correction(command, person=person))


def open_task(command: OpenTask, *, person: PersonRef, store: Store, at: datetime) -> EventRef:
    """Tell the exchange that the person asked UNHCR for a service.

    Raises:
        NotFound: the person is not known here.
        NotInPerson: the person did not ask in person.
        TaskEnded: the last day has passed.
    """
    store.get_profile(person)
    return store.outbox.add(interview.open_task(command, person=person, on=at.date()))


def find_age(person: PersonRef, *, store: Store, at: datetime) -> AgeState | None:
    """Return whether a person is treated as a child, None for one whom UNHCR does not know."""
    if store.find_profile(person) is None:
        return None
    return profiles.age_of(store.accounts_of(person), at=at)


def _note(event: Event, subject: Reference, heard: Heard, store: Store) -> Accounts:
    accounts = store.accounts_of(subject)
    author = described.author_of(type(event))
    account = described.describe(
        accounts.get(author, {}), event, partition=heard.partition, number=heard.number
    )
    store.save_account(subject, author, account)
    return {**accounts, author: account}


def _save_profile(known: Profile | None, profile: Profile, store: Store) -> None:
    if profile == known:
        return
    store.save_profile(profile)
    if known is None or profile.due_at != known.due_at:
        store.timers.set(PROFILE, profile.person, profile.due_at)
