"""When a person must be heard."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profiling.rules import profile as rules
from services.profiling.rules.described import Accounts, Told, describe
from services.profiling.rules.profile import Profile
from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.people import AgeBand
from shared.events.border import ScreeningCompleted
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.kernel.agencies import BORDER, RECEPTION
from shared.kernel.consent import AgeState
from tests.profiling.builders import NOON, a_person

TWO_WEEKS = NOON + timedelta(weeks=2)
THREE_DAYS = NOON + timedelta(hours=72)
MIDNIGHT = datetime.combine(NOON.date(), rules.END_OF_DAY)

DATES = st.dates().map(str) | st.sampled_from(["2008", "2010-05", "1980", "2023-13-40"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "child_alone": st.booleans(),
    "needs": st.lists(st.sampled_from([need.value for need in TopNeed])),
    "reception_needs": st.lists(st.sampled_from([need.value for need in ReceptionNeed])),
    "age_band": st.sampled_from([band.value for band in AgeBand]),
    "age_status": st.sampled_from(["STATED", "DISPUTED"]),
    "date_of_birth": DATES,
}
ACCOUNT = st.fixed_dictionaries(
    {},
    optional={
        name: st.builds(Told, st.none() | value, st.just(0), st.just(1))
        for name, value in VALUES.items()
    },
)
ACCOUNTS = st.fixed_dictionaries({}, optional={BORDER: ACCOUNT, RECEPTION: ACCOUNT})
HOURS = st.integers(0, 1000).map(lambda hours: NOON + timedelta(hours=hours))


def told(**fields: object) -> Accounts:
    return {BORDER: {name: Told(value, 0, 1) for name, value in fields.items()}}


def due(accounts: Accounts) -> datetime:
    return rules.hear_about(None, accounts, person=a_person(), at=NOON).due_at


@pytest.mark.parametrize("event", [ScreeningCompleted, PersonRegistered, RegistrationUpdated])
def test_an_event_with_every_field_absent_concludes_nothing(event: type[Any]) -> None:
    account = describe({}, event(person=a_person()), partition=0, number=1)

    profile = rules.hear_about(None, {BORDER: account}, person=a_person(), at=NOON)

    assert profile == Profile(a_person(), opened_at=NOON, due_at=TWO_WEEKS)
    assert rules.age_of({BORDER: account}, at=NOON) is AgeState.UNKNOWN


@pytest.mark.parametrize("field", list(VALUES))
def test_a_cleared_field_concludes_nothing(field: str) -> None:
    assert due(told(**{field: None})) == TWO_WEEKS
    assert rules.age_of(told(**{field: None}), at=NOON) is AgeState.UNKNOWN


def test_a_child_alone_is_heard_the_same_day() -> None:
    assert due(told(child_alone=True)) == MIDNIGHT
    assert due(told(needs=["SC"])) == MIDNIGHT


def test_a_person_said_not_to_be_a_child_alone_is_heard_in_two_weeks() -> None:
    assert due(told(child_alone=False, needs=[])) == TWO_WEEKS


@pytest.mark.parametrize("need", [need for need in TopNeed if need != "SC"])
def test_a_specific_need_is_heard_in_72_hours(need: TopNeed) -> None:
    assert due(told(needs=[need.value])) == THREE_DAYS


def test_a_medical_need_is_heard_in_72_hours_and_an_interpreter_changes_nothing() -> None:
    assert due(told(reception_needs=["RN-MED"])) == THREE_DAYS
    assert due(told(reception_needs=["RN-INTERPRET"])) == TWO_WEEKS


@given(DATES, DATES)
def test_a_child_at_any_possible_date_of_birth_is_a_child(one: str, other: str) -> None:
    accounts = {
        BORDER: {"date_of_birth": Told(one, 0, 1), "age_band": Told("ADULT", 0, 1)},
        RECEPTION: {"date_of_birth": Told(other, 0, 1)},
    }

    age = rules.age_of(accounts, at=NOON)

    young = any(
        text in ("2008", "2010-05", "2023-13-40") or (len(text) == 10 and text > "2008-03-02")
        for text in (one, other)
    )
    assert age is (AgeState.CHILD if young else AgeState.ADULT)


def test_whoever_says_child_is_heard_before_whoever_says_adult() -> None:
    accounts = {
        BORDER: {"age_band": Told("CHILD", 0, 1)},
        RECEPTION: {"age_band": Told("18-59", 0, 2), "date_of_birth": Told("1990", 0, 2)},
    }

    assert rules.age_of(accounts, at=NOON) is AgeState.CHILD
    assert due(accounts) == THREE_DAYS


def test_a_disputed_age_is_a_childs() -> None:
    accounts = told(age_band="ADULT", age_status="DISPUTED")

    assert rules.age_of(accounts, at=NOON) is AgeState.CHILD


@pytest.mark.parametrize("band", list(AgeBand))
def test_every_age_band_has_its_state(band: AgeBand) -> None:
    expected = {
        "0-4": AgeState.CHILD,
        "5-11": AgeState.CHILD,
        "12-17": AgeState.CHILD,
        "CHILD": AgeState.CHILD,
        "UNKNOWN": AgeState.UNKNOWN,
    }

    assert rules.age_of(told(age_band=band.value), at=NOON) is expected.get(band, AgeState.ADULT)


def test_a_date_of_birth_that_does_not_exist_may_be_a_childs() -> None:
    assert rules.age_of(told(date_of_birth="2023-13-40"), at=NOON) is AgeState.CHILD


@given(st.lists(st.tuples(ACCOUNTS, HOURS), min_size=1))
def test_the_due_time_never_moves_later(
    hearings: list[tuple[Accounts, datetime]],
) -> None:
    first, *others = hearings
    profile = rules.hear_about(None, first[0], person=a_person(), at=first[1])

    for accounts, at in others:
        before = profile
        profile = rules.hear_about(before, accounts, person=a_person(), at=at)
        assert profile.due_at <= min(before.due_at, at + timedelta(weeks=2))
        assert profile.opened_at == before.opened_at


@given(ACCOUNTS, st.sampled_from(list(VALUES)))
def test_taking_a_field_away_never_makes_anyone_wait_for_less_reason(
    accounts: dict[Any, dict[str, Told]], field: str
) -> None:
    poorer = {
        author: {name: told for name, told in account.items() if name != field}
        for author, account in accounts.items()
    }
    profile = rules.hear_about(None, accounts, person=a_person(), at=NOON)

    later = rules.hear_about(profile, poorer, person=a_person(), at=NOON + timedelta(hours=1))

    assert later == profile


def test_a_profile_is_overdue_after_its_due_time_and_stays_open() -> None:
    profile = Profile(a_person(), opened_at=NOON, due_at=THREE_DAYS)
    passed = THREE_DAYS + timedelta(microseconds=1)

    late = rules.find_overdue(profile, at=passed)

    assert rules.find_overdue(profile, at=THREE_DAYS) == profile
    assert late.overdue_at == passed
    assert late.state is rules.ProfileState.OPEN
    assert rules.find_overdue(late, at=TWO_WEEKS) == late
