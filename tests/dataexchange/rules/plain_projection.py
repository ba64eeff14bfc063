"""The projection a second time, key by key, to be compared with the first."""

import json
from typing import Any

import msgspec

from services.dataexchange.rules.projection import Translate
from shared.codes.movement import EntryMode
from shared.codes.people import AgeBand, AgeStatus
from shared.events.event import ABSENT, Event, Field, Part, encode, fields_of
from shared.events.sealed import Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import Kind
from tests.dataexchange.rules.plain import WHOLE, Outcomes


def project_plainly(
    event: Event, outcomes: Outcomes, references: Translate, recipient: Agency
) -> dict[str, Any] | None:
    """Return the body as a tree, or None; for contracts that are not of references alone."""
    told = walk(event, json.loads(encode(event)), outcomes, references, recipient)
    return told if told is not None and says_something(type(event), told) else None


def says_something(struct: type[Event] | type[Part], told: dict[str, Any]) -> bool:
    return any(
        field.category != Category.REFERENCE for field in fields_of(struct) if field.name in told
    )


def walk(
    struct: Event | Part,
    tree: dict[str, Any],
    outcomes: Outcomes,
    references: Translate,
    recipient: Agency,
) -> dict[str, Any] | None:
    told: dict[str, Any] = {}
    for field in fields_of(type(struct)):
        value = getattr(struct, field.name)
        if value is ABSENT:
            continue
        if field.part is not None:
            left = walk_list(field, value, tree[field.name], (outcomes, references, recipient))
        else:
            left = leaf(field, value, tree[field.name], (outcomes, references, recipient))
        if left is not ABSENT:
            told[field.name] = left
        elif field.name in required_of(type(struct)):
            return None
    return told


def required_of(struct: type[Event] | type[Part]) -> set[str]:
    return {told.name for told in msgspec.structs.fields(struct) if told.required}


def walk_list(field: Field, value: Any, tree: Any, rest: Any) -> Any:
    assert field.part is not None
    outcomes = rest[0]
    if not value:
        could = any(
            outcomes[inner.category] == WHOLE or (outcomes[inner.category] and inner.coarse)
            for inner in fields_of(field.part)
            if inner.category not in (None, Category.REFERENCE)
        )
        return tree if could else ABSENT
    walked = [walk(part, twig, *rest) for part, twig in zip(value, tree, strict=True)]
    kept = [one for one in walked if one and says_something(field.part, one)]
    return kept or ABSENT


def leaf(field: Field, value: Any, tree: Any, rest: Any) -> Any:
    outcomes, references, recipient = rest
    if field.category is None or not outcomes[field.category]:
        return ABSENT
    whole = outcomes[field.category] == WHOLE
    if value is None:
        return None if whole or field.coarse else ABSENT
    if field.category == Category.REFERENCE:
        return reference_leaf(field, value, references) if whole else ABSENT
    if isinstance(value, Sealed):
        fits = value.category == field.category and value.recipient == recipient
        return tree if fits and (whole or value.extent == "PARTIAL") else ABSENT
    return tree if whole or field.coarse else coarse(field, value)


def reference_leaf(field: Field, value: Any, references: Translate) -> Any:
    own = references(field.reference or Kind(value[0]), value)
    return ABSENT if own is None else own


def coarse(field: Field, value: Any) -> Any:
    if field.category == Category.AGE_BAND and isinstance(value, AgeState):
        return value
    if field.category == Category.AGE_BAND and not isinstance(value, AgeStatus):
        return band(value)
    if field.category == Category.ARRIVAL and isinstance(value, EntryMode):
        return value
    if field.name in ("landed_on", "arrived_on") and field.category == Category.ARRIVAL:
        return "-".join(value.split("-")[:2])
    return ABSENT


def band(value: AgeBand) -> str:
    if value in ("0-4", "5-11", "12-17", "CHILD"):
        return "CHILD"
    if value in ("18-59", "ADULT"):
        return "ADULT"
    return "OLDER" if value in ("60+", "OLDER") else "UNKNOWN"
