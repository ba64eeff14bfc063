"""What happens after somebody has left?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.returns.commands import Answer, Help, PlanReintegration, RecordMonitoring
from services.returns.rules import arrival
from services.returns.rules.case import Case, OutOfOrder, State
from services.returns.rules.return_case import TooEarly
from shared.kernel.consent import AgeState, Giver
from tests.returns.builders import DAY, NOON, a_case

VISITS = [date(2026, 6, 2), date(2026, 9, 2), date(2027, 3, 2)]
WELL = RecordMonitoring(safe=Answer.YES)


def planned(**more: Any) -> Case:
    command = PlanReintegration(help=(Help.SOCIAL,), **more)
    return arrival.plan(a_case(State.ARRIVED), command, age=AgeState.ADULT, at=NOON)


def noon_of(day: date) -> datetime:
    return datetime.combine(day, NOON.timetz())


def test_an_arrival_is_a_day() -> None:
    arrived = arrival.arrive(a_case(State.DEPARTED), at=NOON)

    assert (arrived.state, arrived.arrived_on) == (State.ARRIVED, NOON.date())


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"contact_giver": Giver.SELF},
        {"contact_until": VISITS[2]},
        {"contact_giver": Giver.GUARDIAN, "contact_until": VISITS[2]},
    ],
)
def test_nobody_is_contacted_without_a_consent_of_their_own(said: dict[str, Any]) -> None:
    case = planned(**said)

    with pytest.raises(arrival.ContactNotConsented):
        arrival.monitor(case, WELL, at=noon_of(VISITS[0]))
    assert arrival.close(case, at=NOON).state is State.CLOSED


def test_visits_fall_due_after_3_6_and_12_months_and_then_the_case_can_be_closed() -> None:
    case = planned(contact_giver=Giver.SELF, contact_until=VISITS[2])

    for day in VISITS:
        with pytest.raises(arrival.MonitoringDue):
            arrival.close(case, at=NOON)
        with pytest.raises(TooEarly):
            arrival.monitor(case, WELL, at=noon_of(day) - DAY)
        case = arrival.monitor(case, WELL, at=noon_of(day))

    assert case.monitored == (Answer.YES,) * 3
    with pytest.raises(OutOfOrder):
        arrival.monitor(case, WELL, at=noon_of(VISITS[2]))
    assert arrival.close(case, at=NOON).state is State.CLOSED


def test_whoever_does_not_want_to_be_contacted_any_more_is_not() -> None:
    case = planned(contact_giver=Giver.SELF, contact_until=VISITS[2])

    changed = arrival.plan(case, PlanReintegration(), age=AgeState.ADULT, at=NOON)

    assert (changed.state, changed.contact_until) == (State.REINTEGRATING, None)
    assert arrival.close(changed, at=NOON).state is State.CLOSED


def test_a_visit_after_the_last_day_of_consent_is_not_made_nor_waited_for() -> None:
    case = planned(contact_giver=Giver.SELF, contact_until=VISITS[0] - DAY)

    with pytest.raises(arrival.ContactNotConsented):
        arrival.monitor(case, WELL, at=noon_of(VISITS[0]))
    assert arrival.close(case, at=NOON).state is State.CLOSED


def test_a_visit_that_is_late_is_waited_for_as_long_as_the_consent_lasts() -> None:
    case = planned(contact_giver=Giver.SELF, contact_until=VISITS[0] + DAY)

    with pytest.raises(arrival.MonitoringDue):
        arrival.close(case, at=noon_of(VISITS[0] + DAY))
    assert arrival.close(case, at=noon_of(VISITS[0] + 2 * DAY)).state is State.CLOSED


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(arrival.VISITS_MONTHS))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, by: int) -> None:
    later = arrival.months_after(day, by)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == by
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert later.day <= day.day
