"""Who calls: a person on the staff of one agency, in one role, by a bearer token.

Source: RFC 6750 for the bearer token; that a caller in the wrong role gets the same answer as for
what does not exist is a Tenpoint design decision.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.kernel.agencies import Agency, Role
from shared.kernel.errors import NotFound, NotSignedIn


@dataclass(frozen=True, slots=True)
class Caller:
    """One signed-in member of staff. The name is not shown where a caller is printed."""

    agency: Agency
    person: str = field(repr=False)
    role: Role


Verify = Callable[[str], Caller]
"""Returns the caller whom a token names, or raises NotSignedIn."""

BEARER: Final = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="token")


async def caller_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Caller:
    """Return who calls; raises NotSignedIn without a valid token."""
    if credentials is None:
        raise NotSignedIn
    verify: Verify = request.app.state.verify
    return verify(credentials.credentials)


def calls(*roles: Role, of: Agency | None = None) -> Any:  # noqa: ANN401 - FastAPI's own type
    """Return the dependency that admits a caller in one of the roles; none means any role.

    Used as `caller: Annotated[Caller, calls(Role.INTAKE)]`. A wrong role, or another agency than
    `of` where that is said, raises NotFound.
    """
    admitted = frozenset(roles) or frozenset(Role)

    async def admit(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        if caller.role not in admitted or of not in (None, caller.agency):
            raise NotFound
        return caller

    return Depends(admit)
