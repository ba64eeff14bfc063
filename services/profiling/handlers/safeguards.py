"""Load, decide, save: whether somebody is treated as a child, and whether their place is hidden."""

from datetime import datetime

from services.profiling.rules import profile as profiles
from services.profiling.store import Store
from shared.casework.commands import StateSafeguards
from shared.casework.rules import state_safeguards
from shared.events.event import Absent
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import PersonRef


def find_age(person: PersonRef, *, store: Store, at: datetime) -> AgeState | None:
    """Return whether a person is treated as a child, None for one whom UNHCR does not know.

    Child if anybody says so, UNHCR's own staff or what others told.
    """
    if store.find_profile(person) is None:
        return None
    stated = store.cases.safeguards(person)
    told = profiles.age_of(store.accounts_of(person), at=at)
    if stated is None or isinstance(stated.treated_as_child, Absent):
        return told
    return profiles.strictest(stated.treated_as_child, told)


def is_hidden(person: PersonRef, *, store: Store) -> bool:
    """Return whether a person's place must be hidden; not said counts as hidden."""
    stated = store.cases.safeguards(person)
    return stated is None or stated.hide_location is not False


def keep_safeguards(command: StateSafeguards, person: PersonRef, *, store: Store) -> None:
    """State what was found about age and place.

    Raises:
        NotFound: the person is not known here.
    """
    store.get_profile(person)
    told = state_safeguards(command, person)
    store.cases.save_safeguards(told)
    store.outbox.add(told)
