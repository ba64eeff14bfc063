"""Casework over HTTP. A route turns a request into a command, and nothing else.

The path names the agency's own reference of a person. An unknown person and a role that may not
get the same answer as what does not exist.
"""

from http import HTTPStatus
from types import NoneType
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel

from shared.casework import handlers
from shared.casework.api.transact import Transact
from shared.casework.commands import GiveConsent, RaiseConcern, SetWithholding, WithdrawConsent
from shared.kernel.agencies import Role
from shared.kernel.identifiers import ConsentRef, PersonRef, Reference
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy

MEETS_PEOPLE: Final = (
    Role.INTAKE,
    Role.PROFILER,
    Role.CASEWORKER,
    Role.SUPERVISOR,
    Role.MEDICAL,
    Role.LEGAL,
)
"""Who may take a person's no: everybody who serves people. Tenpoint design decision."""


class Sent(BaseModel):
    """The answer says that it is kept and goes out, and nothing about the person."""

    sent: bool = True


class Recorded(BaseModel):
    """The reference of a consent, by which it can be withdrawn."""

    consent: ConsentRef


def person_router(transact: Transact, *, concerns: bool) -> APIRouter:
    """Return the routes under `/v1/persons/{p}`, working in the given service's transactions.

    Args:
        transact: runs work in one transaction of the mounting service.
        concerns: whether the agency sends concerns; UNHCR hears them and sends none.
    """
    router = APIRouter(prefix="/v1/persons/{p}", tags=["casework"])
    if concerns:
        add_concerns(router, transact)

    @router.post("/consents", status_code=HTTPStatus.CREATED)
    async def post_consent(
        p: PersonRef,
        command: GiveConsent,
        caller: Annotated[Caller, calls(Role.CASEWORKER, Role.PROFILER)],
        once: OnceBy,
    ) -> Recorded:
        """Record a consent to one purpose and its recipients."""
        consent = await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: str(handlers.give_consent(command, p, desk=desk)), str
            )
        )
        return Recorded(consent=ConsentRef(Reference(consent)))

    add_restrictions(router, transact)
    return router


def add_restrictions(router: APIRouter, transact: Transact) -> None:
    """Add the routes by which a person says no; anybody who serves people takes it."""

    @router.post("/withdrawals", status_code=HTTPStatus.ACCEPTED)
    async def post_withdrawal(
        p: PersonRef,
        command: WithdrawConsent,
        caller: Annotated[Caller, calls(*MEETS_PEOPLE)],
        once: OnceBy,
    ) -> Sent:
        """Withdraw consent; no reason asked."""
        await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: handlers.withdraw_consent(command, p, desk=desk), NoneType
            )
        )
        return Sent()

    @router.post("/withholdings", status_code=HTTPStatus.ACCEPTED)
    async def post_withholding(
        p: PersonRef,
        command: SetWithholding,
        caller: Annotated[Caller, calls(*MEETS_PEOPLE)],
        once: OnceBy,
    ) -> Sent:
        """Withhold from recipients, or lift it."""
        await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: handlers.set_withholding(command, p, desk=desk), NoneType
            )
        )
        return Sent()


def add_concerns(router: APIRouter, transact: Transact) -> None:
    """Add the route by which anyone signed in raises a worry."""

    @router.post("/concerns", status_code=HTTPStatus.ACCEPTED)
    async def post_concern(
        p: PersonRef, command: RaiseConcern, caller: Annotated[Caller, calls()], once: OnceBy
    ) -> Sent:
        """Send a worry about a person's safety to UNHCR's protection desk; asks no reason."""
        await transact(
            lambda desk: desk.requests.once(
                once(caller), lambda: handlers.raise_concern(command, p, desk=desk), NoneType
            )
        )
        return Sent()
