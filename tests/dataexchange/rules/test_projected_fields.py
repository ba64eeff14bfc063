"""What becomes of values, partial forms, cleared values and lists."""

import json

import pytest

from shared.codes.movement import EntryMode
from shared.codes.needs import TopNeed
from shared.codes.people import AgeBand, Sex
from shared.codes.places import NumberText, SiteText
from shared.events.border import (
    ArrivalRecorded,
    DisembarkationRecorded,
    HandedOver,
    HandoverMade,
    PeopleCount,
    RescueRecorded,
    ScreeningCompleted,
)
from shared.events.control import SafeguardsStated
from shared.events.registration import PersonRegistered
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.dates import PartialDate
from tests.dataexchange.rules.telling import (
    ENCOUNTER,
    PERSON,
    REGISTERED,
    body_of,
    only,
    project,
)


def test_only_what_is_open_is_told_and_what_is_withheld_is_named() -> None:
    projected = project(REGISTERED, only(Category.FULL_NAME))

    assert projected is not None
    assert set(json.loads(projected.body)) == {"family_name", "person", "group"}
    assert projected.released == {Category.FULL_NAME: 1, Category.REFERENCE: 2}
    assert ("address", Category.ADDRESS) in projected.withheld
    assert ("identity_papers.number", Category.DOCUMENT_NUMBER) in projected.withheld
    assert ("family_name", Category.FULL_NAME) not in projected.withheld


def test_an_age_has_one_partial_form() -> None:
    body = body_of(REGISTERED, only(partial=(Category.AGE_BAND,)))

    assert body["age_band"] == "CHILD"
    assert "age_status" not in body


@pytest.mark.parametrize(
    ("told", "partial"),
    [
        (AgeBand.FROM_0_TO_4, "CHILD"),
        (AgeBand.FROM_18_TO_59, "ADULT"),
        (AgeBand.FROM_60, "OLDER"),
        (AgeBand.UNKNOWN, "UNKNOWN"),
        (AgeBand.CHILD, "CHILD"),
    ],
)
def test_an_age_band_becomes_child_adult_or_older(told: AgeBand, partial: str) -> None:
    event = ScreeningCompleted(person=PERSON, age_band=told)

    assert body_of(event, only(partial=(Category.AGE_BAND,)))["age_band"] == partial


def test_the_word_child_passes_as_a_partial_age() -> None:
    event = SafeguardsStated(person=PERSON, treated_as_child=AgeState.CHILD, hide_location=True)

    body = body_of(event, only(partial=(Category.AGE_BAND,)))

    assert body["treated_as_child"] == "CHILD"
    assert "hide_location" not in body


def test_an_arrival_becomes_its_month_and_mode() -> None:
    event = DisembarkationRecorded(
        encounter=ENCOUNTER,
        landed_on=PartialDate("2022-07-01"),
        site=SiteText("PORT-1"),
        entry_mode=EntryMode.SEA_RESCUE,
    )

    body = body_of(event, only(partial=(Category.ARRIVAL,)))

    assert (body["landed_on"], body["entry_mode"]) == ("2022-07", "SEA_RESCUE")
    assert "site" not in body


def test_a_site_that_looks_like_a_date_is_still_no_month() -> None:
    event = ArrivalRecorded(encounter=ENCOUNTER, site=SiteText("2022-07-01"))

    assert project(event, only(partial=(Category.ARRIVAL,))) is None


def test_what_has_no_partial_form_is_withheld() -> None:
    assert project(REGISTERED, only(partial=(Category.NATIONALITY,))) is None


def test_a_field_made_coarse_by_its_author_passes_unchanged() -> None:
    event = ScreeningCompleted(person=PERSON, needs=(TopNeed.DISABILITY,))

    assert body_of(event, only(partial=(Category.NEEDS_ORDINARY,)))["needs"] == ["DS"]


def test_the_area_goes_where_the_address_may_not() -> None:
    body = body_of(REGISTERED, only(partial=(Category.ADDRESS,)))

    assert body["area"] == "AREA-1"
    assert "address" not in body


def test_of_a_paper_the_partial_form_is_its_kind() -> None:
    body = body_of(REGISTERED, only(partial=(Category.DOCUMENT_NUMBER,)))

    assert body["identity_papers"] == [{"kind": "PASSPORT"}]


def test_a_cleared_value_passes_where_the_value_would() -> None:
    event = PersonRegistered(person=PERSON, address=None, area=None, identity_papers=None)

    full = body_of(event, only(Category.ADDRESS, Category.DOCUMENT_NUMBER))
    partial = body_of(event, only(partial=(Category.ADDRESS,)))

    assert full["address"] is full["identity_papers"] is None
    assert "address" not in partial
    assert partial["area"] is None


def test_a_list_cleared_by_its_author_is_news_by_itself() -> None:
    event = PersonRegistered(person=PERSON, identity_papers=None)

    assert body_of(event, only(Category.DOCUMENT_NUMBER))["identity_papers"] is None
    assert project(event, only(Category.SEX)) is None


def test_an_element_with_nothing_but_references_is_dropped() -> None:
    event = HandoverMade(
        encounter=ENCOUNTER,
        persons=(HandedOver(person=PERSON, wristband=NumberText("W-1")), HandedOver(person=PERSON)),
        people=2,
    )

    both = body_of(event, only(Category.REGISTRATION_NUMBER, Category.ENCOUNTER))
    counts = body_of(event, only(Category.ENCOUNTER))

    assert [one["wristband"] for one in both["persons"]] == ["W-1"]
    assert "persons" not in counts


def test_an_element_that_nobody_could_read_is_dropped_whole() -> None:
    counted = PeopleCount(sex=Sex.FEMALE, age_band=AgeBand.CHILD, people=3)
    event = RescueRecorded(encounter=ENCOUNTER, counts=(counted,), dead=0)

    body = body_of(event, only(Category.DEATHS_MISSING))

    assert body["dead"] == 0
    assert "counts" not in body
