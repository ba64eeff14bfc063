"""What is done about each event, and each clock that passes."""

from collections.abc import Callable
from datetime import datetime

from services.referral.handlers.keeping import alarm, routed, save
from services.referral.rules import answers, clocks, heard, routing
from services.referral.rules.record import Referral, unheard
from services.referral.store import Store
from shared.events.control import ErasureConfirmed
from shared.events.event import Absent
from shared.events.exchange import ErasureAsked, FlowInterrupted
from shared.events.referral import (
    CapacityReported,
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralExpired,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.identifiers import Kind, Reference, ReferralRef, kind_of
from shared.messaging.receive import Heard
from shared.storage.timers import Timer


def on_referral_requested(
    event: ReferralRequested, _: Heard, *, store: Store, at: datetime
) -> None:
    """Start the clock of a referral, and offer it to whom the rule asks."""
    _hear(event.referral, lambda known: heard.request(known, event, at=at), store, at)


def on_referral_amended(event: ReferralAmended, _: Heard, *, store: Store, at: datetime) -> None:
    """Correct the card; what was asked about it is answered."""
    _hear(event.referral, lambda known: heard.amend(known, event, at=at), store, at)


def on_referral_withdrawn(
    event: ReferralWithdrawn, _: Heard, *, store: Store, at: datetime
) -> None:
    """End a referral, and what a human made of it since: its sender knows only the first."""
    referral: ReferralRef | None = event.referral
    while referral is not None:
        _hear(referral, lambda known: heard.withdraw(known, at=at), store, at)
        referral = store.get_referral(referral).reopened_as


def on_flow_interrupted(event: FlowInterrupted, _: Heard, *, store: Store, at: datetime) -> None:
    """Stop every clock of a referral, and show it to a human."""
    _hear(event.referral, lambda known: heard.interrupt(known, at=at), store, at)


def on_information_requested(
    event: InformationRequested, _: Heard, *, store: Store, at: datetime
) -> None:
    """Note what a provider wants to know, and stop the clock if that is its first stop."""
    _hear(event.referral, lambda known: answers.ask(known, event, at=at), store, at)


def on_referral_accepted(event: ReferralAccepted, _: Heard, *, store: Store, at: datetime) -> None:
    """Give a referral to the first who accepts it."""
    _hear(event.referral, lambda known: answers.accept(known, event, at=at), store, at)


def on_referral_declined(event: ReferralDeclined, _: Heard, *, store: Store, at: datetime) -> None:
    """Note why a provider declines, and go on to the next."""
    _hear(event.referral, lambda known: answers.decline(known, event, at=at), store, at)


def on_service_started(event: ServiceStarted, _: Heard, *, store: Store, at: datetime) -> None:
    """Note that a service began, or reached a step."""
    _hear(event.referral, lambda known: answers.start(known, event, at=at), store, at)


def on_service_ended(event: ServiceEnded, _: Heard, *, store: Store, at: datetime) -> None:
    """Close a referral with the feedback of its provider."""
    _hear(event.referral, lambda known: answers.end(known, event, at=at), store, at)


def on_capacity_reported(event: CapacityReported, _: Heard, *, store: Store, at: datetime) -> None:
    """Note how many places a provider has; the next choice uses it."""
    told = routing.capacity_of(event, at=at)
    if told is not None:
        store.save_capacity(*told)


def on_erasure_asked(event: ErasureAsked, _: Heard, *, store: Store, at: datetime) -> None:
    """Erase what the card of a referral told, and confirm: the desk has nothing else."""
    categories = None if isinstance(event.categories, Absent) else event.categories
    if kind_of(event.about) is Kind.REFERRAL:
        before = store.find_referral(ReferralRef(event.about))
        if before is not None:
            save(before, (heard.erase(before, categories, at=at), ()), store)
    store.outbox.add(ErasureConfirmed(notice=event.notice, outcome="ERASED"))


def on_clock_passed(timer: Timer, *, store: Store, at: datetime) -> None:
    """Escalate, expire, go on, or show what is late; then ask the next by rule."""
    before = store.find_referral(ReferralRef(Reference(timer.about)))
    if before is None:
        return
    after, events = clocks.pass_by(before, timer.kind, at=at)
    if any(isinstance(event, ReferralExpired) for event in events):
        alarm(after)
    save(before, routed(after, events, store, at), store)


def on_alarm_passed(timer: Timer, *, store: Store, at: datetime) -> None:
    """Show an emergency to a human although the exchange is silent."""
    before = store.find_referral(ReferralRef(Reference(timer.about)))
    if before is not None:
        after = clocks.find_late(before, at=at)
        save(before, (after, ()), store)
        if after != before:
            alarm(after)


def _hear(
    referral: ReferralRef, rule: Callable[[Referral], Referral], store: Store, at: datetime
) -> None:
    """Apply what was heard, though it be the first that is heard of that referral."""
    before = store.find_referral(referral)
    after = rule(before or unheard(referral, at=at))
    save(before, routed(after, (), store, at), store)
