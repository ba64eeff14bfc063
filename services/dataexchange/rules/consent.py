"""What a consent really opens, given who gave it and how.

A receipt is a claim that someone said yes. It opens nothing that the setting makes doubtful: what
is not told counts as the worse. Sources at each rule.
"""

from datetime import date
from typing import Final

from shared.events.control import ConsentGiven
from shared.kernel.agencies import IOM, Agency, Purpose
from shared.kernel.categories import NEVER, SEALED_ONLY, Category, mask_of
from shared.kernel.consent import AgeState, Giver

HIGHLY_SENSITIVE: Final = mask_of(SEALED_ONLY)

NEVER_CONSENTED: Final = mask_of(NEVER | {Category.REFERENCE, Category.PUBLIC})
"""No consent is about these."""

HERS_ALONE: Final = mask_of(
    {
        Category.TRAFFICKING_PRESUMED,
        Category.GBV_FACT,
        Category.TORTURE,
        Category.ORIENTATION_IDENTITY,
    }
)
"""No representative speaks about these: he may be who did it. Tenpoint design decision."""

FOR_A_CHILD: Final = frozenset({Giver.GUARDIAN, Giver.REPRESENTATIVE, Giver.BEST_INTERESTS})
"""Who may consent for a child.

Source: UNICEF Policy on Personal Data Protection (2020), Annex 1, for those under 13. The exchange
cannot tell a child of 13 to 17 from a younger one, so the rule holds for all children.
"""

RETURNS: Final = frozenset({Purpose.RETURN_VOLUNTARY, Purpose.READMISSION})


def consent_mask(given: ConsentGiven, *, recipient: Agency, age: AgeState, on: date) -> int:
    """Return the categories that a receipt opens towards one recipient on a day (UTC)."""
    if recipient not in given.recipients or on > given.until or not _giver_is_valid(given, age):
        return 0
    if given.deprived_of_liberty is not False and _is_unfree_towards(recipient, given.purpose):
        return 0
    opened = mask_of(set(given.categories)) & ~NEVER_CONSENTED
    if given.alone is not True:
        opened &= ~HIGHLY_SENSITIVE
    if given.giver is Giver.REPRESENTATIVE:
        opened &= ~HERS_ALONE
    return opened


def _giver_is_valid(given: ConsentGiven, age: AgeState) -> bool:
    """Tell whether this giver may consent: an adult only in person, a child never alone.

    What others consented to lapses when the person is of age. Source: UNHCR, Guidance on
    Registration and Identity Management, 5.2 (informed and freely given).
    """
    return given.giver is Giver.SELF if age is AgeState.ADULT else given.giver in FOR_A_CHILD


def _is_unfree_towards(recipient: Agency, purpose: Purpose) -> bool:
    """Tell whether nobody who is locked up consents freely to this: to the State, or to returns."""
    return recipient.startswith("gov-") or recipient == IOM or purpose in RETURNS
