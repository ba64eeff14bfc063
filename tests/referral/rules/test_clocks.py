"""By when somebody must act, and what if nobody does."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.referral.rules import answers, clocks
from services.referral.rules.acts import route
from services.referral.rules.clocks import GRACE, NEXT, PAUSE, Clock, due_times, pass_by
from services.referral.rules.heard import amend
from services.referral.rules.record import Act, OfferState, Referral, State, unheard
from services.referral.rules.routing import Directory
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Level
from shared.events.card import Card
from shared.events.referral import ReferralEscalated, ReferralExpired
from shared.kernel.agencies import IOM, UNHCR
from tests.referral.builders import (
    DAY,
    HOUR,
    MOMENT,
    NOON,
    a_card,
    a_referral,
    accepted,
    amended,
    asked,
    created,
)

TIMES = [
    (Priority.EMERGENCY, timedelta(hours=24)),
    (Priority.URGENT, timedelta(hours=72)),
    (Priority.NORMAL, timedelta(weeks=2)),
]
of_each_priority = pytest.mark.parametrize(("priority", "time"), TIMES)


def offered(priority: Priority = Priority.NORMAL) -> Referral:
    """Return a referral that one provider was asked to take."""
    named = created(a_card(priority=priority), named=UNHCR)
    referral, _ = route(named, Directory(), at=NOON)
    return referral


@of_each_priority
def test_the_first_clock_marks_and_the_second_of_the_same_length_expires(
    priority: Priority, time: timedelta
) -> None:
    referral = offered(priority)
    first = NOON + time

    assert pass_by(referral, Clock.RESPONSE, at=first) == (referral, ())
    marked, told = pass_by(referral, Clock.RESPONSE, at=first + MOMENT)

    level = Level.SUPERVISOR if priority is Priority.EMERGENCY else Level.COORDINATOR
    assert told == (ReferralEscalated(referral=a_referral(), level=level),)
    assert (marked.state, marked.escalated_at) == (State.CREATED, first + MOMENT)
    assert [one.state for one in marked.offers] == [OfferState.LAPSED]
    assert marked.next_by == first + MOMENT + NEXT

    second = first + MOMENT + time
    assert pass_by(marked, Clock.RESPONSE, at=second) == (marked, ())
    expired, told = pass_by(marked, Clock.RESPONSE, at=second + MOMENT)

    assert told == (ReferralExpired(referral=a_referral()),)
    assert (expired.state, expired.next_by, due_times(expired)) == (State.EXPIRED, None, {})
    assert (expired.overdue_at is not None) == (priority is Priority.EMERGENCY)


@pytest.mark.parametrize(
    ("card", "priority"),
    [
        (Card(), Priority.EMERGENCY),
        (Card(priority=Priority.NORMAL), Priority.NORMAL),
        (Card(pathway=Pathway.MEDICAL), Priority.URGENT),
        (Card(pathway=Pathway.ASYLUM, priority=Priority.NORMAL), Priority.EMERGENCY),
        (Card(pathway=Pathway.FAMILY, priority=Priority.URGENT), Priority.URGENT),
    ],
)
def test_a_priority_is_never_slower_than_its_pathway_and_untold_is_fast(
    card: Card, priority: Priority
) -> None:
    assert created(card).priority is priority


def test_a_question_stops_the_clock_once_and_at_most_for_48_hours() -> None:
    stopped = answers.ask(offered(), asked(), at=NOON + HOUR)

    assert due_times(stopped) == {Clock.PAUSE: NOON + HOUR + PAUSE}
    assert pass_by(stopped, Clock.PAUSE, at=NOON + HOUR + PAUSE) == (stopped, ())
    running, told = pass_by(stopped, Clock.PAUSE, at=NOON + 10 * DAY)

    assert told == ()
    assert due_times(running) == {Clock.RESPONSE: NOON + timedelta(weeks=2) + PAUSE}
    assert [one.state for one in running.offers] == [OfferState.ASKED]

    answered = amend(running, amended(language="und"), at=NOON + 10 * DAY)
    again = answers.ask(answered, asked(), at=NOON + 11 * DAY)

    assert [one.state for one in again.offers] == [OfferState.ASKED]
    assert due_times(again) == due_times(running)


def test_an_answer_to_a_question_lets_the_clock_run_on_by_as_much() -> None:
    stopped = answers.ask(offered(), asked(), at=NOON)

    running = amend(stopped, amended(language="und"), at=NOON + 5 * HOUR)

    assert due_times(running) == {Clock.RESPONSE: NOON + timedelta(weeks=2) + 5 * HOUR}
    assert [one.state for one in running.offers] == [OfferState.OFFERED]


def test_a_question_does_not_stop_the_clock_of_what_is_escalated() -> None:
    marked, _ = pass_by(offered(), Clock.RESPONSE, at=NOON + 20 * DAY)
    again, _ = route(replace(marked, offers=(), named=IOM), Directory(), at=NOON + 20 * DAY)

    still = answers.ask(again, asked(IOM), at=NOON + 21 * DAY)

    assert still.offers[0].state is OfferState.ASKED
    assert still.paused_at is None
    assert due_times(still)[Clock.RESPONSE] == NOON + 20 * DAY + timedelta(weeks=2)


def test_a_corrected_priority_counts_from_the_beginning() -> None:
    urgent = amend(offered(), amended(priority=Priority.URGENT), at=NOON + 5 * DAY)

    assert due_times(urgent) == {Clock.RESPONSE: NOON + timedelta(hours=72)}


def test_an_accepted_referral_has_its_next_contact_and_its_feedback() -> None:
    taken = answers.accept(offered(), accepted(follow_up_by=date(2026, 3, 6)), at=NOON)

    due = due_times(taken)

    assert set(due) == {Clock.CONTACT, Clock.FEEDBACK}
    assert due[Clock.CONTACT].date() == date(2026, 3, 6)
    assert due[Clock.FEEDBACK] == NOON + timedelta(days=14)
    for clock in due:
        late, told = pass_by(taken, clock, at=NOON + 20 * DAY)
        assert (late.state, late.overdue_at, told) == (State.ACCEPTED, NOON + 20 * DAY, ())


@pytest.mark.parametrize(
    "state", sorted(set(State) - {State.CREATED, State.ACCEPTED, State.IN_PROGRESS})
)
def test_nothing_runs_once_it_is_over_or_interrupted(state: State) -> None:
    over = replace(offered(), state=state, accepted_at=NOON, next_by=NOON)

    assert due_times(over) == {}
    for clock in Clock:
        assert pass_by(over, clock, at=NOON + 99 * DAY) == (over, ())


def alarm(referral: Referral, at: datetime) -> bool:
    return clocks.find_late(referral, at=at).overdue_at is not None


def test_an_emergency_goes_to_a_human_an_hour_late_and_is_not_expired_by_that() -> None:
    referral = offered(Priority.EMERGENCY)
    due = NOON + DAY + GRACE

    late = clocks.find_late(referral, at=due + MOMENT)

    assert not alarm(referral, due)
    assert (late.state, late.escalated_at, late.overdue_at) == (State.CREATED, None, due + MOMENT)
    assert [one.state for one in late.offers] == [OfferState.OFFERED]
    assert clocks.find_late(late, at=due + HOUR) == late


@pytest.mark.parametrize("priority", [Priority.URGENT, Priority.NORMAL])
def test_nothing_else_goes_to_a_human_while_the_exchange_is_silent(priority: Priority) -> None:
    assert not alarm(offered(priority), NOON + 99 * DAY)


def test_no_alarm_of_what_is_answered_or_waits_for_its_sender() -> None:
    urgent = offered(Priority.EMERGENCY)
    taken = answers.accept(urgent, accepted(), at=NOON)
    stopped = answers.ask(urgent, asked(), at=NOON)

    assert clocks.find_late(taken, at=NOON + 99 * DAY) == taken
    assert clocks.find_late(stopped, at=NOON + 99 * DAY) == stopped


def test_what_is_known_of_no_request_runs_as_an_emergency() -> None:
    stub = unheard(a_referral(), at=NOON)

    marked, told = pass_by(stub, Clock.RESPONSE, at=NOON + DAY + MOMENT)

    assert told == (ReferralEscalated(referral=a_referral(), level=Level.SUPERVISOR),)
    assert [move.act for move in marked.moves] == [Act.ESCALATED]
