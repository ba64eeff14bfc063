"""Which step of a referral may follow, and what each refused step is called. Pure.

The first acceptance in the log has it; nobody can take what was not offered, nor what is closed.
Source: Tenpoint design decision; that nobody accepts for another is UN Women's guiding principle of
referral (the receiving service decides).
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from services.dataexchange.rules.flows.state import Flow, State
from shared.codes.pathways import TERMS
from shared.events import referral
from shared.events.event import ABSENT, Event
from shared.kernel.agencies import COLUMN_OF, Agency

UNKNOWN: Final = "unknown_referral"
"""Nobody has asked for this referral, or it was never told to the author."""

ALREADY_REQUESTED: Final = "already_requested"
NOT_YOURS: Final = "not_yours"
NOT_OPEN: Final = "not_open"
"""It is accepted, closed, expired, withdrawn or interrupted."""

NOT_OFFERED: Final = "not_offered"
ALREADY_TAKEN: Final = "already_taken"
"""Another provider's acceptance is first in the log."""

NOT_A_RECEIVER: Final = "not_a_receiver"
"""The pathway does not lead to this provider."""

NOT_ACCEPTED: Final = "not_accepted"
"""Nobody, or another provider, has accepted it."""

Step = Flow | str
"""The flow after a step, or why the step is refused."""


def request(flow: Flow | None, author: Agency, event: referral.ReferralRequested) -> Step:
    """Begin a flow, once; who withdrew it first has ended it."""
    if flow is not None:
        return NOT_OPEN if flow.state is State.WITHDRAWN else ALREADY_REQUESTED
    consent = None if event.consent is ABSENT else str(event.consent)
    pathway = None if event.pathway is ABSENT else event.pathway
    return Flow(author, consent=consent, pathway=pathway)


def amend(flow: Flow | None, author: Agency, _: Event) -> Step:
    """Correct the card of a live referral; its pathway stays."""
    return own(flow, author) or known(flow, live=True)


def withdraw(flow: Flow | None, author: Agency, _: Event) -> Step:
    """Take a referral back, at any time, and before it was asked for too."""
    if flow is None:
        return Flow(author, state=State.WITHDRAWN)
    return own(flow, author) or replace(flow, state=State.WITHDRAWN)


def offer(flow: Flow | None, _: Agency, event: referral.ReferralOffered) -> Step:
    """Offer it to a provider of its pathway, or an expired one anew."""
    waits = State.OPEN if event.after is ABSENT else State.EXPIRED
    if flow is None:
        return UNKNOWN
    if flow.state is not waits:
        return NOT_OPEN
    if event.provider in (ABSENT, flow.sender) or flow.pathway is None:
        return NOT_A_RECEIVER
    if COLUMN_OF.get(event.provider) not in TERMS[flow.pathway].receivers:
        return NOT_A_RECEIVER
    return replace(flow, state=State.OPEN, offered=flow.offered | {event.provider})


def ask(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> Step:
    """Ask for more of the card."""
    return offered(flow, author, event) or known(flow)


def accept(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> Step:
    """Take it: every other offer ends."""
    refusal = offered(flow, author, event)
    if refusal or flow is None:
        return refusal or UNKNOWN
    return replace(flow, state=State.ACCEPTED, accepted=author, offered=frozenset())


def decline(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> Step:
    """Decline one's own offer."""
    refusal = offered(flow, author, event)
    if refusal or flow is None:
        return refusal or UNKNOWN
    return replace(flow, offered=flow.offered - {author})


def start(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> Step:
    """Begin the service, or reach a step of it."""
    return accepted(flow, author, event) or known(flow)


def end(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> Step:
    """End the service, once."""
    refusal = accepted(flow, author, event)
    if refusal or flow is None:
        return refusal or UNKNOWN
    return replace(flow, state=State.CLOSED)


def escalate(flow: Flow | None, _: Agency, __: Event) -> Step:
    """Say that nobody has answered in time."""
    return is_open(flow) or known(flow)


def expire(flow: Flow | None, _: Agency, __: Event) -> Step:
    """Say that nobody has answered the second time either: every offer ends."""
    refusal = is_open(flow)
    if refusal or flow is None:
        return refusal or UNKNOWN
    return replace(flow, state=State.EXPIRED, offered=frozenset())


def send(flow: Flow | None, author: Agency, _: Event) -> Step:
    """Send the payload to the provider that has accepted."""
    refusal = own(flow, author)
    if refusal or flow is None:
        return refusal or UNKNOWN
    return flow if flow.state is State.ACCEPTED else NOT_ACCEPTED


def known(flow: Flow | None, *, live: bool = False) -> Step:
    """Return a flow as it is; with `live`, only one whose card may still go."""
    if flow is None:
        return UNKNOWN
    return flow if flow.is_live or not live else NOT_OPEN


def own(flow: Flow | None, author: Agency) -> str | None:
    """Return why an author is not the sender, or None."""
    if flow is None:
        return UNKNOWN
    return None if flow.sender == author else NOT_YOURS


def is_open(flow: Flow | None) -> str | None:
    """Return why a referral does not wait for an answer, or None."""
    if flow is None:
        return UNKNOWN
    return None if flow.state is State.OPEN else NOT_OPEN


def offered(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> str | None:
    """Return why an author may not answer an offer, or None."""
    if event.provider != author:
        return NOT_YOURS
    if flow is not None and flow.state is State.ACCEPTED:
        return NOT_OPEN if flow.accepted == author else ALREADY_TAKEN
    refusal = is_open(flow)
    if refusal or flow is None:
        return refusal
    return None if author in flow.offered else NOT_OFFERED


def accepted(flow: Flow | None, author: Agency, event: referral.AnswerOfProvider) -> str | None:
    """Return why an author may not tell of the service, or None."""
    if event.provider != author:
        return NOT_YOURS
    if flow is None:
        return UNKNOWN
    if flow.accepted != author:
        return NOT_ACCEPTED
    return None if flow.state is State.ACCEPTED else NOT_OPEN


STEPS: Final[dict[type[Event], Callable[[Flow | None, Agency, Any], Step]]] = {
    referral.ReferralRequested: request,
    referral.ReferralAmended: amend,
    referral.ReferralWithdrawn: withdraw,
    referral.ReferralOffered: offer,
    referral.InformationRequested: ask,
    referral.ReferralAccepted: accept,
    referral.ReferralDeclined: decline,
    referral.ReferralPayloadSent: send,
    referral.ServiceStarted: start,
    referral.ServiceEnded: end,
    referral.ReferralEscalated: escalate,
    referral.ReferralExpired: expire,
}
"""What each event of a referral does to its flow."""
