"""What the agencies have told, field by field."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.profiling.rules import described
from services.profiling.rules.described import Account, Erasure, Told
from shared.codes.needs import TopNeed
from shared.codes.people import AgeBand, Sex
from shared.events.border import (
    ArrivalRecorded,
    PeopleCount,
    RescueRecorded,
    ScreeningCompleted,
)
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import BORDER, RECEPTION
from shared.kernel.categories import Category
from tests.profiling.builders import NOON, a_notice, a_person, an_encounter

ACCOUNTS = st.dictionaries(
    st.sampled_from(["sex", "age_band", "needs"]),
    st.builds(Told, st.none() | st.text(), st.integers(0, 2), st.integers(1, 9)),
)


def a_screening(**fields: object) -> ScreeningCompleted:
    return ScreeningCompleted(person=a_person(), **fields)  # type: ignore[arg-type]


def test_the_author_of_each_event_heard_is_one() -> None:
    assert described.author_of(ScreeningCompleted) == BORDER
    assert described.author_of(PersonRegistered) == RECEPTION


@given(ACCOUNTS)
def test_an_event_with_everything_absent_tells_nothing(account: Account) -> None:
    assert described.describe(account, a_screening(), partition=1, number=10) == account


@given(ACCOUNTS)
def test_a_value_replaces_and_null_clears_and_absent_leaves(account: Account) -> None:
    event = a_screening(sex=Sex.FEMALE, age_band=None, needs=ABSENT)

    after = described.describe(account, event, partition=1, number=10)

    assert after["sex"] == Told("F", 1, 10)
    assert after["age_band"] == Told(None, 1, 10)
    assert after.get("needs") == account.get("needs")


def test_the_reference_of_the_subject_is_no_field_of_the_account() -> None:
    event = a_screening(encounter=an_encounter())

    assert set(described.describe({}, event, partition=0, number=1)) == {"encounter"}


@given(ACCOUNTS, st.integers(0, 2), st.frozensets(st.integers(1, 9)))
def test_erasure_takes_exactly_what_the_releases_told(
    account: Account, partition: int, numbers: frozenset[int]
) -> None:
    after = described.erase(account, BORDER, Erasure(partition, numbers))

    for name, told in account.items():
        erased = told.partition == partition and told.number in numbers
        assert (name not in after) == erased
    assert set(after) <= set(account)


@given(ACCOUNTS, st.frozensets(st.sampled_from([Category.SEX, Category.NEEDS_ORDINARY])))
def test_erasure_of_some_categories_leaves_the_others(
    account: Account, categories: frozenset[Category]
) -> None:
    erasure = Erasure(1, frozenset({5}), categories)

    after = described.erase(account, BORDER, erasure)

    category_of = {"sex": Category.SEX, "needs": Category.NEEDS_ORDINARY}
    for name, told in account.items():
        erased = (told.partition, told.number) == (1, 5) and category_of.get(name) in categories
        assert (name not in after) == erased


def test_a_list_goes_with_any_category_of_its_elements() -> None:
    papers = {"identity_papers": Told([], 1, 5), "group": Told("G", 1, 5)}
    erasure = Erasure(1, frozenset({5}), frozenset({Category.DOCUMENT_NUMBER}))

    assert set(described.erase(papers, RECEPTION, erasure)) == {"group"}


def test_a_field_of_no_known_category_goes_with_its_release() -> None:
    erasure = Erasure(1, frozenset({5}), frozenset({Category.SEX}))

    assert described.erase({"retired": Told("x", 1, 5)}, BORDER, erasure) == {}


def test_a_notice_that_names_no_category_means_all() -> None:
    notice = ErasureAsked(about=a_person(), notice=a_notice(), releases=(5,), due=NOON.date())
    narrow = msgspec.structs.replace(notice, categories=(Category.SEX,))

    assert described.erasure_of(notice, partition=1) == Erasure(1, frozenset({5}), None)
    assert described.erasure_of(narrow, partition=1).categories == frozenset({Category.SEX})


def test_what_is_cleared_is_not_known() -> None:
    accounts = {
        BORDER: {"sex": Told("F", 0, 1), "needs": Told(None, 0, 1)},
        RECEPTION: {"sex": Told("U", 0, 2)},
    }

    assert described.known(accounts) == {BORDER: {"sex": "F"}, RECEPTION: {"sex": "U"}}
    assert described.said(accounts, "sex") == ("F", "U")
    assert described.said(accounts, "needs") == ()


def test_an_encounter_without_counts_brings_an_unknown_number_of_people() -> None:
    account = described.describe(
        {}, ArrivalRecorded(encounter=an_encounter()), partition=0, number=1
    )

    assert described.expected(account) is None
    assert described.expected({"counts": Told([], 0, 1)}) is None


def test_the_highest_number_told_of_an_encounter_is_expected() -> None:
    few = PeopleCount(sex=Sex.FEMALE, age_band=AgeBand.CHILD, people=3)
    event = RescueRecorded(encounter=an_encounter(), counts=(few, few), rescued=9)

    account = described.describe({}, event, partition=0, number=1)

    assert described.expected(account) == 9
    assert described.expected({**account, "rescued": Told(None, 0, 2)}) == 6


def test_a_list_of_codes_is_kept_as_told() -> None:
    event = a_screening(needs=(TopNeed.DISABILITY,))

    account = described.describe({}, event, partition=0, number=1)

    assert list(account["needs"].value) == ["DS"]
