"""What is told of a worry, a consent, a no. Pure: the same arguments give the same answer.

What tightens is never refused. Source: UNHCR, Policy on the Protection of Personal Data (2015),
for consent and its withdrawal; the forms are a Tenpoint design decision.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeVar

from shared.casework.commands import (
    GiveConsent,
    SetWithholding,
    StateSafeguards,
    WithdrawConsent,
)
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ProtectionConcernRaised,
    SafeguardsStated,
    WithholdingSet,
)
from shared.events.event import ABSENT, Absent
from shared.events.sealed import Sealed
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState, Giver
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import ConsentRef, EventRef, PersonRef

T = TypeVar("T")

FOR_A_CHILD: Final = frozenset({Giver.GUARDIAN, Giver.REPRESENTATIVE, Giver.BEST_INTERESTS})

GIVERS: Final = {
    AgeState.ADULT: frozenset({Giver.SELF}),
    AgeState.CHILD: FOR_A_CHILD,
    AgeState.UNKNOWN: FOR_A_CHILD,
}
"""Who can give a consent. No adult consents for another adult, not even a spouse.

Source: UNICEF Policy on Personal Data Protection (2020), Annex 1, for the representative of a
child; one rule for all children, as long as nobody tells whether one is 13, and unknown counted as
child are Tenpoint design decisions.
"""

NOT_BY_REPRESENTATIVE: Final = frozenset(
    {
        Category.TRAFFICKING_PRESUMED,
        Category.GBV_FACT,
        Category.TORTURE,
        Category.ORIENTATION_IDENTITY,
    }
)
"""What a representative, who may be the one who harms, never opens. Tenpoint design decision."""

GIVER: Final = "giver"
UNTIL: Final = "until"


class InformationNotGiven(Conflict):
    """The person was not told yet what the consent is for, so it cannot be informed.

    Source: UNHCR, Guidance on Registration and Identity Management, 5.2.
    """

    code = "information_not_given"


class GiverNotValid(Conflict):
    """This giver cannot consent for this person, or not to these categories."""

    code = "giver_not_valid"


class ValidityOver(Invalid):
    """The last day of validity has passed."""

    code = "validity_over"


def raise_concern(person: PersonRef, note: Sealed | None) -> ProtectionConcernRaised:
    """Return what is told of a worry; never refused."""
    return ProtectionConcernRaised(person=person, note=told(note))


def give_consent(
    command: GiveConsent,
    person: PersonRef,
    *,
    consent: ConsentRef,
    age: AgeState,
    after: tuple[EventRef, ...],
    at: datetime,
) -> ConsentGiven:
    """Return what is told of a consent.

    That somebody else was present is told as said: the exchange lets such a consent open little.

    Args:
        command: what was consented to, by whom, in what setting.
        person: whom it is about.
        consent: a fresh reference.
        age: whether the person is treated as a child.
        after: the withdrawals already taken on this day, which this consent follows.
        at: time of the consent, in UTC.

    Raises:
        InformationNotGiven: the person was not told what it is for.
        GiverNotValid: the giver cannot consent for the person, or not to these categories.
        ValidityOver: its last day has passed.
    """
    if not command.information_given:
        raise InformationNotGiven
    if command.giver not in GIVERS[age]:
        raise GiverNotValid(GIVER)
    if command.giver is Giver.REPRESENTATIVE and NOT_BY_REPRESENTATIVE & set(command.categories):
        raise GiverNotValid(GIVER)
    if command.until < at.date():
        raise ValidityOver(UNTIL)
    return ConsentGiven(
        person=person,
        consent=consent,
        giver=command.giver,
        purpose=command.purpose,
        recipients=each_once(command.recipients),
        categories=each_once(command.categories),
        until=command.until,
        alone=told(command.alone),
        deprived_of_liberty=told(command.deprived_of_liberty),
        interpreter_by=told(command.interpreter_by),
        after=after or ABSENT,
    )


def withdraw_consent(command: WithdrawConsent, person: PersonRef) -> ConsentWithdrawn:
    """Return what is told of a withdrawal; never refused, no reason asked."""
    return ConsentWithdrawn(
        person=person,
        consent=told(command.consent),
        recipients=told(command.recipients),
        categories=told(command.categories),
    )


def set_withholding(command: SetWithholding, person: PersonRef) -> WithholdingSet:
    """Return what is told of a withholding; never refused."""
    return WithholdingSet(
        person=person,
        from_=told(command.from_),
        categories=told(command.categories),
        on=command.on,
    )


def state_safeguards(
    command: StateSafeguards, person: PersonRef, own: SafeguardsStated | None = None
) -> SafeguardsStated:
    """Return what is told of age and place; never refused.

    The exchange keeps an agency's latest word as a whole, so both words of an agency are told as
    one. Whoever says child or hidden is heard. Tenpoint design decision.

    Args:
        command: what staff states.
        person: whom it is about.
        own: what the agency's own record of the person says, if it has one.
    """
    child = own is not None and own.treated_as_child is AgeState.CHILD
    hidden = own is not None and own.hide_location is True
    return SafeguardsStated(
        person=person,
        treated_as_child=AgeState.CHILD if child else command.treated_as_child,
        hide_location=hidden or command.hide_location,
    )


def told(value: T | None) -> T | Absent:
    """Return what was said; what was not said stays absent, which in a restriction is widest."""
    return ABSENT if value is None else value


def each_once(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values in their order, each once."""
    return tuple(dict.fromkeys(values))
