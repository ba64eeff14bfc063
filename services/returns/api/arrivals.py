"""Who has arrived, and how are they? Only IOM's own staff can say: nobody else has a token here."""

from fastapi import APIRouter

from services.returns.api.answers import Kept
from services.returns.api.wiring import Caseworker, Named, Wired
from services.returns.commands import PlanReintegration, RecordMonitoring
from services.returns.handlers import after
from shared.web.once import OnceBy

router = APIRouter(prefix="/v1/return-cases/{c}", tags=["arrivals"])


@router.post("/arrival")
async def post_arrival(wired: Wired, c: Named, caller: Caseworker, once: OnceBy) -> Kept:
    """Record that the person was met on arrival."""
    return await wired.act(caller, once, lambda act: after.arrive(c, act=act))


@router.put("/reintegration")
async def put_reintegration(
    wired: Wired, c: Named, command: PlanReintegration, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record what help there will be, and until when the person consents to be contacted."""
    return await wired.act(caller, once, lambda act: after.plan(c, command, act=act))


@router.post("/monitoring")
async def post_monitoring(
    wired: Wired, c: Named, command: RecordMonitoring, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record a visit to which the person has consented."""
    return await wired.act(caller, once, lambda act: after.monitor(c, command, act=act))


@router.post("/closure")
async def post_closure(wired: Wired, c: Named, caller: Caseworker, once: OnceBy) -> Kept:
    """Close a case whose visits are done, or not wished for."""
    return await wired.act(caller, once, lambda act: after.close(c, act=act))
