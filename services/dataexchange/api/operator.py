"""The exchange over HTTP, for its operator and the parties' data-protection officers.

No page and no answer here holds personal data: numbers, codes and random-looking handles only.
"""

import base64
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from services.dataexchange.api.wiring import wiring
from services.dataexchange.commands import (
    ActivateAgreement,
    RedriveHeld,
    ResumeAgreement,
    SuspendAgreement,
)
from services.dataexchange.handlers import agreements, redrive, views
from shared.kernel.agencies import EXCHANGE, Agency, Purpose, Role
from shared.kernel.errors import Invalid
from shared.web.caller import Caller, calls

router = APIRouter(prefix="/v1", tags=["dataexchange"])

Operator = Annotated[Caller, calls(Role.SYSADMIN, Role.DPO, of=EXCHANGE)]
"""The exchange's own staff. Partners call the exchange too, and see nothing of its working."""

Officer = Annotated[Caller, calls(Role.DPO)]
Technician = Annotated[Caller, calls(Role.SYSADMIN, of=EXCHANGE)]
Handle = Annotated[str, Path(max_length=64)]
"""Under which a held aggregate is shown."""


class HeldShown(BaseModel):
    """One held aggregate: a handle, whose it is, why it waits, since when (UTC)."""

    handle: str
    agency: str
    code: str
    since: str


class FlowShown(BaseModel):
    """How many fields towards a recipient were full, partial, or withheld by which input."""

    recipient: str
    word: str
    fields: int


class AgreementShown(BaseModel):
    """An agreement, without its text."""

    author: str
    recipient: str
    purpose: str
    serial: int
    state: str


class AgreementSent(BaseModel):
    """A signed agreement: its exact bytes and both signatures, in base 64."""

    text: str = Field(max_length=65_536)
    signatures: dict[str, str]


class Parties(BaseModel):
    """Which agreement a party speaks of. The party is the caller's own agency."""

    author: str = Field(max_length=64)
    recipient: str = Field(max_length=64)
    purpose: Purpose


class Done(BaseModel):
    """The number of the log record that holds what was done."""

    record: int


@router.get("/held")
async def get_held(request: Request, _: Operator) -> list[HeldShown]:
    """Show what waits for its author."""
    rows = await wiring(request).read(views.held)
    return [HeldShown(**row._asdict()) for row in rows]


@router.post("/held/{handle}/redrive", status_code=HTTPStatus.ACCEPTED)
async def post_redrive(handle: Handle, request: Request, _: Technician) -> Done:
    """Ask the author to send its open events again, in order."""
    command = RedriveHeld(handle=handle)
    leader = wiring(request).leader
    committed = await wiring(request).read(
        lambda session: redrive.redrive_held(command, desk=leader.desk(session))
    )
    return Done(record=committed.number)


@router.get("/flows")
async def get_flows(request: Request, _: Operator) -> list[FlowShown]:
    """Show how many fields went, and which input withheld the others."""
    counted = await wiring(request).read(views.tallies)
    return [
        FlowShown(recipient=recipient, word=word, fields=fields)
        for (recipient, word), fields in sorted(counted.items())
    ]


@router.get("/log")
async def get_log(request: Request, _: Operator) -> dict[str, int]:
    """Show how the log stands, in numbers."""
    return dict(await wiring(request).read(views.counts))


@router.get("/agreements")
async def get_agreements(request: Request, _: Operator) -> list[AgreementShown]:
    """Show the agreements and whether each is in force."""
    deployment = wiring(request).leader.deployment
    rows = await wiring(request).read(lambda session: views.agreements(session, deployment))
    names = ("author", "recipient", "purpose", "serial", "state")
    return [AgreementShown.model_validate(dict(zip(names, row, strict=True))) for row in rows]


@router.post("/agreements", status_code=HTTPStatus.CREATED)
async def post_agreement(sent: AgreementSent, request: Request, _: Officer) -> Done:
    """Bring a signed agreement into force."""
    command = ActivateAgreement(
        text=unpack(sent.text, "text"),
        signatures={
            Agency(party): unpack(signature, "signatures")
            for party, signature in sent.signatures.items()
        },
    )
    leader = wiring(request).leader
    committed = await wiring(request).read(
        lambda session: agreements.activate_agreement(command, desk=leader.desk(session))
    )
    return Done(record=committed.number)


@router.post("/agreements/suspension")
async def post_suspension(parties: Parties, request: Request, caller: Officer) -> Done:
    """Stop an agreement at once; either party may, alone."""
    command = SuspendAgreement(
        author=Agency(parties.author),
        recipient=Agency(parties.recipient),
        purpose=parties.purpose,
        by=caller.agency,
    )
    leader = wiring(request).leader
    committed = await wiring(request).read(
        lambda session: agreements.suspend_agreement(command, desk=leader.desk(session))
    )
    return Done(record=committed.number)


@router.post("/agreements/resumption")
async def post_resumption(parties: Parties, request: Request, caller: Officer) -> Done:
    """Say that a stopped agreement may go on; it does when both parties have."""
    command = ResumeAgreement(
        author=Agency(parties.author),
        recipient=Agency(parties.recipient),
        purpose=parties.purpose,
        by=caller.agency,
    )
    leader = wiring(request).leader
    committed = await wiring(request).read(
        lambda session: agreements.resume_agreement(command, desk=leader.desk(session))
    )
    return Done(record=committed.number)


def unpack(text: str, field: str) -> bytes:
    """Return bytes from base 64.

    Raises:
        Invalid: it is none; names the field.
    """
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Invalid(field) from None
