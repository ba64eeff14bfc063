"""To which countries and areas is nobody taken?"""

from datetime import datetime
from http import HTTPStatus
from types import NoneType
from typing import Annotated

from fastapi import APIRouter, Path
from msgspec.structs import asdict

from services.returns.api.answers import ClosedPlace, ClosedPlaces
from services.returns.api.wiring import Staff, Supervisor, Wired
from services.returns.commands import SuspendCountry
from services.returns.handlers import places
from services.returns.store import Store
from shared.web.once import OnceBy

router = APIRouter(prefix="/v1/countries", tags=["places"])

CountryPath = Annotated[str, Path(pattern=r"^[A-Z]{3}$")]


@router.get("")
async def get_closed(wired: Wired, _: Staff) -> ClosedPlaces:
    """Return every place to which nobody is taken."""
    closed = await wired.run(lambda store, _: store.closures.all())
    return ClosedPlaces(closed=[ClosedPlace(**asdict(one)) for one in closed])


@router.put("/{country}", status_code=HTTPStatus.NO_CONTENT)
async def put_country(
    wired: Wired,
    country: CountryPath,
    command: SuspendCountry,
    caller: Supervisor,
    once: OnceBy,
) -> None:
    """Close a country or area, or open it again; every return that leads there stands still."""

    def work(store: Store, at: datetime) -> None:
        places.suspend_country(country, command, store=store, at=at)

    await wired.run_once(once(caller), work, NoneType)
