"""The simulated child protection authority: arranges care, and tells of what kind."""

from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from embedded.partners.edge.practice import Practice
from embedded.partners.edge.tables import CaseRow, RecordRow
from embedded.partners.edge.turn import Turn
from shared.codes.children import Care
from shared.codes.pathways import Pathway
from shared.codes.protection import Stated
from shared.codes.referrals import Step
from shared.events.control import ProtectionStated
from shared.events.event import Event
from shared.events.partners import CareArranged
from shared.kernel.agencies import CHILD_PROTECTION
from shared.kernel.identifiers import PersonRef

ARRANGED: Final = (Care.KINSHIP, Care.FOSTER, Care.RESIDENTIAL)


class ChildProtection(Practice):
    """Stands for children in its care; a relative who is sought is nobody's child here."""

    agency = CHILD_PROTECTION

    @override
    def meet(self, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """State that nothing may happen to a child before its best interests are determined.

        Source: UNHCR, Best Interests Procedure Guidelines (2021).
        """
        if turn.memory.pathway(case.referral) is not Pathway.CHILD_PROTECTION:
            return
        stated = ProtectionStated(
            person=person,
            removal=Stated.YES,
            assisted_return=Stated.YES,
            voluntary_repatriation=Stated.YES,
            readmission=Stated.YES,
        )
        turn.outbox.add(stated)

    @override
    def reach(self, step: Step, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """Arrange care, once; after that it changes by people's hands only."""
        if step is not Step.CARE_ARRANGED or turn.memory.record(person) is not None:
            return
        care = turn.draw(case, "care").choice(ARRANGED)
        turn.memory.save(RecordRow(person=person, word=care))
        for event in self.state_of(person, turn):
            turn.outbox.add(event)

    @override
    def state_of(self, person: PersonRef, turn: Turn) -> Sequence[Event]:
        """Return how a child is cared for; never where."""
        record = turn.memory.record(person)
        if record is None:
            return ()
        return (CareArranged(person=person, care=Care(record.word), in_care=True),)
