"""What the services hold of everybody, by the name that only the exchange knows.

Only the demo may look into every agency's file at once; its people are invented.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import text
from sqlmodel import Session

from embedded.main import Embedded
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency

Rows = list[tuple[str, ...]]


def told(event: str) -> str:
    """Return the question whom an agency has told something about, once for each time."""
    return f"select key from outbox where wire like '%.{event}.v1'"  # noqa: S608


HELD: Final[Mapping[str, tuple[Agency, str]]] = {
    "profiles": (UNHCR, "select person from profile"),
    "concerns": (UNHCR, "select person from concern"),
    "hearings": (UNHCR, "select person from concern where state = 'HEARD'"),
    "withholdings": (RECEPTION, told("WithholdingSet")),
    "consents": (RECEPTION, told("ConsentGiven")),
    "tasks": (UNHCR, told("TaskOpened")),
    "withdrawals": (UNHCR, told("ConsentWithdrawn")),
    "referrals": (RECEPTION, "select person from referral"),
    "corrections": (RECEPTION, "select person from correction where accepted"),
}
"""What is compared beside registrations: who holds it, and the question that lists whose it is."""

IN_TIME: Final = "select person from concern where state = 'HEARD' and heard_at <= due_at"


@dataclass(frozen=True, slots=True)
class Registration:
    """One person registered at reception. `phone` tells who it is: numbers are all different."""

    subject: str
    """Empty where the exchange never heard of the person."""
    phone: str
    arrived_on: date | None


async def ask(embedded: Embedded, agency: Agency, question: str) -> Rows:
    """Return the rows that answer a question to one part's database."""

    def work(session: Session) -> Rows:
        return [tuple(row) for row in session.connection().execute(text(question))]

    return await embedded.databases[agency].transact(work)


async def subjects(embedded: Embedded, agency: Agency, references: Iterable[str]) -> list[str]:
    """Return whom an agency's references name at the exchange; empty where it does not know."""
    rows = await ask(
        embedded,
        EXCHANGE,
        f"select reference, subject from reference where agency = '{agency}'",  # noqa: S608
    )
    known = {row[0]: row[1] for row in rows}
    return [known.get(reference, "") for reference in references]


async def held(embedded: Embedded, agency: Agency, question: str) -> Counter[str]:
    """Return how much of something an agency holds of each subject."""
    rows = await ask(embedded, agency, question)
    return Counter(await subjects(embedded, agency, [row[0] for row in rows]))


async def registrations(embedded: Embedded) -> list[Registration]:
    """Return everybody who is registered."""
    rows = await ask(
        embedded,
        RECEPTION,
        "select p.person, v.state from person p join person_version v "
        "on v.person = p.person and v.version = p.version",
    )
    found = await subjects(embedded, RECEPTION, [row[0] for row in rows])
    return [registration_of(subject, row[1]) for subject, row in zip(found, rows, strict=True)]


def registration_of(subject: str, state: str) -> Registration:
    """Return a registration of what reception holds of a person."""
    said = msgspec.json.decode(state, type=dict)
    return Registration(subject, said.get("contact", ""), day_of(said.get("arrived_on", "")))


def day_of(said: str) -> date | None:
    """Return a day, or None where no whole day is said."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
