"""Simulated staff falls and is taken up where it fell; a half-written file says nothing."""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from embedded.demo import Replay
from embedded.main import start
from embedded.partners.book import Book
from embedded.partners.calls import Unexpected
from embedded.partners.clerk import Clerks
from embedded.partners.profiler import Profilers
from embedded.people import Traveller, travellers
from embedded.report import reckon_up
from embedded.virtual import VirtualClock
from tests.embedded.failing import Flaky

DAY = date(2022, 7, 1)
COUNTS: Mapping[date, int] = {DAY: 60}
SEED = 10


class Fell(BaseException):
    """The process ends: nobody handles it."""


def test_what_a_person_wished_is_written_down_although_the_clerk_fell_after_registering_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = [one for one in travellers(SEED, DAY, COUNTS[DAY]) if wishes(one)]
    write_down = Clerks.write_down

    async def fall(clerks: Clerks, traveller: Traveller, person: str) -> None:
        if wishes(traveller):
            raise Fell
        await write_down(clerks, traveller, person)

    monkeypatch.setattr(Clerks, "write_down", fall)
    with pytest.raises((Fell, BaseExceptionGroup)):
        asyncio.run(live(tmp_path))
    monkeypatch.setattr(Clerks, "write_down", write_down)
    lost, doubled = asyncio.run(live(tmp_path))

    assert wish
    assert (lost, doubled) == (0, 0)


def wishes(traveller: Traveller) -> bool:
    return traveller.boat is not None and (traveller.withholds_name or traveller.worry is not None)


async def live(path: Path) -> tuple[int, int]:
    """Run one life of a demonstration; return how many are lost, and how many doubled."""
    embedded = await start(path / "run", seed=SEED, first=DAY)
    embedded.run()
    try:
        await Replay(embedded, COUNTS).run()
        people = (await reckon_up(embedded, COUNTS)).people
    finally:
        await embedded.stop()
    return people.lost, people.doubled


def test_services_that_fail_now_and_then_lose_and_double_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httpx, "ASGITransport", Flaky)

    lost, doubled = asyncio.run(live(tmp_path))

    assert (lost, doubled) == (0, 0)


def test_the_book_knows_whom_nobody_finished(tmp_path: Path) -> None:
    book = Book(tmp_path / "book")
    book.begin("WB-1", "P1")
    book.begin("WB-2", "P2")
    book.finish("WB-1", "P1")

    assert Book(tmp_path / "book").open == {"WB-2": "P2"}


def test_a_line_that_was_cut_off_says_nothing_and_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "book"
    file.write_text("\nbegun WB-1 P1\nbegun WB-2", encoding="ascii")

    Book(file).begin("WB-3", "P3")

    assert Book(file).open == {"WB-1": "P1", "WB-3": "P3"}


def test_case_time_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begins = datetime(2022, 7, 1, 6, tzinfo=UTC)
    clock = VirtualClock(tmp_path / "clock.txt", begins)
    clock.advance(begins + timedelta(minutes=5))

    def fall(file: int) -> None:
        os.ftruncate(file, 4)
        raise Fell

    monkeypatch.setattr(os, "fsync", fall)
    with pytest.raises(Fell):
        clock.advance(begins + timedelta(minutes=9))

    assert VirtualClock(tmp_path / "clock.txt", begins)() == begins + timedelta(minutes=5)


async def test_a_refused_hearing_is_not_taken_for_heard(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(403, json={"code": "forbidden"})
        return httpx.Response(200, json={"concerns": [{"id": "one", "heard_at": None}]})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://profiling")
    staff = Profilers(client, str, seed=SEED, counts=COUNTS, book=Book(tmp_path / "book"))

    with pytest.raises(Unexpected):
        await staff.hear_concerns()

    assert staff.heard == set()
