"""Load, decide, save: one function per command.

Every one runs inside one transaction: what is remembered and what is announced are kept together
or not at all.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from services.registration.commands import DecideCorrection, RegisterPerson, UpdatePerson
from services.registration.rules import encounter as encounters
from services.registration.rules import person as persons
from services.registration.rules.number import registration_no
from services.registration.rules.person import Person, Waiting
from services.registration.rules.screening import Announced, Release, announced
from services.registration.store import Store
from shared.codes.places import TEST_COUNTRY
from shared.events.registration import PersonRegistered
from shared.kernel.errors import NotFound, Stale
from shared.kernel.identifiers import EncounterRef, Kind, MakeId, PersonRef, Reference, own

HOST: Final = TEST_COUNTRY
"""The host country, which stands in every registration number."""


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
    stated, registered = persons.register(
        command,
        waiting,
        person=person,
        number=number,
        at=at,
        stated=store.safeguards.find(person),
    )
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
