"""What a step changes for the person, and who must hear that a referral cannot go on.

An acceptance opens the provider's task for the person, and owners are asked to tell again; an end
of any kind closes it. Whoever waits for a step that will never come is told so, without a reason.
Source: Tenpoint design decision.
"""

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from services.dataexchange.rules import asking, release
from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.flows.hearing import flow_of, person_of, referral_of, referrals_of
from services.dataexchange.rules.flows.state import Flow, Referred, State
from services.dataexchange.rules.flows.steps import ALREADY_REQUESTED, STEPS, UNKNOWN
from services.dataexchange.rules.naming import find_subject, mint, name
from services.dataexchange.rules.openings import ask_again, openings
from services.dataexchange.rules.projection import is_of_references_alone, present_fields
from services.dataexchange.rules.reading import Message
from shared.events.event import ABSENT
from shared.events.exchange import FlowInterrupted
from shared.events.referral import ReferralOffered, ReferralPayloadSent, ReferralRequested
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.identifiers import Reference, ReferralRef

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement

WRONG_PERSON: Final = "wrong_person"
"""The payload is about another person than the referral."""

UNKNOWN_PERSON: Final = "unknown_reference"

SAYS_NOTHING: Final = "says_nothing"
"""No field is told that anybody could hear, so that no party could be told of the step."""


def step(message: Message, judgement: "Judgement") -> str | None:
    """Carry out one step of a referral; return why it is refused, or None.

    What is told again under a token changes nothing.
    """
    referral = referral_of(message, judgement.book)
    before = flow_of(referral)
    reopened = reopened_by(message)
    if reopened is not None:
        return reopen(message, reopened, judgement) if before is None else ALREADY_REQUESTED
    if message.envelope.token is not None:
        return UNKNOWN if before is None else None
    if not says_anything(message):
        return SAYS_NOTHING
    after = STEPS[type(message.event)](before, message.agency, message.event)
    if isinstance(after, str):
        return after
    done = about(message, after, judgement)
    if isinstance(done, str):
        return done
    referral = referral or name(message, judgement)
    if referral is not None and done != before:
        settle(referral, before, done, judgement, author=message.agency)
    return None


def reopened_by(message: Message) -> Reference | None:
    """Return the desk's name of the expired referral that an offer follows, or None."""
    event = message.event
    return event.after if isinstance(event, ReferralOffered) and event.after is not ABSENT else None


def reopen(message: Message, expired: Reference, judgement: "Judgement") -> str | None:
    """Let a new referral of the desk's go on for an expired one; return why not, or None.

    For the sender it is the same referral: its name means the new one from now on.
    """
    book = judgement.book
    before = book.subject_of(message.agency, expired)
    flow = flow_of(before)
    after = STEPS[ReferralOffered](flow, message.agency, message.event)
    if isinstance(after, str) or before is None or flow is None:
        return after if isinstance(after, str) else UNKNOWN
    referral = name(message, judgement)
    if referral is None:
        return UNKNOWN
    if flow.sender in before.references:
        book.name(referral, flow.sender, before.references[flow.sender])
    settle(before, flow, replace(flow, state=State.CLOSED), judgement)
    settle(referral, None, after, judgement)
    return None


def about(message: Message, after: Flow, judgement: "Judgement") -> Flow | str:
    """Return a flow with the person whom it is about, or why what is named does not fit."""
    if isinstance(message.event, ReferralRequested):
        named = message.event.person
        person = None if named is ABSENT else mint(message.agency, named, judgement)
        return UNKNOWN_PERSON if person is None else replace(after, person=person.id)
    if isinstance(message.event, ReferralPayloadSent):
        subject = find_subject(message, judgement.book)
        fits = subject is not None and subject.id == after.person
        return after if fits else WRONG_PERSON
    return after


def says_anything(message: Message) -> bool:
    """Return whether an event tells more than a reference, if its contract can."""
    told = (category for _, category in present_fields(message.event))
    alone = is_of_references_alone(message.contract)
    return alone or any(category is not Category.REFERENCE for category in told)


def settle(
    referral: Subject,
    before: Flow | None,
    after: Flow,
    judgement: "Judgement",
    *,
    author: Agency | None = None,
) -> None:
    """Keep where a referral stands; open or close its provider's task; end offers that are over."""
    referral.learn(after)
    person = person_of(referral, judgement.book)
    if person is not None:
        opened = openings(person, judgement)
        accepted = after.state is State.ACCEPTED
        purpose = after.purpose
        person.learn(Referred(referral.id, after.accepted, purpose, is_open=accepted))
        ask_again(person, opened, judgement)
    over = frozenset() if before is None else before.offered - after.offered
    kept = {one for one in (author, after.accepted) if one is not None}
    tell_interrupted(referral, over - kept, judgement)


def tell_interrupted(
    referral: Subject, agencies: frozenset[Agency], judgement: "Judgement"
) -> None:
    """Tell agencies that know of a referral that it cannot go on for them; never why."""
    for agency in sorted(agencies & judgement.book.policy.hearers & set(referral.references)):
        word = FlowInterrupted(referral=ReferralRef(referral.references[agency]))
        release.say(judgement, agency, word, subject=referral)


def interrupt(referral: Subject, judgement: "Judgement") -> None:
    """End a live referral that cannot go on, and tell everybody who takes part."""
    flow = flow_of(referral)
    if flow is None or not flow.is_live:
        return
    settle(referral, flow, replace(flow, state=State.INTERRUPTED), judgement)
    tell_interrupted(referral, flow.parties, judgement)


def interrupt_untold(message: Message, judgement: "Judgement") -> None:
    """End a referral one of whose steps could not be told to everybody whom it concerns."""
    referral = referral_of(message, judgement.book)
    if referral is not None and message.envelope.token is None:
        interrupt(referral, judgement)


def interrupt_unconsented(
    person: Subject, lived: frozenset[str], judgement: "Judgement", *, everything: bool
) -> None:
    """Interrupt a person's referrals whose consent has just ended.

    Args:
        person: who has taken back a consent.
        lived: her referrals whose consent opened something before.
        judgement: the batch.
        everything: whether she said no to everything: then those without a consent end too.
    """
    alive = consented_referrals(person, judgement)
    for fact in referrals_of(person):
        referral = judgement.book.subjects.get(fact.referral)
        flow = flow_of(referral)
        if referral is None or flow is None:
            continue
        ended = fact.referral in lived - alive or (everything and flow.consent is None)
        if ended:
            interrupt(referral, judgement)


def consented_referrals(person: Subject, judgement: "Judgement") -> frozenset[str]:
    """Return a person's live referrals whose receipt still opens something to somebody."""
    found = set()
    for fact in referrals_of(person):
        flow = flow_of(judgement.book.subjects.get(fact.referral))
        if flow is None or not flow.is_live or flow.consent is None:
            continue
        if asking.is_consented(flow.consent, person, judgement):
            found.add(fact.referral)
    return frozenset(found)
