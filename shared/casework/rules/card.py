"""What of a card may travel?

Of a sensitive pathway, and of a person whose place is hidden, less is told: no language, access or
places, and the region only. Source: UN Women, guiding principles of referral, for as few fields as
possible; IASC, Inter-Agency Referral Form and Guidance Note (2017), for the items.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.casework.commands.referral import CardFields
from shared.casework.rules.person import told
from shared.codes.pathways import RESPONSE_TIME, Pathway, Priority, is_sensitive
from shared.codes.referrals import CardAge, CardLanguageText, Service
from shared.kernel.consent import AgeState

OTHER: Final = CardLanguageText("other")

AGES: Final = {
    AgeState.CHILD: CardAge.CHILD,
    AgeState.ADULT: CardAge.ADULT,
    AgeState.UNKNOWN: CardAge.UNKNOWN,
}


def due_at(priority: Priority, *, at: datetime) -> datetime:
    """Return by when a provider must have answered; the instant itself is on time."""
    return at + RESPONSE_TIME[priority]


def age_on_card(age: AgeState, *, older: bool) -> CardAge:
    """Return all that a card says of age: a child is one, whatever else is said."""
    return CardAge.OLDER if older and age is AgeState.ADULT else AGES[age]


def language_on_card(language: str, common: Collection[str]) -> CardLanguageText:
    """Return a language, or `other` for one that so few speak that it would tell who it is."""
    return CardLanguageText(language) if language in common else OTHER


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, on which way, how soon, and by when a provider must have answered."""

    service: Service
    pathway: Pathway
    priority: Priority
    due_at: datetime


def card(
    said: CardFields,
    asked: Asked,
    *,
    age: AgeState,
    hidden: bool,
    common: Collection[str],
) -> dict[str, Any]:
    """Return the fields of the card, coarse by rule.

    Args:
        said: what staff said.
        asked: what for, and how soon.
        age: whether the person is treated as a child.
        hidden: whether the person's place must be hidden.
        common: languages that may be named.
    """
    quiet = is_sensitive(asked.pathway, asked.priority)
    spoken = None if said.language is None else language_on_card(said.language, common)
    fields = {
        "service": asked.service,
        "pathway": asked.pathway,
        "priority": asked.priority,
        "due_at": asked.due_at,
        "area": told(said.region if quiet or hidden else said.area or said.region),
        "age_band": age_on_card(age, older=said.older),
        "worker_sex": told(said.worker_sex),
        "consented": True,
    }
    if not quiet:
        fields |= {
            "places": told(said.places),
            "language": told(spoken),
            "access": told(said.access),
        }
    return fields
