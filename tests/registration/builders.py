"""Invented people of the test country."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from services.registration.commands import RegisterPerson, UpdatePerson
from services.registration.rules.person import Person
from shared.events.registration import PersonState
from shared.kernel.identifiers import (
    EncounterRef,
    Form,
    Kind,
    NoticeRef,
    PersonRef,
    Reference,
    TokenRef,
    reference,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = NOON.date()
DUE = date(2026, 3, 31)


def counted_ids() -> Callable[[], bytes]:
    numbers = count(1)
    return lambda: (next(numbers) << 88 | next(numbers)).to_bytes(16, "big")


def ref(kind: Kind, number: int) -> Reference:
    return reference(kind, Form.ISSUED, number.to_bytes(16, "big"))


def person(number: int = 1) -> PersonRef:
    return PersonRef(ref(Kind.PERSON, number))


def encounter(number: int = 1) -> EncounterRef:
    return EncounterRef(ref(Kind.ENCOUNTER, number))


def notice(number: int = 1) -> NoticeRef:
    return NoticeRef(ref(Kind.NOTICE, number))


def token(number: int = 1) -> TokenRef:
    return TokenRef(ref(Kind.RESTATE, number))


def said(**fields: Any) -> dict[str, Any]:
    return {"information_given": True, "age_not_known": True} | fields


def a_registration(**fields: Any) -> RegisterPerson:
    return RegisterPerson.model_validate(said(**fields))


def a_change(**fields: Any) -> UpdatePerson:
    return UpdatePerson.model_validate(fields)


def registered(**fields: Any) -> Person:
    return Person(PersonState(person=person(), **fields), version=1, hide_location=None)
