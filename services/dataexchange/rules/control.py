"""What a control event changes, and whom that concerns.

A restriction tells those who hold what they may hold no longer; a permission asks owners to tell
again what they told before it. Source: Tenpoint design decision.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from services.dataexchange.rules import protection, release
from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.decision import OpenedBy
from services.dataexchange.rules.facts import (
    FOR_EVER,
    Opened,
    Receipt,
    Statement,
    Wish,
    Withdrawal,
    consents_to,
)
from services.dataexchange.rules.flows.acts import consented_referrals, interrupt_unconsented
from services.dataexchange.rules.gap import resume
from services.dataexchange.rules.openings import ask_again, openings
from services.dataexchange.rules.reading import Message
from services.dataexchange.rules.stops import end_hole
from shared.events import control
from shared.events.control import Scope
from shared.events.event import ABSENT, Absent, Contract, Topic
from shared.events.exchange import ErasureAsked
from shared.kernel.agencies import COLUMN_OF, UNHCR, Agency, Purpose
from shared.kernel.categories import ALL, Category, categories_of, mask_of
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import Kind, NoticeRef, issued

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement

ERASURE_DUE: Final = timedelta(hours=72)
"""Time to confirm an erasure after a withdrawal. Source: Tenpoint design decision."""

MOST_EVENTS: Final = 1_000_000
"""No restate has more events than this; the number is the author's and may be anything."""


def change(message: Message, subject: Subject | None, judgement: "Judgement") -> None:
    """Give a control event its effect on the book, and say what follows from it."""
    event: Any = message.event
    if type(event) in ABOUT_NOBODY:
        ABOUT_NOBODY[type(event)](message, event, judgement)
        return
    if subject is None:
        return
    if isinstance(event, control.ErasureConfirmed):
        judgement.book.confirmed[subject.id] = event.outcome
        return
    before = openings(subject, judgement)
    held = consented(subject, judgement)
    lived = consented_referrals(subject, judgement)
    LEARN[type(event)](message, event, subject, judgement.at.date())
    if isinstance(event, control.ProtectionConcernRaised):
        judgement.worried.add(subject.id)
    ask_again(subject, before, judgement)
    notify(subject, held, judgement)
    interrupt_unconsented(subject, lived, judgement, everything=ends_everything(event))


def ends_everything(event: Any) -> bool:  # noqa: ANN401 - any control event
    """Return whether a person says no to everything: to everybody, and for every category."""
    return (
        isinstance(event, control.ConsentWithdrawn)
        and event.consent is ABSENT
        and scope_of(event.recipients) is None
        and categories_in(event.categories) == ALL
    )


def end_repeating(message: Message, event: control.ControlRepeated, judgement: "Judgement") -> None:
    """Close the hole of which an agency was told, and no other."""
    if judgement.book.policy.holes.get(message.agency) == event.hole:
        end_hole(message.agency, judgement)


def end_restate(_: Message, event: control.RestateEnded, judgement: "Judgement") -> None:
    """Keep how many events an owner says it told under a token."""
    judgement.book.ended[event.token] = min(event.events, MOST_EVENTS)


def consented(subject: Subject, judgement: "Judgement") -> dict[Agency, tuple[int, int]]:
    """Return what consent opens, by recipient of something already given: today, and ever.

    Only categories count that the recipient gets by consent alone. A consent that has run out
    opens nothing, but what was given under it is still there to be erased.
    """
    matrix, today = judgement.book.policy.matrix, judgement.at.date()
    found = {}
    for recipient in {recipient for recipient, _ in subject.given}:
        needed = matrix.most(COLUMN_OF.get(recipient)).needs_consent
        now = union(consents_to(subject.told(), recipient, today)) & needed
        ever = union(consents_to(subject.told(), recipient, date.min)) & needed
        found[recipient] = (now, ever)
    return found


def union(bits: tuple[Any, ...]) -> int:
    """Return the categories of several consents."""
    mask = 0
    for bit in bits:
        mask |= bit.categories
    return mask


def notify(subject: Subject, held: dict[Agency, tuple[int, int]], judgement: "Judgement") -> None:
    """Ask everyone who received what is consented to no longer to erase it: once a partition."""
    now = consented(subject, judgement)
    for (recipient, partition), given in sorted(subject.given.items()):
        was, is_left = held[recipient], now[recipient]
        lost = was[0] & ~is_left[0] | was[1] & ~is_left[1]
        numbers = tuple(number for number, mask in given if mask & lost)
        if numbers:
            send_notice(judgement, subject, (recipient, partition), numbers, lost)


def send_notice(
    judgement: "Judgement",
    subject: Subject,
    stream: tuple[Agency, int],
    numbers: tuple[int, ...],
    categories: int,
) -> None:
    """Ask one recipient, in one stream partition, to erase what it was given."""
    recipient, partition = stream
    reference = issued(Kind.NOTICE, judgement.make_id)
    notice = judgement.book.add(Subject(judgement.make_id().hex(), Kind.NOTICE))
    judgement.book.name(notice, recipient, reference)
    event = ErasureAsked(
        about=subject.references[recipient],
        notice=NoticeRef(reference),
        releases=numbers,
        due=(judgement.at + ERASURE_DUE).date(),
        categories=tuple(sorted(categories_of(categories))),
    )
    judgement.book.notices[notice.id] = (subject.id, recipient, partition, event)
    release.say(judgement, recipient, event, partition=partition, subject=subject)


def scope_of(scope: Scope | Absent) -> frozenset[Agency] | None:
    """Return the agencies in scope; None is everybody, which absent means too."""
    return None if scope is ABSENT or isinstance(scope, str) else frozenset(scope)


def categories_in(scope: tuple[Category, ...] | Absent) -> int:
    """Return the categories in scope as a mask; absent means all."""
    return ALL if scope is ABSENT else mask_of(frozenset(scope))


def learn_consent(
    message: Message, event: control.ConsentGiven, subject: Subject, today: date
) -> None:
    """Keep a consent. Dated ahead, it is one of today: a withdrawal of today must end it."""
    day = min(message.envelope.day, today)
    subject.learn(Receipt(message.envelope.id, message.agency, event, day))


def learn_withdrawal(
    message: Message, event: control.ConsentWithdrawn, subject: Subject, _: date
) -> None:
    """Keep a withdrawal, for ever."""
    subject.learn(
        Withdrawal(
            message.envelope.id,
            None if event.consent is ABSENT else event.consent,
            scope_of(event.recipients),
            categories_in(event.categories),
            message.envelope.day,
        )
    )


def learn_wish(message: Message, event: control.WithholdingSet, subject: Subject, _: date) -> None:
    """Keep the person's own word."""
    subject.learn(
        Wish(
            message.agency,
            scope_of(event.from_),
            categories_in(event.categories),
            event.on is not False,
            message.sequence,
        )
    )


def learn_safeguards(
    message: Message, event: control.SafeguardsStated, subject: Subject, _: date
) -> None:
    """Keep what one agency states: its latest word as a whole, whichever arrives first."""
    age = AgeState.UNKNOWN if event.treated_as_child is ABSENT else event.treated_as_child
    hide = event.hide_location is not False
    subject.learn(Statement(message.agency, age, hide, message.sequence))


def learn_task(message: Message, event: control.TaskOpened, subject: Subject, _: date) -> None:
    """Keep that the person asked this agency for a service."""
    subject.learn(
        Opened(
            message.agency,
            event.purpose,
            OpenedBy.PERSON,
            event.until,
            is_open=True,
            sequence=message.sequence,
        )
    )


def learn_end(message: Message, event: control.TaskClosed, subject: Subject, _: date) -> None:
    """Keep that this agency has nothing to do for the person any more."""
    purpose = None if event.purpose is ABSENT else event.purpose
    subject.learn(
        Opened(
            message.agency,
            purpose,
            OpenedBy.PERSON,
            FOR_EVER,
            is_open=False,
            sequence=message.sequence,
        )
    )


def learn_concern(
    _: Message, __: control.ProtectionConcernRaised, subject: Subject, ___: date
) -> None:
    """Keep that UNHCR has a task for this person: a concern opens it by itself."""
    subject.learn(
        Opened(UNHCR, Purpose.PROFILING, OpenedBy.BOARD, FOR_EVER, is_open=True, sequence=0)
    )


LEARN: Final[dict[type, Callable[[Message, Any, Subject, date], None]]] = {
    control.ConsentGiven: learn_consent,
    control.ConsentWithdrawn: learn_withdrawal,
    control.WithholdingSet: learn_wish,
    control.SafeguardsStated: learn_safeguards,
    control.TaskOpened: learn_task,
    control.TaskClosed: learn_end,
    control.ProtectionConcernRaised: learn_concern,
    control.ProtectionStated: protection.learn,
}
"""What each control event about a person adds to what is known of her."""

ABOUT_NOBODY: Final[dict[type, Callable[[Message, Any, "Judgement"], None]]] = {
    control.StreamGapFound: resume,
    control.ControlRepeated: end_repeating,
    control.RestateEnded: end_restate,
    control.FeedAffirmed: protection.affirm,
    control.ProtectionCheckAsked: protection.ask,
}
"""What each control event does that adds nothing to what is known of a person."""

HANDLED: Final = frozenset(LEARN) | frozenset(ABOUT_NOBODY) | {control.ErasureConfirmed}
"""Every control event that has an effect here."""


def is_handled(contract: Contract) -> bool:
    """Return whether this exchange has a rule for a contract."""
    return contract.topic is not Topic.CONTROL or contract.event in HANDLED
