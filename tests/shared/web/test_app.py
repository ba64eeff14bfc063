from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from opentelemetry import _logs, metrics, trace

from shared.web.guard import MOST_BYTES
from tests.shared.web.an_app import a_client, an_app

JSON = {"Content-Type": "application/json"}
REGISTER = "/v1/persons"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with a_client() as client:
        yield client


def problem(code: str, status: int, *errors: tuple[str, str]) -> dict[str, Any]:
    return {
        "type": f"urn:tenpoint:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "errors": [{"field": field, "code": error} for field, error in errors],
    }


def assert_problem(answer: httpx.Response, expected: dict[str, Any]) -> None:
    assert answer.json() == expected
    assert answer.status_code == expected["status"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_good_request_is_answered_and_not_stored(client: httpx.AsyncClient) -> None:
    answer = await client.post(REGISTER, json={"name": "Amina"})

    assert answer.json() == {"agency": "unhcr", "context": "wiring"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("already", problem("already_registered", 409, ("name", "already_registered"))),
        ("hidden", problem("not_found", 404)),
        ("missing", problem("not_found", 404)),
        ("invalid", problem("invalid", 422, ("name", "invalid"))),
        ("refused", problem("refused", 409, ("name", "refused"))),
        ("unavailable", problem("unavailable", 503, ("name", "unavailable"))),
        ("gap", problem("internal", 500)),
        ("value", problem("internal", 500)),
        ("key", problem("internal", 500)),
        ("recursion", problem("internal", 500)),
    ],
)
@pytest.mark.parametrize("path", [REGISTER, "/v1/blocking"])
async def test_an_error_is_a_code_and_names_of_fields(
    client: httpx.AsyncClient, path: str, kind: str, expected: dict[str, Any]
) -> None:
    assert_problem(await client.post(path, json={"name": "Amina", "kind": kind}), expected)


async def test_an_answer_that_does_not_fit_its_own_model_says_nothing(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/v1/blocking", json={"name": "Amina"})

    assert_problem(answer, problem("internal", 500))


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("name", "missing")]),
        ({"name": 5}, [("name", "string_type")]),
        ({"name": None}, [("name", "string_type")]),
        ({"name": "x", "Amina": 1}, [("body", "extra_forbidden")]),
        ({"name": "x", "Amina": 1, "Hodan": 1}, [("body", "extra_forbidden")]),
        ({"name": "x", "inner": [{"year": 1}, {}]}, [("inner.1.year", "missing")]),
        ({"name": "x", "inner": [{"year": 1, "Amina": 1}]}, [("inner.0", "extra_forbidden")]),
        ({"name": "x", "counts": {"Amina": "many"}}, [("counts", "int_parsing")]),
        ({"name": "x", "kind": "Amina"}, [("kind", "value_error")]),
        (
            {"name": "x", "either": "Amina"},
            [("either", "int_parsing"), ("either", "model_attributes_type")],
        ),
        ([], [("body", "model_attributes_type")]),
        ("Amina", [("body", "model_attributes_type")]),
    ],
)
async def test_a_body_that_does_not_fit_is_told_by_field_and_code(
    client: httpx.AsyncClient, body: object, errors: list[tuple[str, str]]
) -> None:
    assert_problem(await client.post(REGISTER, json=body), problem("invalid", 422, *errors))


@pytest.mark.parametrize("field", ["/v1/persons/Amina", "/v1/persons/1?limit=Amina"])
async def test_a_parameter_that_does_not_fit_is_told_by_name(
    client: httpx.AsyncClient, field: str
) -> None:
    name = "limit" if "?" in field else "person"

    assert_problem(await client.get(field), problem("invalid", 422, (name, "int_parsing")))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"name":"\xe4"}',
        b"[" * 40_000,
        b'{"name":' + b"1" * 5_000 + b"}",
        b'{"name":NaN}',
        b'{"name":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"\0",
        b" ",
    ],
)
async def test_a_body_that_is_no_json_is_unreadable(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(REGISTER, content=body, headers=JSON)

    assert_problem(answer, problem("invalid", 422, ("body", "unreadable")))


async def test_a_missing_body_is_missing(client: httpx.AsyncClient) -> None:
    assert_problem(await client.post(REGISTER), problem("invalid", 422, ("body", "missing")))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "json", ""])
async def test_a_body_of_another_kind_is_refused(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(REGISTER, content=b'{"name":"x"}', headers={"Content-Type": kind})

    assert_problem(answer, problem("unsupported_media_type", 415))


async def test_json_may_name_its_character_set(client: httpx.AsyncClient) -> None:
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}

    assert (await client.post(REGISTER, content=b'{"name":"x"}', headers=kind)).is_success


async def test_a_body_of_the_largest_size_is_read_and_one_byte_more_is_not(
    client: httpx.AsyncClient,
) -> None:
    body = b'{"name":"' + b"x" * (MOST_BYTES - 11) + b'"}'

    largest = await client.post(REGISTER, content=body, headers=JSON)
    larger = await client.post(REGISTER, content=body + b" ", headers=JSON)

    assert len(body) == MOST_BYTES
    assert largest.is_success
    assert_problem(larger, problem("too_large", 413))


async def test_a_body_without_a_length_is_counted_as_it_comes(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MOST_BYTES:
            sent += 1024
            yield b"x" * 1024

    answer = await client.post(REGISTER, content=endless(), headers=JSON)

    assert_problem(answer, problem("too_large", 413))
    assert sent <= MOST_BYTES + 2048


async def test_a_body_that_comes_in_pieces_is_one_body(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"na', b"", b'me":', b'"x"}'):
            yield piece

    assert (await client.post(REGISTER, content=pieces(), headers=JSON)).is_success


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/persons/", "/v1/persons/1/", "/docs", "/redoc"])
async def test_an_unknown_path_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert_problem(await client.get(path), problem("not_found", 404))


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/persons/1", "GET, PATCH"),
        ("POST", "/v1/persons/1", "GET, PATCH"),
        ("OPTIONS", "/v1/persons", "POST"),
        ("GET", "/v1/persons", "POST"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ],
)
async def test_a_wrong_method_is_told_every_right_one(
    client: httpx.AsyncClient, method: str, path: str, allow: str
) -> None:
    answer = await client.request(method, path)

    assert_problem(answer, problem("method_not_allowed", 405))
    assert answer.headers["Allow"] == allow


async def test_methods_are_told_where_the_service_is_mounted_too() -> None:
    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await an_app()({**scope, "root_path": "/unhcr"}, receive, send)

    transport = httpx.ASGITransport(mounted)
    async with httpx.AsyncClient(transport=transport, base_url="http://all") as client:
        answer = await client.delete("/unhcr/v1/persons/1")

    assert answer.headers["Allow"] == "GET, PATCH"


async def test_what_the_framework_refuses_passes_on_neither_text_nor_headers(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/v1/teapot/Amina")

    assert_problem(answer, problem("internal", 418))
    assert "X-Word" not in answer.headers


async def test_the_frameworks_own_telemetry_tells_a_provider_nothing(
    monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient
) -> None:
    provider = Mock()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(metrics, "get_meter_provider", lambda: provider)
    monkeypatch.setattr(_logs, "get_logger_provider", lambda: provider)
    monkeypatch.setattr(_logs, "get_logger", provider.get_logger)

    await client.post("/v1/persons?name=Amina", json={"name": 5})
    await client.post(REGISTER, json={"name": "Amina", "kind": "value"})

    assert provider.mock_calls == []


async def test_the_interface_describes_itself(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    operation = described["paths"]["/v1/persons"]["post"]

    assert operation["security"] == [{"token": []}]
    assert set(operation["responses"]) == {"200", "default"}
    assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert described["openapi"].startswith("3.1")


async def test_a_caller_who_has_gone_is_no_failure() -> None:
    sent: list[object] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": REGISTER, "headers": [], "state": {}}
    await an_app()(scope, receive, send)

    assert sent == []
