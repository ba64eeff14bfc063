"""Two agencies and the exchange, with their real outboxes, relays, receivers and leader.

Reception tells of people, people say what may be told, UNHCR hears; every actor awaits nothing but
port calls, so that one seed is one schedule. What an agency believes is kept beside its stream.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, select

from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.store.policy import Deployment
from services.dataexchange.store.tables import Table as ExchangeTable
from shared.events.event import Event
from shared.kernel.agencies import EDGE_ONLY, RECEPTION, UNHCR, Agency
from shared.kernel.identifiers import TokenRef
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import grants, topics
from shared.storage.engine import Database
from shared.storage.outbox import Outbox
from shared.storage.tables import (
    OutboxColumns,
    SequenceColumns,
    StreamColumns,
    Tables,
    TimerColumns,
    UnreadableColumns,
)
from tests.crashes.adversary import Adversary, at_once

T = TypeVar("T")

ROOT: Final = Path(__file__).parents[2]
PARTITIONS: Final = 3
UNTIL: Final = date(2030, 12, 31)


@cache
def make_tables(_agency: Agency) -> tuple[Any, Tables, type[Any]]:
    """Return one agency's own metadata and tables, and the table of what it believes."""

    class Table(SQLModel, registry=registry()):
        pass

    class OutboxRow(OutboxColumns, Table, table=True):
        __tablename__ = "outbox"

    class SequenceRow(SequenceColumns, Table, table=True):
        __tablename__ = "sequence"

    class TimerRow(TimerColumns, Table, table=True):
        __tablename__ = "timer"

    class StreamRow(StreamColumns, Table, table=True):
        __tablename__ = "stream"

    class UnreadableRow(UnreadableColumns, Table, table=True):
        __tablename__ = "unreadable"

    class BelievedRow(Table, table=True):
        __tablename__ = "believed"

        person: str = Field(primary_key=True)
        state: bytes = b""
        concerns: int = 0
        times: int = 0

    tables = Tables(OutboxRow, SequenceRow, TimerRow, StreamRow, UnreadableRow)
    return Table.metadata, tables, BelievedRow


def sealed_with(public: bytes, signature: bytes, data: bytes) -> bool:
    """Stand in for signatures: the tests of agreements use real ones."""
    return signature == hashlib.sha256(public + data).digest()


@dataclass
class Office:
    """One agency: its database, its outbox, and what it believes of people."""

    agency: Agency
    database: Database
    tables: Tables
    believed: type[Any]
    make_id: Callable[[], bytes]
    town: "Town"
    said: dict[str, tuple[Agency, Event]]

    def outbox(self, session: Session) -> Outbox:
        """Open the outbox in a transaction."""
        return Outbox(session, self.agency, self.tables, self.make_id, self.town.now())

    def say(self, session: Session, *events: Event, token: TokenRef | None = None) -> None:
        """Write events into the outbox, and remember them for the invariants."""
        for event in events:
            told = self.outbox(session).add(event, token=token)
            self.said[told] = (self.agency, event)

    def ask(self, work: Callable[[Session], T]) -> T:
        """Return what a piece of work returns, done at once and undisturbed."""
        return at_once(self.database.transact(work))

    def known(self, session: Session) -> dict[str, Any]:
        """Return what is believed of each person."""
        return {row.person: row for row in session.exec(select(self.believed)).all()}

    def row(self, session: Session, person: str) -> Any:
        """Return what is believed of a person, to be changed."""
        found = session.get(self.believed, person)
        return found if found is not None else self.believed(person=person)


@dataclass
class Town:
    """The agencies, the exchange, and the log between them."""

    adversary: Adversary
    folder: Path
    log: EventLog
    database: Database
    deployment: Deployment
    offices: dict[Agency, Office] = field(default_factory=dict)
    said: dict[str, tuple[Agency, Event]] = field(default_factory=dict)
    withdrawn: dict[str, list[Any]] = field(default_factory=dict)

    def now(self) -> datetime:
        """Return the virtual instant."""
        return self.adversary.clock()

    def ask(self, work: Callable[[Session], T]) -> T:
        """Return what a piece of work on the exchange's database returns, undisturbed."""
        return at_once(self.database.transact(work))

    def make_id(self) -> bytes:
        """Return 16 bytes drawn from the seed."""
        return self.adversary.random.randbytes(16)


AGENCIES: Final = (RECEPTION, UNHCR)
MATRIX: Final = parse_matrix((ROOT / "deploy" / "matrix.toml").read_bytes())


def build_town(adversary: Adversary, folder: Path, agencies: tuple[Agency, ...] = AGENCIES) -> Town:
    """Return a town on files in a folder, with its agreements in force."""
    log = EventLog(
        folder / "log.sqlite", topics(agencies, PARTITIONS), grants(agencies), adversary.clock
    )
    deployment = Deployment(
        matrix=MATRIX,
        hearers=frozenset(agencies),
        authors=frozenset(agencies),
        partitions={one: 1 if one in EDGE_ONLY else PARTITIONS for one in agencies},
        keys={agency: agency.encode() for agency in agencies},
        verify=sealed_with,
    )
    database = Database.sqlite(folder / "exchange.sqlite", ExchangeTable.metadata)
    town = Town(adversary, folder, log, database, deployment)
    for agency in agencies:
        metadata, tables, believed = make_tables(agency)
        own_database = Database.sqlite(folder / f"{agency}.sqlite", metadata)
        town.offices[agency] = Office(
            agency, own_database, tables, believed, town.make_id, town, town.said
        )
    return town
