"""Telling one event to one recipient: what passes of each field, and what is noted about it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from services.dataexchange.rules.pair import Outcome
from services.dataexchange.rules.projection.partial_form import Form
from shared.events.event import ABSENT, Event, Field, Part, fields_of
from shared.events.sealed import Extent, Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import SEALED_ONLY, Category
from shared.kernel.identifiers import Kind, Reference, is_well_formed, kind_of

Translate = Callable[[Kind, Reference], Reference | None]
"""Returns the recipient's own reference for the author's; None if it has none."""

Closed = tuple[str, Category]
"""Name of a field, dotted within a part, and its category."""


@dataclass(slots=True)
class Telling:
    """One event being told to one recipient."""

    references: Translate
    recipient: Agency
    released: Counter[Category] = field(default_factory=Counter)
    went: Counter[Outcome] = field(default_factory=Counter)
    withheld: dict[Closed, None] = field(default_factory=dict)
    beyond: int = 0
    """Values above references that went."""


@dataclass(frozen=True)
class Step:
    """What becomes of one field."""

    field: Field
    outcome: Outcome
    form: Form | None
    required: bool
    part: "tuple[Step, ...]" = ()
    name: str = ""

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether null, which says that a value was cleared, or an empty list of parts may pass."""
        if self.field.part is not None:
            return any(step.may_be_empty and not step.is_reference for step in self.part)
        return self.outcome is Outcome.FULL or (self.field.coarse and bool(self.outcome))

    @cached_property
    def is_reference(self) -> bool:
        """Whether the field is only a name of something."""
        return self.field.category is Category.REFERENCE

    @cached_property
    def counted(self) -> tuple[Category, ...]:
        """The categories that count as released with it: of an empty list, those of its parts."""
        if self.field.part is None:
            return () if self.field.category is None else (self.field.category,)
        inside = [step for step in self.part if step.may_be_empty and not step.is_reference]
        return tuple({one.field.category: None for one in inside if one.field.category is not None})


def tell(
    told: Event | Part, steps: tuple[Step, ...], telling: Telling
) -> tuple[dict[str, object] | None, int, int]:
    """Return the named fields that pass, and their bits; None if a required one does not."""
    body: dict[str, object] = {}
    presence = choices = 0
    complete = True
    for place, step in enumerate(steps):
        value = getattr(told, step.field.name)
        if value is ABSENT:
            continue
        left, how = _value(value, step, telling)
        if left is ABSENT:
            complete = complete and not step.required
            _withhold(value, step, telling)
            continue
        body[step.field.name] = left
        presence |= 1 << place
        choices |= (how is Outcome.FULL) << place
        _count(left, step, how, telling)
    return (body if complete else None), presence, choices


def _withhold(value: object, step: Step, telling: Telling) -> None:
    if value is None:
        return
    note(step.field, value, telling.withheld, step.name.removesuffix(step.field.name))


def _count(left: object, step: Step, how: Outcome, telling: Telling) -> None:
    """Count a field that went. Parts have counted their own, but for a list that went empty."""
    if step.field.part is not None and left:
        return
    telling.released.update(step.counted)
    telling.went[how] += len(step.counted)
    telling.beyond += not step.is_reference


def _value(value: Any, step: Step, telling: Telling) -> tuple[Any, Outcome]:  # noqa: ANN401
    """Return what passes of a value and how; absent for what does not."""
    if value is None or (step.field.part is not None and not value):
        return (value if step.may_be_empty else ABSENT), step.outcome or Outcome.FULL
    if step.field.part is not None:
        return _parts(value, step, telling), Outcome.FULL
    if not step.outcome:
        return ABSENT, Outcome.WITHHELD
    if step.field.reference is not None or step.is_reference:
        return _reference(value, step, telling), step.outcome
    return _open(value, step, telling), step.outcome


def _open(value: Any, step: Step, telling: Telling) -> Any:  # noqa: ANN401
    """Return what passes of a value whose category is open."""
    if isinstance(value, Sealed) or step.field.category in SEALED_ONLY:
        return _sealed(value, step, telling)
    if step.outcome is Outcome.FULL or step.field.coarse:
        return value
    return ABSENT if step.form is None else step.form(value)


def _reference(value: Any, step: Step, telling: Telling) -> Any:  # noqa: ANN401
    """Return a reference, or each of several, in the recipient's terms; absent if none has any."""
    if step.outcome is not Outcome.FULL:
        return ABSENT
    if isinstance(value, tuple):
        translated = tuple(_translated(one, step, telling) for one in value)
        known = tuple(one for one in translated if one is not None)
        return known if known or not value else ABSENT
    own = _translated(value, step, telling)
    return ABSENT if own is None else own


def _translated(value: Reference, step: Step, telling: Telling) -> Reference | None:
    if not is_well_formed(value, step.field.reference):
        return None
    return telling.references(kind_of(value), value)


def _sealed(value: object, step: Step, telling: Telling) -> object:
    """Return a sealed part if it is what it should be: this category's, for this recipient."""
    if (
        not isinstance(value, Sealed)
        or value.category is not step.field.category
        or value.recipient != telling.recipient
    ):
        return ABSENT
    return value if step.outcome is Outcome.FULL or value.extent is Extent.PARTIAL else ABSENT


def _parts(value: tuple[Part, ...], step: Step, telling: Telling) -> Any:  # noqa: ANN401
    """Return the elements with more than references left; absent if there were some and none is."""
    kept = []
    for part in value:
        inner = Telling(telling.references, telling.recipient)
        body, _, _ = tell(part, step.part, inner)
        if body is not None and inner.beyond:
            kept.append(body)
            telling.released += inner.released
            telling.went += inner.went
            telling.beyond += inner.beyond
            telling.withheld |= inner.withheld
        else:
            note(step.field, (part,), telling.withheld)
    return tuple(kept) if kept else ABSENT


def note(one: Field, value: Any, told: dict[Closed, None], prefix: str = "") -> None:  # noqa: ANN401
    """Note a field that is not absent, or those of each part in it."""
    if value is ABSENT or value is None:
        return
    if one.part is None:
        if one.category is not None:
            told[prefix + one.name, one.category] = None
        return
    for part in value:
        for inner in part_fields(one.part):
            note(inner, getattr(part, inner.name), told, f"{one.name}.")


@cache
def part_fields(part: type[Part]) -> tuple[Field, ...]:
    """Return the fields of a part; kept, as reading annotations is slow."""
    return fields_of(part)
