import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from shared.kernel.agencies import UNHCR
from shared.kernel.errors import Unavailable
from shared.telemetry.logs import SERVER, note, route_logging

CANARY = "Amina"
NOTHING: dict[str, str] = {}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    access = logging.getLogger("uvicorn.access")
    stream = io.StringIO()
    route_logging(stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, logging.raiseExceptions = before
    access.disabled, access.propagate = False, True


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_and_how_many(written: io.StringIO) -> None:
    note("events sent", agency=UNHCR, topic="unhcr.events.v1", count=3)

    (line,) = lines(written)

    assert line["what"] == "events sent"
    assert {key: line[key] for key in ("agency", "topic", "count")} == {
        "agency": "unhcr",
        "topic": "unhcr.events.v1",
        "count": 3,
    }


def test_a_key_that_is_not_on_the_list_is_not_written(written: io.StringIO) -> None:
    note("events sent", name=CANARY, count=1)  # type: ignore[call-arg]

    assert CANARY not in written.getvalue()
    assert lines(written)[0]["count"] == 1


def test_an_error_is_its_class_and_code(written: io.StringIO) -> None:
    note("failed", error=Unavailable)
    note("failed", error=ValueError(CANARY))  # type: ignore[arg-type]

    first, second = lines(written)

    assert (first["error"], first["code"]) == ("Unavailable", "unavailable")
    assert "error" not in second
    assert CANARY not in written.getvalue()


def test_a_librarys_line_keeps_no_text(written: io.StringIO) -> None:
    library = logging.getLogger("sqlalchemy.engine")
    library.warning("INSERT INTO person VALUES (%s)", CANARY, extra={"facts": {"code": CANARY}})
    try:
        NOTHING[CANARY]
    except KeyError:
        library.exception("key %s", CANARY, stack_info=True)

    assert CANARY not in written.getvalue()
    assert [line["from"] for line in lines(written)] == ["sqlalchemy.engine"] * 2
    assert lines(written)[1]["error"] == "KeyError"


def test_a_librarys_chatter_is_no_line(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET /v1/persons/%s", CANARY)

    assert written.getvalue() == ""


def test_a_warning_keeps_no_text(written: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(CANARY, stacklevel=1)

    assert CANARY not in written.getvalue()


def test_a_line_that_cannot_be_written_prints_nothing(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    note(CANARY, code=object())  # type: ignore[arg-type]

    assert written.getvalue() == ""
    assert CANARY not in "".join(capsys.readouterr())


def test_there_is_no_access_log(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1/persons/PW%s", CANARY)

    assert written.getvalue() == ""
    assert SERVER["access_log"] is False
    assert SERVER["log_config"] is None
