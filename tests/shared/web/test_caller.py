import httpx
import pytest

from shared.kernel.agencies import UNHCR, Role
from shared.web.caller import Caller
from tests.shared.web.an_app import a_client, an_app

BODY = {"name": "Amina"}


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic intake", "intake", "Bearer nobody"]
)
async def test_without_a_valid_token_nobody_is_signed_in(header: str | None) -> None:
    async with a_client("") as client:
        headers = {} if header is None else {"Authorization": header}
        answer = await client.post("/v1/persons", json=BODY, headers=headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"
    assert answer.json()["errors"] == []
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_wrong_role_looks_exactly_like_what_does_not_exist() -> None:
    async with a_client("officer") as client:
        wrong = await client.post("/v1/persons", json=BODY)
        unreadable = await client.post("/v1/persons", json={"name": 5})
        nothing = await client.post("/v1/nothing", json=BODY)

    async with a_client() as client:
        hidden = await client.post("/v1/persons", json={"name": "x", "kind": "hidden"})
        missing = await client.post("/v1/persons", json={"name": "x", "kind": "missing"})

    assert alike(nothing, wrong, unreadable, hidden, missing)
    assert nothing.status_code == 404


async def test_any_role_may_call_what_is_open_to_all() -> None:
    async with a_client("officer") as client:
        assert (await client.patch("/v1/persons/1")).is_success


async def test_who_is_not_signed_in_learns_nothing_about_the_body() -> None:
    async with a_client("nobody") as client:
        answers = [await client.post("/v1/persons", json=body) for body in (BODY, {"name": 5})]

    assert alike(*answers)


def test_a_callers_name_is_not_printed() -> None:
    assert "clerk-1" not in repr(Caller(UNHCR, "clerk-1", Role.INTAKE))


def test_every_operation_that_asks_for_a_caller_says_so() -> None:
    paths = an_app().openapi()["paths"]

    assert "security" in paths["/v1/persons/{person}"]["patch"]
    assert "security" not in paths["/v1/persons/{person}"]["get"]


def alike(*answers: httpx.Response) -> bool:
    return len({(each.status_code, each.content, str(each.headers)) for each in answers}) == 1
