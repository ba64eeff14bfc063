"""By when must a step of a pathway be reached? Elapsed time from the acceptance.

Source: Committee on the Rights of the Child, General Comment No. 6 (2005), paragraph 33, for a
guardian as soon as the child is identified, here the same day; UNHCR, Best Interests Procedure
Guidelines (2021), for the assessment; UN Women, guiding principles of referral, for clinical care
within 72 hours; Council of Europe, Convention on Action against Trafficking, article 13, for at
least 30 days of recovery and reflection. The hours are a Tenpoint design decision.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from services.referral.rules.record import TAKEN, Referral
from shared.codes.pathways import TERMS
from shared.codes.referrals import Step

LIMIT: Final = timedelta(hours=72)
REFLECTION: Final = timedelta(days=30)
SAME_DAY: Final = frozenset({Step.GUARDIAN_APPOINTED})
WITHIN_LIMIT: Final = frozenset({Step.INTERESTS_ASSESSED, Step.CLINICAL_CARE})


def due_steps(referral: Referral) -> Mapping[Step, datetime]:
    """Return the steps of an accepted referral that have a time and are not reached."""
    if referral.state not in TAKEN or referral.pathway is None or referral.accepted_at is None:
        return {}
    reached = {step for step, _ in referral.steps}
    due = {step: due_of(step, referral.accepted_at) for step in TERMS[referral.pathway].steps}
    return {step: at for step, at in due.items() if at is not None and step not in reached}


def due_of(step: Step, accepted_at: datetime) -> datetime | None:
    """Return the last instant of a step, None if it has no time of its own."""
    if step in SAME_DAY:
        return end_of(accepted_at.astimezone(UTC).date())
    return accepted_at + LIMIT if step in WITHIN_LIMIT else None


def end_of(day: date) -> datetime:
    """Return the last instant of a day in UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def reflection_until(referral: Referral) -> datetime | None:
    """Return before when no removal may be carried out, None if no reflection was granted.

    National law may give more than these days. Nothing else waits for their end.
    """
    granted = [at for step, at in referral.steps if step is Step.REFLECTION_GRANTED]
    return granted[0] + REFLECTION if granted else None
