"""Save: a profile with its clock, and the state that its case is in."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from services.profiling.rules.case import CLOSED, REFERRED, Case
from services.profiling.rules.profile import Profile
from services.profiling.store import Store

PROFILE: Final = "profile"
"""Clock of a profile, about the person."""

CONCERN: Final = "concern"
"""Clock of a concern, about the release that raised it."""

SETTLED: Final = frozenset({REFERRED, CLOSED})
"""States in which no clock of the profile runs."""


def save_profile(known: Profile | None, profile: Profile, store: Store) -> None:
    """Save a profile if it has changed, and set its clock anew if it falls due otherwise."""
    if profile == known:
        return
    store.save_profile(profile)
    if known is None or profile.due_at != known.due_at:
        store.timers.set(PROFILE, profile.person, profile.due_at)


def save_case(case: Case, store: Store, *, due_at: datetime | None = None) -> None:
    """Save how a profile goes.

    Args:
        case: the case as it is now.
        store: what profiling remembers.
        due_at: when it falls due anew; None leaves the clock, unless the case is settled.
    """
    store.cases.save(case)
    known = store.get_profile(case.person)
    profile = replace(known, state=case.state)
    if due_at is not None:
        profile = replace(profile, due_at=due_at, overdue_at=None)
    if profile != known:
        store.save_profile(profile)
    if case.state in SETTLED:
        store.timers.cancel(PROFILE, case.person)
    elif due_at is not None:
        store.timers.set(PROFILE, case.person, due_at)
