"""Looking into every agency's file at once, which only the demo may: its people are invented.

Each agency is asked through its own HTTP interface, as its own staff would; who is whom, only the
exchange knows, and it is asked in this process.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import msgspec
from sqlalchemy import text
from sqlmodel import Session

from embedded.home.rows import COLUMNS, ROWS
from embedded.main import Embedded
from embedded.people import Traveller, reference_of, travellers
from embedded.progress import Progress
from services.dataexchange.handlers import views
from services.dataexchange.handlers.views import Reasons
from shared.kernel.agencies import BORDER, EXCHANGE, RECEPTION, UNHCR, Agency, Role
from shared.kernel.categories import Category
from shared.kernel.identifiers import Reference

KINDS: Final = {
    "first": "Agreed to be called",
    "second": "Changed their mind",
    "third": "Afraid to go back",
    "fourth": "Child alone",
    "fifth": "Keeps the name from UNHCR",
}
"""Kinds of people that show something, in words; an address says only which of them."""

FIRST: Final = next(iter(KINDS))
CHOSEN: Final[Mapping[str, Callable[[Traveller], bool]]] = {
    "first": lambda one: one.agrees_to_be_called and not one.withdraws,
    "second": lambda one: one.withdraws,
    "third": lambda one: one.fear is not None,
    "fourth": lambda one: one.child_alone,
    "fifth": lambda one: one.withholds_name,
}
"""Who is of a kind."""

MOST_HANDLES: Final = 500

NAMES: Final = (
    "select other.agency, other.reference from reference mine "
    "join reference other on other.subject = mine.subject "
    "where mine.agency = :agency and mine.reference = :person"
)
REGISTERED: Final = "select person from person where person = :person"
WALKED_IN: Final = (
    "select p.person from person p "
    "join person_version v on v.person = p.person and v.version = p.version "
    "where p.encounter is null and instr(v.state, cast(:phone as blob)) > 0"
)
"""The border never met those who come by themselves: they are few, and known by their number."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One person, as each agency holds them, and why."""

    held: Mapping[Agency, Mapping[str, Any]]
    """By agency: what its own file holds of what the border told and reception told."""
    concern: str | None
    """State of a concern at UNHCR's protection desk; None if there is none."""
    reasons: Mapping[tuple[Agency, Agency, Category], Reasons]


@dataclass(slots=True)
class Sight:
    """The demo's view of everybody."""

    embedded: Embedded
    progress: Progress
    handles: dict[str, str] = field(default_factory=dict)
    """Random names under which people are shown, by viewing; they mean nothing elsewhere."""

    async def find(self, kind: str) -> str | None:
        """Return a handle of somebody of a kind who is registered; None while there is nobody."""
        for traveller in self.candidates(kind):
            person = await self.registered(traveller)
            if person is not None:
                return self.handle(person)
        return None

    def candidates(self, kind: str) -> list[Traveller]:
        """Return who may be shown, in an order that differs each time for `any`."""
        people = [
            traveller
            for day in self.progress.days
            if day in self.progress.done or day == self.progress.day
            for traveller in travellers(self.embedded.seed, day, self.progress.counts[day])
        ]
        chosen = CHOSEN.get(kind)
        if chosen is None:
            return [people[secrets.randbelow(len(people))] for _ in range(20)] if people else []
        return [one for one in people if chosen(one)]

    def handle(self, person: str) -> str:
        """Return a random name for a person, for this viewing only."""
        if len(self.handles) >= MOST_HANDLES:
            self.handles.clear()
        handle = secrets.token_urlsafe(9)
        self.handles[handle] = person
        return handle

    async def registered(self, traveller: Traveller) -> str | None:
        """Return reception's reference of somebody, if they are registered."""
        if traveller.boat is None:
            found = await self.first(RECEPTION, WALKED_IN, phone=traveller.phone)
        else:
            names = await self.names(BORDER, reference_of(traveller))
            found = await self.first(RECEPTION, REGISTERED, person=names.get(RECEPTION))
        return None if found is None else str(found)

    async def look(self, handle: str) -> Seen | None:
        """Return what everybody holds of the person behind a handle; None if there is none."""
        person = self.handles.get(handle)
        if person is None:
            return None
        names = await self.names(RECEPTION, person)
        at_unhcr = await self.ask(UNHCR, f"/v1/profiles/{names.get(UNHCR, 'none')}", Role.PROFILER)
        registered = await self.ask(RECEPTION, f"/v1/persons/{person}", Role.INTAKE)
        told = at_unhcr.get("told", {})
        concerns = at_unhcr.get("concerns", [])
        return Seen(
            held={
                BORDER: await self.at_border(names.get(BORDER)),
                RECEPTION: registered | await self.heard_at_reception(person),
                UNHCR: told.get(BORDER, {}) | told.get(RECEPTION, {}),
            },
            concern=concerns[0]["state"] if concerns else None,
            reasons=await self.reasons(person),
        )

    async def names(self, agency: Agency, person: str) -> Mapping[Agency, str]:
        """Return what each agency calls a person, as only the exchange knows."""
        wanted = {"agency": agency, "person": person}
        rows = await self.rows(EXCHANGE, NAMES, wanted)
        return {Agency(row[0]): str(row[1]) for row in rows}

    async def ask(self, agency: Agency, path: str, role: Role) -> dict[str, Any]:
        """Return what an agency's own staff would see; nothing if it does not know the person."""
        services = {RECEPTION: self.embedded.registration, UNHCR: self.embedded.profiling}
        badge = self.embedded.badge(agency, "picture")
        transport = httpx.ASGITransport(app=services[agency].app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            answer = await client.get(path, headers={"Authorization": f"Bearer {badge(role)}"})
        return dict(answer.json()) if answer.is_success else {}

    async def at_border(self, person: str | None) -> dict[str, Any]:
        """Return the short form in the border's own file."""
        return await self.json(BORDER, "select form from screened where person = :p", person)

    async def heard_at_reception(self, person: str) -> dict[str, Any]:
        """Return what reception has heard of the border about a person."""
        question = (
            "select body from heard where about = :p and wire like '%Screening%' "
            "order by number desc"
        )
        heard = await self.json(RECEPTION, question, person)
        return {name: heard[name] for name in ("reception_needs", "child_alone") if name in heard}

    async def json(self, agency: Agency, question: str, person: str | None) -> dict[str, Any]:
        """Return one event kept as JSON in a part's database; nothing if there is none."""
        found = await self.first(agency, question, p=person)
        return {} if found is None else dict(msgspec.json.decode(found))

    async def first(self, agency: Agency, question: str, **wanted: str | None) -> Any | None:  # noqa: ANN401
        """Return the first value that answers a question to a part's database, or None."""
        rows = await self.rows(agency, question, wanted)
        return rows[0][0] if rows else None

    async def rows(
        self, agency: Agency, question: str, wanted: Mapping[str, str | None]
    ) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question to a part's database."""

        def work(session: Session) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in session.connection().execute(text(question), wanted)]

        return await self.embedded.databases[agency].transact(work)

    async def reasons(self, person: str) -> Mapping[tuple[Agency, Agency, Category], Reasons]:
        """Ask the exchange why each agency may see each row, or may not."""
        authors: dict[Agency, tuple[Category, ...]] = {}
        for row in ROWS:
            authors[row.author] = (*authors.get(row.author, ()), row.category)
        found = await self.embedded.databases[EXCHANGE].transact(
            lambda session: views.reasons(
                session,
                RECEPTION,
                Reference(person),
                deployment=self.embedded.deployment,
                authors=authors,
                recipients=COLUMNS,
                on=self.embedded.clock().date(),
            )
        )
        return {(one.author, one.recipient, one.category): one for one in found}
