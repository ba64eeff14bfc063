"""Which of the six checks stand? Each is answered by a human, and protection by the exchange."""

from http import HTTPStatus

from fastapi import APIRouter

from services.returns.api.answers import Kept
from services.returns.api.wiring import Caseworker, Medical, Named, Wired
from services.returns.commands import (
    AssessVoluntariness,
    RecordDocuments,
    RecordFitness,
    RecordSafety,
    RecordScreening,
)
from services.returns.handlers import before
from shared.web.once import OnceBy

router = APIRouter(prefix="/v1/return-cases/{c}/checks", tags=["checks"])


@router.put("/VOLUNTARY")
async def put_voluntary(
    wired: Wired, c: Named, command: AssessVoluntariness, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record whether the choice is free, informed, and made by somebody who can make it."""
    return await wired.act(caller, once, lambda act: before.record_voluntary(c, command, act=act))


@router.put("/SCREENED")
async def put_screened(
    wired: Wired, c: Named, command: RecordScreening, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record whether the person was screened; what was found is raised as a concern."""
    return await wired.act(caller, once, lambda act: before.record_screened(c, command, act=act))


@router.put("/FIT")
async def put_fit(
    wired: Wired, c: Named, command: RecordFitness, caller: Medical, once: OnceBy
) -> Kept:
    """Record fit, not fit or not known; any other word is refused and not kept."""
    return await wired.act(caller, once, lambda act: before.record_fit(c, command, act=act))


@router.put("/DOCUMENTED")
async def put_documented(
    wired: Wired, c: Named, command: RecordDocuments, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record whether a travel document is there; the request itself is a paper act."""
    return await wired.act(caller, once, lambda act: before.record_documented(c, command, act=act))


@router.put("/SAFE")
async def put_safe(
    wired: Wired, c: Named, command: RecordSafety, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record whether the place of return is safe enough."""
    return await wired.act(caller, once, lambda act: before.record_safe(c, command, act=act))


@router.post("/PROTECTION", status_code=HTTPStatus.ACCEPTED)
async def post_protection(wired: Wired, c: Named, caller: Caseworker, once: OnceBy) -> Kept:
    """Ask the exchange whether the return is barred; its word comes later, or not at all."""
    return await wired.act(caller, once, lambda act: before.ask(c, act=act, make_id=wired.make_id))
