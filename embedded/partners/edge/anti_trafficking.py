"""The simulated office against trafficking: grants time for recovery and reflection."""

from datetime import timedelta
from typing import ClassVar, Final

from typing_extensions import override

from embedded.partners.edge.practice import Practice
from embedded.partners.edge.tables import CaseRow, RecordRow
from embedded.partners.edge.turn import Turn
from shared.codes.protection import Stated
from shared.codes.referrals import Step
from shared.events.control import ProtectionStated
from shared.kernel.agencies import ANTI_TRAFFICKING
from shared.kernel.identifiers import PersonRef

REFLECTING: Final = "REFLECTING"
OVER: Final = "OVER"


class AntiTrafficking(Practice):
    """While somebody reflects, nobody removes them.

    Source: Council of Europe, Convention on Action against Trafficking in Human Beings, article 13.
    """

    agency = ANTI_TRAFFICKING
    lasts: ClassVar[timedelta] = timedelta(days=30)
    """The same article: reflection lasts 30 days at least."""

    @override
    def reach(self, step: Step, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """State that every way back is barred from the day that reflection is granted."""
        if step is not Step.REFLECTION_GRANTED:
            return
        record = turn.memory.record(person) or RecordRow(person=person, word=REFLECTING)
        record.word = REFLECTING
        turn.memory.save(record)
        turn.outbox.add(statement(person, Stated.YES))

    @override
    def end(self, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """Take back the yes and say no word instead: a simulation clears nobody.

        What is unknown stays barred. Source: Tenpoint design decision.
        """
        record = turn.memory.record(person)
        if record is None or record.word != REFLECTING or turn.memory.is_served(person):
            return
        record.word = OVER
        turn.memory.save(record)
        turn.outbox.add(statement(person, Stated.UNKNOWN))


def statement(person: PersonRef, word: Stated) -> ProtectionStated:
    """Return the same word on every act."""
    return ProtectionStated(
        person=person,
        removal=word,
        assisted_return=word,
        voluntary_repatriation=word,
        readmission=word,
    )
