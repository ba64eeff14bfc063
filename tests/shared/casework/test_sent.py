"""A referral moves forward only, by what was heard of it and by whom."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.casework.commands.referral import Cause
from shared.casework.rules import sent as sending
from shared.casework.rules.sent import OPEN, REVOCABLE, RULES, NotOpen, SentState
from shared.casework.rules.task import TaskKind
from shared.codes.referrals import DeclineReason, Level, ServiceOutcome, Step
from shared.events.event import Event
from shared.events.exchange import FlowInterrupted
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import ASYLUM, IOM
from tests.shared.casework.builders import REFERRAL, a_sent

R, A, P, C, E, W, I = (  # noqa: E741 - initials of the states
    SentState.REQUESTED,
    SentState.ACCEPTED,
    SentState.IN_PROGRESS,
    SentState.CLOSED,
    SentState.EXPIRED,
    SentState.WITHDRAWN,
    SentState.INTERRUPTED,
)

EVENTS: dict[type[Event], Event] = {
    ReferralAccepted: ReferralAccepted(referral=REFERRAL, provider=ASYLUM),
    ReferralDeclined: ReferralDeclined(
        referral=REFERRAL, provider=ASYLUM, reason=DeclineReason.NO_CAPACITY
    ),
    InformationRequested: InformationRequested(referral=REFERRAL, provider=ASYLUM),
    ReferralEscalated: ReferralEscalated(referral=REFERRAL, level=Level.SUPERVISOR),
    ReferralExpired: ReferralExpired(referral=REFERRAL),
    FlowInterrupted: FlowInterrupted(referral=REFERRAL),
    ServiceStarted: ServiceStarted(referral=REFERRAL, provider=ASYLUM, step=Step.BEGUN),
    ServiceEnded: ServiceEnded(referral=REFERRAL, provider=ASYLUM, outcome=ServiceOutcome.PROVIDED),
}

MOVES: dict[type[Event], dict[SentState, SentState]] = {
    ReferralAccepted: {R: A},
    ReferralDeclined: {},
    InformationRequested: {},
    ReferralEscalated: {},
    ReferralExpired: {R: E},
    FlowInterrupted: {R: I, A: I, P: I},
    ServiceStarted: {A: P},
    ServiceEnded: {A: C, P: C},
}
"""Where each event leads from where; from everywhere else it leads nowhere."""


def in_state(state: SentState) -> Any:
    return a_sent(state=state, provider=None if state in (R, E) else ASYLUM)


@pytest.mark.parametrize("state", SentState)
@pytest.mark.parametrize("kind", EVENTS)
def test_each_event_leads_where_the_table_says(kind: type[Event], state: SentState) -> None:
    after, _ = sending.hear(in_state(state), EVENTS[kind])

    assert after.state is MOVES[kind].get(state, state)


def test_the_table_has_every_event_that_is_heard() -> None:
    assert set(EVENTS) == set(MOVES) == set(RULES)


@pytest.mark.parametrize("kind", EVENTS)
def test_every_move_asks_a_person(kind: type[Event]) -> None:
    for state in SentState:
        before = in_state(state)
        after, task = sending.hear(before, EVENTS[kind])
        assert task is not None or after == before


@pytest.mark.parametrize("kind", [ServiceStarted, ServiceEnded])
def test_a_service_is_told_by_who_accepted_or_not_at_all(kind: type[Event]) -> None:
    told: dict[type[Event], Event] = {
        ServiceStarted: ServiceStarted(referral=REFERRAL, provider=IOM),
        ServiceEnded: ServiceEnded(referral=REFERRAL, provider=IOM),
    }

    assert sending.hear(in_state(A), told[kind]) == (in_state(A), None)


def test_an_acceptance_that_names_nobody_accepts_nothing() -> None:
    assert sending.hear(in_state(R), ReferralAccepted(referral=REFERRAL)) == (in_state(R), None)


def test_a_late_acceptance_asks_a_person() -> None:
    after, task = sending.hear(in_state(E), EVENTS[ReferralAccepted])

    assert after.state is E
    assert task is not None
    assert task.kind is TaskKind.ACCEPTED_LATE


def test_whoever_declined_is_kept_once() -> None:
    once, task = sending.hear(in_state(R), EVENTS[ReferralDeclined])
    twice, _ = sending.hear(once, EVENTS[ReferralDeclined])

    assert task is not None
    assert task.codes == (ASYLUM, "NO_CAPACITY")
    assert twice.declined_by == (ASYLUM,)


@pytest.mark.parametrize("state", SentState)
def test_it_is_taken_back_from_everywhere_but_its_ends(state: SentState) -> None:
    if state in (C, W):
        with pytest.raises(NotOpen):
            sending.withdraw(in_state(state), Cause.MISTAKE)
    else:
        assert sending.withdraw(in_state(state), Cause.MISTAKE).state is W


@pytest.mark.parametrize("state", SentState)
def test_a_card_is_corrected_while_it_is_open(state: SentState) -> None:
    if state in (R, A, P):
        sending.refuse_ended(in_state(state))
    else:
        with pytest.raises(NotOpen):
            sending.refuse_ended(in_state(state))


class SentMachine(RuleBasedStateMachine):
    """Whatever is heard in whatever order, nothing moves back and no end is left."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = a_sent()
        self.seen = [self.sent.state]

    @rule(event=st.sampled_from(list(EVENTS.values())))
    def hear(self, event: Event) -> None:
        self.sent, _ = sending.hear(self.sent, event)
        self.seen.append(self.sent.state)

    @precondition(lambda self: self.sent.state in REVOCABLE)
    @rule(cause=st.sampled_from(Cause))
    def withdraw(self, cause: Cause) -> None:
        self.sent = sending.withdraw(self.sent, cause)
        self.seen.append(self.sent.state)

    @invariant()
    def ends_are_final(self) -> None:
        for before, after in zip(self.seen, self.seen[1:], strict=False):
            assert before not in (C, W) or after is before
            assert after is not R or before is R
            assert before in OPEN or after is before or after is W

    @invariant()
    def who_serves_has_accepted(self) -> None:
        assert (self.sent.state in (A, P, C)) <= (self.sent.provider == ASYLUM)


TestSentMachine = SentMachine.TestCase
