"""How is a referral kept, its clocks set and its offers told, all at once?"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.referral.rules import acts, clocks
from services.referral.rules.clocks import Moved
from services.referral.rules.record import Referral, State
from services.referral.store import Store
from shared.codes.pathways import Priority
from shared.events.event import Event
from shared.kernel.agencies import DESK
from shared.kernel.identifiers import ReferralRef
from shared.storage.timers import Timers
from shared.telemetry.logs import note

RESPONSE: Final = clocks.Clock.RESPONSE


def routed(referral: Referral, events: tuple[Event, ...], store: Store, at: datetime) -> Moved:
    """Return the referral offered to whom the rule asks now, if it waits for somebody."""
    if referral.state is not State.CREATED:
        return referral, events
    after, offers = acts.route(referral, store.directory_for(referral), at=at)
    return after, (*events, *offers)


def save(before: Referral | None, moved: Moved, store: Store) -> Referral:
    """Write a referral with its clocks, and tell what is to be told."""
    after, events = moved
    if after != before:
        store.save_referral(after)
        was = {} if before is None else clocks.due_times(before)
        _set(store.timers, after.referral, was, clocks.due_times(after))
        _set(store.alarms, after.referral, _alarm_of(before), _alarm_of(after))
    for event in events:
        store.outbox.add(event)
    return after


def _alarm_of(referral: Referral | None) -> dict[str, datetime]:
    due = None if referral is None else clocks.alarm_due(referral)
    return {} if due is None else {RESPONSE: due}


def _set(
    timers: Timers, about: ReferralRef, was: Mapping[str, datetime], now: Mapping[str, datetime]
) -> None:
    """Let clocks run, run on or stop; one that goes on as before is left alone."""
    for kind in was.keys() - now.keys():
        timers.cancel(kind, about)
    for kind, due_at in now.items():
        if was.get(kind) != due_at:
            timers.set(kind, about, due_at)


def alarm(referral: Referral) -> None:
    """Write a line for whoever watches, if it is an emergency; of which, the work list says."""
    if referral.priority is Priority.EMERGENCY:
        note("an emergency referral waits unanswered", level=logging.ERROR, agency=DESK)
