"""Returns over HTTP: what is refused, by which code, and that nothing said is echoed or kept."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.codes.protection import Clearance
from shared.kernel.agencies import Role
from tests.returns.builders import HOUR, NOON
from tests.returns.calls import (
    APPLICATION,
    CANARY,
    CHECKS,
    CONFLICT,
    COUNSELLING,
    INVALID,
    SCREENED,
    VOLUNTARY,
    YES,
    answer_last,
    ask,
    bring_to,
    call,
    check,
    do,
    get,
)
from tests.returns.world import World

PAPER = {"answer": "UNKNOWN", "says": ["sex"], "agreed": True, "shows_claim": False}
LEAVES = {"leaves_at": "2026-03-04T04:00:00Z"}
NOW = {"boards_at": NOON.isoformat()}
CONTACT = {"contact_giver": "SELF", "contact_until": "2027-12-31"}


def refused(answer: httpx.Response, code: str, field: str | None = None) -> None:
    """Hold an answer to RFC 9457 and to what may be said."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "code", "errors"}
    assert (problem["code"], problem["status"]) == (code, answer.status_code)
    assert problem["type"] == f"urn:tenpoint:problem:{code}"
    assert answer.status_code in (CONFLICT, INVALID)
    assert field is None or field in [error["field"] for error in problem["errors"]]
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("state", "path", "body", "code", "field"),
    [
        ("ENQUIRY", "counselling", COUNSELLING | {"understood": False}, "information_not_given", 0),
        (
            "ENQUIRY",
            "counselling",
            COUNSELLING | {"explained": ["ASYLUM", "STAY"]},
            "alternatives_not_explained",
            "explained",
        ),
        (
            "ENQUIRY",
            "counselling",
            COUNSELLING | {"detained": True},
            "independent_counsellor_missing",
            "independent_counsellor",
        ),
        ("APPLIED", "counselling", COUNSELLING, "out_of_order", 0),
        ("ENQUIRY", "application", APPLICATION, "not_counselled", 0),
        ("COUNSELLED", "application", APPLICATION | {"giver": None}, "consent_missing", "giver"),
        (
            "COUNSELLED",
            "application",
            APPLICATION | {"giver": "GUARDIAN"},
            "consent_missing",
            "giver",
        ),
        (
            "COUNSELLED",
            "application",
            APPLICATION | {"says_protected": True},
            "refugee_needs_volrep",
            0,
        ),
        ("COUNSELLED", "application", APPLICATION | {"kind": "REMOVAL"}, "invalid", "kind"),
        ("COUNSELLED", "application", APPLICATION | {"kind": "READMISSION"}, "invalid", "kind"),
        ("COUNSELLED", "application", APPLICATION | {"country": CANARY}, "invalid", "country"),
        ("COUNSELLED", "application", APPLICATION | {"country": "XXX"}, "invalid", "country"),
        ("COUNSELLED", "application", APPLICATION | {"country": "XXA"}, "invalid", "country"),
        ("APPLIED", "checks/PROTECTION", None, "screening_missing", 0),
        ("COUNSELLED", "checks/PROTECTION", None, "out_of_order", 0),
        ("PREPARING", "booking", LEAVES, "check_standing", "protection"),
        ("APPLIED", "booking", LEAVES, "out_of_order", 0),
        ("PREPARING", "booking", {"leaves_at": "2026-03-04T04:00:00"}, "invalid", "leaves_at"),
        ("PREPARING", "booking", {"leaves_at": NOON.isoformat()}, "invalid", "leaves_at"),
        (
            "PREPARING",
            "booking",
            {"leaves_at": "0001-01-01T00:00:00+14:00"},
            "invalid",
            "leaves_at",
        ),
        ("BOOKED", "reconfirmation", {"signed": False}, "not_signed", "signed"),
        ("PREPARING", "reconfirmation", {"signed": True}, "out_of_order", 0),
        ("BOOKED", "departure", NOW, "not_reconfirmed", 0),
        ("DEPARTED", "withdrawal", None, "already_departed", 0),
        ("ARRIVED", "withdrawal", None, "already_departed", 0),
        ("REINTEGRATING", "withdrawal", None, "already_departed", 0),
        ("BOOKED", "arrival", None, "not_departed", 0),
        ("BOOKED", "monitoring", {}, "not_departed", 0),
        ("DEPARTED", "closure", None, "not_departed", 0),
        ("REINTEGRATING", "closure", None, "monitoring_due", 0),
        ("REINTEGRATING", "monitoring", {}, "too_early", 0),
        ("COUNSELLED", "alternatives", {"alternative": CANARY}, "invalid", "alternative"),
    ],
)
async def test_what_is_refused_in_which_state(
    world: World, state: str, path: str, body: object, code: str, field: str | int
) -> None:
    case = await bring_to(world, state)
    before = (await get(world, case), len(await world.announced()))

    answer = await call(world, "POST", f"{case}/{path}", body)

    refused(answer, code, str(field) if field else None)
    assert (await get(world, case), len(await world.announced())) == before


@pytest.mark.parametrize(
    ("name", "body", "code", "field"),
    [
        ("VOLUNTARY", VOLUNTARY | {"free": False}, "under_pressure", "free"),
        ("VOLUNTARY", VOLUNTARY | {"informed": None}, "not_informed", "informed"),
        ("VOLUNTARY", {"answer": "YES", "free": True, "informed": True}, "capacity_unclear", 0),
        ("SCREENED", SCREENED | {"screened": ["CHILD"]}, "screening_missing", "screened"),
        ("FIT", YES | {"diagnosis": CANARY}, "diagnosis_not_kept", 0),
        ("FIT", YES | {CANARY: {"a": [CANARY]}}, "diagnosis_not_kept", 0),
        ("FIT", {"answer": CANARY}, "invalid", "answer"),
        ("DOCUMENTED", PAPER | {"says": [CANARY]}, "field_not_allowed", "says"),
        ("DOCUMENTED", PAPER | {"says": ["asylum_claim"]}, "field_not_allowed", "says"),
        ("DOCUMENTED", PAPER | {"agreed": False}, "consent_missing", "agreed"),
        ("DOCUMENTED", PAPER | {"shows_claim": None}, "origin_would_learn", "shows_claim"),
        ("DOCUMENTED", PAPER, "origin_would_learn", "shows_claim"),
        ("SAFE", {"answer": CANARY}, "invalid", "answer"),
        ("SAFE", YES | {CANARY: CANARY}, "invalid", "body"),
    ],
)
async def test_what_no_check_takes(
    world: World, name: str, body: dict[str, Any], code: str, field: str | int
) -> None:
    case = await bring_to(world, "APPLIED")

    refused(await check(world, case, name, body), code, str(field) if field else None)

    assert (await get(world, case))["state"] == "APPLIED"


@pytest.mark.parametrize("name", CHECKS)
async def test_no_check_is_answered_before_an_application(world: World, name: str) -> None:
    case = await bring_to(world, "COUNSELLED")

    refused(await check(world, case, name), "out_of_order")


@pytest.mark.parametrize("name", CHECKS)
async def test_a_no_to_any_check_suspends(world: World, name: str) -> None:
    case = await bring_to(world, "BOOKED")

    answer = await check(world, case, name, {"answer": "NO"})

    assert answer.json() == {"state": "SUSPENDED"}
    refused(await check(world, case, name), "out_of_order")


@pytest.mark.parametrize("name", CHECKS)
async def test_an_unknown_check_keeps_a_booked_person_from_departing(
    world: World, name: str
) -> None:
    case = await bring_to(world, "BOOKED")
    await do(world, f"{case}/reconfirmation", {"signed": True})
    await answer_last(world, case)

    answer = await check(world, case, name, {"answer": "UNKNOWN"})

    assert answer.json() == {"state": "BOOKED"}
    departure = await call(world, "POST", f"{case}/departure", NOW)
    refused(departure, "check_standing", name.lower())


async def test_a_document_is_asked_for_only_while_protection_is_clear(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    await answer_last(world, case)

    taken = await check(world, case, "DOCUMENTED", PAPER)
    world.now += HOUR

    assert taken.json() == {"state": "PREPARING"}
    assert (await get(world, case))["requested_on"] == "2026-03-02"
    refused(await check(world, case, "DOCUMENTED", PAPER), "origin_would_learn")


async def test_an_answer_that_ran_out_opens_no_booking(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    await answer_last(world, case)
    world.now += HOUR

    refused(await call(world, "POST", f"{case}/booking", LEAVES), "answer_expired")
    assert (await get(world, case))["state"] == "PREPARING"


async def test_boarding_later_than_the_answer_holds_asks_again(world: World) -> None:
    case = await bring_to(world, "BOOKED")
    await do(world, f"{case}/reconfirmation", {"signed": True})
    refused(await call(world, "POST", f"{case}/departure", NOW), "answer_expired")
    await answer_last(world, case)
    late = {"boards_at": (world.now + HOUR).isoformat()}

    refused(await call(world, "POST", f"{case}/departure", late), "answer_expired")

    assert await do(world, f"{case}/departure", NOW) == "DEPARTED"


async def test_a_reconfirmation_more_than_48_hours_before_is_too_early(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    await answer_last(world, case)
    leaves = (world.now + timedelta(hours=48, seconds=1)).isoformat()
    await do(world, f"{case}/booking", {"leaves_at": leaves})

    early = await call(world, "POST", f"{case}/reconfirmation", {"signed": True})

    refused(early, "too_early")


async def test_nobody_is_taken_to_or_through_a_closed_country(world: World) -> None:
    body = {"reason": "CONFLICT", "area": "XTB-7"}
    await call(world, "PUT", "/v1/countries/XTB", body, Role.SUPERVISOR)
    case = await bring_to(world, "PREPARING")
    await answer_last(world, case)

    transit = LEAVES | {"transits": ["XTB"]}
    through = await call(world, "POST", f"{case}/booking", transit)
    refused(through, "transit_unsafe", "transits")

    await call(world, "PUT", "/v1/countries/XTA", {"reason": "DISASTER"}, Role.SUPERVISOR)
    await do(world, f"{case}/resumption", role=Role.SUPERVISOR)
    refused(await check(world, case, "SAFE"), "country_suspended")


@pytest.mark.parametrize("on", [True, False])
async def test_a_country_is_closed_or_opened_for_a_reason(world: World, *, on: bool) -> None:
    answer = await call(world, "PUT", "/v1/countries/XTA", {"on": on}, Role.SUPERVISOR)

    refused(answer, "reason_missing", "reason")
    assert await world.announced() == []


async def test_nobody_who_does_not_want_it_is_contacted(world: World) -> None:
    case = await bring_to(world, "ARRIVED")
    await call(world, "PUT", f"{case}/reintegration", {"help": ["ECONOMIC"]})
    world.now += timedelta(days=100)

    refused(await call(world, "POST", f"{case}/monitoring", {}), "contact_not_consented")
    assert await do(world, f"{case}/closure") == "CLOSED"


@pytest.mark.parametrize("act", ["suspension", "cancellation"])
async def test_who_has_left_is_not_called_back(world: World, act: str) -> None:
    case = await bring_to(world, "DEPARTED")

    refused(await call(world, "POST", f"{case}/{act}", role=Role.SUPERVISOR), "already_departed")


async def test_only_what_is_suspended_is_taken_up(world: World) -> None:
    case = await bring_to(world, "PREPARING")

    answer = await call(world, "POST", f"{case}/resumption", role=Role.SUPERVISOR)

    refused(answer, "out_of_order")


async def test_after_a_barred_answer_no_other_answer_helps(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    asked = await ask(world, case)
    await answer_last(world, case, Clearance.BLOCKED)

    view = await get(world, case)

    assert view["state"] == "SUSPENDED"
    refused(await call(world, "POST", f"{case}/booking", LEAVES), "out_of_order")
    assert asked.nonce not in str(view)
