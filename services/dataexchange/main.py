"""The exchange put together: settings, database, routes, and the leader that does the work."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from services.dataexchange.api import Wiring, edge_router, operator_router
from services.dataexchange.handlers.edge import Edge
from services.dataexchange.handlers.heads import Sign
from services.dataexchange.handlers.leader import LEASE, Leader
from services.dataexchange.store.policy import Deployment
from services.dataexchange.store.tables import Table
from shared.events.event import Event, Topic
from shared.events.registry import contracts
from shared.kernel.agencies import EXCHANGE
from shared.kernel.clock import Clock, system_clock
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Bus
from shared.messaging.edge.wire import MOST_BYTES
from shared.storage.engine import Database
from shared.web.app import build_app
from shared.web.caller import Verify
from shared.web.service import Service

ANNOUNCES: Final[frozenset[type[Event]]] = frozenset(
    contract.event for contract in contracts(Topic.STREAM)
)
HEARS: Final[frozenset[type[Event]]] = frozenset(
    contract.event for contract in contracts() if contract.topic is not Topic.STREAM
)
"""Everything on every inside topic."""


def build(  # noqa: PLR0913 - a service on one screen
    *,
    database: Path,
    bus: Bus,
    edge: Bus,
    clock: Clock,
    make_id: MakeId,
    verify: Verify,
    deployment: Deployment,
    sign: Sign,
    liveness: Clock = system_clock,
    lease: timedelta = LEASE,
) -> Service:
    """Return the exchange on its own database and its two handles of the carrier.

    `edge` is the handle of the principal that speaks for agencies without a client of their own.

    Raises:
        Unavailable: the database cannot be opened.
    """
    kept = Database.sqlite(database, Table.metadata)
    leader = Leader(
        holder=make_id().hex(),
        bus=bus,
        database=kept,
        deployment=deployment,
        sign=sign,
        clock=clock,
        liveness=liveness,
        make_id=make_id,
        lease=lease,
    )
    app = build_app(
        "Data exchange",
        [operator_router, edge_router],
        verify=verify,
        context=Wiring(kept, leader, Edge(edge, kept, deployment, leader.desk)),
        most_bytes=MOST_BYTES,
    )
    return Service(agency=EXCHANGE, app=app, post=leader, database=kept)
