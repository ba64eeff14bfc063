"""Load, decide, save: whether a person is known here, and treated as a child."""

from datetime import datetime

from services.returns.handlers.saving import save
from services.returns.rules import return_case
from services.returns.rules.described import age_of
from services.returns.store import Store
from shared.casework.commands import StateSafeguards
from shared.casework.rules import state_safeguards
from shared.events.control import SafeguardsStated
from shared.kernel.consent import AgeState
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import PersonRef


def find_age(person: PersonRef, *, store: Store, at: datetime) -> AgeState | None:
    """Return whether a person is treated as a child, None for one whom IOM does not know."""
    account = store.people.find_account(person)
    words = store.people.age_words(person)
    stated = store.people.find_stated(person)
    if account is None and not words and not store.cases.of_person(person):
        return None
    own = None if stated is None else stated.treated_as_child
    return age_of(account or {}, words, own, at=at)


def get_age(person: PersonRef, *, store: Store, at: datetime) -> AgeState:
    """Return whether a person is treated as a child; raises NotFound for an unknown one."""
    age = find_age(person, store=store, at=at)
    if age is None:
        raise NotFound
    return age


def keep_safeguards(
    command: StateSafeguards, person: PersonRef, *, store: Store, at: datetime
) -> None:
    """State age and place of somebody; a return whose consent does not fit is suspended.

    Raises:
        NotFound: IOM does not know the person.
    """
    get_age(person, store=store, at=at)
    store.people.save_stated(person, command)
    store.outbox.add(state_safeguards(command, person))
    follow_age(person, store=store, at=at)


def own_word(person: PersonRef, *, store: Store) -> SafeguardsStated | None:
    """Return what IOM itself states of age and place; None if nothing."""
    stated = store.people.find_stated(person)
    return None if stated is None else state_safeguards(stated, person)


def follow_age(person: PersonRef, *, store: Store, at: datetime) -> None:
    """Suspend a return to which somebody consented who could not, by what is known now."""
    case = store.cases.open_of(person)
    if case is not None:
        age = get_age(person, store=store, at=at)
        save(case, return_case.hear_age(case, age, at=at), store=store, at=at)
