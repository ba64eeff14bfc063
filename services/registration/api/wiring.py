"""What the routes stand on: one transaction, the time, and fresh identifiers."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from services.registration.store import Store
from shared.kernel.identifiers import MakeId
from shared.web.acting import Acting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wiring(Acting[Store]):
    """Registration put together, as far as its routes need it."""

    make_id: MakeId


def wiring_of(request: Request) -> Wiring:
    """Return what the service was built with."""
    wiring: Wiring = request.app.state.context
    return wiring


Wired = Annotated[Wiring, Depends(wiring_of)]
