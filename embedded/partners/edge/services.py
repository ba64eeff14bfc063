"""A service: the payload opened, each step told in case time, and how it ended."""

from datetime import timedelta
from typing import Final

from embedded.partners.edge.memory import LIVE, Done, State, Told
from embedded.partners.edge.offers import ANSWER, FOLLOW_UP, referral_of
from embedded.partners.edge.practice import Practice
from embedded.partners.edge.tables import CaseRow
from embedded.partners.edge.turn import Turn
from shared.codes.pathways import TERMS, outcomes_of
from shared.codes.referrals import ServiceOutcome, Step
from shared.events.event import CONTRACTS
from shared.events.exchange import FlowInterrupted
from shared.events.referral import (
    ReferralPayloadSent,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.events.sealed import Sealed
from shared.kernel.identifiers import PersonRef, Reference
from shared.messaging.receive import Heard

STEP: Final = "step"
"""Clock of a service: when its next step is reached."""

NOT_EXPECTED: Final = "not_expected"
"""A payload of a referral that was not accepted, is closed, or whose payload was opened before."""

EMPTY: Final = "empty"
"""A payload without any part."""

UNOPENABLE: Final = "unopenable"
"""Not every part opened: for another key or nonce, or of an unknown sender."""

PLACES: Final = {field.name: field.category for field in CONTRACTS[ReferralPayloadSent].fields}
"""Category of each field of a payload: a part of another one is not opened there."""

SOONEST_H: Final = 2
LATEST_H: Final = 36
"""Hours from one step to the next. Source: Tenpoint design decision."""

ATTENDS: Final = 0.9
"""Share of services that are provided. Source: Tenpoint design decision."""


def on_payload_sent(
    event: ReferralPayloadSent, heard: Heard, practice: Practice, turn: Turn
) -> None:
    """Open a payload and keep its values; who the person is, is known whether it opens or not."""
    case = turn.memory.case(event.referral)
    if case is None or case.nonce is None:
        turn.memory.add_task(heard, NOT_EXPECTED)
        return
    unpack(event, heard, case, turn)
    if case.state == State.ACCEPTED:
        case.state, case.person = State.SERVING, event.person
        turn.timers.cancel(FOLLOW_UP, case.referral)
        wait_for_step(case, practice, turn)
        practice.meet(case, event.person, turn)
    turn.memory.save(case)


def unpack(event: ReferralPayloadSent, heard: Heard, case: CaseRow, turn: Turn) -> None:
    """Keep what opens. The nonce is forgotten once all has opened, so that none opens twice."""
    parts = parts_of(event)
    placed = {name: part for name, part in parts.items() if part.category is PLACES[name]}
    opened = turn.tools.open_parts(tuple(placed.values()), nonce=bytes.fromhex(case.nonce or ""))
    told = [
        Told(name, part.category, opened[part.category])
        for name, part in placed.items()
        if part.category in opened
    ]
    turn.memory.hold(event.person, heard, told)
    if not parts:
        turn.memory.add_task(heard, EMPTY)
    elif len(told) < len(parts):
        turn.memory.add_task(heard, UNOPENABLE)
    else:
        case.nonce = None
        turn.memory.count(Done.PAYLOADS_OPENED)


def parts_of(event: ReferralPayloadSent) -> dict[str, Sealed]:
    """Return the sealed parts of a payload, by the name of their field."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    return {name: value for name, value in values.items() if isinstance(value, Sealed)}


def on_withdrawn(event: ReferralWithdrawn, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Close a case, also one that was not offered yet: what is taken back never begins."""
    del heard, practice
    case = turn.memory.case(event.referral)
    if case is None:
        case = CaseRow(referral=event.referral, state=State.WITHDRAWN, place=0)
    close(case, State.WITHDRAWN, turn)


def on_interrupted(event: FlowInterrupted, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Close a case that cannot go on."""
    del heard, practice
    case = turn.memory.case(event.referral)
    if case is not None and case.state in LIVE:
        close(case, State.INTERRUPTED, turn)


def close(case: CaseRow, state: State, turn: Turn) -> None:
    """Stop all clocks and forget the nonce; what a payload told stays until it is to be erased."""
    case.state, case.nonce = state, None
    turn.memory.save(case)
    for kind in (ANSWER, FOLLOW_UP, STEP):
        turn.timers.cancel(kind, case.referral)


def go_on(case: CaseRow, practice: Practice, turn: Turn) -> None:
    """Tell the next step of a service, or that it has ended."""
    if case.person is None:
        return
    person = PersonRef(Reference(case.person))
    steps = steps_of(case, turn)
    if case.steps >= len(steps):
        end(case, turn, attended=turn.draw(case, "attends").random() < ATTENDS)
        practice.end(case, person, turn)
        return
    step = steps[case.steps]
    case.steps += 1
    turn.memory.save(case)
    turn.memory.count(Done.STEPS_TOLD)
    started = ServiceStarted(referral=referral_of(case), provider=turn.agency, step=step)
    turn.outbox.add(started)
    practice.reach(step, case, person, turn)
    wait_for_step(case, practice, turn)


def give_up(case: CaseRow, turn: Turn) -> None:
    """End the service of somebody who was expected and of whom nothing came."""
    end(case, turn, attended=False)


def end(case: CaseRow, turn: Turn, *, attended: bool) -> None:
    """Tell how a service ended, in the words that its pathway has."""
    pathway = turn.memory.pathway(case.referral)
    missed = ServiceOutcome.DID_NOT_ATTEND
    if pathway is None or missed not in outcomes_of(pathway):
        missed = ServiceOutcome.NOT_PROVIDED
    outcome = ServiceOutcome.PROVIDED if attended else missed
    close(case, State.ENDED, turn)
    turn.memory.count(Done.SERVICES_ENDED)
    ended = ServiceEnded(referral=referral_of(case), provider=turn.agency, outcome=outcome)
    turn.outbox.add(ended)


def steps_of(case: CaseRow, turn: Turn) -> tuple[Step, ...]:
    """Return the steps of a service; of an erased card, the first one only."""
    pathway = turn.memory.pathway(case.referral)
    return (Step.BEGUN, *(() if pathway is None else TERMS[pathway].steps))


def wait_for_step(case: CaseRow, practice: Practice, turn: Turn) -> None:
    """Let the next step fall due, or the end behind the last one."""
    hours = turn.draw(case, f"step {case.steps}").uniform(SOONEST_H, LATEST_H)
    at = turn.at + timedelta(hours=hours)
    is_last = case.steps >= len(steps_of(case, turn))
    turn.timers.set(STEP, case.referral, at + practice.lasts if is_last else at)
