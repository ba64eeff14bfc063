"""What is sealed is within the fence, consented to, and learned by the sender itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.rules.payload import FIELD_OF, Forms, parts_of, payload, values_for
from shared.codes.pathways import Pathway
from shared.codes.payloads import MOST
from shared.events.sealed import Extent, KeyId, Sealed
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    BORDER,
    COLUMN_OF,
    DESK,
    RECEPTION,
    SHELTER,
    Agency,
)
from shared.kernel.categories import Category
from tests.shared.casework.builders import PERSON, REFERRAL

forms = st.builds(Forms, st.none() | st.just(b"1"), st.none() | st.just(b"2"))
owns = st.dictionaries(st.sampled_from(Category), forms)


@given(
    provider=st.sampled_from([*COLUMN_OF, Agency("nobody")]),
    own=owns,
    allowed=st.sets(st.sampled_from(Category)),
    pathway=st.sampled_from(Pathway),
)
def test_a_value_is_allowed_learned_and_within_the_fence(
    provider: Agency, own: dict[Category, Forms], allowed: set[Category], pathway: Pathway
) -> None:
    values = values_for(provider, own=own, allowed=allowed, pathway=pathway)

    assert set(values) <= allowed & set(own)
    for category, value in values.items():
        most = MOST[COLUMN_OF[provider]]
        if value.extent is Extent.FULL:
            assert category in most.full
            assert value.data == own[category].full
        else:
            assert category in most.full | most.partial
            assert value.data == own[category].partial


@pytest.mark.parametrize("provider", [BORDER, RECEPTION, DESK, Agency("nobody")])
def test_who_accepts_no_referral_gets_nothing(provider: Agency) -> None:
    own = {category: Forms(b"1", b"2") for category in Category}

    assert values_for(provider, own=own, allowed=[*Category], pathway=Pathway.SHELTER) == {}


def test_a_shelter_hears_the_area_and_never_the_address() -> None:
    own = {Category.ADDRESS: Forms(b"full", b"area")}

    values = values_for(SHELTER, own=own, allowed=own, pathway=Pathway.SHELTER)

    assert values[Category.ADDRESS].data == b"area"
    assert values[Category.ADDRESS].extent is Extent.PARTIAL


@pytest.mark.parametrize(
    ("pathway", "heard"),
    [
        (Pathway.TRAFFICKING, Category.TRAFFICKING_PRESUMED),
        (Pathway.GENDER_BASED_VIOLENCE, Category.GBV_FACT),
    ],
)
def test_a_safe_shelter_hears_one_of_two_words(pathway: Pathway, heard: Category) -> None:
    own = {
        Category.TRAFFICKING_PRESUMED: Forms(b"true"),
        Category.GBV_FACT: Forms(b"true"),
    }

    assert set(values_for(ANTI_TRAFFICKING, own=own, allowed=own, pathway=pathway)) == {heard}


def a_part(category: Category) -> Sealed:
    return Sealed(
        suite=2,
        category=category,
        recipient=SHELTER,
        key=KeyId("k"),
        nonce=bytes(16),
        sealed=b"",
    )


@pytest.mark.parametrize("category", FIELD_OF)
def test_each_part_travels_in_the_field_of_its_category(category: Category) -> None:
    event = payload(PERSON, REFERRAL, [a_part(category)])

    assert parts_of(event) == [a_part(category)]


def test_a_part_in_the_field_of_another_keeps_the_whole_payload_shut() -> None:
    event = payload(PERSON, REFERRAL, [a_part(Category.SEX)])
    moved = type(event)(person=PERSON, referral=REFERRAL, full_name=event.sex)

    assert parts_of(moved) is None
