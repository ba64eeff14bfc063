"""All services on one event log and SQLite files, in one process: the one place that knows several.

For the first minutes and for tests: synthetic people and the test country only. All agencies' keys
lie in one folder, which no deployment may do. Source: Tenpoint design decision.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlmodel import Session

from embedded.folder import clear, open_folder
from embedded.keys import DemoKeys, make_demo_keys, sign_agreements
from embedded.partners.border import BorderSystem
from embedded.staff import Badge
from embedded.virtual import VirtualClock
from services.dataexchange import main as exchange_service
from services.dataexchange.commands import ActivateAgreement
from services.dataexchange.handlers.agreements import activate_agreement
from services.dataexchange.handlers.commit import Desk
from services.dataexchange.rules.agreements import SerialNotRisen
from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.store.policy import Deployment
from services.profiling import main as profiling_service
from services.registration import main as registration_service
from shared.crypto import signing
from shared.crypto.signing import Use
from shared.kernel.agencies import BORDER, EXCHANGE, RECEPTION, UNHCR, Agency
from shared.kernel.clock import system_clock
from shared.kernel.identifiers import random_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import EDGE, PARTITIONS, grants, topics
from shared.storage.engine import Database
from shared.web.service import Service

AGENCIES: Final = (BORDER, RECEPTION, UNHCR)
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
    border: BorderSystem
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
            EXCHANGE: self.exchange.database,
        }
        return {agency: known for agency, known in found.items() if isinstance(known, Database)}

    def run(self) -> None:
        """Let every part begin its work."""
        posts = (
            self.exchange.post,
            self.registration.post,
            self.profiling.post,
            self.border.post,
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
        partitions=dict.fromkeys(AGENCIES, PARTITIONS),
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
    return Embedded(
        folder=folder,
        seed=seed,
        keys=keys,
        log=log,
        clock=clock,
        deployment=deployment,
        exchange=exchange_service.build(
            database=folder / "exchange.sqlite",
            bus=log.as_principal(EXCHANGE),
            edge=log.as_principal(EDGE),
            clock=clock,
            make_id=random_id,
            verify=keys.edge_verifier(system_clock),
            deployment=deployment,
            sign=keys.head().sign,
            lease=timedelta(0),
        ),
        registration=build_registration(folder, keys, log, clock),
        profiling=build_profiling(folder, keys, log, clock),
        border=BorderSystem.build(
            database=folder / "border.sqlite",
            bus=log.as_principal(BORDER),
            clock=clock,
            make_id=random_id,
            seal=keys.sealer(BORDER),
            partitions=PARTITIONS,
        ),
    )


def build_registration(folder: Path, keys: DemoKeys, log: EventLog, clock: VirtualClock) -> Service:
    """Build reception's service, with reception's keys only."""
    return registration_service.build(
        database=folder / "registration.sqlite",
        bus=log.as_principal(RECEPTION),
        clock=clock,
        make_id=random_id,
        verify=keys.verifier(RECEPTION, system_clock),
        seal=keys.sealer(RECEPTION),
    )


def build_profiling(folder: Path, keys: DemoKeys, log: EventLog, clock: VirtualClock) -> Service:
    """Build UNHCR's service, with UNHCR's keys only."""
    return profiling_service.build(
        database=folder / "profiling.sqlite",
        bus=log.as_principal(UNHCR),
        clock=clock,
        make_id=random_id,
        verify=keys.verifier(UNHCR, system_clock),
        open_sealed=keys.opener(UNHCR),
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
