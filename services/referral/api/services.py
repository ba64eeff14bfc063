"""Who offers what, where? Public: it tells of services, never of people."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.referral.api.answers import ServiceLine, ServicePage
from services.referral.api.wiring import Wired
from services.referral.commands import ListService
from services.referral.handlers import acts
from services.referral.rules.routing import ListingId, pathway_of
from shared.kernel.agencies import Role
from shared.web.caller import Caller, calls
from shared.web.paging import Cursor, Limit, next_of, read_cursor

router = APIRouter(prefix="/v1/services", tags=["services"])

Entry = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="Name of an entry")]


@router.get("")
async def get_services(
    wired: Wired, pathway: str = "", area: str = "", cursor: Cursor = None, limit: Limit = 50
) -> ServicePage:
    """Return the directory in the order of names, of one pathway and area if they are said.

    What serves everywhere serves every area.
    """
    after = read_cursor(cursor, str) or ""
    of = pathway_of(pathway) if pathway else None
    listings = await wired.run(lambda store, _: store.listings(of))
    found = [
        one
        for one in listings
        if one.id > after and (not area or not one.areas or area in one.areas)
    ][:limit]
    lines = [ServiceLine.of(one) for one in found]
    return ServicePage(services=lines, next=next_of([one.id for one in found], limit))


@router.put("/{s}")
async def put_service(
    wired: Wired,
    s: Entry,
    command: ListService,
    _: Annotated[Caller, calls(Role.CASEWORKER)],
) -> ServiceLine:
    """List a provider's service, or change what is listed under that name."""
    listing = await wired.run(
        lambda store, _: acts.list_service(command, listing=ListingId(s), store=store)
    )
    return ServiceLine.of(listing)
