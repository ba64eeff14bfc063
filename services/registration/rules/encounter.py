"""Are those who were handed over registered?

An encounter is REPORTED, then HANDED_OVER, then REGISTERED when the counts meet. Source: 10-Point
Plan of Action, points 3 and 4, for the handover from border to reception; the states are a
Tenpoint design decision. A count that was not told never meets.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from shared.events.border import HandoverMade
from shared.events.registration import HandoverReceived
from shared.kernel.identifiers import EncounterRef

SCREENED_WITHIN: Final = timedelta(hours=24)
"""After this, staff look why nobody was handed over. Tenpoint design decision."""


class EncounterState(StrEnum):
    """How far the people of one encounter have come."""

    REPORTED = "REPORTED"
    HANDED_OVER = "HANDED_OVER"
    REGISTERED = "REGISTERED"


@dataclass(frozen=True, slots=True)
class Encounter:
    """One encounter; `expected` is None as long as nobody told how many were handed over."""

    encounter: EncounterRef
    state: EncounterState = EncounterState.REPORTED
    expected: int | None = None
    overdue: bool = False
    """Nobody was handed over in time. It says nothing about anybody's needs."""


def hand_over(encounter: Encounter, handover: HandoverMade) -> Encounter:
    """Return the encounter after a handover; of two counts told, the higher one is expected."""
    counts = [encounter.expected] if encounter.expected is not None else []
    if isinstance(handover.people, int):
        counts.append(handover.people)
    if isinstance(handover.persons, tuple):
        counts.append(len(handover.persons))
    expected = max(counts, default=None)
    again = encounter.state is EncounterState.REGISTERED and expected == encounter.expected
    state = EncounterState.REGISTERED if again else EncounterState.HANDED_OVER
    return Encounter(encounter.encounter, state, expected)


def find_overdue(encounter: Encounter) -> Encounter:
    """Return an encounter whose clock has passed; nobody is released or refused by a clock."""
    return replace(encounter, overdue=encounter.state is EncounterState.REPORTED)


def meet(encounter: Encounter, registered: int) -> tuple[Encounter, tuple[HandoverReceived, ...]]:
    """Return the encounter once all who were handed over are registered, and the receipt."""
    waits = encounter.state is EncounterState.HANDED_OVER
    if not waits or encounter.expected is None or registered < encounter.expected:
        return encounter, ()
    received = HandoverReceived(encounter=encounter.encounter, registered=registered)
    return replace(encounter, state=EncounterState.REGISTERED), (received,)
