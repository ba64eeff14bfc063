"""Which parties of a referral hear a step, and how much of it.

A card is judged as the desk's whoever hears it: a provider to whom it is offered may see no more of
it than the desk. A payload is judged by the person's consent and by the provider's own column.
Source: Tenpoint design decision.
"""

from typing import Final

from services.dataexchange.rules.book import Book, Subject
from services.dataexchange.rules.flows.state import Flow, Referred
from services.dataexchange.rules.reading import Message
from shared.events.card import Card
from shared.events.event import Event, Party
from shared.events.referral import ReferralOffered, ReferralPayloadSent
from shared.kernel.agencies import COLUMN_OF, DESK, Agency, Column
from shared.kernel.identifiers import Reference

WHILE_LIVE: Final = (Card, ReferralPayloadSent)
"""What is told only while the referral is live; words of its course are told to the end."""


def flow_of(subject: Subject | None) -> Flow | None:
    """Return where a referral stands, or None if it is none or was never asked for."""
    fact = None if subject is None else subject.facts.get(("flow", "flow"))
    return fact if isinstance(fact, Flow) else None


def referral_of(message: Message, book: Book) -> Subject | None:
    """Return the referral that an event of a flow is about, if it is known."""
    event = message.event
    named = event.referral if isinstance(event, ReferralPayloadSent) else message.key
    return book.subject_of(message.agency, Reference(named))


def person_of(referral: Subject | None, book: Book) -> Subject | None:
    """Return the person whom a referral is about, if it is known."""
    flow = flow_of(referral)
    return None if flow is None else book.subjects.get(flow.person)


def referrals_of(person: Subject) -> list[Referred]:
    """Return a person's referrals."""
    return [fact for fact in person.told() if isinstance(fact, Referred)]


def hearers_of(event: Event, parties: frozenset[Party], flow: Flow) -> frozenset[Agency]:
    """Return the agencies that take these parts in a referral now."""
    found: set[Agency] = set()
    if Party.DESK in parties:
        found.add(DESK)
    if Party.SENDER in parties:
        found.add(flow.sender)
    if Party.ACCEPTED in parties and flow.accepted is not None:
        found.add(flow.accepted)
    if Party.OFFERED in parties:
        found |= flow.offered
    if isinstance(event, ReferralOffered):
        found &= {event.provider}
    return frozenset(found)


def column_of(event: Event, recipient: Agency) -> Column | None:
    """Return the column by which a party is judged."""
    return Column.RD if isinstance(event, Card) else COLUMN_OF.get(recipient)


def may_be_told(event: Event, flow: Flow, recipient: Agency) -> bool:
    """Return whether a step may still be told: cards and payloads only while it is live."""
    if isinstance(event, ReferralPayloadSent):
        return flow.is_live and flow.accepted == recipient
    return flow.is_live or not isinstance(event, WHILE_LIVE)
