"""Which values go to who accepted?

Consent now, and the fence of the accepting column: what is in both is sealed, nothing else. A
sender tells only what it learned itself. Source: see `shared.codes.payloads`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from shared.codes.pathways import Pathway
from shared.codes.payloads import MOST, Most
from shared.crypto.payloads import Value
from shared.events.event import Absent
from shared.events.referral import ReferralPayloadSent
from shared.events.registry import contract_of
from shared.events.sealed import Extent, Sealed
from shared.kernel.agencies import COLUMN_OF, Agency, Column
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef, ReferralRef


@dataclass(frozen=True, slots=True)
class Forms:
    """What an agency learned itself of one category, as JSON: in full, and in its partial form."""

    full: bytes | None = None
    partial: bytes | None = None


Own = Mapping[Category, Forms]

FIELD_OF: Final[Mapping[Category, str]] = MappingProxyType(
    {
        field.category: field.name
        for field in contract_of(ReferralPayloadSent).fields
        if field.category is not None and field.reference is None
    }
)
"""The field of the payload in which each category travels."""

ONE_OF: Final = frozenset({Category.TRAFFICKING_PRESUMED, Category.GBV_FACT})
ONE_OF_COLUMNS: Final = frozenset({Column.AT, Column.SAFE})
"""A safe shelter hears why somebody comes, as one of two words and never both."""


def values_for(
    provider: Agency, *, own: Own, allowed: Collection[Category], pathway: Pathway
) -> dict[Category, Value]:
    """Return what is sealed to a provider: its fence, within what is allowed and was learned.

    Args:
        provider: who accepted.
        own: what this agency learned itself.
        allowed: what the person consents to, now.
        pathway: of the referral.
    """
    column = COLUMN_OF.get(provider)
    most = MOST.get(column, Most()) if column is not None else Most()
    closed = unsaid(column, pathway)
    found = {
        category: value_of(own[category], most, category)
        for category in sorted(set(allowed) & set(own) - closed)
    }
    return {category: value for category, value in found.items() if value is not None}


def unsaid(column: Column | None, pathway: Pathway) -> frozenset[Category]:
    """Return which of the two words a safe shelter does not hear."""
    if column not in ONE_OF_COLUMNS:
        return frozenset()
    heard = Category.TRAFFICKING_PRESUMED if pathway is Pathway.TRAFFICKING else Category.GBV_FACT
    return ONE_OF - {heard}


def value_of(forms: Forms, most: Most, category: Category) -> Value | None:
    """Return the fullest form of a category within a fence, or None."""
    if category in most.full and forms.full is not None:
        return Value(forms.full)
    if category in most.full | most.partial and forms.partial is not None:
        return Value(forms.partial, Extent.PARTIAL)
    return None


def payload(
    person: PersonRef, referral: ReferralRef, parts: Sequence[Sealed]
) -> ReferralPayloadSent:
    """Return the event that carries sealed parts, each in the field of its category."""
    fields: dict[str, Any] = {FIELD_OF[part.category]: part for part in parts}
    return ReferralPayloadSent(person=person, referral=referral, **fields)


def parts_of(event: ReferralPayloadSent) -> list[Sealed] | None:
    """Return the parts of a payload that came; None if one stands in another's field."""
    found = [
        (category, getattr(event, name))
        for category, name in FIELD_OF.items()
        if not isinstance(getattr(event, name), Absent)
    ]
    if any(part.category is not category for category, part in found):
        return None
    return [part for _, part in found]
