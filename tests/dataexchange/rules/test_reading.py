"""From a record to a message: whatever it holds, it is read, or it is unreadable."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataexchange.rules.reading import Message, Unreadable, read, references_in
from shared.events.border import HandedOver, HandoverMade
from shared.events.control import ConsentWithdrawn
from shared.events.event import ABSENT, Event, encode
from shared.events.registration import RegistrationUpdated
from shared.events.registry import contract_of
from shared.kernel.agencies import RECEPTION, UNHCR, Agency
from shared.kernel.identifiers import EncounterRef, Kind
from shared.messaging.bus import Partition, Record
from shared.messaging.envelope import Envelope, headers_of
from tests.builders import a_person, a_reference, a_state

EVENTS, CONTROL = "gov-reception.events.v1", "gov-reception.control.v1"
DEEP = b"[" * 100_000 + b"]" * 100_000


def a_record(event: Event, topic: str = EVENTS, **more: Any) -> Record:
    told: dict[str, Any] = {"body": encode(event), "key": a_person().encode()} | more
    envelope = Envelope(
        str(a_reference(Kind.EVENT)),
        contract_of(type(event)).wire,
        told.get("source", RECEPTION),
        date(2026, 3, 2),
        told.get("sequence", 1),
    )
    headers = told.get("headers", headers_of(envelope))
    return Record(Partition(topic, 0), 7, told["key"], told["body"], headers, 0)


def words(**more: Any) -> bytes:
    return msgspec.json.encode({"person": a_person(), "given_name": "Mira"} | more)


def code_of(record: Record) -> str | None:
    found = read(record)
    return found.code if isinstance(found, Unreadable) else None


def test_what_was_written_is_read() -> None:
    event = a_state(a_person())

    found = read(a_record(event))

    assert isinstance(found, Message)
    assert (found.event, found.spoiled, found.agency) == (event, (), RECEPTION)


def test_one_field_that_cannot_be_read_is_withheld_and_the_rest_is_told() -> None:
    found = read(a_record(a_state(a_person()), body=words(sex="of a later version")))

    assert isinstance(found, Message)
    assert found.spoiled == ("sex",)
    assert isinstance(found.event, RegistrationUpdated)
    assert (found.event.sex, found.event.given_name) == (ABSENT, "Mira")


def test_a_field_nobody_knows_is_passed_over() -> None:
    found = read(a_record(a_state(a_person()), body=words(shoe_size=39)))

    assert isinstance(found, Message)
    assert found.spoiled == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b'{"person": 1}'])
def test_broken_structure_is_unreadable(body: bytes) -> None:
    assert code_of(a_record(a_state(a_person()), body=body)) == "unreadable"


@pytest.mark.parametrize(
    "body",
    [
        b'{"person": "x", "more": ' + DEEP + b"}",
        b'{"person": "x", "sex": ' + DEEP + b"}",
        DEEP,
    ],
)
def test_what_is_nested_too_deep_is_unreadable(body: bytes) -> None:
    assert code_of(a_record(a_state(a_person()), body=body)) == "unreadable"


def test_any_failure_in_a_control_event_makes_it_unreadable() -> None:
    event = ConsentWithdrawn(person=a_person())

    body = msgspec.json.encode({"person": a_person(), "categories": ["of a later version"]})

    assert code_of(a_record(event, CONTROL)) is None
    assert code_of(a_record(event, CONTROL, body=body)) == "unreadable"


def test_an_event_on_another_topic_than_its_own_is_unreadable() -> None:
    assert code_of(a_record(ConsentWithdrawn(person=a_person()), EVENTS)) == "wrong_topic"
    assert code_of(a_record(a_state(a_person()), CONTROL)) == "wrong_topic"


def test_an_event_under_another_persons_key_is_unreadable() -> None:
    record = a_record(a_state(a_person(1)), key=a_person(2).encode())

    assert code_of(record) == "wrong_key"


@pytest.mark.parametrize("more", [{"source": UNHCR}, {"sequence": None}, {"headers": ()}])
def test_an_envelope_that_cannot_be_trusted_leaves_nobody_to_answer(more: dict[str, Any]) -> None:
    found = read(a_record(a_state(a_person()), **more))

    assert isinstance(found, Unreadable)
    assert (found.envelope, found.code, found.sequence) == (None, "unreadable_envelope", 0)


def test_an_event_of_a_later_version_is_held_and_may_be_a_restriction() -> None:
    record = a_record(ConsentWithdrawn(person=a_person()), CONTROL)
    headers = tuple(
        (name, b"org.tenpoint.control.Later.v1" if name == "ce_type" else value)
        for name, value in record.headers
    )

    found = read(a_record(ConsentWithdrawn(person=a_person()), CONTROL, headers=headers))

    assert isinstance(found, Unreadable)
    assert (found.code, found.is_control) == ("unknown_event", True)


@given(key=st.binary(max_size=40), body=st.binary(max_size=80), source=st.text(max_size=8))
def test_reading_never_raises(key: bytes, body: bytes, source: str) -> None:
    record = a_record(a_state(a_person()), key=key, body=body, source=Agency(source))

    assert isinstance(read(record), Unreadable)


def test_references_inside_parts_are_found() -> None:
    encounter = EncounterRef(a_reference(Kind.ENCOUNTER))
    handed = (HandedOver(person=a_person(1)), HandedOver(person=a_person(2)))

    found = references_in(HandoverMade(encounter=encounter, persons=handed))

    assert found == [encounter, a_person(1), a_person(2)]
