"""The page: whole without a script, nothing from elsewhere, nobody named in an address."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from embedded.demo import Replay
from embedded.home.app import HERE, home_app
from embedded.home.picture import picture_of, reasons_of
from embedded.home.rows import ROWS
from embedded.home.sight import KINDS, Seen, Sight
from embedded.main import start
from services.dataexchange.rules.explain import Gate
from shared.kernel.agencies import RECEPTION, UNHCR
from tests.embedded.running import SEED

COUNTS: Mapping[date, int] = {date(2022, 7, 1): 150}


class Shown:
    """What the page answered while the demonstration was still there."""

    def __init__(self) -> None:
        self.pages: dict[str, httpx.Response] = {}
        self.seen: dict[str, Seen] = {}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return asyncio.run(look(tmp_path_factory.mktemp("page") / "run"))


async def look(folder: Path) -> Shown:
    embedded = await start(folder, seed=SEED, first=min(COUNTS))
    embedded.run()
    try:
        replay = Replay(embedded, COUNTS)
        shown = Shown()
        app = home_app(embedded, replay.progress)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://demo") as client:
            shown.pages["before"] = await client.get("/")
            await replay.run()
            for path in ("/", "/?kind=any", "/?p=nobody&row=99", "/person?kind=changed"):
                shown.pages[path] = await client.get(path)
            for name in ("tenpoint.css", "home.css", "home.js", "ten.svg"):
                shown.pages[name] = await client.get(f"/static/{name}")
            shown.pages["gone"] = await client.post("/held/nothing/again")
        sight = Sight(embedded, replay.progress)
        for kind in KINDS:
            handle = await sight.find(kind)
            seen = await sight.look(handle) if handle else None
            if seen is not None:
                shown.seen[kind] = seen
        return shown
    finally:
        await embedded.stop()


def test_before_anybody_is_there_the_page_says_so(shown: Shown) -> None:
    assert "Nobody is registered yet" in shown.pages["before"].text


def test_the_page_is_whole_without_a_script(shown: Shown) -> None:
    text = shown.pages["/"].text

    assert shown.pages["/"].status_code == 200
    assert all(row.label in text for row in ROWS)
    assert "Signed up to record" in text
    assert "Demo. Invented people" in text


def test_there_is_no_script_and_no_style_in_the_page_and_nothing_from_elsewhere(
    shown: Shown,
) -> None:
    for page in (shown.pages["/"], shown.pages["before"]):
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        assert page.headers["cache-control"] == "no-store"
        assert re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", page.text) is None
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text) == []


def test_nobody_is_named_in_a_title_or_an_address(shown: Shown) -> None:
    text = shown.pages["/"].text
    name = re.search(r"<bdi>([^<]+)</bdi><small>", text)
    assert name is not None

    title = re.search(r"<title>([^<]*)</title>", text)
    addresses = " ".join(re.findall(r'href="([^"]*)"', text))

    assert title is not None
    assert name[1] not in title[1] + addresses
    assert re.search(r"[PGN][WX][0-9A-Z]{26}", text) is None


def test_a_handle_that_means_nothing_shows_somebody_else(shown: Shown) -> None:
    assert shown.pages["/?p=nobody&row=99"].status_code == 200


def test_assets_are_small(shown: Shown) -> None:
    assert len(shown.pages["tenpoint.css"].content) <= 8_000
    assert len(shown.pages["home.css"].content) <= 8_000
    assert len(shown.pages["home.js"].content) <= 14_000
    assert shown.pages["ten.svg"].status_code == 200


def test_what_waits_no_longer_is_not_found(shown: Shown) -> None:
    assert shown.pages["gone"].status_code == 404


def cell(seen: Seen, label: str, name: str) -> tuple[str, str]:
    line = next(line for line in picture_of(seen).lines if line.label == label)
    found = next(cell for cell in line.cells if cell.column.name == name)
    return found.kind, found.text


def test_who_agreed_is_called_by_unhcr_and_by_nobody_else(shown: Shown) -> None:
    seen = shown.seen["agreed"]

    assert cell(seen, "Safe telephone", "UNHCR")[0] == "full"
    assert cell(seen, "Safe telephone", "IOM") == ("withheld", "No agreement")
    assert cell(seen, "Safe telephone", "Border police") == ("withheld", "Not for this agency")


def test_who_changed_their_mind_is_no_longer_called(shown: Shown) -> None:
    kind, text = cell(shown.seen["changed"], "Safe telephone", "UNHCR")

    assert (kind, text) == ("withheld", "No consent")
    assert "contact" not in shown.seen["changed"].held[UNHCR]


def test_who_keeps_a_name_keeps_it(shown: Shown) -> None:
    kind, text = cell(shown.seen["name"], "Name", "UNHCR")

    assert kind == "withheld"
    assert text in ("Own wish", "Told before the no")


def test_a_fear_is_seen_by_unhcr_alone(shown: Shown) -> None:
    seen = shown.seen["afraid"]

    assert cell(seen, "Fear of return", "UNHCR")[1] == "Sealed, for its protection desk"
    assert {cell(seen, "Fear of return", name)[0] for name in ("Reception", "IOM")} == {"withheld"}


def test_the_reasons_are_the_exchanges(shown: Shown) -> None:
    seen = shown.seen["agreed"]
    row = next(row for row in ROWS if row.label == "Safe telephone")
    key = (RECEPTION, UNHCR, row.category)
    told: Any = seen.reasons[key]
    withheld = type(told.explanation.outcome)(0)
    closed = told._replace(
        explanation=replace(told.explanation, outcome=withheld, closed_by=Gate.AGE)
    )
    changed = replace(seen, reasons={**seen.reasons, key: closed})

    reason = next(one for one in reasons_of(row, changed) if one.column.name == "UNHCR")
    assert (reason.kind, reason.text) == ("withheld", "Because of age")
    assert reason.gates.index("closed") == 6


def test_what_people_say_is_escaped() -> None:
    assert "autoescape=True" in (HERE / "app.py").read_text()
    assert "| safe" not in (HERE / "templates" / "person.html").read_text()
    assert "| safe" not in (HERE / "templates" / "now.html").read_text()
