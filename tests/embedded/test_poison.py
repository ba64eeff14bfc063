"""One event that nobody can read: it waits, is shown, and goes on once its author has mended it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from http import HTTPStatus
from pathlib import Path

import httpx
from sqlalchemy import text
from sqlmodel import Session

from embedded.demo import Staff
from embedded.main import Embedded, start
from embedded.settling import counts_of, has_arrived
from shared.kernel.agencies import BORDER, EXCHANGE, Role

DAY = date(2022, 7, 1)
COUNTS = {DAY: 14}
SCREENINGS = "select seq, body from outbox where wire like '%.ScreeningCompleted.v1' order by seq"
SPOIL = text("update outbox set body = :body where seq = :seq")


def test_a_poison_event_is_held_and_goes_on_when_mended_and_nothing_else_waits(
    tmp_path: Path,
) -> None:
    asyncio.run(_poison(tmp_path / "run"))


async def _poison(folder: Path) -> None:
    embedded = await start(folder, seed=10, first=DAY)
    try:
        while await embedded.border.land(10, DAY, COUNTS[DAY]):
            pass
        seq, body = await spoil_one(embedded)
        embedded.run()

        async with Staff(embedded, COUNTS) as (clerks, _):
            await clerks.walk_ins(DAY)
            await until(lambda: rests(embedded, clerks.work))
            held = await ask(embedded, "GET", "/v1/held")

            assert [(one["agency"], one["code"]) for one in held] == [(BORDER, "unreadable")]
            assert await outcome_of(embedded, seq) == "HELD"

            await write(embedded, seq, body)
            await ask(embedded, "POST", f"/v1/held/{held[0]['handle']}/redrive")
            await until(lambda: none_held(embedded))
            await until(lambda: rests(embedded, clerks.work))

        counts = await counts_of(embedded)
        assert counts.registered == counts.profiled == COUNTS[DAY]
        assert await outcome_of(embedded, seq) == "TAKEN"
    finally:
        await embedded.stop()


async def spoil_one(embedded: Embedded) -> tuple[int, bytes]:
    """Break what the border tells of one person; return its place and how it was."""

    def work(session: Session) -> tuple[int, bytes]:
        seq, body = session.connection().execute(text(SCREENINGS)).all()[2]
        session.connection().execute(SPOIL, {"seq": seq, "body": b'{"person": 1'})
        return int(seq), bytes(body)

    return await embedded.databases[BORDER].transact(work)


async def write(embedded: Embedded, seq: int, body: bytes) -> None:
    """Mend it at the border, where it was made."""
    values = {"seq": seq, "body": body}
    await embedded.databases[BORDER].transact(
        lambda session: session.connection().execute(SPOIL, values)
    )


async def ask(embedded: Embedded, method: str, path: str) -> list[dict[str, str]]:
    """Return what the exchange answers to its operating staff."""
    badge = embedded.badge(EXCHANGE, "operator")
    transport = httpx.ASGITransport(app=embedded.exchange.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://exchange") as client:
        headers = {"Authorization": f"Bearer {badge(Role.SYSADMIN)}"}
        answer = await client.request(method, path, headers=headers)
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.ACCEPTED)
    found = answer.json()
    return found if isinstance(found, list) else [found]


async def outcome_of(embedded: Embedded, seq: int) -> str:
    """Return what the border knows of an event's outcome."""
    question = text("select outcome from outbox where seq = :seq")
    return await embedded.databases[BORDER].transact(
        lambda session: str(session.connection().execute(question, {"seq": seq}).scalar_one())
    )


async def none_held(embedded: Embedded) -> bool:
    return not await ask(embedded, "GET", "/v1/held")


async def rests(embedded: Embedded, work: Callable[[], Awaitable[int]]) -> bool:
    """Return whether everything has arrived and the clerks had nothing left to do."""
    done = await work()
    counts = await counts_of(embedded)
    everybody = counts.registered == counts.profiled == COUNTS[DAY]
    return done == 0 and everybody and await has_arrived(embedded)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; the test's own time limit ends it."""
    while not await holds():  # noqa: ASYNC110 - what is waited for lies in several databases
        await asyncio.sleep(0.02)
