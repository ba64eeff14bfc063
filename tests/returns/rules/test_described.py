"""What was told of a person, as far as a return needs it?"""

from typing import Any

import pytest

from services.returns.rules import described
from services.returns.rules.described import AgeWord, Erasure, Told
from shared.codes.people import AgeBand, AgeStatus, Sex
from shared.codes.places import AddressText, NameText
from shared.events.control import SafeguardsStated
from shared.events.exchange import ErasureAsked
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from tests.returns.builders import NOON, a_notice, a_person

PERSON = a_person()


def account(**told: Any) -> dict[str, Told]:
    return {name: Told(value, 0, 1) for name, value in told.items()}


def age(told: dict[str, Told], *words: AgeState, own: AgeState | None = None) -> AgeState:
    heard = [AgeWord(0, number, word) for number, word in enumerate(words)]
    return described.age_of(told, heard, own, at=NOON)


def test_only_what_a_return_needs_is_kept() -> None:
    event = PersonRegistered(
        person=PERSON, sex=Sex.FEMALE, address=AddressText("Qanaryx"), occupation=1
    )

    assert described.describe({}, event, partition=0, number=3) == {"sex": Told("F", 0, 3)}


def test_absent_leaves_null_clears_and_a_value_replaces() -> None:
    known = account(sex="F", family_name="Miluk", given_name="Anru")
    event = RegistrationUpdated(person=PERSON, family_name=None, given_name=NameText("Anra"))

    told = described.describe(known, event, partition=0, number=2)

    assert described.known(told) == {"sex": "F", "given_name": "Anra"}


def test_an_event_with_every_field_absent_concludes_nothing() -> None:
    told = described.describe({}, PersonRegistered(person=PERSON), partition=0, number=1)
    word = described.age_word(SafeguardsStated(person=PERSON), partition=0, number=1)

    assert told == {}
    assert word.age is AgeState.UNKNOWN
    assert age({}, word.age) is AgeState.UNKNOWN


def test_whoever_says_child_is_heard() -> None:
    adult = account(date_of_birth="1990", age_band="18-59")

    assert age(adult, AgeState.ADULT, own=AgeState.ADULT) is AgeState.ADULT
    assert age(adult, AgeState.ADULT, AgeState.CHILD) is AgeState.CHILD
    assert age(adult, own=AgeState.CHILD) is AgeState.CHILD
    assert age({}, AgeState.UNKNOWN, own=AgeState.ADULT) is AgeState.ADULT


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"date_of_birth": "2008"}, AgeState.CHILD),
        ({"date_of_birth": "2008-03-02"}, AgeState.ADULT),
        ({"date_of_birth": "2008-03-03"}, AgeState.CHILD),
        ({"date_of_birth": "2023-13-40"}, AgeState.CHILD),
        ({"date_of_birth": "1990", "age_status": AgeStatus.DISPUTED.value}, AgeState.CHILD),
        ({"date_of_birth": "1990", "age_band": "12-17"}, AgeState.CHILD),
        ({"date_of_birth": None, "age_band": None}, AgeState.UNKNOWN),
    ],
)
def test_doubt_about_an_age_protects(told: dict[str, Any], expected: AgeState) -> None:
    assert age(account(**told)) is expected


@pytest.mark.parametrize("band", AgeBand)
def test_every_age_band_has_its_state(band: AgeBand) -> None:
    expected = {
        "0-4": AgeState.CHILD,
        "5-11": AgeState.CHILD,
        "12-17": AgeState.CHILD,
        "CHILD": AgeState.CHILD,
        "UNKNOWN": AgeState.UNKNOWN,
    }

    assert age(account(age_band=band.value)) is expected.get(band, AgeState.ADULT)


def test_an_erasure_takes_exactly_what_it_names() -> None:
    told = {"sex": Told("F", 0, 1), "contact": Told("1", 0, 1), "languages": Told(["q"], 1, 1)}
    words = (AgeWord(0, 1, AgeState.CHILD), AgeWord(0, 2, AgeState.ADULT))
    some = Erasure(0, frozenset({1}), frozenset({Category.SEX, Category.AGE_BAND}))

    assert set(described.erase(told, some)) == {"contact", "languages"}
    assert set(described.erase(told, some._replace(categories=None))) == {"languages"}
    assert described.erase_words(words, some) == words[1:]


def test_an_erasure_without_categories_is_of_all() -> None:
    event = ErasureAsked(about=PERSON, notice=a_notice(), releases=(4,), due=NOON.date())

    assert described.erasure_of(event, partition=2) == Erasure(2, frozenset({4}), None)


def test_every_field_that_is_kept_is_one_that_registration_tells() -> None:
    assert set(described.CATEGORIES) == described.NEEDED
    assert all(described.CATEGORIES.values())
