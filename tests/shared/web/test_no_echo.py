"""Nothing that was sent comes back in an answer that is no success, or goes to a log."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from tests.shared.web.an_app import ERRORS, a_client

CANARY = "Zq7canary"
NOTHING: dict[str, str] = {}
SPOKEN = st.sampled_from([CANARY, f"x{CANARY}", f"{CANARY}.name", f"name.{CANARY}", "Ж" + CANARY])
KNOWN = st.sampled_from(["name", "inner", "year", "counts", "either", "kind", "body", "person"])
KINDS = st.sampled_from(sorted(ERRORS))
LEAVES = st.one_of(SPOKEN, st.integers(), st.floats(), st.booleans(), st.none(), KINDS)
JSON_VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KNOWN | SPOKEN, inner, max_size=4),
    max_leaves=8,
)
COMMANDS = st.fixed_dictionaries(
    {"name": SPOKEN},
    optional={"kind": KINDS | SPOKEN, "counts": JSON_VALUES, "either": JSON_VALUES},
)
BODIES = st.one_of(
    st.one_of(JSON_VALUES, COMMANDS).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=20).map(lambda noise: noise + CANARY.encode()),
    st.binary(max_size=20).map(lambda noise: b'{"name":"' + CANARY.encode() + noise),
    st.just(CANARY.encode() * 8_000),
)
PATHS = st.sampled_from(
    [
        "/v1/persons",
        "/v1/blocking",
        f"/v1/persons/{CANARY}",
        f"/v1/persons/1?limit={CANARY}",
        f"/v1/persons/1?{CANARY}={CANARY}",
        f"/v1/teapot/{CANARY}",
        f"/{CANARY}",
        f"/v1/persons/{quote(CANARY + '/ ')}",
    ]
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "ZQ7CANARY"])
KINDS_OF_BODY = st.sampled_from(["application/json", "text/plain", CANARY, f"a/b; c={CANARY}"])
TOKENS = st.sampled_from(["intake", "officer", "", CANARY])


class Heard(logging.Handler):
    """Keeps every line as the most talkative formatter would write it, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("httpx", "httpcore", "asyncio")):  # the client's own
            self.lines.append(f"{self.format(record)} {record.__dict__}")


@contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()
    root = logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(heard)
        root.setLevel(level)


async def sent(method: str, path: str, body: bytes, kind: str, token: str) -> httpx.Response:
    async with a_client(token) as client:
        return await client.request(
            method, path, content=body, headers={"Content-Type": kind, "X-Id": CANARY}
        )


@settings(max_examples=400)
@given(method=METHODS, path=PATHS, body=BODIES, kind=KINDS_OF_BODY, token=TOKENS)
def test_nothing_sent_comes_back_or_is_logged(
    method: str, path: str, body: bytes, kind: str, token: str
) -> None:
    with listening() as heard:
        answer = asyncio.run(sent(method, path, body, kind, token))

    said = f"{answer.text} {answer.headers}".lower()
    assert answer.is_success or CANARY.lower() not in said
    assert CANARY.lower() not in " ".join(heard.lines).lower()


@settings(max_examples=200)
@given(body=COMMANDS)
def test_nothing_comes_back_from_a_command_that_was_understood(body: dict[str, object]) -> None:
    with listening() as heard:
        answer = asyncio.run(
            sent("POST", "/v1/persons", json.dumps(body).encode(), "application/json", "intake")
        )

    assert CANARY not in f"{answer.text} {answer.headers}"
    assert CANARY not in " ".join(heard.lines)


def test_a_failure_is_logged_by_its_class() -> None:
    body = json.dumps({"name": CANARY, "kind": "key"}).encode()
    with listening() as heard:
        asyncio.run(sent("POST", "/v1/persons", body, "application/json", "intake"))

    assert ["KeyError" in line for line in heard.lines] == [True]
    assert "'levelname': 'ERROR'" in heard.lines[0]


def test_this_listener_would_hear_a_traceback() -> None:
    with listening() as heard:
        try:
            NOTHING[CANARY]
        except KeyError:
            logging.getLogger("uvicorn.error").exception("failed")

    assert CANARY in " ".join(heard.lines)
