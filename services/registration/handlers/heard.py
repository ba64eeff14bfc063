"""Load, decide, save: one function per event heard, and for a clock that has passed.

Every one runs inside one transaction: what is remembered, what is announced and how far the stream
was heard are kept together or not at all.
"""

from datetime import datetime
from typing import Final

from services.registration.handlers import acts
from services.registration.handlers.safeguards import own_word
from services.registration.rules import encounter as encounters
from services.registration.rules import person as persons
from services.registration.rules.encounter import Encounter
from services.registration.rules.erasure import erase, without
from services.registration.rules.screening import Release, announced
from services.registration.store import Store
from shared.events.border import Encounter as EncounterRecorded
from shared.events.border import HandoverMade, ScreeningCompleted
from shared.events.control import ErasureConfirmed, RestateEnded, SafeguardsStated
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.profiling import CorrectionProposed
from shared.kernel.identifiers import EncounterRef, Kind, PersonRef, Reference
from shared.messaging.receive import Heard
from shared.storage.timers import Timer

HANDOVER: Final = "handover"
"""Clock of an encounter: by when its people are to be handed over."""


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
        acts.receive(encounter, store=store)


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
    acts.receive(event.encounter, store=store)


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
    """Tell the current state once more under the token, then say that this was all; once.

    Safeguards come first, and of people who are not yet registered too.
    """
    del heard
    if not store.people.first_restatement(event.token):
        return
    about = PersonRef(event.about)
    person = store.people.find(about)
    stated = own_word(about, store=store, at=at)
    state = None if person is None else persons.whole_state(person.state)
    told = [one for one in (stated, state) if one is not None]
    for one in told:
        store.outbox.add(one, token=event.token)
    store.outbox.add(RestateEnded(token=event.token, events=len(told)))


def on_clock_passed(timer: Timer, *, store: Store, at: datetime) -> None:
    """Show staff an encounter of which nobody was handed over in time."""
    del at
    known = store.encounters.find(EncounterRef(Reference(timer.about)))
    if timer.kind == HANDOVER and known is not None:
        store.encounters.save(encounters.find_overdue(known))
