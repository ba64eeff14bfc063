"""What becomes of references and sealed parts, and of fields that nobody may have."""

import json
from datetime import date
from typing import Annotated

import pytest

from services.dataexchange.rules.pair import OPEN, pair_of
from services.dataexchange.rules.projection import (
    compile_plan,
    is_of_references_alone,
    plan,
    present_fields,
)
from shared.codes.people import Sex
from shared.codes.places import NumberText
from shared.events.border import (
    HandedOver,
    HandoverMade,
    ScreeningCompleted,
)
from shared.events.control import ProtectionConcernRaised, TaskOpened
from shared.events.event import (
    ABSENT,
    READ_BY_EXCHANGE,
    Absent,
    Contract,
    Event,
    Topic,
    decode,
    fields_of,
)
from shared.events.exchange import RestateAsked
from shared.events.registration import PersonRegistered
from shared.events.registry import contract_of
from shared.events.sealed import Extent, KeyId, Sealed
from shared.kernel.agencies import ASYLUM, UNHCR, Agency, Purpose
from shared.kernel.categories import ALL, Category, bit
from shared.kernel.identifiers import (
    Form,
    Kind,
    PersonRef,
    Reference,
    TokenRef,
    reference,
)
from tests.dataexchange.rules.telling import (
    ENCOUNTER,
    PERSON,
    REGISTERED,
    body_of,
    known,
    only,
    project,
)


def test_references_alone_are_nothing() -> None:
    assert project(REGISTERED, only()) is None


def test_without_its_person_an_event_is_nothing() -> None:
    names_and_no_reference = pair_of(bit(Category.FULL_NAME))

    assert project(REGISTERED, names_and_no_reference) is None
    assert project(REGISTERED, OPEN, references=lambda *_: None) is None


def test_a_reference_that_cannot_be_translated_is_absent() -> None:
    def persons_only(kind: Kind, own: Reference) -> Reference | None:
        return None if kind is Kind.GROUP else known(kind, own)

    body = body_of(REGISTERED, OPEN, references=persons_only)

    assert "group" not in body
    assert body["person"][:2] == "PX"


def test_an_ill_formed_reference_is_never_asked_about() -> None:
    asked: list[Reference] = []

    def ask(_: Kind, own: Reference) -> Reference | None:
        asked.append(own)
        return own

    event = ScreeningCompleted(person=PersonRef(Reference("PW123")), sex=Sex.MALE)

    assert project(event, OPEN, references=ask) is None
    assert asked == []


def a_sealed(
    *,
    category: Category = Category.FEAR_OF_RETURN,
    recipient: Agency = UNHCR,
    extent: Extent = Extent.FULL,
) -> ProtectionConcernRaised:
    note = Sealed(
        suite=1,
        category=category,
        recipient=recipient,
        key=KeyId("k"),
        nonce=b"n",
        extent=extent,
        sealed=b"s",
    )
    return ProtectionConcernRaised(person=PERSON, note=note)


def test_a_sealed_part_passes_as_it_is() -> None:
    event = a_sealed()

    projected = project(event, only(Category.FEAR_OF_RETURN))

    assert projected is not None
    assert decode(ProtectionConcernRaised, projected.body).note == event.note


@pytest.mark.parametrize(
    "event",
    [a_sealed(category=Category.HEALTH), a_sealed(recipient=ASYLUM)],
    ids=["of another category", "for another recipient"],
)
def test_a_sealed_part_that_is_not_what_it_says_is_withheld(event: ProtectionConcernRaised) -> None:
    assert project(event, only(Category.FEAR_OF_RETURN)) is None
    assert project(event, OPEN) is None


def test_where_the_partial_form_may_go_only_a_part_sealed_as_partial_does() -> None:
    partial = only(partial=(Category.FEAR_OF_RETURN,))

    assert project(a_sealed(), partial) is None
    assert project(a_sealed(extent=Extent.PARTIAL), partial) is not None


def test_what_the_exchange_reads_is_released_to_nobody() -> None:
    event = TaskOpened(person=PERSON, purpose=Purpose.RECEPTION, until=date(2022, 7, 1))

    assert project(event, OPEN) is None


class Noted(Event, frozen=True, kw_only=True):
    """A contract of the tests, with a field that the exchange reads."""

    person: PersonRef
    other: PersonRef | Absent = ABSENT
    noted: Annotated[bool | Absent, READ_BY_EXCHANGE] = ABSENT
    sex: Annotated[Sex | Absent, Category.SEX] = ABSENT
    about: Annotated[tuple[PersonRef, ...] | Absent, Category.GROUP_COMPOSITION] = ABSENT


NOTED = Contract(
    event=Noted,
    wire="org.tenpoint.tests.Noted.v1",
    topic=Topic.EVENTS,
    authors=frozenset({ASYLUM}),
    audience=frozenset({UNHCR}),
    directed=False,
    restricts=False,
    key="person",
    fields=fields_of(Noted),
)


def test_a_field_read_by_the_exchange_is_left_out_beside_others() -> None:
    event = Noted(person=PERSON, noted=True, sex=Sex.MALE)

    projected = compile_plan(NOTED, OPEN).project(event, known, recipient=UNHCR)

    assert projected is not None
    assert set(json.loads(projected.body)) == {"person", "sex"}
    assert projected.withheld == ()


def test_references_of_any_category_are_translated_one_by_one() -> None:
    stranger = PersonRef(reference(Kind.PERSON, Form.OWN, b"q" * 16))

    def one_only(kind: Kind, own: Reference) -> Reference | None:
        return None if own == stranger else known(kind, own)

    event = Noted(person=PERSON, about=(PERSON, stranger))
    full = compile_plan(NOTED, OPEN).project(event, one_only, recipient=UNHCR)
    partial = compile_plan(NOTED, only(partial=(Category.GROUP_COMPOSITION,)))

    assert full is not None
    assert [one[:2] for one in json.loads(full.body)["about"]] == ["PX"]
    assert partial.project(event, one_only, recipient=UNHCR) is None


def test_a_contract_of_references_alone_needs_nothing_else() -> None:
    event = RestateAsked(
        about=PERSON, token=TokenRef(reference(Kind.RESTATE, Form.ISSUED, b"t" * 16))
    )

    assert is_of_references_alone(contract_of(RestateAsked))
    assert set(body_of(event, only())) == {"about", "token"}
    assert not is_of_references_alone(contract_of(PersonRegistered))


def test_present_fields_are_those_told_with_a_value() -> None:
    event = HandoverMade(
        encounter=ENCOUNTER, persons=(HandedOver(person=PERSON, wristband=NumberText("W-1")),)
    )

    assert present_fields(event) == (
        ("encounter", Category.REFERENCE),
        ("persons.person", Category.REFERENCE),
        ("persons.wristband", Category.REGISTRATION_NUMBER),
    )


def test_plans_are_kept_and_their_number_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = contract_of(PersonRegistered)
    first = compile_plan(contract, OPEN)

    monkeypatch.setattr(plan, "PLANS", 3)
    again = compile_plan(contract, OPEN)
    for mask in range(10):
        compile_plan(contract, pair_of(mask))

    assert again is first
    assert len(plan._PLANS) <= 3  # noqa: SLF001
    assert compile_plan(contract, OPEN) is not first


def test_the_same_event_gives_the_same_bytes() -> None:
    one, other = project(REGISTERED, OPEN), project(REGISTERED, pair_of(ALL))

    assert one is not None
    assert one == other
