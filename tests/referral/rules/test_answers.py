"""What the answer of a provider changes."""

from dataclasses import replace

import pytest

from services.referral.rules import answers, heard
from services.referral.rules.acts import offer
from services.referral.rules.clocks import NEXT, Clock, pass_by
from services.referral.rules.record import (
    RULE,
    Act,
    OfferState,
    Referral,
    State,
    Why,
)
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import CardField, DeclineReason, ServiceOutcome, Step
from shared.events.event import ABSENT
from shared.events.referral import ReferralAccepted, ReferralDeclined, ServiceEnded
from shared.kernel.agencies import CHILD_PROTECTION, IOM, UNHCR, Agency
from tests.referral.builders import (
    DAY,
    HOUR,
    NOON,
    a_card,
    a_referral,
    accepted,
    asked,
    created,
    declined,
    ended,
    started,
)


def offered() -> Referral:
    return offer(created(), [UNHCR, IOM], by=RULE, at=NOON)[0]


def taken(pathway: Pathway = Pathway.FAMILY) -> Referral:
    offers = offer(created(a_card(pathway)), [UNHCR, IOM], by=RULE, at=NOON)[0]
    return answers.accept(offers, accepted(), at=NOON + HOUR)


def expired() -> Referral:
    marked, _ = pass_by(offered(), Clock.RESPONSE, at=NOON + 20 * DAY)
    return pass_by(marked, Clock.RESPONSE, at=NOON + 40 * DAY)[0]


def named(before: Referral, after: Referral) -> tuple[Act, str, Why | None]:
    """Return what was named; nothing else but who must look may have changed."""
    assert replace(after, moves=before.moves, overdue_at=before.overdue_at) == before
    (move,) = after.moves[len(before.moves) :]
    return move.act, move.by, move.why


def test_the_first_acceptance_takes_it_and_every_other_offer_lapses() -> None:
    referral = taken()

    assert (referral.state, referral.accepted_by) == (State.ACCEPTED, UNHCR)
    assert referral.accepted_at == NOON + HOUR
    assert [one.state for one in referral.offers] == [OfferState.ACCEPTED, OfferState.LAPSED]


def test_a_second_acceptance_changes_nothing_and_is_named_once() -> None:
    referral = taken()

    second = answers.accept(referral, accepted(IOM), at=NOON + DAY)

    assert named(referral, second) == (Act.ACCEPTED, IOM, Why.ALREADY_TAKEN)
    assert answers.accept(second, accepted(IOM), at=NOON + 2 * DAY) == second
    assert second.overdue_at is None


def test_an_acceptance_heard_again_is_one() -> None:
    assert answers.accept(taken(), accepted(), at=NOON + DAY) == taken()


def test_who_was_not_offered_takes_nothing_and_a_human_looks() -> None:
    referral = offered()

    after = answers.accept(referral, accepted(CHILD_PROTECTION), at=NOON + HOUR)

    assert named(referral, after) == (Act.ACCEPTED, CHILD_PROTECTION, Why.NOT_OFFERED)
    assert after.overdue_at == NOON + HOUR


def test_an_acceptance_of_nobody_takes_nothing_and_a_human_looks() -> None:
    referral = offered()

    after = answers.accept(referral, ReferralAccepted(referral=a_referral()), at=NOON)

    assert named(referral, after) == (Act.ACCEPTED, "", Why.NOBODY_NAMED)
    assert after.overdue_at == NOON


def test_who_let_the_time_pass_may_still_accept_and_who_declined_may_not() -> None:
    marked, _ = pass_by(offered(), Clock.RESPONSE, at=NOON + 20 * DAY)
    refused = answers.decline(offered(), declined(), at=NOON)

    late = answers.accept(marked, accepted(), at=NOON + 21 * DAY)
    again = answers.accept(refused, accepted(), at=NOON)

    assert (late.state, late.accepted_by) == (State.ACCEPTED, UNHCR)
    assert named(refused, again) == (Act.ACCEPTED, UNHCR, Why.ALREADY_DECLINED)


def test_after_expiry_an_acceptance_takes_nothing_and_asks_for_reopening() -> None:
    referral = expired()

    after = answers.accept(referral, accepted(), at=NOON + 41 * DAY)

    assert named(referral, after) == (Act.ACCEPTED, UNHCR, Why.AFTER_EXPIRY)
    assert (referral.overdue_at, after.overdue_at) == (None, NOON + 41 * DAY)


def test_what_was_reopened_already_asks_no_more() -> None:
    referral = replace(expired(), reopened_as=a_referral(2))

    assert answers.accept(referral, accepted(), at=NOON + 41 * DAY).overdue_at is None


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.INTERRUPTED, State.CLOSED])
def test_an_acceptance_of_what_is_not_open_takes_nothing(state: State) -> None:
    referral = replace(offered(), state=state)

    after = answers.accept(referral, accepted(), at=NOON)

    assert named(referral, after) == (Act.ACCEPTED, UNHCR, Why.NOT_OPEN)


def test_a_decline_has_its_reason_and_with_nobody_asked_a_human_asks_the_next() -> None:
    once = answers.decline(offered(), declined(reason=DeclineReason.NO_CAPACITY), at=NOON + HOUR)
    twice = answers.decline(once, declined(IOM), at=NOON + 2 * HOUR)

    assert (once.offers[0].state, once.offers[0].reason) == (
        OfferState.DECLINED,
        DeclineReason.NO_CAPACITY,
    )
    assert once.next_by is None
    assert twice.next_by == NOON + 2 * HOUR + NEXT
    assert twice.offers[1].reason is None
    assert answers.decline(twice, declined(IOM), at=NOON + DAY) == twice


@pytest.mark.parametrize(
    ("before", "event", "why"),
    [
        (offered(), declined(CHILD_PROTECTION), Why.NOT_OFFERED),
        (taken(), declined(IOM), Why.ALREADY_TAKEN),
        (taken(), declined(UNHCR), Why.ALREADY_TAKEN),
        (expired(), declined(UNHCR), Why.NOT_OPEN),
        (offered(), ReferralDeclined(referral=a_referral()), Why.NOBODY_NAMED),
    ],
)
def test_a_decline_that_declines_nothing_is_named(
    before: Referral, event: ReferralDeclined, why: Why
) -> None:
    assert named(before, answers.decline(before, event, at=NOON))[2] is why


def test_a_decline_lets_the_clock_run_on_if_nobody_else_asks() -> None:
    one = answers.ask(offered(), asked(), at=NOON)
    both = answers.ask(one, asked(IOM), at=NOON)

    assert answers.decline(one, declined(), at=NOON + HOUR).paused_at is None
    assert answers.decline(both, declined(), at=NOON + HOUR).paused_at == NOON


def test_a_question_names_the_fields_of_the_card_that_are_wanted() -> None:
    first = answers.ask(offered(), asked(wanted=(CardField.LANGUAGE,)), at=NOON)
    second = answers.ask(first, asked(wanted=(CardField.ACCESS,)), at=NOON)

    assert second.offers[0].wanted == (CardField.LANGUAGE, CardField.ACCESS)
    assert answers.ask(second, asked(wanted=(CardField.ACCESS,)), at=NOON + DAY) == second


@pytest.mark.parametrize("priority", Priority)
def test_an_emergency_whose_clock_stands_still_is_a_humans_at_once(priority: Priority) -> None:
    urgent = replace(offered(), card=a_card(priority=priority))

    stopped = answers.ask(urgent, asked(), at=NOON + HOUR)

    assert stopped.paused_at == NOON + HOUR
    assert stopped.overdue_at == (NOON + HOUR if priority is Priority.EMERGENCY else None)


@pytest.mark.parametrize("before", [taken(), expired(), created()])
def test_a_question_of_whom_nobody_asked_is_named(before: Referral) -> None:
    after = answers.ask(before, asked(IOM), at=NOON)

    assert named(before, after)[0] is Act.ASKED
    assert after.paused_at is None


def test_a_service_begins_reaches_steps_and_ends_once() -> None:
    begun = answers.start(taken(), started(), at=NOON)
    step = answers.start(begun, started(step=Step.TRACING_BEGUN), at=NOON + HOUR)
    closed = answers.end(step, ended(outcome=ServiceOutcome.PARTLY), at=NOON + DAY)
    again = answers.end(closed, ended(outcome=ServiceOutcome.NOT_PROVIDED), at=NOON + 2 * DAY)

    assert (begun.state, begun.steps) == (State.IN_PROGRESS, ())
    assert answers.start(begun, started(), at=NOON + DAY) == begun
    assert step.steps == ((Step.TRACING_BEGUN, NOON + HOUR),)
    assert (closed.state, closed.outcome) == (State.CLOSED, ServiceOutcome.PARTLY)
    assert named(closed, again) == (Act.ENDED, UNHCR, Why.NOT_OPEN)


def test_a_service_whose_beginning_was_not_told_can_end() -> None:
    closed = answers.end(taken(), ended(), at=NOON)

    assert (closed.state, closed.outcome) == (State.CLOSED, None)


@pytest.mark.parametrize("told", ServiceOutcome)
def test_a_sensitive_pathway_keeps_two_words_of_how_it_ended(told: ServiceOutcome) -> None:
    outcome = answers.end(taken(Pathway.WOMAN_AT_RISK), ended(outcome=told), at=NOON).outcome

    assert outcome in {ServiceOutcome.PROVIDED, ServiceOutcome.NOT_PROVIDED}
    assert (outcome is ServiceOutcome.PROVIDED) == (
        told in {ServiceOutcome.PROVIDED, ServiceOutcome.PARTLY}
    )


@pytest.mark.parametrize("who", [IOM, CHILD_PROTECTION])
def test_only_who_accepted_can_begin_or_end_it(who: Agency) -> None:
    referral = taken()

    begun = answers.start(referral, started(who), at=NOON)
    closed = answers.end(referral, ended(who), at=NOON)

    assert named(referral, begun) == (Act.STARTED, who, Why.NOT_ACCEPTED)
    assert named(referral, closed) == (Act.ENDED, who, Why.NOT_ACCEPTED)


def test_a_service_of_which_no_acceptance_was_heard_is_a_humans() -> None:
    referral = offered()

    begun = answers.start(referral, started(), at=NOON)

    assert named(referral, begun) == (Act.STARTED, UNHCR, Why.NOT_ACCEPTED)
    assert begun.overdue_at == NOON


def test_an_end_of_nobody_closes_nothing() -> None:
    referral = taken()

    after = answers.end(referral, ServiceEnded(referral=a_referral()), at=NOON)

    assert named(referral, after)[2] is Why.NOBODY_NAMED


def test_an_answer_after_interruption_is_kept_for_the_human_who_decides() -> None:
    stopped = heard.interrupt(taken(), at=NOON)

    after = answers.end(stopped, ended(), at=NOON + DAY)

    assert named(stopped, after) == (Act.ENDED, UNHCR, Why.NOT_OPEN)
    assert after.overdue_at == NOON


def test_the_card_of_no_answer_is_touched() -> None:
    referral = created(a_card(priority=Priority.URGENT, age_band=ABSENT))
    offers = offer(referral, [UNHCR], by=RULE, at=NOON)[0]

    assert answers.accept(offers, accepted(), at=NOON).card == referral.card
