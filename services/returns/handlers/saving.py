"""How a case is kept: with its word to others, its clock and its steps, in one transaction."""

from datetime import datetime
from typing import Final

from services.returns.rules.case import Case
from services.returns.rules.telling import due_of, events_of, settle
from services.returns.store import Store
from shared.kernel.agencies import Role

CASE: Final = "return-case"
"""Clock of a case: one, of whatever it waits for in its present state."""


def save(
    before: Case | None, after: Case, *, store: Store, at: datetime, by: Role | None = None
) -> Case:
    """Keep a case, tell what follows from its change, and set its clock; return it as kept.

    Args:
        before: the case as it was; None for a new one.
        after: the case as it is now.
        store: the memory of the open transaction.
        at: the instant.
        by: the role of who did it; None for what was heard.
    """
    if before == after:
        return after
    kept = settle(before, after)
    store.cases.save(kept)
    if before is None or before.state is not kept.state:
        store.cases.add_step(kept, by=by, at=at)
    for event in events_of(before, kept):
        store.outbox.add(event)
    set_clock(before, kept, store=store)
    return kept


def set_clock(before: Case | None, after: Case, *, store: Store) -> None:
    """Let the clock of a case run to what it now waits for, if that is something else."""
    due = due_of(after)
    if before is not None and due == due_of(before):
        return
    if due is None:
        store.timers.cancel(CASE, after.reference)
    else:
        store.timers.set(CASE, after.reference, due)
