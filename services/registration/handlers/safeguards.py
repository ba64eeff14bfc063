"""Load, decide, save: whether somebody is treated as a child, and whether their place is hidden."""

from datetime import datetime

from services.registration.rules import person as persons
from services.registration.rules.screening import age_heard, age_told
from services.registration.store import Store
from shared.casework.commands import StateSafeguards
from shared.casework.rules import state_safeguards
from shared.events.control import SafeguardsStated
from shared.kernel.consent import AgeState
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import PersonRef


def find_age(person: PersonRef, *, store: Store, at: datetime) -> AgeState | None:
    """Return the strictest word on a person's age, own and heard; None for an unknown person."""
    own = own_word(person, store=store, at=at)
    if own is None and store.waiting.find(person) is None:
        return None
    ages = () if own is None else (age_told(own),)
    return age_heard(store.releases.find(person), own=ages)


def own_word(person: PersonRef, *, store: Store, at: datetime) -> SafeguardsStated | None:
    """Return what registration itself says of age and place; None if nothing."""
    known = store.people.find(person)
    if known is not None:
        return persons.safeguards(known, on=at.date())
    stated = store.safeguards.find(person)
    return None if stated is None else state_safeguards(stated, person)


def is_hidden(person: PersonRef, *, store: Store, at: datetime) -> bool:
    """Return whether a person's place must be hidden; not said counts as hidden."""
    own = own_word(person, store=store, at=at)
    return own is None or own.hide_location is not False


def keep_safeguards(
    command: StateSafeguards, person: PersonRef, *, store: Store, at: datetime
) -> None:
    """State age and place of somebody who is registered or waits; later changes keep to it.

    Raises:
        NotFound: nobody is registered or waits under the reference.
    """
    if find_age(person, store=store, at=at) is None:
        raise NotFound
    store.safeguards.save(person, command)
    told = own_word(person, store=store, at=at)
    if told is not None:
        store.outbox.add(told)
