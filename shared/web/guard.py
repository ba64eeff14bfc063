"""What stands before every endpoint: size and kind of the body, no caching, no text of an error.

Source: RFC 9110, 15.5.14 (413) and 15.5.16 (415); RFC 9111, 5.2.2.5 (no-store); the limit of
64 KiB is a Tenpoint design decision.
"""

import logging
from collections import deque
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.logs import note
from shared.web import problems

MOST_BYTES: Final = 64 * 1024
"""Longest body of a request, where an app says nothing else."""


class TooLarge(Exception):
    """The body is longer than the limit."""


class Guard:
    """Reads the body whole before the app sees it, and answers when the app fails."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES) -> None:
        """Take the app to stand before, and how long a body it takes."""
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything else passes unchanged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = Answering(send)
        try:
            await self._answer(scope, receive, answering)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - no text may leave, to the caller or a log
            note("request failed", level=logging.ERROR, error=type(error))
            if not answering.begun:
                answer = problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
                await answer(scope, receive, answering)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            messages = await _read(receive, self._most_bytes)
        except TooLarge:
            answer = problems.of_status(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            await answer(scope, receive, send)
            return
        body = b"".join(message["body"] for message in messages)
        if body and not _says_json(scope):
            answer = problems.of_status(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            await answer(scope, receive, send)
        elif body and not _is_json(body):
            await problems.of_unreadable()(scope, receive, send)
        else:
            await self._app(scope, _replay(messages, receive), send)


class Answering:
    """Passes an answer on, marked as not to be stored, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        """Take where the answer goes."""
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        """Pass one message on."""
        if message["type"] == "http.response.start":
            self.begun = True
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await self._send(message)


async def _read(receive: Receive, most_bytes: int) -> list[Message]:
    """Return the body's messages; raises TooLarge, or ClientDisconnect if the caller has gone."""
    messages: list[Message] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        messages.append({"body": b"", **message})
        size += len(messages[-1]["body"])
        more = message.get("more_body", False)
        if size > most_bytes:
            raise TooLarge
    return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = deque(messages)

    async def replayed() -> Message:
        return waiting.popleft() if waiting else await receive()

    return replayed


def _says_json(scope: Scope) -> bool:
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "application/json"


def _is_json(body: bytes) -> bool:
    """Return whether the body is strict JSON in UTF-8: no NaN, no half of a surrogate pair."""
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return True
