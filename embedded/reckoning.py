"""Lost or doubled: what the services hold, compared with what the seed says.

Only the demo may look into every agency's file at once; its people are invented.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import text
from sqlmodel import Session

from embedded.main import Embedded
from embedded.people import Traveller, travellers
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Numbers of people, concerns and acts; `lost` and `doubled` must be 0."""

    arrived: int
    registered: int
    profiles: int
    concerns: int
    in_time: int
    corrected: int
    withdrawn: int
    lost: int
    doubled: int


Rows = list[tuple[str, ...]]


async def ask(embedded: Embedded, agency: str, question: str) -> Rows:
    """Return the rows that answer a question to one part's database."""

    def work(session: Session) -> Rows:
        return [tuple(row) for row in session.connection().execute(text(question))]

    found = {str(known): database for known, database in embedded.databases.items()}
    return await found[agency].transact(work)


async def reckon(embedded: Embedded, counts: Mapping[date, int]) -> Reckoning:
    """Compare everybody of the days with what reception and UNHCR hold."""
    people = [
        traveller
        for day, count in counts.items()
        for traveller in travellers(embedded.seed, day, count)
    ]
    registered = await registrations(embedded)
    profiled = await ask(embedded, UNHCR, "select person from profile")
    profiles = Counter(await subjects(embedded, UNHCR, [row[0] for row in profiled]))
    raised = await ask(
        embedded, UNHCR, "select person, heard_at is not null and heard_at <= due_at from concern"
    )
    concerns = Counter(await subjects(embedded, UNHCR, [row[0] for row in raised]))
    held = (
        profiles,
        concerns,
        await said_at_reception(embedded, "WithholdingSet"),
        await said_at_reception(embedded, "ConsentGiven"),
    )
    lost, doubled = compare(people, registered, held)
    return Reckoning(
        arrived=len(people),
        registered=sum(len(found) for found in registered.values()),
        profiles=sum(profiles.values()),
        concerns=sum(concerns.values()),
        in_time=sum(int(row[1]) for row in raised),
        corrected=await how_many(embedded, RECEPTION, "CorrectionAccepted"),
        withdrawn=await how_many(embedded, UNHCR, "ConsentWithdrawn"),
        lost=lost,
        doubled=doubled,
    )


async def how_many(embedded: Embedded, agency: str, event: str) -> int:
    """Return how many events of a kind an agency has told."""
    if event == "CorrectionAccepted":
        question = "select count(*) from correction where accepted"
    else:
        question = f"select count(*) from outbox where wire like '%.{event}.v1'"  # noqa: S608
    return int((await ask(embedded, agency, question))[0][0])


async def said_at_reception(embedded: Embedded, event: str) -> Counter[str]:
    """Return how often reception told something about each subject."""
    rows = await ask(
        embedded,
        RECEPTION,
        f"select key from outbox where wire like '%.{event}.v1'",  # noqa: S608
    )
    return Counter(await subjects(embedded, RECEPTION, [row[0] for row in rows]))


async def registrations(embedded: Embedded) -> Mapping[str, list[str]]:
    """Return the subjects registered under each telephone number; numbers are all different."""
    rows = await ask(
        embedded,
        RECEPTION,
        "select p.person, v.state from person p join person_version v "
        "on v.person = p.person and v.version = p.version",
    )
    named = dict(
        zip(
            (row[0] for row in rows),
            await subjects(embedded, RECEPTION, [row[0] for row in rows]),
            strict=True,
        )
    )
    found: dict[str, list[str]] = {}
    for person, state in rows:
        phone = msgspec.json.decode(state, type=dict)["contact"]
        found.setdefault(phone, []).append(named[person])
    return found


async def subjects(embedded: Embedded, agency: str, references: Iterable[str]) -> list[str]:
    """Return whom an agency's references name at the exchange; empty where it does not know."""
    rows = await ask(
        embedded,
        EXCHANGE,
        f"select reference, subject from reference where agency = '{agency}'",  # noqa: S608
    )
    known = {row[0]: row[1] for row in rows}
    return [known.get(reference, "") for reference in references]


def compare(
    people: Iterable[Traveller],
    registered: Mapping[str, list[str]],
    held: Sequence[Counter[str]],
) -> tuple[int, int]:
    """Return how many are lost, and how many doubled.

    `held` counts, by subject, what `wanted_of` says that there must be, in the same order.
    """
    lost = doubled = 0
    for traveller in people:
        found = registered.get(traveller.phone, [])
        have = [len(found), *(count[found[0]] if found else 0 for count in held)]
        pairs = list(zip(have, wanted_of(traveller), strict=True))
        lost += any(has < wants for has, wants in pairs)
        doubled += any(has > wants for has, wants in pairs)
    return lost, doubled


def wanted_of(traveller: Traveller) -> tuple[int, ...]:
    """Return how many registrations, profiles, concerns, withholdings, consents there must be."""
    concerns = sum(said is not None for said in (traveller.fear, traveller.worry))
    return 1, 1, concerns, int(traveller.withholds_name), int(traveller.agrees_to_be_called)
