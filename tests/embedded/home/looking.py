"""What the page answered, and what was seen, while a demonstration was still there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
from sqlalchemy import text
from sqlmodel import Session

from embedded.demo import Replay
from embedded.home.app import home_app
from embedded.home.feed import Flow, Proof, kind_of, proof_of, words_of
from embedded.home.sight import KINDS, NAMES, REGISTERED, WALKED_IN, Seen, Sight
from embedded.main import Embedded, start
from embedded.people import travellers
from services.dataexchange.store import log
from shared.kernel.agencies import EXCHANGE, RECEPTION
from tests.embedded.running import SEED

DAY = date(2022, 7, 1)
COUNTS: Mapping[date, int] = {DAY: 150}
OWN = "http://demo"
SITES: Mapping[str, Mapping[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
    "another port": {"Sec-Fetch-Site": "same-site", "Origin": "http://demo:81"},
    "another site, by origin": {"Origin": "http://elsewhere"},
    "nobody knows, by origin": {"Origin": "null"},
    "own page": {"Sec-Fetch-Site": "same-origin", "Origin": OWN},
    "own page, without a referrer": {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    "own page, by origin": {"Origin": OWN},
}
"""From where a browser may send a form, and what it says of it."""


@dataclass
class Shown:
    """What the page answered."""

    pages: dict[str, httpx.Response] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    found: dict[str, str | None] = field(default_factory=dict)
    """By telephone number: the number of whoever was found."""
    plans: list[str] = field(default_factory=list)
    """How the database goes about finding somebody."""
    proof: Proof | None = None
    records: int = 0
    flows: list[Flow] = field(default_factory=list)
    """Everything that crossed."""


async def look(folder: Path) -> Shown:
    embedded = await start(folder, seed=SEED, first=min(COUNTS))
    embedded.run()
    try:
        replay = Replay(embedded, COUNTS)
        shown = Shown()
        transport = httpx.ASGITransport(app=home_app(embedded, replay.progress))
        async with httpx.AsyncClient(transport=transport, base_url=OWN) as client:
            shown.pages["before"] = await client.get("/")
            await replay.run()
            await ask(client, shown)
        await see(Sight(embedded, replay.progress), shown)
        exchange = embedded.databases[EXCHANGE]
        shown.flows = await exchange.transact(lambda session: list(flows(session)))
        shown.proof = await exchange.transact(lambda session: proof_of(session, embedded))
        shown.records = (await exchange.transact(log.lock_head)).size
        shown.plans = await plans(embedded)
        return shown
    finally:
        await embedded.stop()


async def ask(client: httpx.AsyncClient, shown: Shown) -> None:
    for path in ("/", "/?kind=any", "/?p=nobody&row=99", "/person?kind=second"):
        shown.pages[path] = await client.get(path)
    for name in ("tenpoint.css", "home.css", "home.js", "ten.svg"):
        shown.pages[name] = await client.get(f"/static/{name}")
    shown.pages["gone"] = await client.post("/held/nothing/again")
    for site, headers in SITES.items():
        shown.pages[site] = await client.post("/held/nothing/again", headers=headers)


async def see(sight: Sight, shown: Shown) -> None:
    for kind in KINDS:
        handle = await sight.find(kind)
        seen = await sight.look(handle) if handle else None
        if seen is not None:
            shown.seen[kind] = seen
    for one in travellers(SEED, DAY, COUNTS[DAY]):
        person = await sight.registered(one)
        seen = await sight.look(sight.handle(person)) if person else None
        shown.found[one.phone] = seen.held[RECEPTION]["contact"] if seen else None


def flows(session: Session) -> Iterator[Flow]:
    for number in range(log.lock_head(session).size):
        for release in log.read(session, number)[1].releases:
            words = words_of(release)
            if words is not None:
                yield Flow(*words, kind_of(release, session))


async def plans(embedded: Embedded) -> list[str]:
    found: list[str] = []
    for agency, question in (
        (EXCHANGE, NAMES),
        (RECEPTION, REGISTERED),
        (RECEPTION, WALKED_IN),
    ):

        def explain(session: Session, question: str = question) -> list[str]:
            wanted = dict.fromkeys(("agency", "person", "phone"), "x")
            asked = text(f"explain query plan {question}")
            known = {name: wanted[name] for name in asked.compile().params}
            return [str(row[3]) for row in session.connection().execute(asked, known)]

        found += await embedded.databases[agency].transact(explain)
    return found
