"""A way to a service that fails as services do: before it did what it was asked, or after."""

import httpx
from fastapi import FastAPI
from typing_extensions import override


class FailingLine(httpx.ASGITransport):
    """Fails at the calls of the given numbers, counted from 1; at any other it works.

    Failing `late`, the service does what it is asked, and the connection breaks before it answers.
    """

    def __init__(self, app: FastAPI, *fails: int, late: bool = False) -> None:
        super().__init__(app)
        self.fails = fails
        self.late = late
        self.calls = 0

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.calls not in self.fails:
            return await super().handle_async_request(request)
        if self.late:
            await super().handle_async_request(request)
            raise httpx.ReadError("")
        return httpx.Response(503, json={"code": "unavailable"})


class Flaky(FailingLine):
    """Fails at every seventh call, before and after the service did what it was asked in turn."""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        following = self.calls + 1
        self.fails = (following,) if following % 7 == 0 else ()
        self.late = following % 2 == 0
        return await super().handle_async_request(request)
