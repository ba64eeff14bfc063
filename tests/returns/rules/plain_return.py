"""The table of a return case, written down a second time and as plainly as can be.

It shares no line with the rules: words, numbers and a dictionary of checks.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

BEFORE = {"ENQUIRY", "COUNSELLED", "APPLIED", "PREPARING", "BOOKED", "SUSPENDED"}
MOVING = {"APPLIED", "PREPARING", "BOOKED"}
SIX = ("VOLUNTARY", "SCREENED", "PROTECTION", "FIT", "DOCUMENTED", "SAFE")
ONCE_TOLD = {
    "APPLIED": "APPLIED",
    "PREPARING": "APPLIED",
    "BOOKED": "APPLIED",
    "SUSPENDED": "SUSPENDED",
    "WITHDRAWN": "ENDED",
    "CANCELLED": "ENDED",
    "CLOSED": "ENDED",
    "DEPARTED": "DEPARTED",
    "ARRIVED": "ARRIVED",
    "REINTEGRATING": "ARRIVED",
}


@dataclass
class Word:
    """What the exchange was asked last, and every word that came back to exactly that."""

    nonce: str
    clear_until: datetime | None = None
    spent: bool = False


@dataclass
class PlainReturn:
    """One return as the plan's table has it."""

    state: str = "ENQUIRY"
    applied: bool = False
    counselled: bool = False
    found: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    word: Word | None = None
    leaves_at: datetime | None = None
    signed_at: datetime | None = None
    closed: bool = False
    told: list[str] = field(default_factory=list)

    def go(self, state: str) -> None:
        """Come into a state, and tell what others hear of it."""
        self.state = state
        word = ONCE_TOLD.get(state)
        if self.applied and word and (not self.told or self.told[-1] != word):
            self.told.append(word)

    def stand_still(self) -> None:
        """Suspend, if it can be suspended."""
        if self.state in BEFORE and self.state != "SUSPENDED":
            self.word = self.leaves_at = self.signed_at = None
            self.go("SUSPENDED")

    def find(self, check: str, answer: str, at: datetime) -> None:
        """Answer a check."""
        if self.state == "APPLIED":
            self.go("PREPARING")
        self.found[check] = (answer, at)
        if answer == "NO":
            self.stand_still()

    def hear(self, nonce: str, answer: str, until: datetime, at: datetime) -> None:
        """Hear an answer."""
        if self.word is None or self.word.nonce != nonce:
            return
        if answer != "CLEAR":
            self.stand_still()
            return
        ends = min(until, at + timedelta(minutes=60))
        if self.word.clear_until is None or ends < self.word.clear_until:
            self.word.clear_until = ends

    def all_six(self, at: datetime) -> bool:
        """Whether each of the six is a yes at an instant."""
        return not self.closed and all(self.is_yes(check, at) for check in SIX)

    def is_yes(self, check: str, at: datetime) -> bool:
        """Whether one is a yes."""
        if check == "PROTECTION":
            word = self.word
            if word is None or word.spent or word.clear_until is None:
                return False
            return at < word.clear_until
        answer, since = self.found.get(check, ("UNKNOWN", at))
        if check in ("VOLUNTARY", "SCREENED") and at - since >= timedelta(days=90):
            return False
        return answer == "YES"

    def may_depart(self, at: datetime) -> bool:
        """Whether the person may board now."""
        if self.state != "BOOKED" or self.signed_at is None:
            return False
        return at - self.signed_at <= timedelta(hours=48) and self.all_six(at)

    def stop(self, state: str) -> None:
        """End before departure."""
        self.found, self.word, self.leaves_at, self.signed_at = {}, None, None, None
        self.go(state)

    def take_up(self) -> None:
        """Go on after a suspension."""
        self.found = {}
        if self.applied:
            self.go("PREPARING")
        else:
            self.state = "COUNSELLED" if self.counselled else "ENQUIRY"
