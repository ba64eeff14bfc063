"""How much waits, and has it been answered? Numbers and codes only, for the operating staff.

Every service mounts these routes; its wiring is an `Acting` whose store has an outbox and counts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from shared.events.event import Topic
from shared.kernel.agencies import Role
from shared.storage.outbox import Outbox, OutboxState
from shared.web.acting import Acting
from shared.web.caller import Caller, calls

router = APIRouter(prefix="/v1/operations", tags=["operations"])

Operator = Annotated[Caller, calls(Role.SYSADMIN)]


class Kept(Protocol):
    """A service's store, as far as its operating staff looks into it."""

    @property
    def outbox(self) -> Outbox:
        """What must be announced."""
        ...

    def health(self) -> Mapping[str, int]:
        """Return how much waits, by what; a service may count more than `Health` names."""
        ...


def acting_of(request: Request) -> Acting[Kept]:
    """Return what the service was built with."""
    acting: Acting[Kept] = request.app.state.context
    return acting


Wired = Annotated[Acting[Kept], Depends(acting_of)]


class Health(BaseModel):
    """Whether the service works, how much it has to tell and to hear again, and its own counts."""

    model_config = ConfigDict(extra="allow")

    open_rows: int
    gaps: int
    """Partitions of the own stream in which a number is missing: what they told is stale."""
    unreadable: int


class OpenRows(BaseModel):
    """Rows of one kind and in one state; no reference, no content."""

    topic: Topic
    wire: str
    sent: bool
    outcome: str | None
    code: str | None
    rows: int
    oldest: datetime


class OpenRowsFound(BaseModel):
    """All open rows, and those that were told to nobody, grouped."""

    open_rows: list[OpenRows]
    refused: list[OpenRows]


class Resent(BaseModel):
    """How many rows go again."""

    rows: int


@router.get("/health")
async def get_health(wired: Wired, _: Operator) -> Health:
    """Return how much waits."""
    return await wired.run(lambda store, _: Health.model_validate(dict(store.health())))


@router.get("/open-rows")
async def get_open_rows(wired: Wired, _: Operator) -> OpenRowsFound:
    """Return what the exchange has not answered yet, and what it told nobody."""
    return await wired.run(lambda store, _: rows_found(store.outbox))


@router.post("/open-rows/resend", status_code=HTTPStatus.ACCEPTED)
async def post_resend(wired: Wired, _: Operator) -> Resent:
    """Send every open row again, in order; the exchange takes each once."""
    return await wired.run(lambda store, _: Resent(rows=store.outbox.resend()))


def rows_found(outbox: Outbox) -> OpenRowsFound:
    """Return the rows that staff must know of, without any reference."""
    return OpenRowsFound(
        open_rows=grouped(outbox.open_rows()), refused=grouped(outbox.refused_rows())
    )


def grouped(states: Sequence[OutboxState]) -> list[OpenRows]:
    """Return how many rows there are of each kind and state, and since when."""
    groups: dict[tuple[Topic, str, bool, str | None, str | None], list[datetime]] = {}
    for row in states:
        kind = (row.topic, row.wire, row.sent_at is not None, row.outcome, row.code)
        groups.setdefault(kind, []).append(row.recorded_at)
    return [
        OpenRows(
            topic=topic,
            wire=wire,
            sent=sent,
            outcome=outcome,
            code=code,
            rows=len(times),
            oldest=min(times),
        )
        for (topic, wire, sent, outcome, code), times in groups.items()
    ]
