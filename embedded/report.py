"""What became of everybody and everything, printed in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.table import Table

from embedded.main import Embedded
from embedded.partners.edge import Done
from embedded.reckoning import Reckoning, reckon
from embedded.settling import REFERRED
from services.dataexchange.handlers import views
from shared.kernel.agencies import DESK, EXCHANGE, RECEPTION


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything there is to report."""

    people: Reckoning
    fields: Mapping[tuple[str, str], int]
    """By recipient and word: fields released full or partial, or the input that closed first."""
    log: Mapping[str, int]
    held: int
    referrals: Mapping[str, int]
    """How many were sent, and what the shelter did with those that it was offered."""


async def reckon_up(embedded: Embedded, counts: Mapping[date, int]) -> Outcome:
    """Compare what everybody holds with what the seed says."""
    exchange = embedded.databases[EXCHANGE]
    return Outcome(
        people=await reckon(embedded, counts),
        fields=await exchange.transact(views.tallies),
        log=await exchange.transact(views.counts),
        held=len(await exchange.transact(views.held)),
        referrals=await referrals_of(embedded),
    )


async def referrals_of(embedded: Embedded) -> Mapping[str, int]:
    """Return how referrals went, counted in the files of reception, the desk and the shelter."""
    done = await embedded.shelter.counts()
    return {
        "sent": await embedded.databases[RECEPTION].transact(REFERRED),
        "at the desk": await embedded.databases[DESK].transact(REFERRED),
        "offered": done[Done.OFFERS],
        "accepted": done[Done.ACCEPTED],
        "declined": done[Done.DECLINED],
        "payloads opened": done[Done.PAYLOADS_OPENED],
        "services ended": done[Done.SERVICES_ENDED],
    }


def print_report(
    console: Console,
    outcome: Outcome,
    *,
    seconds: float,
    first_event_s: float | None,
    megabytes: float,
) -> None:
    """Print people, fields by rule, and how fast and large it was."""
    console.print(people_table(outcome))
    console.print(fields_table(outcome))
    people = outcome.people.arrived / seconds if seconds else 0.0
    first = "not at all" if first_event_s is None else f"{first_event_s:.1f} s"
    console.print(
        f"First event after {first}; {seconds:.1f} s in all, {people:.0f} people a second, "
        f"{megabytes:.0f} MB at most."
    )


def people_table(outcome: Outcome) -> Table:
    """Return what became of people."""
    table = Table(title="What became of everybody", show_header=False)
    table.add_column("what")
    table.add_column("how many", justify="right")
    people = outcome.people
    rows = {
        "Arrived": people.arrived,
        "Registered": people.registered,
        "Profiles opened": people.profiles,
        "Concerns raised": people.raised,
        "  heard": people.heard,
        "  within 24 hours": people.in_time,
        "Names put right": people.corrected,
        "Consents withdrawn": people.withdrawn,
        "Restated": outcome.log["restated"],
        "Referrals sent": outcome.referrals["sent"],
        **{f"  {word}": count for word, count in list(outcome.referrals.items())[1:]},
        "Erasure receipts": outcome.log["confirmed"],
        "Held": outcome.held,
        "Lost": people.lost,
        "Doubled": people.doubled,
        "Nobody's": people.nobodys,
    }
    for what, how_many in rows.items():
        table.add_row(what, f"{how_many:,}")
    return table


def fields_table(outcome: Outcome) -> Table:
    """Return how many fields went to whom, and which input withheld the others."""
    recipients = sorted({recipient for recipient, _ in outcome.fields})
    words = sorted({word for _, word in outcome.fields}, key=lambda word: (word.isupper(), word))
    table = Table(title="Fields released, and withheld by which rule")
    table.add_column("to")
    for word in words:
        table.add_column(word.lower().replace("_", " "), justify="right")
    for recipient in recipients:
        numbers = (f"{outcome.fields.get((recipient, word), 0):,}" for word in words)
        table.add_row(recipient, *numbers)
    return table
