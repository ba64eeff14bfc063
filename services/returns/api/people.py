"""What was found of a person's age and place?"""

from datetime import datetime
from http import HTTPStatus
from types import NoneType

from fastapi import APIRouter

from services.returns.api.wiring import Staff, Wired
from services.returns.handlers.people import keep_safeguards
from services.returns.store import Store
from shared.casework.commands import StateSafeguards
from shared.kernel.identifiers import PersonRef
from shared.web.once import OnceBy

router = APIRouter(prefix="/v1/persons", tags=["people"])


@router.post("/{p}/safeguards", status_code=HTTPStatus.NO_CONTENT)
async def post_safeguards(
    wired: Wired, p: PersonRef, command: StateSafeguards, caller: Staff, once: OnceBy
) -> None:
    """State what was found about age and place of somebody whom IOM knows."""

    def work(store: Store, at: datetime) -> None:
        keep_safeguards(command, p, store=store, at=at)

    await wired.run_once(once(caller), work, NoneType)
