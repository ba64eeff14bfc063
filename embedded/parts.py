"""The parts of a demonstration: each on its own file, its own handle of the log, its own keys."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from embedded.keys import DemoKeys
from embedded.partners.border import BorderSystem
from embedded.partners.edge import PRACTICES, Office, Tools
from embedded.partners.edge.opening import as_a_whole
from embedded.virtual import VirtualClock
from services.dataexchange import main as exchange_service
from services.dataexchange.store.policy import Deployment
from services.profiling import main as profiling_service
from services.referral import main as referral_service
from services.registration import main as registration_service
from shared.kernel.agencies import BORDER, DESK, EXCHANGE, RECEPTION, UNHCR, Agency, Role
from shared.kernel.clock import system_clock
from shared.kernel.identifiers import random_id
from shared.messaging.edge.bus import EdgeBus
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import EDGE, PARTITIONS
from shared.web.service import Service


def way_to(exchange: Service) -> httpx.AsyncClient:
    """Return a partner's way to the exchange's HTTP interface; its owner closes it."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=exchange.app), base_url="http://exchange"
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """What every part is built from. Each is handed only what is its own."""

    folder: Path
    seed: int
    keys: DemoKeys
    log: EventLog
    clock: VirtualClock

    def exchange(self, deployment: Deployment) -> Service:
        """Build the exchange; one process alone can ever lead, so that it leads at once."""
        return exchange_service.build(
            **self._own(EXCHANGE, "exchange"),
            edge=self.log.as_principal(EDGE),
            verify=self.keys.edge_verifier(system_clock),
            deployment=deployment,
            sign=self.keys.head().sign,
            lease=timedelta(0),
        )

    def registration(self) -> Service:
        """Build reception's service."""
        return registration_service.build(
            **self._own(RECEPTION, "registration"),
            verify=self.keys.verifier(RECEPTION, system_clock),
            seal=self.keys.sealer(RECEPTION),
            seal_payload=self.keys.payload_sealer(RECEPTION),
        )

    def profiling(self) -> Service:
        """Build UNHCR's service."""
        return profiling_service.build(
            **self._own(UNHCR, "profiling"),
            verify=self.keys.verifier(UNHCR, system_clock),
            open_sealed=self.keys.opener(UNHCR),
            seal_payload=self.keys.payload_sealer(UNHCR),
            opening=self.keys.payload_opening(UNHCR),
        )

    def referral(self) -> Service:
        """Build the desk's service."""
        return referral_service.build(
            **self._own(DESK, "referral"), verify=self.keys.verifier(DESK, system_clock)
        )

    def border(self) -> BorderSystem:
        """Build the simulated border system."""
        return BorderSystem.build(
            **self._own(BORDER, "border"), seal=self.keys.sealer(BORDER), partitions=PARTITIONS
        )

    def office(self, agency: Agency, edge: httpx.AsyncClient) -> Office:
        """Build a simulated partner that reaches the exchange over HTTP alone."""
        opening = self.keys.payload_opening(agency)
        issuer = self.keys.issuer(agency, system_clock)
        tools = Tools(
            seed=self.seed,
            clock=self.clock,
            make_id=random_id,
            key=opening.key,
            open_parts=as_a_whole(opening),
            seal=self.keys.sealer(agency),
        )
        bus = EdgeBus(agency, edge, lambda: issuer.token(EXCHANGE, "program", Role.SYSADMIN))
        file = self.folder / f"{agency}.sqlite"
        return Office.build(PRACTICES[agency], database=file, bus=bus, tools=tools)

    def _own(self, agency: Agency, name: str) -> dict[str, Any]:
        return {
            "database": self.folder / f"{name}.sqlite",
            "bus": self.log.as_principal(agency),
            "clock": self.clock,
            "make_id": random_id,
        }
