"""All services on one event log and SQLite files, in one process: the one place that knows several.

For the first minutes and for tests: synthetic people and the test country only. All agencies' keys
lie in one folder, which no deployment may do. Source: Tenpoint design decision.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Final

import httpx
from sqlmodel import Session

from embedded.folder import clear, open_folder
from embedded.keys import DemoKeys, make_demo_keys, sign_agreements
from embedded.partners.border import BorderSystem
from embedded.partners.edge import Office
from embedded.parts import Parts, way_to
from embedded.staff import Badge
from embedded.virtual import VirtualClock
from services.dataexchange.commands import ActivateAgreement
from services.dataexchange.handlers.agreements import activate_agreement
from services.dataexchange.handlers.commit import Desk
from services.dataexchange.rules.agreements import SerialNotRisen
from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.store.policy import Deployment
from shared.crypto import signing
from shared.crypto.signing import Use
from shared.kernel.agencies import (
    BORDER,
    DESK,
    EDGE_ONLY,
    EXCHANGE,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
)
from shared.kernel.clock import system_clock
from shared.kernel.identifiers import random_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import PARTITIONS, grants, topics
from shared.storage.engine import Database
from shared.web.service import Service

AGENCIES: Final = (BORDER, RECEPTION, UNHCR, DESK, SHELTER)
"""Agencies that take part so far."""

DEPLOY: Final = Path(__file__).parents[1] / "deploy"
LOG: Final = "log.sqlite"


@dataclass(slots=True)
class Embedded:
    """Everything of one demonstration, running in this process."""

    folder: Path
    seed: int
    keys: DemoKeys
    log: EventLog
    clock: VirtualClock
    deployment: Deployment
    exchange: Service
    registration: Service
    profiling: Service
    referral: Service
    border: BorderSystem
    shelter: Office
    edge: httpx.AsyncClient
    """The shelter's way to the exchange."""
    stop_asked: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def badge(self, agency: Agency, name: str) -> Badge:
        """Return what signs a simulated member of staff in."""
        return Badge(self.keys.issuer(agency, system_clock), agency, name, system_clock)

    @property
    def databases(self) -> Mapping[Agency, Database]:
        """Return the database of each part; only the demo may look into all of them."""
        found = {
            BORDER: self.border.database,
            RECEPTION: self.registration.database,
            UNHCR: self.profiling.database,
            DESK: self.referral.database,
            SHELTER: self.shelter.database,
            EXCHANGE: self.exchange.database,
        }
        return {agency: known for agency, known in found.items() if isinstance(known, Database)}

    def run(self) -> None:
        """Let every part begin its work."""
        posts = (
            self.exchange.post,
            self.registration.post,
            self.profiling.post,
            self.referral.post,
            self.border.post,
            self.shelter,
        )
        self.tasks = [asyncio.create_task(post.run(self.stop_asked)) for post in posts]

    async def stop(self) -> None:
        """End every part's work and let go of the files; errors of the parts are raised."""
        self.stop_asked.set()
        try:
            for done in await asyncio.gather(*self.tasks, return_exceptions=True):
                if isinstance(done, BaseException):
                    raise done
        finally:
            await self.edge.aclose()
            self.close()

    def close(self) -> None:
        """Let go of the files."""
        for database in self.databases.values():
            database.close()
        self.log.close()


async def start(folder: Path, *, seed: int, first: date, fresh: bool = False) -> Embedded:
    """Open a demonstration's folder and put all parts together; nothing runs yet.

    Raises:
        AlreadyRunning: another process works in the folder.
        OtherRun: the folder was made with another seed or version.
        NotAFolderOfOurs: the folder holds something else.
        Unavailable: the folder cannot be written to.
    """
    permissions = (topics(AGENCIES), grants(AGENCIES), system_clock)
    if fresh:
        clear(folder, lambda: EventLog(folder / LOG, *permissions).close())
    open_folder(folder, seed=seed)
    log = EventLog(folder / LOG, *permissions)
    keys = make_demo_keys(folder / "keys")
    clock = VirtualClock(folder / "clock.txt", datetime.combine(first, time(6), UTC))
    deployment = deploy(keys)
    embedded = put_together(folder, seed, keys, log, clock, deployment)
    await sign_in_agreements(embedded)
    return embedded


def deploy(keys: DemoKeys) -> Deployment:
    """Return what the test country's deployment is made of."""
    return Deployment(
        matrix=parse_matrix((DEPLOY / "matrix.toml").read_bytes()),
        hearers=frozenset(AGENCIES),
        authors=frozenset(AGENCIES),
        partitions={one: 1 if one in EDGE_ONLY else PARTITIONS for one in AGENCIES},
        keys=keys.registry.publics(Use.AGREEMENT),
        verify=partial(signing.verify, use=Use.AGREEMENT),
    )


def put_together(
    folder: Path,
    seed: int,
    keys: DemoKeys,
    log: EventLog,
    clock: VirtualClock,
    deployment: Deployment,
) -> Embedded:
    """Build every part on its own file and its own handle of the log."""
    parts = Parts(folder, seed, keys, log, clock)
    exchange = parts.exchange(deployment)
    edge = way_to(exchange)
    return Embedded(
        folder=folder,
        seed=seed,
        keys=keys,
        log=log,
        clock=clock,
        deployment=deployment,
        exchange=exchange,
        registration=parts.registration(),
        profiling=parts.profiling(),
        referral=parts.referral(),
        border=parts.border(),
        shelter=parts.office(SHELTER, edge),
        edge=edge,
    )


async def sign_in_agreements(embedded: Embedded) -> None:
    """Bring the repository's agreements into force, signed by both parties' demo keys."""
    texts = {path.stem: path.read_bytes() for path in sorted(DEPLOY.glob("agreements/*.toml"))}
    signatures = sign_agreements(embedded.keys, texts)
    for name, text in texts.items():
        command = ActivateAgreement(text=text, signatures=dict(signatures[name]))

        def activate(session: Session, command: ActivateAgreement = command) -> None:
            desk = Desk(session, embedded.deployment, embedded.clock(), random_id)
            activate_agreement(command, desk=desk)

        with suppress(SerialNotRisen):
            await embedded.databases[EXCHANGE].transact(activate)
