"""Load, decide, save: one function per command and per event heard.

All run inside one transaction: what is remembered, what is announced and how far the stream was
heard are kept together or not at all.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from services.registration.commands import DecideCorrection, RegisterPerson, UpdatePerson
from services.registration.rules import encounter as encounters
from services.registration.rules import person as persons
from services.registration.rules.age import age_state
from services.registration.rules.encounter import Encounter
from services.registration.rules.erasure import erase, without
from services.registration.rules.number import registration_no
from services.registration.rules.person import Person, Waiting
from services.registration.rules.screening import Announced, Release, age_heard, announced
from services.registration.store import Store
from shared.codes.places import TEST_COUNTRY
from shared.events.border import Encounter as EncounterRecorded
from shared.events.border import HandoverMade, ScreeningCompleted
from shared.events.control import ErasureConfirmed, RestateEnded, SafeguardsStated
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered
from shared.kernel.consent import AgeState
from shared.kernel.errors import NotFound, Stale
from shared.kernel.identifiers import EncounterRef, Kind, MakeId, PersonRef, Reference, own
from shared.messaging.receive import Heard
from shared.storage.timers import Timer

HOST: Final = TEST_COUNTRY
"""The host country, which stands in every registration number."""

HANDOVER: Final = "handover"
"""Clock of an encounter: by when its people are to be handed over."""


def register_person(
    command: RegisterPerson, *, store: Store, at: datetime, make_id: MakeId
) -> PersonRegistered:
    """Register one person, under the border's reference where one is found.

    Raises:
        NotFound: the command names a reference that nobody waits under.
        Refusal: see the rule.
    """
    waiting = find_waiting(command, store)
    person = waiting.person if waiting else PersonRef(own(Kind.PERSON, make_id))
    number = store.people.free_number(lambda: registration_no(HOST, make_id()))
    stated, registered = persons.register(command, waiting, person=person, number=number, at=at)
    encounter = waiting.encounter if waiting else None
    store.people.add(Person(registered, 1, command.hide_location, encounter), at=at)
    store.outbox.add(stated)
    store.outbox.add(registered)
    if waiting:
        store.waiting.leave(person)
        store.releases.destroy_wristband(person)
    if encounter:
        receive(encounter, store=store)
    return registered


def find_waiting(command: RegisterPerson, store: Store) -> Waiting | None:
    """Return the border's announcement of the person to be registered; None for a walk-in."""
    if command.person is not None:
        waiting = store.waiting.find(command.person)
        if waiting is None and not store.people.is_registered(command.person):
            raise NotFound
        return waiting or Waiting(command.person, None, registered=True)
    if command.wristband is not None:
        return store.waiting.find_by_wristband(command.wristband)
    return None


def receive(encounter: EncounterRef, *, store: Store) -> None:
    """Tell the border once all whom it handed over are registered."""
    known = store.encounters.find(encounter)
    if known is None:
        return
    after, receipts = encounters.meet(known, store.people.count(encounter))
    if receipts:
        store.encounters.save(after)
    for receipt in receipts:
        store.outbox.add(receipt)


def update_person(
    command: UpdatePerson, person: PersonRef, version: int | None, *, store: Store, at: datetime
) -> Person:
    """Change what is registered and return the person after it.

    Args:
        command: what changed.
        person: whom it is about.
        version: the version that the caller has seen; None if not said.
        store: what registration remembers.
        at: the time, in UTC.

    Raises:
        NotFound: nobody is registered under the reference.
        Stale: the person was changed since.
        Refusal: see the rule.
    """
    before = get_person(person, store=store)
    if version not in (None, before.version):
        raise Stale
    events, after = persons.update(command, before, at=at)
    if after.version != before.version:
        store.people.save(after, at=at)
    for event in events:
        store.outbox.add(event)
    return after


def get_person(person: PersonRef, *, store: Store) -> Person:
    """Return a registered person; raises NotFound if there is none under the reference."""
    found = store.people.find(person)
    if found is None:
        raise NotFound
    return found


def find_age(person: PersonRef, *, store: Store, at: datetime) -> AgeState | None:
    """Return the strictest word on a person's age, own and heard; None for an unknown person."""
    known = store.people.find(person)
    if known is None and store.waiting.find(person) is None:
        return None
    stated = () if known is None else (age_state(known.state, on=at.date()),)
    return age_heard(store.releases.find(person), own=stated)


def announced_of(
    people: Collection[PersonRef], *, store: Store
) -> list[tuple[PersonRef, Announced]]:
    """Return what the border has told about people, in their order."""
    told: dict[Reference, list[Release]] = {person: [] for person in people}
    for release in store.releases.find(*people):
        told[release.about].append(release)
    return [(person, known) for person in people if (known := announced(told[person]))]


def decide_correction(
    command: DecideCorrection, correction: int, *, store: Store, at: datetime
) -> None:
    """Take over a proposed correction, or leave the entry as it is.

    Raises:
        NotFound: there is no such proposal, or nobody is registered whom it is about.
        AlreadyDecided: somebody has decided before.
        Refusal: see the rule; the proposal stays open.
    """
    found = store.corrections.find(correction)
    if found is None:
        raise NotFound
    if found.accepted is not None:
        raise persons.AlreadyDecided
    if command.accept:
        before = get_person(found.proposed.person, store=store)
        events, after = persons.correct(found.proposed, before, at=at)
        if after.version != before.version:
            store.people.save(after, at=at)
        for event in events:
            store.outbox.add(event)
    store.corrections.decide(correction, accepted=command.accept, at=at)


def on_encounter_recorded(
    event: EncounterRecorded, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Prepare reception, and start the clock by which people are to be handed over."""
    store.releases.add(Release(event.encounter, heard.partition, heard.number, event))
    if store.encounters.find(event.encounter) is None:
        store.encounters.add(Encounter(event.encounter))
        store.timers.set(HANDOVER, event.encounter, at + encounters.SCREENED_WITHIN)


def on_screening_completed(
    event: ScreeningCompleted, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Have a person wait for registration under the reference that the exchange gave."""
    del at
    encounter = None if event.encounter is ABSENT else event.encounter
    store.releases.add(
        Release(event.person, heard.partition, heard.number, event, encounter=encounter)
    )
    put_on_list(event.person, store=store)
    if encounter and store.people.is_registered(event.person):
        receive(encounter, store=store)


def on_handover_made(event: HandoverMade, heard: Heard, *, store: Store, at: datetime) -> None:
    """Give those who wait their wristbands, and count them against those registered."""
    del at
    parts = event.persons if isinstance(event.persons, tuple) else ()
    for person, part in {part.person: part for part in parts}.items():
        keeps = part.wristband is not ABSENT and not store.people.is_registered(person)
        release = Release(
            about=person,
            partition=heard.partition,
            number=heard.number,
            encounter=event.encounter,
            wristband=part.wristband if keeps and part.wristband is not ABSENT else None,
        )
        store.releases.add(release)
        put_on_list(person, store=store)
    known = store.encounters.find(event.encounter)
    if known is None:
        known = Encounter(event.encounter)
        store.encounters.add(known)
    store.encounters.save(encounters.hand_over(known, event))
    store.timers.cancel(HANDOVER, event.encounter)
    receive(event.encounter, store=store)


def put_on_list(person: PersonRef, *, store: Store) -> None:
    """Take together what the border has told about a person, registered by now or not."""
    known = announced(store.releases.find(person))
    registered = store.people.is_registered(person)
    store.waiting.save(person, known, registered=registered)
    if registered:
        store.people.set_encounter(person, known.encounter if known else None)


def on_correction_proposed(
    event: CorrectionProposed, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Lay a proposal before a clerk; it changes nothing by itself."""
    del at
    store.corrections.add(event, heard.partition, heard.number)


def on_safeguards_stated(
    event: SafeguardsStated, heard: Heard, *, store: Store, at: datetime
) -> None:
    """Keep another agency's word on a person's age; the strictest word counts."""
    del at
    store.releases.add(Release(event.person, heard.partition, heard.number, event))


def on_erasure_asked(event: ErasureAsked, heard: Heard, *, store: Store, at: datetime) -> None:
    """Erase exactly what the named releases told, and confirm.

    What registration itself has recorded stays: it was never released to it.
    """
    del at
    categories = None if event.categories is ABSENT else frozenset(event.categories)
    named = store.releases.find_named(event.about, heard.partition, event.releases)
    for release in named:
        store.releases.replace(release, erase(release, categories))
    for about in {release.about for release in named if release.about[0] == Kind.PERSON}:
        put_on_list(PersonRef(about), store=store)
    for correction in store.corrections.find_named(event.about, heard.partition, event.releases):
        left = None if categories is None else without(correction.proposed, categories)
        store.corrections.replace(correction.id, left)
    store.outbox.add(ErasureConfirmed(notice=event.notice, outcome="ERASED"))


def on_restate_asked(event: RestateAsked, heard: Heard, *, store: Store, at: datetime) -> None:
    """Tell the current state once more under the token, then say that this was all; once."""
    del heard
    if not store.people.first_restatement(event.token):
        return
    person = store.people.find(PersonRef(event.about))
    told = () if person is None else persons.restatement(person, on=at.date())
    for one in told:
        store.outbox.add(one, token=event.token)
    store.outbox.add(RestateEnded(token=event.token, events=len(told)))


def on_clock_passed(timer: Timer, *, store: Store, at: datetime) -> None:
    """Show staff an encounter of which nobody was handed over in time."""
    del at
    known = store.encounters.find(EncounterRef(Reference(timer.about)))
    if timer.kind == HANDOVER and known is not None:
        store.encounters.save(encounters.find_overdue(known))
