"""Reception, UNHCR, the desk, the exchange and a shelter that has no service, in one process.

The real services on the embedded log; the shelter's program reaches the exchange over HTTP alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session

from embedded.issuer import Issuer
from embedded.keys import DemoKeys, make_demo_keys, sign_agreements
from embedded.partners.edge import PRACTICES, Office, Tools
from embedded.partners.edge.opening import as_a_whole
from services.dataexchange import main as exchange
from services.dataexchange.commands import ActivateAgreement
from services.dataexchange.handlers.agreements import activate_agreement
from services.dataexchange.handlers.commit import Desk
from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.store.policy import Deployment
from services.profiling import main as profiling
from services.referral import main as referral
from services.registration import main as registration
from shared.crypto import signing
from shared.crypto.signing import Use
from shared.kernel.agencies import DESK, EXCHANGE, RECEPTION, SHELTER, UNHCR, Agency, Role
from shared.kernel.clock import system_clock
from shared.kernel.identifiers import random_id
from shared.messaging.edge.bus import EdgeBus
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import EDGE, PARTITIONS, grants, topics
from shared.storage.engine import Database
from shared.web.service import Service
from tests.builders import ROOT

PARTIES = (RECEPTION, UNHCR, DESK, SHELTER)
BEGIN = datetime(2022, 7, 1, 8, tzinfo=UTC)


@dataclass(slots=True)
class Square:
    """Everybody, and case time in one hand."""

    folder: Path
    keys: DemoKeys
    log: EventLog
    services: dict[Agency, Service]
    shelter: Office
    ways: dict[Agency, httpx.AsyncClient]
    clock: Callable[[], datetime]
    hands: list[datetime]

    async def call(
        self, agency: Agency, method: str, path: str, role: Role, body: object = None
    ) -> Any:
        """What a service answers to one of its staff."""
        token = self.keys.issuer(agency, system_clock).token(agency, "staff", role)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": random_id().hex()}
        answer = await self.ways[agency].request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def rest(self) -> None:
        """Let everybody work until nobody has anything to do."""
        idle = 0
        while idle < 3:
            done = [await service.post.step() for service in self.services.values()]
            done.append(await self.shelter.step())
            idle = 0 if any(done) else idle + 1

    async def wait(self, span: timedelta) -> None:
        """Let case time pass, hour by hour, and everybody do what falls due."""
        until = self.hands[0] + span
        while self.hands[0] < until:
            self.hands[0] += timedelta(hours=1)
            await self.rest()

    def holds(self, agency: Agency, words: bytes) -> bool:
        """Whether an agency's own file holds these words."""
        found = self.folder / f"{agency}.sqlite"
        files = [found, *found.parent.glob(f"{agency}.sqlite-*")]
        return any(words in one.read_bytes() for one in files if one.exists())

    async def close(self) -> None:
        """Let go of everything."""
        for way in self.ways.values():
            await way.aclose()
        for service in self.services.values():
            service.database.close()
        self.shelter.database.close()
        self.log.close()


async def open_square(folder: Path) -> Square:
    """Put everybody together, with the agreements of the repository in force."""
    hands = [BEGIN]
    log = EventLog(folder / "log", topics(PARTIES), grants(PARTIES), system_clock)
    keys = make_demo_keys(folder / "keys")
    deployment = Deployment(
        matrix=parse_matrix((ROOT / "deploy" / "matrix.toml").read_bytes()),
        hearers=frozenset(PARTIES),
        authors=frozenset(PARTIES),
        partitions={one: 1 if one == SHELTER else PARTITIONS for one in PARTIES},
        keys=keys.registry.publics(Use.AGREEMENT),
        verify=lambda key, signature, data: signing.verify(key, signature, data, use=Use.AGREEMENT),
    )
    services = build_services(folder, keys, log, deployment, lambda: hands[0])
    ways = {
        agency: httpx.AsyncClient(
            transport=httpx.ASGITransport(app=service.app), base_url="http://service"
        )
        for agency, service in services.items()
    }
    shelter = build_shelter(folder, keys, ways[EXCHANGE], lambda: hands[0])
    await sign(keys, services[EXCHANGE].database, deployment, lambda: hands[0])
    return Square(folder, keys, log, services, shelter, ways, lambda: hands[0], hands)


def build_services(
    folder: Path,
    keys: DemoKeys,
    log: EventLog,
    deployment: Deployment,
    clock: Callable[[], datetime],
) -> dict[Agency, Service]:
    """Every service on its own file, handle and keys."""

    def own(agency: Agency) -> dict[str, Any]:
        return {
            "database": folder / f"{agency}.sqlite",
            "bus": log.as_principal(agency),
            "clock": clock,
            "make_id": random_id,
            "verify": keys.verifier(agency, system_clock),
        }

    return {
        EXCHANGE: exchange.build(
            **(own(EXCHANGE) | {"verify": keys.edge_verifier(system_clock)}),
            edge=log.as_principal(EDGE),
            deployment=deployment,
            sign=keys.head().sign,
            lease=timedelta(0),
        ),
        RECEPTION: registration.build(
            **own(RECEPTION),
            seal=keys.sealer(RECEPTION),
            seal_payload=keys.payload_sealer(RECEPTION),
        ),
        UNHCR: profiling.build(**own(UNHCR), open_sealed=keys.opener(UNHCR)),
        DESK: referral.build(**own(DESK)),
    }


def build_shelter(
    folder: Path, keys: DemoKeys, way: httpx.AsyncClient, clock: Callable[[], datetime]
) -> Office:
    """The shelter's own program, which knows the exchange's edge and nothing else."""
    opening = keys.payload_opening(SHELTER)
    issuer = Issuer(keys.of(SHELTER).seed(Use.TOKEN), system_clock)
    tools = Tools(
        seed=3,
        clock=clock,
        make_id=random_id,
        key=opening.key,
        open_parts=as_a_whole(opening),
        seal=keys.sealer(SHELTER),
    )
    bus = EdgeBus(SHELTER, way, lambda: issuer.token(EXCHANGE, "program", Role.SYSADMIN))
    return Office.build(
        PRACTICES[SHELTER], database=folder / f"{SHELTER}.sqlite", bus=bus, tools=tools
    )


async def sign(
    keys: DemoKeys, database: Any, deployment: Deployment, clock: Callable[[], datetime]
) -> None:
    """Bring into force the agreements between these parties."""
    texts = {
        path.stem: path.read_bytes()
        for path in sorted((ROOT / "deploy" / "agreements").glob("*.toml"))
        if set(path.stem.split(".")[:2]) <= set(PARTIES)
    }
    assert isinstance(database, Database)
    for name, signatures in sign_agreements(keys, texts).items():
        command = ActivateAgreement(text=texts[name], signatures=dict(signatures))

        def activate(session: Session, command: ActivateAgreement = command) -> None:
            activate_agreement(command, desk=Desk(session, deployment, clock(), random_id))

        await database.transact(activate)
