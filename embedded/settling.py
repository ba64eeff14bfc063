"""Whether everything has arrived: read from every part's own database, which only the demo may."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, select

from embedded.main import Embedded
from services.dataexchange.handlers.leader import Leader
from services.dataexchange.store import log
from services.dataexchange.store.tables import LogRow
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people each part knows, and whether anything was heard.

    `landed` counts those on boats: the border sees nobody else.
    """

    landed: int
    registered: int
    profiled: int
    heard: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One question, in SQL, answered by one number."""

    sql: str

    def __call__(self, session: Session) -> int:
        """Return the answer."""
        return int(session.connection().execute(text(self.sql)).scalar_one() or 0)


REGISTERED = Ask("select count(*) from person")
REFERRED = Ask("select count(*) from referral")
PROFILED = Ask("select count(*) from profile")
UNHEARD = Ask("select count(*) from concern where not heard")
HEARD = Ask("select coalesce(sum(last), 0) from stream")


async def counts_of(embedded: Embedded) -> Counts:
    """Return how far everybody has come."""
    known = embedded.databases
    return Counts(
        landed=await embedded.border.landed(),
        registered=await known[RECEPTION].transact(REGISTERED),
        profiled=await known[UNHCR].transact(PROFILED),
        heard=bool(await known[RECEPTION].transact(HEARD)),
    )


async def has_concerns_waiting(embedded: Embedded) -> bool:
    """Return whether UNHCR knows of a concern that nobody has heard."""
    return await embedded.databases[UNHCR].transact(UNHEARD) > 0


async def is_sealed(embedded: Embedded) -> bool:
    """Return whether everything has arrived and a head covers all of it; ask for one if not."""
    leader = embedded.exchange.post
    if await embedded.databases[EXCHANGE].transact(uncovered) != 0 and isinstance(leader, Leader):
        leader.head_due = True
        return False
    return await has_arrived(embedded)


def uncovered(session: Session) -> int | None:
    """Return how many records came after the newest head; None before the first.

    The head's own record is none of them: it holds nothing but the head.
    """
    number = newest_head(session)
    return None if number is None else log.lock_head(session).size - number - 1


def newest_head(session: Session) -> int | None:
    """Return the number of the record of the newest head; None before the first."""
    heads = select(LogRow.no).where(LogRow.kind == "head").order_by(LogRow.no.desc())  # type: ignore[attr-defined]
    return session.exec(heads).first()


async def has_arrived(embedded: Embedded) -> bool:
    """Return whether everything said was answered and heard.

    What is held has arrived too: it waits for a person.
    """
    known = embedded.databases
    for agency, database in known.items():
        if agency != EXCHANGE and await database.transact(UNANSWERED) > 0:
            return False
    if await known[EXCHANGE].transact(log.pending):
        return False
    return await all_heard(embedded)


UNANSWERED = Ask(
    "select count(*) from outbox where closed_at is null and coalesce(outcome, '') <> 'HELD'"
)


async def all_heard(embedded: Embedded) -> bool:
    """Return whether every agency has applied every number of its stream."""
    known = embedded.databases
    numbers = await known[EXCHANGE].transact(log.numbers)
    for agency, database in known.items():
        if agency == EXCHANGE:
            continue
        expected = sum(last for (to, _), last in numbers.items() if to == agency)
        if await database.transact(HEARD) != expected:
            return False
    return True
