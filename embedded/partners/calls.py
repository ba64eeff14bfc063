"""How simulated staff call a service: signed in, and so that a lost answer does nothing twice."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from shared.kernel.agencies import Role
from shared.kernel.errors import TenpointError, Unavailable

Token = Callable[[Role], str]


class Unexpected(TenpointError):
    """A service answered what a member of staff would not expect."""

    code = "unexpected"


@dataclass(frozen=True, slots=True)
class Desk:
    """One member of staff's place at one service."""

    client: httpx.AsyncClient
    token: Token

    async def get(self, path: str, role: Role) -> Any:  # noqa: ANN401 - JSON
        """Return what a list or a file holds.

        Raises:
            Unexpected: the service refused.
        """
        answer = await self.client.get(path, headers=self.headers(role))
        if answer.status_code != HTTPStatus.OK:
            raise Unexpected(str(answer.status_code))
        return answer.json()

    async def post(
        self, path: str, body: object, role: Role, *, key: str | None = None
    ) -> str | None:
        """Do something once; return the code of the refusal, or None if it was done.

        Raises:
            Unavailable: the service cannot at the moment; do it again.
        """
        headers = self.headers(role) | ({"Idempotency-Key": key} if key else {})
        answer = await self.client.post(path, json=body, headers=headers)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            raise Unavailable
        if answer.is_success:
            return None
        return str(answer.json()["code"])

    def headers(self, role: Role) -> dict[str, str]:
        """Return the headers of a member of staff in a role."""
        return {"Authorization": f"Bearer {self.token(role)}"}
