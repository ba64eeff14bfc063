"""The header `Idempotency-Key`: the same request sent again is done once."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header, Request

from shared.storage.idempotency import Once, once_of
from shared.web.caller import Caller

Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]+$", min_length=1, max_length=128),
]

By = Callable[[Caller], Once | None]
"""Returns the request as its caller's, or None where no key was sent."""


async def once_by(request: Request, key: Key = None) -> By:
    """Return what tells a request sent again from a new one."""
    what = f"{request.method} {request.url.path}\n".encode() + await request.body()

    def by(caller: Caller) -> Once | None:
        if key is None:
            return None
        return once_of(f"{caller.agency} {caller.person}", key, what)

    return by


OnceBy = Annotated[By, Depends(once_by)]
