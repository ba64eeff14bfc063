"""Log lines without personal data: fixed words and an allow-list of keys, nothing else.

An exception is its class and its code, never its text, which may hold a value; so is what a library
logs. References count as personal data and are no key. Source: Tenpoint design decision.
"""

import json
import logging
import sys
from typing import Final, TextIO, TypedDict, Unpack

from typing_extensions import override

from shared.kernel.agencies import Agency
from shared.kernel.errors import TenpointError

ROOT: Final = "tenpoint"


class Facts(TypedDict, total=False):
    """The only things a line may carry. Another key needs a data-protection review."""

    agency: Agency
    topic: str
    wire: str
    """Name of a contract on the wire."""
    partition: int
    number: int
    count: int
    milliseconds: float
    status: int
    """HTTP status."""
    code: str
    error: type[BaseException]
    """Written as its class name; a Tenpoint error's code goes with it."""


KEYS: Final = frozenset(Facts.__annotations__)


def note(what: str, *, level: int = logging.INFO, **facts: Unpack[Facts]) -> None:
    """Write one line: a fixed phrase and facts about flows, never about a person.

    Args:
        what: a literal, never put together from values.
        level: of the standard library's levels.
        facts: see `Facts`.
    """
    logging.getLogger(ROOT).log(level, "%s", what, extra={"facts": facts})


class Lines(logging.Formatter):
    """Formats every record, our own or a library's, as one line of JSON."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Of a library's record only its logger, level and error class stay."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname,
            "from": record.name,
        }
        if record.name == ROOT:
            line |= {"what": record.getMessage()} | _allowed(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[0]:
            line |= _error(record.exc_info[0])
        return json.dumps(line)


def route_logging(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send every log line of the process, libraries' too, through `Lines`; no access log.

    Of libraries only warnings and errors: without its text, anything less says nothing.
    To be called once by `main.py`, and uvicorn started with `**SERVER`, so that it sets up nothing.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    handler.addFilter(_worth_a_line)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a failing handler would print the record's arguments
    silence_access_log()


def silence_access_log() -> None:
    """Turn off uvicorn's access log, whose paths hold references."""
    access = logging.getLogger("uvicorn.access")
    access.disabled = True
    access.propagate = False


class ServerSettings(TypedDict):
    """What a uvicorn server is started with."""

    access_log: bool
    log_config: None
    server_header: bool
    date_header: bool


SERVER: Final[ServerSettings] = {
    "access_log": False,
    "log_config": None,
    "server_header": False,
    "date_header": True,
}
"""Settings for `uvicorn.Config(app, **SERVER)`: no access log, logging as routed here."""


def _worth_a_line(record: logging.LogRecord) -> bool:
    return record.name == ROOT or record.levelno >= logging.WARNING


def _allowed(facts: dict[str, object]) -> dict[str, object]:
    kept = {key: value for key, value in facts.items() if key in KEYS and key != "error"}
    error = facts.get("error")
    return kept | (_error(error) if isinstance(error, type) else {})


def _error(kind: type) -> dict[str, object]:
    code = {"code": kind.code} if issubclass(kind, TenpointError) else {}
    return {"error": kind.__name__, **code}
