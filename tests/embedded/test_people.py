"""Invented people: the same from the same seed, nobody real, enough of everything."""

from datetime import date

import pytest

from embedded.arrivals import NotInTable, arrivals, table
from embedded.people import _travellers as made
from embedded.people import reference_of, traveller_of, travellers
from shared.kernel.identifiers import Kind, is_well_formed

DAY = date(2022, 7, 5)


def test_the_facts_are_the_ministrys() -> None:
    year = sum(people for day, people in table().items() if day.year == 2022)
    week = sum(arrivals(date(2022, 7, 1), date(2022, 7, 7)).values())

    assert (year, week) == (102_427, 3_229)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2023, 1, 1), date(2023, 1, 2)), (date(2022, 7, 2), date(2022, 7, 1))],
)
def test_days_without_figures_are_refused(first: date, last: date) -> None:
    with pytest.raises(NotInTable):
        arrivals(first, last)


def test_everybody_follows_from_seed_day_and_place() -> None:
    people = travellers(10, DAY, 300)

    made.cache_clear()

    assert people == travellers(10, DAY, 300)
    assert people != travellers(11, DAY, 300)
    assert travellers(10, DAY, 300)[:50] != travellers(10, date(2022, 7, 6), 300)[:50]


def test_nobody_shares_a_name_a_number_or_a_reference_with_anybody_of_the_day() -> None:
    people = travellers(10, DAY, 725)

    assert len({one.given_name for one in people}) == len(people)
    assert len({one.phone for one in people}) == len(people)
    assert len({reference_of(one) for one in people}) == len(people)
    assert all(is_well_formed(reference_of(one), Kind.PERSON) for one in people)


def test_whoever_consents_is_surely_grown_up() -> None:
    assert all(
        (one.age is None or one.age >= 18) and (one.age, one.born) != (None, None)
        for one in travellers(10, DAY, 725)
        if one.agrees_to_be_called
    )


def test_a_wristband_finds_its_person_and_a_strange_one_nobody() -> None:
    people = travellers(10, DAY, 20)

    assert traveller_of(10, people[7].wristband, {DAY: 20}) == people[7]
    assert traveller_of(10, "WB-20220705-00020", {DAY: 20}) is None
    assert traveller_of(10, "WB-20221399-00001", {DAY: 20}) is None
    assert traveller_of(10, "7", {DAY: 20}) is None


def test_marked_people_differ_only_in_their_texts() -> None:
    plain, marked = travellers(10, DAY, 50), travellers(10, DAY, 50, marked=True)

    assert [one.phone for one in plain] == [one.phone for one in marked]
    assert all(
        one.family_name != other.family_name and other.family_name.startswith(one.family_name)
        for one, other in zip(plain, marked, strict=True)
    )


@pytest.mark.parametrize(
    ("what", "percent"),
    [
        ("fear", 5),
        ("worry", 3),
        ("child_alone", 4),
        ("agrees_to_be_called", 10),
        ("withdraws", 10 / 3),
        ("withholds_name", 4),
        ("misspelt", 3),
    ],
)
def test_of_everything_that_can_happen_there_is_about_as_much_as_meant(
    what: str, percent: float
) -> None:
    people = travellers(10, DAY, 5_000)

    happened = sum(bool(getattr(one, what)) for one in people)

    assert 100 * happened / len(people) == pytest.approx(percent, abs=1)
