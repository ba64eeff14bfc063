"""By when a step of a pathway must be reached."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.referral.rules import answers, clocks
from services.referral.rules.record import Referral, State
from services.referral.rules.steps import due_steps, reflection_until
from shared.codes.pathways import Pathway
from shared.codes.referrals import Step
from shared.kernel.agencies import CHILD_PROTECTION
from tests.referral.builders import DAY, HOUR, NOON, a_card, created, started

LIMIT = timedelta(hours=72)
TODAY = datetime(2026, 3, 2, 23, 59, 59, 999999, tzinfo=UTC)


def taken(pathway: Pathway) -> Referral:
    return created(
        a_card(pathway), state=State.ACCEPTED, accepted_by=CHILD_PROTECTION, accepted_at=NOON
    )


@pytest.mark.parametrize(
    ("pathway", "due"),
    [
        (
            Pathway.CHILD_PROTECTION,
            {Step.GUARDIAN_APPOINTED: TODAY, Step.INTERESTS_ASSESSED: NOON + LIMIT},
        ),
        (Pathway.GENDER_BASED_VIOLENCE, {Step.CLINICAL_CARE: NOON + LIMIT}),
        (Pathway.TRAFFICKING, {}),
        (Pathway.CASH, {}),
    ],
)
def test_steps_have_their_time_from_the_acceptance(
    pathway: Pathway, due: dict[Step, datetime]
) -> None:
    assert due_steps(taken(pathway)) == due
    assert due.items() <= clocks.due_times(taken(pathway)).items()


def test_a_step_that_is_reached_has_no_clock_and_one_that_is_late_is_a_humans() -> None:
    referral = taken(Pathway.CHILD_PROTECTION)

    reached = answers.start(
        referral, started(CHILD_PROTECTION, step=Step.GUARDIAN_APPOINTED), at=NOON + HOUR
    )
    late, told = clocks.pass_by(reached, Step.INTERESTS_ASSESSED, at=NOON + 4 * DAY)

    assert set(due_steps(reached)) == {Step.INTERESTS_ASSESSED}
    assert clocks.pass_by(reached, Step.GUARDIAN_APPOINTED, at=NOON + 9 * DAY) == (reached, ())
    assert (late.state, late.overdue_at, told) == (State.IN_PROGRESS, NOON + 4 * DAY, ())


def test_nothing_is_due_before_an_acceptance_or_after_the_end() -> None:
    referral = taken(Pathway.CHILD_PROTECTION)

    assert due_steps(replace(referral, state=State.CREATED)) == {}
    assert due_steps(replace(referral, state=State.CLOSED)) == {}


def test_reflection_lasts_at_least_30_days_from_when_it_was_granted() -> None:
    referral = taken(Pathway.TRAFFICKING)
    granted = started(CHILD_PROTECTION, step=Step.REFLECTION_GRANTED)

    once = answers.start(referral, granted, at=NOON + DAY)
    twice = answers.start(once, granted, at=NOON + 9 * DAY)

    assert reflection_until(referral) is None
    assert reflection_until(twice) == NOON + DAY + timedelta(days=30)
