"""Registration over HTTP: what is answered, and that nothing is echoed."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.registration.commands import RegisterPerson
from shared.events.control import SafeguardsStated
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.kernel.agencies import Role
from tests.registration.builders import person, said
from tests.registration.world import World

PERSONS = "/v1/persons"
CANARY = "Qzxcanaryxzq"
UNKNOWN = f"{PERSONS}/{person(9)}"

BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"family_name": CANARY * 20}, "family_name", "string_too_long"),
    ({"family_name": 7}, "family_name", "string_type"),
    ({"other_names": [CANARY * 20]}, "other_names.0", "string_too_long"),
    ({"sex": CANARY}, "sex", "enum"),
    ({"date_of_birth": CANARY}, "date_of_birth", "string_pattern_mismatch"),
    ({"date_of_birth": "19910"}, "date_of_birth", "string_pattern_mismatch"),
    ({"date_of_birth": "0000"}, "date_of_birth", "not_a_date"),
    ({"date_of_birth": "1991-05-00"}, "date_of_birth", "not_a_date"),
    ({"date_of_birth": "1991-13"}, "date_of_birth", "not_a_date"),
    ({"date_of_birth": "1991-02-30"}, "date_of_birth", "not_a_date"),
    ({"date_of_birth": "1991\n"}, "date_of_birth", "string_pattern_mismatch"),
    ({"date_of_birth": "١٩٩١"}, "date_of_birth", "string_pattern_mismatch"),
    ({"arrived_on": "2026-00"}, "arrived_on", "not_a_date"),
    ({"age": -1}, "age", "greater_than_equal"),
    ({"age": 121}, "age", "less_than_equal"),
    ({"age": True}, "age", "int_type"),
    ({"nationalities": ["XT"]}, "nationalities.0", "string_pattern_mismatch"),
    ({"nationalities": ["XTA\n"]}, "nationalities.0", "string_pattern_mismatch"),
    ({"nationalities": ["XTA"] * 11}, "nationalities", "too_long"),
    ({"languages": [CANARY]}, "languages.0", "string_pattern_mismatch"),
    ({"identity_papers": [{"number": "X1"}]}, "identity_papers.0.kind", "missing"),
    ({"identity_papers": [{"kind": "NONE", "x": CANARY}]}, "identity_papers.0", "extra_forbidden"),
    ({"area": CANARY}, "area", "string_pattern_mismatch"),
    ({"address": CANARY * 30}, "address", "string_too_long"),
    ({"contact": CANARY}, "contact", "string_pattern_mismatch"),
    ({"occupation": 10_000}, "occupation", "less_than_equal"),
    ({"wristband": CANARY.lower()}, "wristband", "string_pattern_mismatch"),
    ({"person": CANARY}, "person", "not_a_reference"),
    ({"hide_location": "yes"}, "hide_location", "bool_type"),
    ({"information_given": 1}, "information_given", "bool_type"),
    ({"level": None}, "level", "enum"),
    ({CANARY: 1}, "body", "extra_forbidden"),
]

REFUSED: list[tuple[dict[str, Any], int, str, list[str]]] = [
    ({"information_given": False}, 409, "information_not_given", []),
    (
        {"age_not_known": False},
        422,
        "age_unknown",
        ["date_of_birth", "age", "age_not_known"],
    ),
    ({"date_of_birth": "2027"}, 422, "born_in_the_future", ["date_of_birth"]),
    ({"wristband": "W-1"}, 409, "wristband_unknown", ["wristband"]),
]


async def test_registering_answers_with_reference_and_number(world: World) -> None:
    answer = await world.call("POST", PERSONS, said(family_name="Ka"))

    assert answer.status_code == httpx.codes.CREATED
    assert set(answer.json()) == {"person", "registration_no"}


@pytest.mark.parametrize(("bad", "field", "code"), BAD)
async def test_a_bad_body_names_field_and_code_and_never_the_value(
    world: World, bad: dict[str, Any], field: str, code: str
) -> None:
    answer = await world.call("POST", PERSONS, said(**bad))

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.json()["code"] == "invalid"
    assert {"field": field, "code": code} in answer.json()["errors"]
    assert CANARY not in answer.text
    assert await world.announced() == []


@pytest.mark.parametrize(("bad", "status", "code", "fields"), REFUSED)
async def test_a_refusal_names_the_state_that_forbids(
    world: World, bad: dict[str, Any], status: int, code: str, fields: list[str]
) -> None:
    answer = await world.call("POST", PERSONS, said(**bad))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert await world.announced() == []


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just(CANARY), inner),
    max_leaves=5,
)
BODIES = st.dictionaries(st.sampled_from([*RegisterPerson.model_fields, CANARY]), JUNK)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_nothing_submitted_comes_back(world: World, body: dict[str, Any]) -> None:
    answer = asyncio.run(world.call("POST", PERSONS, body))

    assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR
    assert CANARY not in answer.text


async def test_registered_twice_under_one_reference_is_refused(world: World) -> None:
    registered = await world.register(said())

    answer = await world.call("POST", PERSONS, said(person=registered))

    assert (answer.status_code, answer.json()["code"]) == (409, "already_registered")


async def test_registering_under_a_reference_nobody_waits_under_is_not_found(world: World) -> None:
    answer = await world.call("POST", PERSONS, said(person=person()))

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_a_person_is_shown_as_registered_with_what_was_asked_only(world: World) -> None:
    registered = await world.register(said(family_name="Ka", contact=None, age=30))

    answer = await world.call("GET", f"{PERSONS}/{registered}")

    shown = answer.json()
    assert shown.pop("registration_no").startswith("TP-XTP-")
    assert shown == {
        "person": registered,
        "family_name": "Ka",
        "contact": None,
        "age_band": "18-59",
        "level": "EMERGENCY",
        "state": "ACTIVE",
        "treated_as_child": "ADULT",
        "hide_location": True,
    }
    assert answer.headers["ETag"] == '"1"'


async def test_a_change_answers_with_the_whole_state(world: World) -> None:
    registered = await world.register(said(family_name="Ka", sex="F"))

    answer = await world.call("PATCH", f"{PERSONS}/{registered}", {"sex": None})

    assert (answer.json()["family_name"], answer.json()["sex"]) == ("Ka", None)
    assert answer.headers["ETag"] == '"2"'
    assert len(await world.announced(RegistrationUpdated)) == 1


async def test_a_change_that_changes_nothing_is_told_to_nobody(world: World) -> None:
    registered = await world.register(said(family_name="Ka"))

    answer = await world.call("PATCH", f"{PERSONS}/{registered}", {"family_name": "Ka"})

    assert answer.headers["ETag"] == '"1"'
    assert await world.announced(RegistrationUpdated) == []


async def test_a_change_to_what_the_caller_has_not_seen_is_refused(world: World) -> None:
    registered = await world.register(said())
    path = f"{PERSONS}/{registered}"

    first = await world.call("PATCH", path, {"sex": "F"}, headers={"If-Match": '"1"'})
    second = await world.call("PATCH", path, {"sex": "M"}, headers={"If-Match": '"1"'})

    assert first.status_code == httpx.codes.OK
    assert (second.status_code, second.json()["code"]) == (412, "stale")


async def test_a_change_touches_nobody_else(world: World) -> None:
    changed = await world.register(said(family_name="Ka"))
    other = await world.register(said(family_name="Lo"))

    await world.call(
        "PATCH", f"{PERSONS}/{changed}", {"family_name": "Kaa", "hide_location": False}
    )

    answer = await world.call("GET", f"{PERSONS}/{other}")
    assert answer.headers["ETag"] == '"1"'
    assert (answer.json()["family_name"], answer.json()["hide_location"]) == ("Lo", True)


async def test_an_empty_change_is_refused(world: World) -> None:
    registered = await world.register(said())

    answer = await world.call("PATCH", f"{PERSONS}/{registered}", {})

    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_said")


async def test_a_change_of_age_tells_the_safeguards_first(world: World) -> None:
    registered = await world.register(said(age=30))

    await world.call("PATCH", f"{PERSONS}/{registered}", {"date_of_birth": "2010"})

    stated = await world.announced(SafeguardsStated)
    assert [event.treated_as_child for event in stated if isinstance(event, SafeguardsStated)] == [
        "ADULT",
        "CHILD",
    ]


@pytest.mark.parametrize("path", [UNKNOWN, f"{PERSONS}/{CANARY}", "/v1/nowhere"])
async def test_unknown_and_foreign_and_nowhere_look_the_same(world: World, path: str) -> None:
    registered = await world.register(said())
    foreign = await world.call("GET", f"{PERSONS}/{registered}", role=Role.SYSADMIN)

    answer = await world.call("GET", path)

    assert answer.status_code == foreign.status_code == httpx.codes.NOT_FOUND
    assert answer.content == foreign.content


@pytest.mark.parametrize(
    ("method", "path", "body", "roles"),
    [
        ("POST", PERSONS, said(), {Role.INTAKE}),
        ("GET", "/v1/intake", None, {Role.INTAKE, Role.CASEWORKER, Role.SUPERVISOR}),
        ("GET", "/v1/corrections", None, {Role.INTAKE, Role.CASEWORKER, Role.SUPERVISOR}),
        ("GET", "/v1/operations/health", None, {Role.SYSADMIN}),
        ("GET", "/v1/operations/open-rows", None, {Role.SYSADMIN}),
        ("POST", "/v1/operations/open-rows/resend", None, {Role.SYSADMIN}),
    ],
)
async def test_only_those_whose_task_it_is_may(
    world: World, method: str, path: str, body: object, roles: set[Role]
) -> None:
    for role in Role:
        answer = await world.call(method, path, body, role=role)
        assert (answer.status_code != httpx.codes.NOT_FOUND) == (role in roles)
    assert (await world.call(method, path, body, role="nobody")).status_code == 401


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**80)])
async def test_a_correction_that_has_no_such_number_is_refused(world: World, number: str) -> None:
    path = f"/v1/corrections/{number}/decision"

    answer = await world.call("POST", path, {"accept": True})

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_an_unknown_correction_is_not_found(world: World) -> None:
    answer = await world.call("POST", "/v1/corrections/7/decision", {"accept": True})

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_operations_tell_numbers_and_codes_only(world: World) -> None:
    registered = await world.register(said(family_name=CANARY))

    rows = await world.call("GET", "/v1/operations/open-rows", role=Role.SYSADMIN)
    health = await world.call("GET", "/v1/operations/health", role=Role.SYSADMIN)

    assert {row["wire"].split(".")[-2] for row in rows.json()["open_rows"]} == {
        SafeguardsStated.__name__,
        PersonRegistered.__name__,
    }
    assert health.json()["open_rows"] == 2
    for answer in (rows, health):
        assert registered not in answer.text
        assert CANARY not in answer.text


async def test_open_rows_go_again(world: World) -> None:
    await world.register(said())
    before = await world.announced()

    answer = await world.call("POST", "/v1/operations/open-rows/resend", role=Role.SYSADMIN)

    assert answer.json() == {"rows": 2}
    assert len(await world.announced()) == 2 * len(before)


def test_a_command_shows_nothing_of_what_a_person_said() -> None:
    command = RegisterPerson.model_validate(
        said(family_name=CANARY, identity_papers=[{"kind": "OTHER", "number": "QZX"}])
    )

    assert CANARY not in repr(command) + str(command)
    assert "QZX" not in repr(command.identity_papers)
