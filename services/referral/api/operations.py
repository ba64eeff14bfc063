"""How much waits, and has it been answered? Numbers and codes only, for the operating staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from services.referral.api.wiring import Wired
from services.referral.store import Store
from shared.events.event import Topic
from shared.kernel.agencies import Role
from shared.storage.outbox import OutboxState
from shared.web.caller import Caller, calls

router = APIRouter(prefix="/v1/operations", tags=["operations"])

Operator = Annotated[Caller, calls(Role.SYSADMIN)]


class Health(BaseModel):
    """Whether the service works, and how much it has to tell and to hear again."""

    open_rows: int
    gaps: int
    """Partitions of the own stream in which a number is missing: what they told is stale."""
    unreadable: int


class OpenRows(BaseModel):
    """Open rows of one kind and in one state; no reference, no content."""

    topic: Topic
    wire: str
    sent: bool
    outcome: str | None
    code: str | None
    rows: int
    oldest: datetime


class OpenRowsFound(BaseModel):
    """All open rows, and those that the exchange refused, grouped."""

    open_rows: list[OpenRows]
    refused: list[OpenRows]
    """These were not told to anyone."""


class Resent(BaseModel):
    """How many rows go again."""

    rows: int


@router.get("/health")
async def get_health(wired: Wired, _: Operator) -> Health:
    """Return how much waits."""
    return await wired.run(lambda store, _: Health(**store.health()))


@router.get("/open-rows")
async def get_open_rows(wired: Wired, _: Operator) -> OpenRowsFound:
    """Return what the exchange has not answered yet, and what it refused."""
    return await wired.run(lambda store, _: rows_found(store))


@router.post("/open-rows/resend")
async def post_resend(wired: Wired, _: Operator) -> Resent:
    """Send every open row again, in order; the exchange takes each once."""
    return await wired.run(lambda store, _: Resent(rows=store.outbox.resend()))


def rows_found(store: Store) -> OpenRowsFound:
    """Return the rows that staff must know of, without any reference."""
    return OpenRowsFound(
        open_rows=grouped(store.outbox.open_rows()),
        refused=grouped(store.outbox.refused_rows()),
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
