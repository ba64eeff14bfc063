"""Every answer that is not a success, as a problem document that says nothing of what was sent.

Codes and names of fields only. Source: RFC 9457 (problem details), whose extension members are
`code` and `errors`; RFC 9110, 15.5.13 (412); that nothing is echoed is a Tenpoint design decision.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypedDict

from fastapi.responses import JSONResponse

from shared.kernel.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotSignedIn,
    Refusal,
    Stale,
    TenpointError,
    Unavailable,
)

MEDIA_TYPE: Final = "application/problem+json"


class FieldError(TypedDict):
    """What is wrong with one field."""

    field: str
    code: str


class Problem(TypedDict):
    """The body of every answer that is not a success."""

    type: str
    title: str
    status: int
    code: str
    errors: list[FieldError]


STATUS_OF: Final[Mapping[type[TenpointError], HTTPStatus]] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    Refusal: HTTPStatus.CONFLICT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    TenpointError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Status of an error: that of its nearest ancestor here."""

CODE_OF: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: Invalid.code,
    HTTPStatus.UNAUTHORIZED: NotSignedIn.code,
    HTTPStatus.NOT_FOUND: NotFound.code,
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.CONFLICT: Conflict.code,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid.code,
}
"""Code of an answer that has no error of ours behind it."""

INTERNAL: Final = "internal"
"""Code of whatever was not foreseen."""

UNREADABLE: Final[FieldError] = {"field": "body", "code": "unreadable"}
"""The body is no JSON in UTF-8."""


def problem(
    status: int,
    code: str,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the answer."""
    body: Problem = {
        "type": f"urn:tenpoint:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": int(status),
        "code": code,
        "errors": list(errors),
    }
    return JSONResponse(body, int(status), headers=headers, media_type=MEDIA_TYPE)


def of_error(error: TenpointError, names: Collection[str]) -> JSONResponse:
    """Return the answer to an error of ours.

    Not found looks the same whatever it was: the code of a subclass and its fields stay inside.

    Args:
        error: what was raised.
        names: the field names of the interface; any other name is left out.
    """
    status = status_of(error)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR}:
        return of_status(status)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    paths = (_path(_parts(field), names) for field in error.fields)
    errors: list[FieldError] = [{"field": path, "code": error.code} for path in paths if path]
    return problem(status, error.code, errors, headers)


def status_of(error: TenpointError) -> HTTPStatus:
    """Return the status of an error: its own, or that of its nearest ancestor."""
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the answer to what the framework itself refuses, or to what was not foreseen."""
    return problem(status, CODE_OF.get(status, INTERNAL), headers=headers)


def of_unreadable() -> JSONResponse:
    """Return the answer to a body that is no JSON in UTF-8."""
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, Invalid.code, [UNREADABLE])


def of_validation(errors: Iterable[Mapping[str, object]], names: Collection[str]) -> JSONResponse:
    """Return the answer to a request that does not fit its model.

    A path keeps only names that the interface itself has, and positions in lists: a key that the
    caller made up is input too.
    """
    told: list[FieldError] = []
    for error in errors:
        found: FieldError = _field_error(error, names)
        if found not in told:
            told.append(found)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, Invalid.code, told)


def _field_error(error: Mapping[str, object], names: Collection[str]) -> FieldError:
    if error["type"] == "json_invalid":
        return UNREADABLE
    location = error["loc"]
    place, *rest = location if isinstance(location, tuple) else ("body",)
    return {"field": _path(rest, names) or str(place), "code": str(error["type"])}


def _parts(field: str) -> Iterable[object]:
    """Return the parts of a field that an error of ours names: places in lists are numbers."""
    return (int(part) if part.isdecimal() else part for part in field.split("."))


def _path(parts: Iterable[object], names: Collection[str]) -> str:
    return ".".join(str(part) for part in parts if isinstance(part, int) or part in names)
