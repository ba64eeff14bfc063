"""How much waits, and has it been answered? Numbers and codes only, for the operating staff."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from services.registration.api.wiring import Wired
from services.registration.store import Store
from shared.events.event import Topic
from shared.kernel.agencies import Role
from shared.storage.outbox import OutboxState
from shared.web.caller import Caller, calls

router = APIRouter(prefix="/v1/operations", tags=["operations"])

Operator = Annotated[Caller, calls(Role.SYSADMIN)]


class Health(BaseModel):
    """That the service answers, and how much waits."""

    registered: int
    waiting: int
    corrections: int
    encounters_overdue: int
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


class OpenRowsFound(BaseModel):
    """All rows that the exchange has not answered, and those that it refused, grouped."""

    open_rows: list[OpenRows]
    refused: list[OpenRows]
    """These were not told to anyone."""


class Resent(BaseModel):
    """How many rows go again."""

    rows: int


@router.get("/health")
async def get_health(wired: Wired, _: Operator) -> Health:
    """Return how much waits."""
    return await wired.run(health_of)


@router.get("/open-rows")
async def get_open_rows(wired: Wired, _: Operator) -> OpenRowsFound:
    """Return what the exchange has not answered yet, and what it refused."""
    return await wired.run(
        lambda store, _: OpenRowsFound(
            open_rows=grouped(store.outbox.open_rows()),
            refused=grouped(store.outbox.refused_rows()),
        )
    )


@router.post("/open-rows/resend", status_code=HTTPStatus.ACCEPTED)
async def post_resend(wired: Wired, _: Operator) -> Resent:
    """Send every open row again, in order; the exchange takes each once."""
    return await wired.run(lambda store, _: Resent(rows=store.outbox.resend()))


def health_of(store: Store, _: datetime) -> Health:
    """Return the numbers of one moment."""
    gaps, unreadable = store.count_unheard()
    return Health(
        registered=store.people.count(),
        waiting=store.waiting.count(),
        corrections=store.corrections.count(),
        encounters_overdue=store.encounters.count_overdue(),
        open_rows=store.count_open_rows(),
        gaps=gaps,
        unreadable=unreadable,
    )


def grouped(states: Sequence[OutboxState]) -> list[OpenRows]:
    """Return how many rows there are of each kind and state."""
    kinds = Counter(
        (row.topic, row.wire, row.sent_at is not None, row.outcome, row.code) for row in states
    )
    return [
        OpenRows(topic=topic, wire=wire, sent=sent, outcome=outcome, code=code, rows=rows)
        for (topic, wire, sent, outcome, code), rows in kinds.items()
    ]
