"""A field says what it is, or its contract cannot be declared."""

from datetime import date
from typing import Annotated, Any, NewType, cast
from uuid import UUID

import msgspec
import pytest

from shared.codes.people import Sex
from shared.codes.places import Name
from shared.events.event import (
    ABSENT,
    CONTRACTS,
    READ_BY_EXCHANGE,
    Absent,
    Contract,
    Event,
    Field,
    Part,
    Topic,
    contract,
    fields_of,
)
from shared.events.sealed import Sealed
from shared.kernel.agencies import BORDER
from shared.kernel.categories import NEVER, SEALED_ONLY, Category
from shared.kernel.identifiers import GroupRef, Kind, PersonRef
from tests.contracts import strategies

UNSEALED = {Category.REFERENCE, Category.PUBLIC}

Anything = NewType("Anything", dict[str, str])

UNTOLD = {
    "no category": Sex | Absent,
    "category inside the union": Annotated[Sex, Category.SEX] | Absent,
    "two categories": Annotated[Sex | Absent, Category.SEX, Category.FULL_NAME],
    "released and never released": Annotated[Sex | Absent, Category.SEX, READ_BY_EXCHANGE],
    "list without a category": tuple[Sex, ...] | Absent,
}

OPEN = {
    "text": str,
    "bytes": bytes,
    "UUID": UUID,
    "dictionary": dict,
    "typed dictionary": dict[str, str],
    "typed set": set[str],
    "list of texts": list[str],
    "bare list": list,
    "tuple of texts": tuple[str, ...],
    "object": object,
    "Any": Any,
    "raw JSON": msgspec.Raw,
    "named dictionary": Anything,
    "text beside a code": Sex | str,
    "text beside a reference": PersonRef | str,
}


class Told(Part, frozen=True, kw_only=True):
    """A part that says what it is."""

    sex: Annotated[Sex | Absent, Category.SEX] = ABSENT


class Untold(Part, frozen=True, kw_only=True):
    """A part that does not."""

    sex: Sex | Absent = ABSENT


def planted(annotation: object) -> type[Event]:
    fields: list[tuple[str, Any, Any]] = [("planted", annotation, ABSENT)]
    event = msgspec.defstruct(
        "Planted", [("person", PersonRef), *fields], bases=(Event,), frozen=True, kw_only=True
    )
    return cast("type[Event]", event)


def as_told(kind: Any, *notes: object) -> object:
    return Annotated[kind | Absent, *notes]


@pytest.mark.parametrize("annotation", UNTOLD.values(), ids=UNTOLD)
def test_field_that_does_not_say_what_it_is_cannot_be_declared(annotation: object) -> None:
    with pytest.raises(TypeError, match=r"Planted\.planted"):
        fields_of(planted(annotation))


@pytest.mark.parametrize("annotation", OPEN.values(), ids=OPEN)
def test_type_that_could_hold_anything_cannot_be_declared(annotation: object) -> None:
    for note in (Category.SEX, READ_BY_EXCHANGE):
        with pytest.raises(TypeError, match=r"Planted\.planted"):
            fields_of(planted(as_told(annotation, note)))


@pytest.mark.parametrize("category", sorted(SEALED_ONLY))
def test_highly_sensitive_field_cannot_be_declared_unsealed(category: Category) -> None:
    with pytest.raises(TypeError, match="not sealed"):
        fields_of(planted(as_told(Name, category)))


@pytest.mark.parametrize("category", sorted(SEALED_ONLY))
def test_highly_sensitive_field_can_be_declared_sealed(category: Category) -> None:
    declared = fields_of(planted(as_told(Sealed, category)))

    assert declared[1] == Field("planted", category)


@pytest.mark.parametrize("category", sorted(set(Category) - SEALED_ONLY - NEVER - UNSEALED))
def test_field_that_need_not_be_sealed_can_be(category: Category) -> None:
    declared = fields_of(planted(as_told(Sealed, category)))

    assert declared[1] == Field("planted", category)


@pytest.mark.parametrize("note", [*UNSEALED, READ_BY_EXCHANGE])
def test_what_somebody_must_read_on_the_way_cannot_be_declared_sealed(note: object) -> None:
    with pytest.raises(TypeError, match=r"Planted\.planted"):
        fields_of(planted(as_told(Sealed, note)))


@pytest.mark.parametrize("category", [Category.HEALTH, Category.FULL_NAME])
def test_sealed_beside_clear_text_cannot_be_declared(category: Category) -> None:
    with pytest.raises(TypeError, match="sealed, and something else"):
        fields_of(planted(as_told(Sealed | Name, category)))


@pytest.mark.parametrize("category", sorted(NEVER))
@pytest.mark.parametrize("kind", [Name, Sealed, date])
def test_category_that_never_leaves_cannot_be_declared(category: Category, kind: object) -> None:
    with pytest.raises(TypeError, match="never leaves"):
        fields_of(planted(as_told(kind, category)))


def test_reference_names_its_kind_and_needs_no_category() -> None:
    assert fields_of(planted(GroupRef | Absent))[1] == Field(
        "planted", Category.REFERENCE, reference=Kind.GROUP
    )


@pytest.mark.parametrize("annotation", [PersonRef | GroupRef, PersonRef | Name, Told | Name])
def test_reference_or_part_beside_another_type_cannot_be_declared(annotation: object) -> None:
    with pytest.raises(TypeError, match=r"Planted\.planted"):
        fields_of(planted(annotation))


def test_part_that_does_not_say_what_it_is_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match=r"Untold\.sex"):
        fields_of(planted(tuple[Untold, ...] | Absent))


def test_second_part_is_looked_into_as_well() -> None:
    with pytest.raises(TypeError):
        fields_of(planted(tuple[Told | Untold, ...] | Absent))


def test_contract_that_cannot_be_declared_is_not_known() -> None:
    event = planted(Sex | Absent)

    with pytest.raises(TypeError, match="names no data category"):
        contract(Topic.EVENTS, authors=(BORDER,))(event)

    assert event not in CONTRACTS


def test_contract_without_the_field_of_its_key_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="no field encounter"):
        contract(Topic.EVENTS, authors=(BORDER,), key="encounter")(planted(GroupRef | Absent))


@pytest.mark.parametrize("known", strategies.CONTRACTS, ids=lambda known: known.event.__name__)
def test_every_contract_is_frozen_and_every_field_of_it_says_what_it_is(
    known: Contract,
) -> None:
    assert known.event.__struct_config__.frozen
    assert known.fields == fields_of(known.event)
    assert not {field.category for field in known.fields} & NEVER
