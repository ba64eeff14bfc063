"""The receiver's half over HTTP. A payload is shown to whoever accepted, and to nobody else."""

from http import HTTPStatus
from types import NoneType
from typing import Annotated, Any, Self

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from shared.casework.api.transact import Transact, referral_of
from shared.casework.commands.offer import AnswerOffer, RecordService
from shared.casework.handlers import offer as receiving
from shared.casework.handlers.desk import Desk
from shared.casework.rules.offer import SHOWN, Offer, OfferState
from shared.events.sealed import Extent
from shared.kernel.agencies import Role
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import PersonRef, ReferralRef
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy
from shared.web.paging import Cursor, Limit, next_of, read_cursor

Named = Annotated[ReferralRef, Depends(referral_of)]
Receives = Annotated[Caller, calls(Role.CASEWORKER)]


class OfferLine(BaseModel):
    """One offer in the list: its state and its card, and no person."""

    referral: ReferralRef
    state: OfferState
    card: dict[str, Any]
    """A field that was not told does not appear, and says nothing."""

    @classmethod
    def of(cls, offer: Offer, **more: Any) -> Self:  # noqa: ANN401 - fields of a subclass
        """Return the line of an offer."""
        card = msgspec.to_builtins(offer.card)
        del card["referral"]
        del card["provider"]
        return cls(referral=offer.referral, state=offer.state, card=card, **more)


class OfferPage(BaseModel):
    """A part of the open offers."""

    offers: list[OfferLine]
    next: str | None = None


class PayloadValue(BaseModel):
    """One value, as its sender wrote it, in full or in its partial form."""

    value: Any
    extent: Extent


class OfferView(OfferLine):
    """One offer; person and payload for whoever has the task, null for everybody else."""

    person: PersonRef | None
    payload: dict[str, PayloadValue] | None


def offer_router(transact: Transact) -> APIRouter:
    """Return the routes of a receiver."""
    router = APIRouter(prefix="/v1", tags=["offers"])

    @router.get("/offers")
    async def get_offers(_: Receives, cursor: Cursor = None, limit: Limit = 50) -> OfferPage:
        """Return the offers that wait for an answer or are served."""
        after = read_cursor(cursor, str)
        found = await transact(lambda desk: desk.book.offers.open(after, limit))
        lines = [OfferLine.of(offer) for offer in found]
        return OfferPage(offers=lines, next=next_of([one.referral for one in found], limit))

    @router.get("/offers/{r}")
    async def get_offer(r: Named, caller: Receives) -> OfferView:
        """Return one offer, with what came for it if the caller has the task."""
        return view_of(await transact(lambda desk: find_offer(r, desk)), caller.person)

    @router.post("/offers/{r}/answer", status_code=HTTPStatus.NO_CONTENT)
    async def post_answer(r: Named, command: AnswerOffer, caller: Receives, once: OnceBy) -> None:
        """Accept, decline with a reason, or ask for fields of the card."""

        def work(desk: Desk) -> None:
            receiving.answer_offer(command, r, staff=caller.person, desk=desk)

        await transact(lambda desk: desk.requests.once(once(caller), lambda: work(desk), NoneType))

    @router.post("/referrals/{r}/service", status_code=HTTPStatus.NO_CONTENT)
    async def post_service(
        r: Named, command: RecordService, caller: Receives, once: OnceBy
    ) -> None:
        """Tell that the service began, reached a step, or ended."""
        await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: receiving.record_service(command, r, desk=desk), NoneType
            )
        )

    return router


def find_offer(referral: ReferralRef, desk: Desk) -> Offer:
    """Return what was offered; raises NotFound for everything else."""
    offer = desk.book.offers.find(referral)
    if offer is None:
        raise NotFound
    return offer


def view_of(offer: Offer, staff: str) -> OfferView:
    """Return an offer as one member of staff may see it."""
    if offer.state not in SHOWN or offer.staff != staff:
        return OfferView.of(offer, person=None, payload=None)
    payload = {
        name: PayloadValue(value=msgspec.json.decode(opened.value), extent=opened.extent)
        for name, opened in offer.payload.items()
    }
    return OfferView.of(offer, person=offer.person, payload=payload)
