"""Which referral waits, for whom, and what does a human do with it?

There is no route that accepts for a provider.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter

from services.referral.api.answers import Acted, ReferralLine, ReferralPage, ReferralView
from services.referral.api.wiring import Named, Wired, Wiring
from services.referral.commands import CloseReferral, OfferReferral, ReopenReferral
from services.referral.handlers import acts
from services.referral.rules.record import Referral, State
from services.referral.rules.routing import next_providers
from services.referral.store import ReferralPlace, Store, place_of
from shared.kernel.agencies import Role
from shared.kernel.identifiers import Reference, ReferralRef
from shared.storage.idempotency import Once
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy
from shared.web.paging import Cursor, Limit, next_of, read_cursor

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

Staff = Annotated[Caller, calls(Role.CASEWORKER, Role.SUPERVISOR)]
Caseworker = Annotated[Caller, calls(Role.CASEWORKER)]
Supervisor = Annotated[Caller, calls(Role.SUPERVISOR)]


@router.get("")
async def get_referrals(
    wired: Wired,
    _: Staff,
    overdue: bool | None = None,  # noqa: FBT001 - a query parameter
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ReferralPage:
    """Return the work list: what a human must look at first, then by the next due time.

    `overdue` keeps only what a human must look at, or only what nobody must.
    """
    after = read_cursor(cursor, ReferralPlace)
    found = await wired.run(
        lambda store, _: store.worklist(after=after, overdue=overdue, most=limit)
    )
    lines = [ReferralLine.of(referral) for referral in found]
    places = [place_of(referral) for referral in found]
    return ReferralPage(referrals=lines, next=next_of(places, limit))


@router.get("/{r}")
async def get_referral(wired: Wired, r: Named, caller: Staff) -> ReferralView:
    """Return one referral, with all that happened to it and whom to ask next."""

    def work(store: Store, _: datetime) -> ReferralView:
        referral = wired.see(r, caller, store)
        return ReferralView.whole(referral, next_providers(referral, store.directory_for(referral)))

    return await wired.run(work)


@router.post("/{r}/offers", status_code=HTTPStatus.ACCEPTED)
async def post_offer(
    wired: Wired, r: Named, command: OfferReferral, caller: Caseworker, once: OnceBy
) -> Acted:
    """Offer a referral to a provider, or to the first whom the rule finds."""
    return await act(
        wired,
        once(caller),
        seen(wired, r, caller),
        lambda store, at: acts.offer_referral(
            command, referral=r, by=caller.role, store=store, at=at
        ),
    )


@router.post("/{r}/closure")
async def post_closure(
    wired: Wired, r: Named, command: CloseReferral, caller: Supervisor, once: OnceBy
) -> Acted:
    """Close a referral that cannot go on, with a reason."""
    return await act(
        wired,
        once(caller),
        seen(wired, r, caller),
        lambda store, at: acts.close_referral(
            command, referral=r, by=caller.role, store=store, at=at
        ),
    )


@router.post("/{r}/reopening", status_code=HTTPStatus.ACCEPTED)
async def post_reopening(
    wired: Wired, r: Named, command: ReopenReferral, caller: Supervisor, once: OnceBy
) -> Acted:
    """Ask once more for what expired; answers with the new referral."""
    return await act(
        wired,
        once(caller),
        seen(wired, r, caller),
        lambda store, at: acts.reopen_referral(
            command, referral=r, by=caller.role, store=store, at=at, make_id=wired.make_id
        ),
    )


def seen(wired: Wiring, referral: ReferralRef, caller: Caller) -> Callable[[Store], object]:
    """Return what refuses a caller who may not see the referral, before any other refusal."""
    return lambda store: wired.see(referral, caller, store)


async def act(
    wired: Wiring,
    once: Once | None,
    see: Callable[[Store], object],
    do: Callable[[Store, datetime], Referral],
) -> Acted:
    """Do something to a referral that the caller sees, once for each request."""

    def work(store: Store, at: datetime) -> tuple[str, str]:
        see(store)
        after = do(store, at)
        return after.referral, after.state

    referral, state = await wired.run_once(once, work, tuple[str, str])
    return Acted(referral=ReferralRef(Reference(referral)), state=State(state))
