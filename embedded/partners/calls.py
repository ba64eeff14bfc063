"""How simulated staff call a service: signed in, and so that a lost answer does nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx

from shared.kernel.agencies import Role
from shared.kernel.errors import TenpointError, Unavailable

MOST: Final = 200
"""Lines of a list read at once."""

Token = Callable[[Role], str]


class Unexpected(TenpointError):
    """A service answered what a member of staff would not expect."""

    code = "unexpected"


@dataclass(frozen=True, slots=True)
class Desk:
    """One member of staff's place at one service.

    Every call may raise `Unavailable`: the service cannot at the moment, or does not answer. The
    same is to be asked again later, under the same key.
    """

    client: httpx.AsyncClient
    token: Token

    async def get(self, path: str, role: Role) -> Any:  # noqa: ANN401 - JSON
        """Return what a list or a file holds.

        Raises:
            Unavailable: the service cannot at the moment.
            Unexpected: the service refused.
        """
        answer = await self.ask("GET", path, role)
        if answer.status_code != HTTPStatus.OK:
            raise Unexpected(str(answer.status_code))
        return answer.json()

    async def everything(self, path: str, of: str, role: Role) -> list[Any]:
        """Return all lines of a list, page by page; each page holds them under that name.

        Raises:
            Unavailable: the service cannot at the moment.
            Unexpected: the service refused.
        """
        page = await self.get(f"{path}?limit={MOST}", role)
        found = list(page[of])
        while page["next"] is not None:
            page = await self.get(f"{path}?limit={MOST}&cursor={page['next']}", role)
            found += page[of]
        return found

    async def post(
        self, path: str, body: object, role: Role, *, key: str | None = None
    ) -> str | None:
        """Do something once; return the code of the refusal, or None if it was done.

        Raises:
            Unavailable: the service cannot at the moment.
        """
        answer = await self.ask("POST", path, role, body=body, key=key)
        return None if answer.is_success else str(answer.json()["code"])

    async def ask(
        self, method: str, path: str, role: Role, *, body: object = None, key: str | None = None
    ) -> httpx.Response:
        """Return the service's answer, whatever it says.

        Raises:
            Unavailable: the service cannot at the moment.
        """
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            answer = await self.client.request(method, path, json=body, headers=headers)
        except httpx.TransportError:
            raise Unavailable from None
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            raise Unavailable
        return answer


async def each(work: Iterable[Awaitable[int]]) -> int:
    """Do every piece of work, side by side, to its end; return how many acts that were.

    Raises:
        Unavailable: a service could not do all of it at the moment. The rest is done.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        if not isinstance(failure, Unavailable):
            raise failure
    if failures:
        raise Unavailable
    return sum(result for result in results if isinstance(result, int))
