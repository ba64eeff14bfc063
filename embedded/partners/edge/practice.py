"""How one kind of partner works; each partner says only in what it differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from embedded.partners.edge.tables import CaseRow
from embedded.partners.edge.turn import Turn
from shared.codes.referrals import Step
from shared.events.event import Event
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import PersonRef


@dataclass(frozen=True, slots=True)
class Habits:
    """How often staff does what it need not. The shares are a Tenpoint design decision.

    Attributes:
        asks: share of offers before whose answer more of the card is asked for, if any is missing.
        declines: share of offers that are declined.
    """

    asks: float = 0.15
    declines: float = 0.1


class Practice:
    """One kind of partner: which agency it is, its habits, and what else it tells."""

    agency: ClassVar[Agency]
    habits: ClassVar[Habits] = Habits()
    lasts: ClassVar[timedelta] = timedelta()
    """How long a service goes on at least after its last step."""

    def meet(self, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """Do what is due as soon as the person of a case is known."""

    def reach(self, step: Step, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """Do what else is due when a step of a service is reached."""

    def end(self, case: CaseRow, person: PersonRef, turn: Turn) -> None:
        """Do what else is due when a service ends."""

    def state_of(self, person: PersonRef, turn: Turn) -> Sequence[Event]:
        """Return what the partner tells of a person, as it is now."""
        del person, turn
        return ()
