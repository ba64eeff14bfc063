"""Load, decide, save: what UNHCR states to be barred against a person."""

from services.profiling.commands.case import StateProtection
from services.profiling.rules import protection as protections
from services.profiling.rules.protection import Protection
from services.profiling.store import Store
from shared.kernel.identifiers import PersonRef


def save_protection(known: Protection, protection: Protection, store: Store) -> None:
    """Keep what is stated, and tell it whenever it is another word than was told before."""
    if protection == known:
        return
    store.cases.save_protection(protection)
    if protections.told(protection) != protections.told(known) or not known.words:
        store.outbox.add(protections.told(protection))


def state_protection(
    command: StateProtection, person: PersonRef, *, by: str, store: Store
) -> Protection:
    """State the whole view, or propose it where a second person is needed.

    Raises:
        NotFound: the person is not known here.
        Refusal: see the rule.
    """
    profile = store.get_profile(person)
    known = store.cases.protection(person)
    protection = protections.state(
        command, known, store.cases.find(person), concerned=profile.concerned, by=by
    )
    save_protection(known, protection, store)
    return protection
