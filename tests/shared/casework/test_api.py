"""Casework as registration mounts it: with a real database, the real event log, real sealing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.events.border import ScreeningCompleted
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ProtectionConcernRaised,
    WithholdingSet,
)
from shared.events.event import ABSENT
from shared.events.sealed import Sealed
from shared.kernel.agencies import UNHCR, Role
from shared.kernel.categories import Category
from tests.registration.builders import person, said
from tests.registration.world import World

CANARY = "Qzxcanaryxzq"
MEETS = {
    Role.INTAKE,
    Role.PROFILER,
    Role.CASEWORKER,
    Role.SUPERVISOR,
    Role.MEDICAL,
    Role.LEGAL,
}

CONSENT: dict[str, Any] = {
    "information_given": True,
    "giver": "SELF",
    "purpose": "LEGAL_AID",
    "recipients": ["unhcr"],
    "categories": ["FULL_NAME"],
    "until": "2026-09-01",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


async def a_person(world: World) -> str:
    return "/v1/persons/" + await world.register(said(age=30))


@pytest.mark.parametrize("note", [CANARY, "\u1200" * 2000, "\U0001f600" * 2000])
async def test_a_worry_is_sealed_to_unhcr_and_kept_nowhere(world: World, note: str) -> None:
    path = await a_person(world)

    answer = await world.call("POST", f"{path}/concerns", {"note": note})

    (told,) = await world.announced(ProtectionConcernRaised)
    assert (answer.status_code, answer.json()) == (202, {"sent": True})
    assert isinstance(told, ProtectionConcernRaised)
    assert isinstance(told.note, Sealed)
    assert told.note.category is Category.FEAR_OF_RETURN
    assert world.open_sealed(told.note).decode() == note
    assert all(note.encode() not in file.read_bytes() for file in world.file.parent.iterdir())


@pytest.mark.parametrize("body", [{}, {"note": None}, {"note": ""}])
async def test_a_worry_needs_no_words(world: World, body: dict[str, Any]) -> None:
    path = await a_person(world)

    answer = await world.call("POST", f"{path}/concerns", body)

    (told,) = await world.announced(ProtectionConcernRaised)
    assert answer.status_code == httpx.codes.ACCEPTED
    assert isinstance(told, ProtectionConcernRaised)
    assert told.note is ABSENT


async def test_a_worry_about_somebody_who_still_waits_is_heard(world: World) -> None:
    await world.tell(ScreeningCompleted(person=person()))

    answer = await world.call("POST", f"/v1/persons/{person()}/concerns", {})

    assert answer.status_code == httpx.codes.ACCEPTED


async def test_anyone_signed_in_may_raise_a_worry(world: World) -> None:
    path = await a_person(world)

    for role in Role:
        answer = await world.call("POST", f"{path}/concerns", {}, role=role)
        assert answer.status_code == httpx.codes.ACCEPTED


@pytest.mark.parametrize(
    ("act", "body", "roles"),
    [
        ("consents", CONSENT, {Role.CASEWORKER, Role.PROFILER}),
        ("withdrawals", {}, MEETS),
        ("withholdings", {}, MEETS),
    ],
)
async def test_only_those_who_serve_people_may(
    world: World, act: str, body: dict[str, Any], roles: set[Role]
) -> None:
    path = await a_person(world)

    for role in Role:
        answer = await world.call("POST", f"{path}/{act}", body, role=role)
        assert (answer.status_code != httpx.codes.NOT_FOUND) == (role in roles)


@pytest.mark.parametrize("act", ["concerns", "consents", "withdrawals", "withholdings"])
@pytest.mark.parametrize("who", [person(9), CANARY])
async def test_somebody_unknown_is_not_found(world: World, act: str, who: str) -> None:
    body = CONSENT if act == "consents" else {}

    answer = await world.call("POST", f"/v1/persons/{who}/{act}", body, role=Role.CASEWORKER)

    nowhere = await world.call("GET", "/v1/nowhere")
    assert answer.content == nowhere.content
    assert await world.announced() == []


async def test_a_consent_is_told_and_named(world: World) -> None:
    path = await a_person(world)

    answer = await world.call("POST", f"{path}/consents", CONSENT, role=Role.CASEWORKER)

    (told,) = await world.announced(ConsentGiven)
    assert isinstance(told, ConsentGiven)
    assert (answer.status_code, answer.json()) == (201, {"consent": told.consent})
    assert told.recipients == (UNHCR,)
    assert told.after is ABSENT


async def test_a_consent_names_the_withdrawals_of_its_day(world: World) -> None:
    path = await a_person(world)
    other = await a_person(world)
    await world.call("POST", f"{path}/withdrawals", {})
    await world.call("POST", f"{path}/withdrawals", {"recipients": ["unhcr"]})
    await world.call("POST", f"{other}/withdrawals", {})

    await world.call("POST", f"{path}/consents", CONSENT, role=Role.CASEWORKER)

    sent = await world.sent()
    ids = [envelope.id for event, envelope in sent if isinstance(event, ConsentWithdrawn)]
    (told,) = [event for event, _ in sent if isinstance(event, ConsentGiven)]
    assert isinstance(told.after, tuple)
    assert sorted(told.after) == sorted(ids[:2])


async def test_a_consent_is_withdrawn_by_its_reference(world: World) -> None:
    path = await a_person(world)
    given = await world.call("POST", f"{path}/consents", CONSENT, role=Role.CASEWORKER)

    await world.call("POST", f"{path}/withdrawals", given.json())

    (told,) = await world.announced(ConsentWithdrawn)
    assert isinstance(told, ConsentWithdrawn)
    assert told.consent == given.json()["consent"]


async def test_a_withholding_is_told_as_said(world: World) -> None:
    path = await a_person(world)

    await world.call("POST", f"{path}/withholdings", {"from": ["iom"], "categories": ["ADDRESS"]})
    await world.call("POST", f"{path}/withholdings", {"from": "ALL", "on": False})

    first, second = await world.announced(WithholdingSet)
    assert isinstance(first, WithholdingSet)
    assert isinstance(second, WithholdingSet)
    assert (first.from_, first.categories, first.on) == (("iom",), (Category.ADDRESS,), True)
    assert (second.from_, second.categories, second.on) == ("ALL", ABSENT, False)


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("concerns", {"note": CANARY * 200}, "note", "string_too_long"),
    ("concerns", {"reason": CANARY}, "body", "extra_forbidden"),
    ("consents", CONSENT | {"giver": CANARY}, "giver", "enum"),
    ("consents", CONSENT | {"purpose": CANARY}, "purpose", "enum"),
    ("consents", CONSENT | {"recipients": [CANARY]}, "recipients.0", "not_a_recipient"),
    ("consents", CONSENT | {"recipients": []}, "recipients", "too_short"),
    ("consents", CONSENT | {"recipients": "ALL"}, "recipients", "tuple_type"),
    ("consents", CONSENT | {"categories": [1]}, "categories.0", "not_a_category"),
    ("consents", CONSENT | {"categories": [CANARY]}, "categories.0", "not_a_category"),
    ("consents", CONSENT | {"categories": ["BIOMETRIC"]}, "categories.0", "never_released"),
    ("consents", CONSENT | {"until": CANARY}, "until", "date_from_datetime_parsing"),
    ("consents", CONSENT | {"alone": CANARY}, "alone", "bool_type"),
    ("withdrawals", {"consent": CANARY}, "consent", "not_a_reference"),
    ("withdrawals", {"recipients": [CANARY]}, "recipients.0", "not_a_recipient"),
    ("withholdings", {"from": ["consulate"]}, "from.0", "not_a_recipient"),
    ("withholdings", {"from": []}, "from", "too_short"),
    ("withholdings", {"from_": ["iom"]}, "body", "extra_forbidden"),
    ("withholdings", {"on": "no"}, "on", "bool_type"),
]


@pytest.mark.parametrize(("act", "body", "field", "code"), BAD)
async def test_a_bad_body_names_field_and_code_and_never_the_value(
    world: World, act: str, body: dict[str, Any], field: str, code: str
) -> None:
    path = await a_person(world)
    before = await world.announced()

    answer = await world.call("POST", f"{path}/{act}", body, role=Role.CASEWORKER)

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert {"field": field, "code": code} in answer.json()["errors"]
    assert CANARY not in answer.text
    assert await world.announced() == before


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"information_given": False}, 409, "information_not_given"),
        ({"giver": "GUARDIAN"}, 409, "giver_not_valid"),
        ({"until": "2026-02-28"}, 422, "validity_over"),
    ],
)
async def test_a_refusal_names_the_state_that_forbids(
    world: World, said: dict[str, Any], status: int, code: str
) -> None:
    path = await a_person(world)

    answer = await world.call("POST", f"{path}/consents", CONSENT | said, role=Role.CASEWORKER)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await world.announced(ConsentGiven) == []


async def test_a_childs_consent_is_not_the_childs_alone(world: World) -> None:
    path = "/v1/persons/" + await world.register(said(age=10))

    own = await world.call("POST", f"{path}/consents", CONSENT, role=Role.CASEWORKER)
    guardian = await world.call(
        "POST", f"{path}/consents", CONSENT | {"giver": "GUARDIAN"}, role=Role.CASEWORKER
    )

    assert own.json()["code"] == "giver_not_valid"
    assert guardian.status_code == httpx.codes.CREATED
