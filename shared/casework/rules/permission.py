"""What does a consent still open, after all that was said since?

The sender asks at the moment of sealing, not of asking: a no that came meanwhile wins. What the
exchange would not release is not sealed either. Source: UNHCR, Policy on the Protection of Personal
Data (2015), for consent and its withdrawal; order and settings are a Tenpoint design decision.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from shared.casework.rules.person import GIVERS, NOT_BY_REPRESENTATIVE
from shared.events.control import ALL, ConsentGiven, ConsentWithdrawn, Scope, WithholdingSet
from shared.events.event import Absent
from shared.kernel.agencies import Agency
from shared.kernel.categories import NEVER, SEALED_ONLY, Category
from shared.kernel.consent import AgeState, Giver
from shared.kernel.identifiers import ConsentRef

Word = ConsentGiven | ConsentWithdrawn | WithholdingSet
"""What a person said to this agency, as it was told."""

NOTHING: Final[frozenset[Category]] = frozenset()


def find_consent(words: Sequence[Word], consent: ConsentRef) -> ConsentGiven | None:
    """Return the consent of a reference among what a person said, or None."""
    return next(
        (word for word in words if isinstance(word, ConsentGiven) and word.consent == consent), None
    )


def allowed(
    words: Sequence[Word], consent: ConsentRef, *, recipient: Agency, age: AgeState, on: date
) -> frozenset[Category]:
    """Return the categories that a consent opens towards a recipient on a day.

    Args:
        words: all that the person said to this agency, in the order taken.
        consent: which of them.
        recipient: who would get the values.
        age: whether the person is treated as a child, today.
        on: the day.
    """
    given = find_consent(words, consent)
    if given is None or recipient not in given.recipients or on > given.until:
        return NOTHING
    if given.giver not in GIVERS[age]:
        return NOTHING
    opened = frozenset(given.categories) - NEVER - withheld(words, recipient)
    if given.alone is not True:
        opened -= SEALED_ONLY
    if given.giver is Giver.REPRESENTATIVE:
        opened -= NOT_BY_REPRESENTATIVE
    for word in words[words.index(given) + 1 :]:
        if isinstance(word, ConsentWithdrawn):
            opened -= withdrawn(word, consent, recipient)
    return opened


def withdrawn(
    word: ConsentWithdrawn, consent: ConsentRef, recipient: Agency
) -> frozenset[Category]:
    """Return the categories that a withdrawal takes from a consent towards a recipient."""
    if not isinstance(word.consent, Absent):
        return frozenset(Category) if word.consent == consent else NOTHING
    return scope_of(word.categories) if concerns(word.recipients, recipient) else NOTHING


def withheld(words: Sequence[Word], recipient: Agency) -> frozenset[Category]:
    """Return the categories that the person withholds from a recipient; no consent lifts that."""
    kept = NOTHING
    for word in words:
        if isinstance(word, WithholdingSet) and concerns(word.from_, recipient):
            scope = scope_of(word.categories)
            kept = kept - scope if word.on is False else kept | scope
    return kept


def is_over(words: Sequence[Word], consent: ConsentRef, *, age: AgeState, on: date) -> bool:
    """Return whether a consent opens nothing any more, towards anybody."""
    given = find_consent(words, consent)
    return given is None or not any(
        allowed(words, consent, recipient=recipient, age=age, on=on)
        for recipient in given.recipients
    )


def concerns(scope: Scope | Absent, recipient: Agency) -> bool:
    """Return whether a restriction concerns a recipient; absent means everybody."""
    return isinstance(scope, Absent) or scope == ALL or recipient in scope


def scope_of(categories: tuple[Category, ...] | Absent) -> frozenset[Category]:
    """Return the categories of a restriction; absent means all."""
    return frozenset(Category) if isinstance(categories, Absent) else frozenset(categories)
