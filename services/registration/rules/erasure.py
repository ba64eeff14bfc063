"""What of a release is left after an erasure notice?

A release is kept as its own row, so that exactly what the notice names goes. What a clerk has
registered since is registration's own and stays. Source: UNHCR, Policy on the Protection of
Personal Data (2015), for erasure; the form is a Tenpoint design decision.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

import msgspec

from services.registration.rules.screening import Release
from shared.events.event import ABSENT, Event, Field, fields_of
from shared.events.registry import contract_of
from shared.kernel.categories import Category

E = TypeVar("E", bound=Event)


def erase(release: Release, categories: Collection[Category] | None) -> Release | None:
    """Return what is left of a release; None if nothing but references is.

    Args:
        release: what was told.
        categories: what to erase of it; None means all.
    """
    if categories is None:
        return None
    left = replace(
        release,
        event=None if release.event is None else without(release.event, categories),
        wristband=None if Category.REGISTRATION_NUMBER in categories else release.wristband,
        encounter=None if Category.REFERENCE in categories else release.encounter,
    )
    return left if tells_something(left) else None


def without(event: E, categories: Collection[Category]) -> E:
    """Return the event as if the fields of the categories had not been told.

    Whom it is about stays. A list of parts goes as a whole if one of its fields does.
    """
    contract = contract_of(type(event))
    gone = {
        field.name: ABSENT
        for field in contract.fields
        if touches(field, categories) and field.name != contract.key
    }
    return msgspec.structs.replace(event, **gone)


def touches(field: Field, categories: Collection[Category]) -> bool:
    """Return whether a field, or a field of its parts, is of one of the categories."""
    if field.part is None:
        return field.category in categories
    return any(part.category in categories for part in fields_of(field.part))


def tells_something(release: Release) -> bool:
    """Return whether a release says more than references."""
    if release.event is None:
        return release.wristband is not None or release.encounter is not None
    fields = contract_of(type(release.event)).fields
    return any(
        getattr(release.event, field.name) is not ABSENT
        for field in fields
        if field.reference is None
    )
