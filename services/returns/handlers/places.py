"""Load, decide, save: to which places nobody is taken."""

from datetime import datetime

from services.returns.commands import SuspendCountry
from services.returns.handlers.saving import save
from services.returns.rules import return_case, travel
from services.returns.store import Store


def suspend_country(country: str, command: SuspendCountry, *, store: Store, at: datetime) -> None:
    """Close a country or area, or open it again; tell it to everybody, never why.

    What is closed suspends every return that leads there or through it. What is open again takes
    up none: a human does.

    Raises:
        ReasonMissing: no reason was given.
    """
    closure = travel.suspend(country, command.area, command.reason, on=at.date())
    if command.on:
        store.closures.save(closure)
        suspend_returns(closure, store=store, at=at)
    else:
        store.closures.forget(closure)
    store.outbox.add(travel.tell(closure, is_on=command.on))


def suspend_returns(closure: travel.Closure, *, store: Store, at: datetime) -> None:
    """Suspend every return that leads to a closed place or through it."""
    for case in store.cases.all_open():
        if return_case.is_closed(case, [closure]):
            save(case, return_case.suspend(case, at=at), store=store, at=at)
