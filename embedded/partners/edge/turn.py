"""What simulated staff has at hand within one transaction of its partner's file."""

import random
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from embedded.partners.edge.memory import Memory
from embedded.partners.edge.opening import OpenParts
from embedded.partners.edge.tables import TABLES, CaseRow
from shared.crypto.keys import Seal
from shared.events.sealed import KeyId
from shared.kernel.agencies import Agency
from shared.kernel.clock import Clock
from shared.kernel.identifiers import MakeId
from shared.storage.outbox import Outbox
from shared.storage.timers import Timers


@dataclass(frozen=True, slots=True)
class Tools:
    """What a partner is handed when it is built.

    Attributes:
        seed: what its staff does follows from this and from the order in which offers are heard.
        clock: case time.
        make_id: makes references and nonces.
        key: the name of its key, told with an acceptance.
        open_parts: opens what is sealed to that key.
        seal: seals its own word to UNHCR.
    """

    seed: int
    clock: Clock
    make_id: MakeId
    key: KeyId
    open_parts: OpenParts
    seal: Seal


class Turn:
    """One transaction of one partner: memory, outbox, timers, and one instant of case time."""

    def __init__(self, agency: Agency, session: Session, tools: Tools) -> None:
        """Begin within the transaction of the session."""
        self.agency = agency
        self.tools = tools
        self.at: datetime = tools.clock()
        self.memory = Memory(session)
        self.outbox = Outbox(session, agency, TABLES, tools.make_id, self.at)
        self.timers = Timers(session, TABLES)

    def draw(self, case: CaseRow, what: str) -> random.Random:
        """Return the chances of one act in one case: the same whenever it is asked for."""
        text = f"{self.tools.seed} {self.agency} {case.place} {what}"
        return random.Random(text)  # noqa: S311 - invented staff, not secrets
