"""What the exchange knows of a person: consents, wishes, safeguards, tasks. No case data.

Facts are kept as they were told, each under the number or the event that told it, and are read
together when a decision is due. So the order in which they arrive does not matter where it must
not: a withdrawal that arrives before the consent it ends, ends it all the same.
"""

from datetime import date
from typing import Final

import msgspec

from services.dataexchange.rules.consent import consent_mask
from services.dataexchange.rules.decision import ConsentBit, Known, OpenedBy, Task
from services.dataexchange.rules.flows.state import Flow, Referred
from shared.codes.protection import Barred, Stated
from shared.events.control import ConsentGiven
from shared.events.event import ABSENT
from shared.kernel.agencies import Agency, Purpose
from shared.kernel.consent import AgeState


class Receipt(msgspec.Struct, frozen=True, tag="receipt"):
    """A consent as it was given; what it opens is judged with what is known of age today."""

    event: str
    author: Agency
    given: ConsentGiven
    given_on: date

    @property
    def key(self) -> str:
        """Return what makes this fact one."""
        return self.event

    @property
    def after(self) -> frozenset[str]:
        """Return the withdrawals, by event, that this consent follows."""
        return frozenset() if self.given.after is ABSENT else frozenset(self.given.after)


class Withdrawal(msgspec.Struct, frozen=True, tag="withdrawal"):
    """A no: to one consent, or to everything in scope given on or before its day. Never lifted."""

    event: str
    consent: str | None
    recipients: frozenset[Agency] | None
    """None is everybody."""
    categories: int
    on: date

    @property
    def key(self) -> str:
        """Return what makes this fact one."""
        return self.event

    def ends(self, receipt: Receipt, recipient: Agency) -> int:
        """Return the categories of a receipt that this withdrawal ends towards a recipient."""
        if self.event in receipt.after:
            return 0
        if self.consent is not None:
            return self.categories if self.consent == receipt.given.consent else 0
        meant = self.recipients is None or recipient in self.recipients
        return self.categories if meant and receipt.given_on <= self.on else 0


class Wish(msgspec.Struct, frozen=True, tag="wish"):
    """The person's own word about one scope: not to them, or, later, to them again."""

    author: Agency
    recipients: frozenset[Agency] | None
    """None is everybody."""
    categories: int
    on: bool
    sequence: int

    @property
    def key(self) -> str:
        """Return what makes this fact one: its author and scope."""
        scope = "*" if self.recipients is None else ",".join(sorted(self.recipients))
        return f"{self.author}|{scope}|{self.categories:x}"


class Statement(msgspec.Struct, frozen=True, tag="statement"):
    """What one agency states about age and place."""

    author: Agency
    age: AgeState
    hide_location: bool
    sequence: int

    @property
    def key(self) -> str:
        """Return what makes this fact one: its author."""
        return self.author


class Opened(msgspec.Struct, frozen=True, tag="task"):
    """A task that an agency has, or has ended. `purpose` None closes whatever was open before.

    A task that the board opened (a concern was raised) is not the agency's to end.
    """

    agency: Agency
    purpose: Purpose | None
    opened_by: OpenedBy
    until: date
    is_open: bool
    sequence: int

    @property
    def key(self) -> str:
        """Return what makes this fact one: the agency, the purpose, and whether by the board."""
        board = "|board" if self.opened_by is OpenedBy.BOARD else ""
        return f"{self.agency}|{self.purpose or '*'}{board}"


class Barring(msgspec.Struct, frozen=True, tag="barring"):
    """What one agency states of one act: whether it is barred. Never why."""

    author: Agency
    kind: Barred
    word: Stated
    sequence: int
    doubted: int = 0
    """Words up to this number were said before a concern was raised, and count as not known."""

    @property
    def key(self) -> str:
        """Return what makes this fact one: its author and the act."""
        return f"{self.author}|{self.kind}"


Fact = Receipt | Withdrawal | Wish | Statement | Opened | Barring | Flow | Referred

FOR_EVER: Final = date(9999, 12, 31)
"""Last day of what has no end of its own."""


def is_older(new: Fact, known: Fact | None) -> bool:
    """Return whether a later word of the same author about the same thing is already known."""
    old = getattr(known, "sequence", None)
    return old is not None and getattr(new, "sequence", 0) < old


def age_of(facts: tuple[Fact, ...]) -> AgeState:
    """Return adult only if somebody states adult and nobody child; else child or unknown."""
    ages = {fact.age for fact in facts if isinstance(fact, Statement)}
    if AgeState.CHILD in ages:
        return AgeState.CHILD
    return AgeState.ADULT if AgeState.ADULT in ages else AgeState.UNKNOWN


def is_hidden(facts: tuple[Fact, ...]) -> bool:
    """Return whether the place is hidden: somebody says so, or nobody has said anything yet."""
    said = [fact.hide_location for fact in facts if isinstance(fact, Statement)]
    return not said or any(said)


def withheld_from(facts: tuple[Fact, ...], recipient: Agency) -> int:
    """Return the categories that the person's own word withholds from a recipient."""
    mask = 0
    for fact in facts:
        if isinstance(fact, Wish) and fact.on:
            meant = fact.recipients is None or recipient in fact.recipients
            mask |= fact.categories if meant else 0
    return mask


def consents_to(facts: tuple[Fact, ...], recipient: Agency, on: date) -> tuple[ConsentBit, ...]:
    """Return what is consented to towards a recipient on a day, after every withdrawal."""
    withdrawals = [fact for fact in facts if isinstance(fact, Withdrawal)]
    age = age_of(facts)
    bits = []
    for fact in facts:
        if not isinstance(fact, Receipt) or recipient not in fact.given.recipients:
            continue
        left = consent_mask(fact.given, age=age, recipient=recipient, on=on)
        for withdrawal in withdrawals:
            left &= ~withdrawal.ends(fact, recipient)
        if left:
            bits.append(ConsentBit(fact.given.purpose, recipient, left))
    return tuple(bits)


def tasks_of(
    facts: tuple[Fact, ...], recipient: Agency, standing: frozenset[Purpose], on: date
) -> tuple[Task, ...]:
    """Return a recipient's open tasks: those opened, and standing ones that it has not ended."""
    told = [fact for fact in facts if isinstance(fact, Opened) and fact.agency == recipient]
    ended_all = max((fact.sequence for fact in told if fact.purpose is None), default=-1)
    tasks = []
    ended = set(standing) if ended_all >= 0 else set()
    for fact in told:
        if fact.purpose is None:
            continue
        if fact.opened_by is OpenedBy.BOARD or (
            fact.is_open and fact.until >= on and fact.sequence > ended_all
        ):
            tasks.append(Task(fact.purpose, fact.opened_by))
        elif not fact.is_open:
            ended.add(fact.purpose)
    tasks += [Task(purpose, OpenedBy.STANDING) for purpose in sorted(standing - ended)]
    return (*tasks, *accepted_by(facts, recipient))


def accepted_by(facts: tuple[Fact, ...], recipient: Agency) -> tuple[Task, ...]:
    """Return the tasks that a recipient has because it accepted a referral that is not ended."""
    return tuple(
        Task(fact.purpose, OpenedBy.ACCEPTANCE)
        for fact in facts
        if isinstance(fact, Referred)
        and fact.is_open
        and fact.provider == recipient
        and fact.purpose is not None
    )


def known_to(
    facts: tuple[Fact, ...], recipient: Agency, standing: frozenset[Purpose], on: date
) -> Known:
    """Return what concerns a recipient, on a day, of everything told about a person."""
    return Known(
        tasks=tasks_of(facts, recipient, standing, on),
        consents=consents_to(facts, recipient, on),
        withheld=withheld_from(facts, recipient),
        hide_location=is_hidden(facts),
        age=age_of(facts),
    )
