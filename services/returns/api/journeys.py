"""Is the journey booked, still wished for, begun; or stopped? No machine calls any of these."""

from fastapi import APIRouter

from services.returns.api.answers import Kept
from services.returns.api.wiring import Anyone, Caseworker, Named, Supervisor, Wired
from services.returns.commands import BookTravel, ConfirmDeparture, ReconfirmWish
from services.returns.handlers import before
from shared.web.once import OnceBy

router = APIRouter(prefix="/v1/return-cases/{c}", tags=["journeys"])


@router.post("/booking")
async def post_booking(
    wired: Wired, c: Named, command: BookTravel, caller: Caseworker, once: OnceBy
) -> Kept:
    """Book the journey of a person for whom all six checks are yes."""
    return await wired.act(caller, once, lambda act: before.book(c, command, act=act))


@router.post("/reconfirmation")
async def post_reconfirmation(
    wired: Wired, c: Named, command: ReconfirmWish, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record that the person still wants to go, at most 48 hours before the journey."""
    return await wired.act(caller, once, lambda act: before.reconfirm(c, command, act=act))


@router.post("/departure")
async def post_departure(
    wired: Wired, c: Named, command: ConfirmDeparture, caller: Caseworker, once: OnceBy
) -> Kept:
    """Record at the gate that the person boards; the exchange was asked again before."""
    return await wired.act(caller, once, lambda act: before.depart(c, command, act=act))


@router.post("/withdrawal")
async def post_withdrawal(wired: Wired, c: Named, caller: Anyone, once: OnceBy) -> Kept:
    """Record that the person changed their mind: no reason asked, no penalty, nothing kept."""
    return await wired.act(caller, once, lambda act: before.withdraw(c, act=act))


@router.post("/suspension")
async def post_suspension(wired: Wired, c: Named, caller: Supervisor, once: OnceBy) -> Kept:
    """Bring a case to a standstill."""
    return await wired.act(caller, once, lambda act: before.suspend(c, act=act))


@router.post("/resumption")
async def post_resumption(wired: Wired, c: Named, caller: Supervisor, once: OnceBy) -> Kept:
    """Take up a suspended case; every check is asked anew."""
    return await wired.act(caller, once, lambda act: before.resume(c, act=act))


@router.post("/cancellation")
async def post_cancellation(wired: Wired, c: Named, caller: Supervisor, once: OnceBy) -> Kept:
    """End a case before departure, also after a no-show: no reason, no penalty."""
    return await wired.act(caller, once, lambda act: before.cancel(c, act=act))
