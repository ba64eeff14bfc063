from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rules.age import age_state, band_at, band_of, strictest
from shared.codes.people import AgeBand, AgeStatus
from shared.events.registration import Identity
from shared.kernel.consent import AgeState
from shared.kernel.dates import PartialDate, age_in_years, range_of

ON = date(2026, 3, 1)
YEARS = st.integers(1900, 2026)
DATES = st.one_of(
    YEARS.map(str),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda parts: "{}-{:02}".format(*parts)),
    st.dates(date(1900, 1, 1), ON).map(date.isoformat),
)


def born(text: str) -> Identity:
    return Identity(date_of_birth=PartialDate(text))


@given(text=DATES, step=st.integers(0, 366))
def test_a_child_at_any_possible_date_is_a_child(text: str, step: int) -> None:
    possible = range_of(text)
    assert possible is not None
    day = min(possible.earliest + timedelta(days=step), possible.latest)

    state = age_state(born(text), on=ON)

    assert state is AgeState.CHILD or age_in_years(day, on=ON) >= 18


@given(text=DATES)
def test_an_adult_at_every_possible_date_is_an_adult(text: str) -> None:
    possible = range_of(text)
    assert possible is not None
    adult = age_in_years(possible.latest, on=ON) >= 18

    assert (age_state(born(text), on=ON) is AgeState.ADULT) == adult


@given(text=DATES)
def test_a_band_over_a_doubt_is_the_childs(text: str) -> None:
    possible = range_of(text)
    assert possible is not None
    bands = {band_of(age_in_years(day, on=ON)) for day in (possible.earliest, possible.latest)}
    child = age_in_years(possible.latest, on=ON) < 18

    expected = bands.pop() if len(bands) == 1 else AgeBand.CHILD if child else AgeBand.ADULT

    assert band_at(text, on=ON) is expected


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("2008", AgeState.CHILD),
        ("2008-03", AgeState.CHILD),
        ("2008-03-01", AgeState.ADULT),
        ("2008-03-02", AgeState.CHILD),
        ("2008-02", AgeState.ADULT),
        ("2007", AgeState.ADULT),
        ("2027", AgeState.CHILD),
    ],
)
def test_majority_is_the_eighteenth_birthday(text: str, state: AgeState) -> None:
    assert age_state(born(text), on=ON) is state


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0, AgeBand.FROM_0_TO_4),
        (4, AgeBand.FROM_0_TO_4),
        (5, AgeBand.FROM_5_TO_11),
        (12, AgeBand.FROM_12_TO_17),
        (17, AgeBand.FROM_12_TO_17),
        (18, AgeBand.FROM_18_TO_59),
        (59, AgeBand.FROM_18_TO_59),
        (60, AgeBand.FROM_60),
    ],
)
def test_bands_begin_where_the_field_says(years: int, band: AgeBand) -> None:
    assert band_of(years) is band


@given(
    text=st.none() | DATES.map(PartialDate),
    band=st.none() | st.sampled_from(AgeBand),
)
def test_a_disputed_age_is_a_childs(text: PartialDate | None, band: AgeBand | None) -> None:
    identity = Identity(date_of_birth=text, age_band=band, age_status=AgeStatus.DISPUTED)

    assert age_state(identity, on=ON) is AgeState.CHILD


def test_date_and_band_that_differ_protect() -> None:
    identity = Identity(date_of_birth=PartialDate("1980"), age_band=AgeBand.FROM_12_TO_17)

    assert age_state(identity, on=ON) is AgeState.CHILD


def test_nothing_known_is_unknown_and_never_adult() -> None:
    assert age_state(Identity(), on=ON) is AgeState.UNKNOWN
    assert age_state(Identity(age_band=AgeBand.UNKNOWN), on=ON) is AgeState.UNKNOWN


@given(states=st.lists(st.sampled_from(AgeState)))
def test_whoever_says_child_is_heard(states: list[AgeState]) -> None:
    said = strictest(tuple(states))

    assert (said is AgeState.CHILD) == (AgeState.CHILD in states)
    assert said is not AgeState.ADULT or AgeState.ADULT in states


@pytest.mark.parametrize("on", [ON, None])
@pytest.mark.parametrize("text", ["1980-00", "1980-13-40", "1980\n"])
def test_a_date_that_no_calendar_has_makes_nobody_an_adult(text: str, on: date | None) -> None:
    said = Identity(date_of_birth=PartialDate(text), age_band=AgeBand.FROM_18_TO_59)

    assert age_state(said, on=on) is AgeState.CHILD
