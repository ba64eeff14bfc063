"""Where a referral stands. Kept as one fact of the referral, and one of its person.

Only the exchange knows which person a referral is about. Source: Tenpoint design decision; the
states follow the referral's of the desk as far as they decide what may flow.
"""

from enum import StrEnum

import msgspec

from shared.codes.pathways import TERMS, Pathway
from shared.kernel.agencies import DESK, Agency, Purpose


class State(StrEnum):
    """Where a referral stands, as far as that decides what may flow."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    CLOSED = "CLOSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    INTERRUPTED = "INTERRUPTED"


class Flow(msgspec.Struct, frozen=True, tag="flow"):
    """One referral.

    Attributes:
        sender: who asked for the service.
        person: whom it is about; empty if it was withdrawn before it was asked for.
        consent: the sender's reference of the receipt under which the payload may go.
        pathway: None if the card names none; then an acceptance opens nothing.
        offered: providers with an open offer.
        accepted: the provider whose acceptance is first in the log.
        state: where it stands.
    """

    sender: Agency
    person: str = ""
    consent: str | None = None
    pathway: Pathway | None = None
    offered: frozenset[Agency] = frozenset()
    accepted: Agency | None = None
    state: State = State.OPEN

    @property
    def key(self) -> str:
        """Return what makes this fact one: a referral has one flow."""
        return "flow"

    @property
    def is_live(self) -> bool:
        """Return whether cards and payloads may still go."""
        return self.state in (State.OPEN, State.ACCEPTED)

    @property
    def purpose(self) -> Purpose | None:
        """Return what an acceptance is for."""
        return None if self.pathway is None else TERMS[self.pathway].purpose

    @property
    def parties(self) -> frozenset[Agency]:
        """Return everybody who takes part now."""
        taken = frozenset() if self.accepted is None else frozenset({self.accepted})
        return frozenset({self.sender, DESK}) | self.offered | taken


class Referred(msgspec.Struct, frozen=True, tag="referred"):
    """That a person has a referral; while a provider has accepted it, a task of that provider's."""

    referral: str
    provider: Agency | None
    purpose: Purpose | None
    is_open: bool

    @property
    def key(self) -> str:
        """Return what makes this fact one: the referral."""
        return self.referral
