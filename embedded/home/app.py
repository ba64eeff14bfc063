"""The demo's page over HTTP: complete without a script, live with one.

People are chosen by a handle that means nothing and lives as long as this process; no address,
title or stored thing of the browser says who is looked at.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from embedded.home.feed import Feed, as_text, proof_of
from embedded.home.headers import PageHeaders
from embedded.home.picture import GATES, picture_of, reasons_of
from embedded.home.rows import ROWS
from embedded.home.sight import FIRST, KINDS, Sight
from embedded.main import Embedded
from embedded.progress import Progress
from services.dataexchange.commands import RedriveHeld
from services.dataexchange.handlers import views
from services.dataexchange.handlers.commit import Desk
from services.dataexchange.handlers.redrive import redrive_held
from shared.kernel.agencies import EXCHANGE
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import random_id
from shared.web.problems import problem

HERE: Final = Path(__file__).parent
BEAT_S: Final = 1.5
"""Seconds between two looks at what goes on."""

DEFAULT_ROW: Final = 7
"""The row that is explained first: the telephone, which needs consent."""


@dataclass(slots=True)
class Page:
    """What the routes work with."""

    embedded: Embedded
    progress: Progress
    sight: Sight
    templates: Environment

    def render(self, template: str, status: int = HTTPStatus.OK, **shown: object) -> HTMLResponse:
        """Return a page or a part of one."""
        return HTMLResponse(self.templates.get_template(template).render(**shown), status)

    async def home(self, request: Request) -> Response:
        """Return the whole page."""
        part = await self.person_part(request)
        now = await self.now_part()
        return self.render("home.html", kinds=KINDS, person=part, now=now)

    async def person(self, request: Request) -> Response:
        """Return the picture of one person alone, for the script."""
        return HTMLResponse(await self.person_part(request))

    async def person_part(self, request: Request) -> str:
        """Return the picture of the person asked for, or of somebody."""
        kind = request.query_params.get("kind", "")
        handle = request.query_params.get("p") if not kind else None
        seen = await self.sight.look(handle) if handle else None
        if seen is None:
            handle = await self.sight.find(kind or FIRST) or await self.sight.find("any")
            seen = await self.sight.look(handle) if handle else None
        template = self.templates.get_template("person.html")
        if seen is None or handle is None:
            return template.render(picture=None)
        chosen = row_of(request.query_params.get("row"))
        return template.render(
            picture=picture_of(seen),
            handle=handle,
            chosen=chosen,
            row=ROWS[chosen],
            gates=list(GATES.values()),
            reasons=reasons_of(ROWS[chosen], seen),
        )

    async def now_part(self) -> str:
        """Return how far the replay is, what waits, and how the log stands."""
        exchange = self.embedded.databases[EXCHANGE]
        tallies = await exchange.transact(views.tallies)
        return self.templates.get_template("now.html").render(
            progress=self.progress,
            full=sum(count for (_, word), count in tallies.items() if word == "full"),
            partial=sum(count for (_, word), count in tallies.items() if word == "partial"),
            withheld=sum(
                count for (_, word), count in tallies.items() if word not in ("full", "partial")
            ),
            held=await exchange.transact(views.held),
            proof=await exchange.transact(lambda session: proof_of(session, self.embedded)),
        )

    async def live(self, _: Request) -> Response:
        """Return a stream of what goes on now."""
        return StreamingResponse(self.beats(), media_type="text/event-stream")

    async def beats(self) -> AsyncIterator[str]:
        """Yield what goes on, again and again."""
        feed = Feed(self.embedded)
        yield "retry: 5000\n\n"
        while True:
            now = "".join(f"data: {line}\n" for line in (await self.now_part()).splitlines())
            yield f"event: now\n{now}\n"
            yield f"event: flow\ndata: {as_text(await feed.flows())}\n\n"
            await asyncio.sleep(BEAT_S)

    async def again(self, request: Request) -> Response:
        """Ask the owner of something held to send it again; a page of another site may not."""
        if is_from_elsewhere(request):
            return problem(HTTPStatus.FORBIDDEN, "from_elsewhere")
        command = RedriveHeld(handle=request.path_params["handle"])

        def work(session: Session) -> None:
            desk = Desk(session, self.embedded.deployment, self.embedded.clock(), random_id)
            redrive_held(command, desk=desk)

        try:
            await self.embedded.databases[EXCHANGE].transact(work)
        except NotFound:
            return self.render("gone.html", HTTPStatus.NOT_FOUND)
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)


def row_of(text: str | None) -> int:
    """Return the row asked for, or the first that is explained."""
    known = text is not None and text.isascii() and text.isdigit() and int(text) < len(ROWS)
    return int(text) if known and text is not None else DEFAULT_ROW


def is_from_elsewhere(request: Request) -> bool:
    """Return whether a browser sent this from a page of another origin.

    Browsers say so themselves; older ones tell the origin only. Neither means no browser. Source:
    W3C, "Fetch Metadata Request Headers"; RFC 6454, section 7.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    own = f"{request.url.scheme}://{request.url.netloc}"
    return request.headers.get("origin", own) != own


def home_app(embedded: Embedded, progress: Progress) -> Starlette:
    """Return the page of a demonstration."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    page = Page(embedded, progress, Sight(embedded, progress), environment)
    return Starlette(
        routes=[
            Route("/", page.home),
            Route("/person", page.person),
            Route("/live", page.live),
            Route("/held/{handle}/again", page.again, methods=["POST"]),
            Mount("/static", app=StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(PageHeaders)],
    )
