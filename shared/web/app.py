"""The HTTP interface of a service, as every service answers.

Source: RFC 9110 (HTTP semantics), RFC 9457 (problem details), RFC 9111 (caching), OpenAPI 3.1; the
size limit, and that nothing submitted is echoed, logged or traced, are Tenpoint design decisions.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from shared.kernel.errors import TenpointError
from shared.telemetry.logs import note
from shared.web import problems
from shared.web.caller import Verify
from shared.web.guard import MOST_BYTES, Guard

PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "A problem document (RFC 9457)",
        "content": {
            problems.MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "code", "errors"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "code": {"type": "string"},
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["field", "code"],
                                "properties": {
                                    "field": {"type": "string"},
                                    "code": {"type": "string"},
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}
"""How the OpenAPI text tells of every answer that is not a success."""

UNTRACED: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""The framework's own telemetry records messages of errors and bodies: all of it is off."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Interface:
    """What an app's routes are made of: names of fields, and methods of paths."""

    def __init__(self, app: FastAPI) -> None:
        """Take the app; its routes are looked at when first needed."""
        self._app = app

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the name of every field and parameter that the OpenAPI text has."""
        return frozenset(_names(self._app.openapi()))

    def methods(self, path: str) -> list[str]:
        """Return every method that some route of the app allows on the path."""
        allowed: set[str] = set()
        for route in iter_route_contexts(self._app.routes):
            pattern = compile_path(route.path or "")[0]
            if pattern.match(path):
                allowed |= route.methods or set()
        return sorted(allowed)


def build_app(
    title: str,
    routers: Iterable[APIRouter],
    *,
    verify: Verify,
    context: object = None,
    lifespan: Lifespan | None = None,
    most_bytes: int = MOST_BYTES,
) -> FastAPI:
    """Return the HTTP interface of one service.

    Args:
        title: shown in the OpenAPI text.
        routers: its endpoints.
        verify: tells who calls; see `shared.web.caller.calls`.
        context: the service's wiring, found by endpoints at `request.app.state.context`.
        lifespan: what runs while the app is served.
        most_bytes: longest body of a request.
    """
    app = FastAPI(
        title=title,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=PROBLEM,
        lifespan=lifespan,
        telemetry=UNTRACED,
    )
    app.state.verify = verify
    app.state.context = context
    for router in routers:
        app.include_router(router)
    _answer_problems(app, Interface(app))
    app.add_middleware(Guard, most_bytes=most_bytes)
    return app


def _answer_problems(app: FastAPI, interface: Interface) -> None:
    @app.exception_handler(TenpointError)
    async def on_error(_: Request, error: TenpointError) -> Response:
        answer = problems.of_error(error, interface.names)
        if answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            note("request failed", level=logging.ERROR, error=type(error))
        return answer

    @app.exception_handler(RequestValidationError)
    async def on_validation(_: Request, error: RequestValidationError) -> Response:
        return problems.of_validation(error.errors(), interface.names)

    @app.exception_handler(HTTPException)
    async def on_refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
            allow = ", ".join(interface.methods(path))
            return problems.of_status(error.status_code, {"Allow": allow})
        return problems.of_status(error.status_code)


def _names(schema: object) -> Iterable[str]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            yield from properties
        if "in" in schema and isinstance(schema.get("name"), str):
            yield schema["name"]
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)
