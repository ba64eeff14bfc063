"""The simulated asylum authority: registers claims, and never decides one."""

from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import override

from embedded.partners.edge.practice import Habits, Practice
from embedded.partners.edge.tables import CaseRow, RecordRow
from embedded.partners.edge.turn import Turn
from shared.codes.protection import Stated
from shared.events.control import ProtectionStated
from shared.events.event import Event
from shared.events.partners import ClaimUpdated
from shared.kernel.agencies import ASYLUM
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef

PENDING: Final = "PENDING"


class AsylumAuthority(Practice):
    """Nobody who asks for asylum is declined. Source: 10-Point Plan of Action, point 6."""

    agency = ASYLUM
    habits: ClassVar[Habits] = Habits(declines=0.0)

    @override
    def meet(self, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """Register a claim, once, and state what it bars from then on.

        Not the person's own free decision to go home: see `shared.codes.protection`.
        """
        if turn.memory.record(person) is not None:
            return
        turn.memory.save(RecordRow(person=person, word=PENDING))
        stated = ProtectionStated(
            person=person,
            removal=Stated.YES,
            assisted_return=Stated.YES,
            voluntary_repatriation=Stated.NO,
            readmission=Stated.YES,
        )
        turn.outbox.add(stated)
        for event in self.state_of(person, turn):
            turn.outbox.add(event)

    @override
    def state_of(self, person: PersonRef, turn: Turn) -> Sequence[Event]:
        """Return the claim as it stands, sealed to UNHCR."""
        record = turn.memory.record(person)
        if record is None:
            return ()
        nonce = turn.tools.make_id()
        claim = turn.tools.seal(record.word.encode(), category=Category.FACT_OF_CLAIM, nonce=nonce)
        return (ClaimUpdated(person=person, claim=claim),)
