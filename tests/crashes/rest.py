"""Whether the town is at rest: everything said was answered, everything told was heard."""

from functools import partial

from sqlmodel import Session

from services.dataexchange.store import holes, log
from shared.messaging.receive.progress import load_readings
from tests.crashes.acts import Life, mend
from tests.crashes.town import Office, Town


def at_rest(town: Town, life: Life) -> bool:
    """Return whether nothing is on its way any more."""
    if life.acts:
        return False
    mend(life)
    opened = (office.ask(partial(has_open_rows, office)) for office in town.offices.values())
    return not any(opened) and heard_to_the_end(town)


def has_open_rows(office: Office, session: Session) -> bool:
    """Return whether an office waits for an answer."""
    return bool(office.outbox(session).open_rows())


def heard_to_the_end(town: Town) -> bool:
    """Return whether the exchange has nothing to send, and everybody has heard everything."""
    if town.ask(log.pending):
        return False
    if town.ask(holes.open_holes):
        return False
    heard = {
        agency: office.ask(partial(heard_numbers, office))
        for agency, office in town.offices.items()
    }
    numbers = town.ask(log.numbers)
    return all(heard[to].get(partition) == last for (to, partition), last in numbers.items())


def heard_numbers(office: Office, session: Session) -> dict[int, int | None]:
    """Return the last number that an office applied, by partition; None in a gap."""
    readings = load_readings(session, office.tables)
    return {number: None if row.gap else row.last for number, row in readings.items()}
