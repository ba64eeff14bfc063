"""The plan of a contract under one pair of masks: compiled once, used for every event."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, get_type_hints

import msgspec

from services.dataexchange.rules.pair import Outcome, Pair
from services.dataexchange.rules.projection.partial_form import FORMS, Form
from services.dataexchange.rules.projection.telling import (
    Closed,
    Step,
    Telling,
    Translate,
    note,
    part_fields,
    tell,
)
from shared.events.event import Contract, Event, Field, Part, fields_of, leaves_of
from shared.events.registry import contract_of
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category, bit

PLANS: Final = 4096
"""How many plans are kept; the oldest goes first. Tenpoint design decision."""


@dataclass(frozen=True, slots=True)
class Projected:
    """What one recipient may have of one event.

    Attributes:
        body: JSON text of the contract's event.
        released: how many fields went, by category.
        full: how many fields went as they were.
        partial: how many fields went in their partial form.
        withheld: fields that the author told and the recipient does not get.
        presence: one bit for each field of the contract, in order: it is in the body.
        choices: one bit for each field of the contract, in order: it is there in full.
    """

    body: bytes
    released: Mapping[Category, int]
    full: int
    partial: int
    withheld: tuple[Closed, ...]
    presence: int = 0
    choices: int = 0

    @property
    def mask(self) -> int:
        """The categories that went, as a mask."""
        return sum(bit(category) for category in self.released)


@dataclass(frozen=True)
class Plan:
    """What becomes of every field of a contract under one pair of masks."""

    contract: Contract
    pair: Pair
    steps: tuple[Step, ...]
    references_alone: bool

    def project(
        self, event: Event, references: Translate, *, recipient: Agency
    ) -> Projected | None:
        """Return what the recipient may have, or None if that is nothing.

        Nothing is also what has only references left, unless the contract holds nothing else, and
        what would lack a field that the contract cannot be without.

        Args:
            event: the author's event, in the author's terms.
            references: tells the recipient's references.
            recipient: who would hear; a part sealed for another does not pass.
        """
        telling = Telling(references, recipient)
        body, presence, choices = tell(event, self.steps, telling)
        if body is None or not (telling.beyond or self._is_named(body)):
            return None
        return Projected(
            body=msgspec.json.encode(body),
            released=MappingProxyType(dict(telling.released)),
            full=telling.went[Outcome.FULL],
            partial=telling.went[Outcome.PARTIAL],
            withheld=tuple(telling.withheld),
            presence=presence,
            choices=choices,
        )

    def _is_named(self, body: Mapping[str, object]) -> bool:
        return self.references_alone and bool(body)


def compile_plan(contract: Contract, pair: Pair) -> Plan:
    """Return the plan of a contract under a pair of masks; kept, and made once."""
    key = (contract.event, pair)
    plan = _PLANS.get(key)
    if plan is None:
        while len(_PLANS) >= PLANS:
            del _PLANS[next(iter(_PLANS))]
        steps = _steps(contract.event, pair)
        plan = Plan(contract, pair, steps, is_of_references_alone(contract))
        _PLANS[key] = plan
    return plan


_PLANS: Final[dict[tuple[type[Event], Pair], Plan]] = {}


def is_of_references_alone(contract: Contract) -> bool:
    """Return whether a contract can release nothing but references, and at least one."""
    categories = {
        one.category
        for told in contract.fields
        for one in _inside(told)
        if one.category is not None
    }
    return categories == {Category.REFERENCE}


def present_fields(event: Event) -> tuple[Closed, ...]:
    """Return the fields of an event that its author told and that could ever be released."""
    told: dict[Closed, None] = {}
    for one in contract_of(type(event)).fields:
        note(one, getattr(event, one.name), told)
    return tuple(told)


def _inside(told: Field) -> tuple[Field, ...]:
    return (told,) if told.part is None else part_fields(told.part)


def _steps(struct: type[Event] | type[Part], pair: Pair, prefix: str = "") -> tuple[Step, ...]:
    hints = get_type_hints(struct, include_extras=True)
    required = {told.name for told in msgspec.structs.fields(struct) if told.required}
    steps = []
    for one in fields_of(struct):
        category = one.category
        steps.append(
            Step(
                field=one,
                outcome=Outcome.WITHHELD if category is None else pair.outcome(category),
                form=None if category is None else _form(category, hints[one.name]),
                required=one.name in required,
                part=() if one.part is None else _steps(one.part, pair, f"{one.name}."),
                name=prefix + one.name,
            )
        )
    return tuple(steps)


def _form(category: Category, hint: object) -> Form | None:
    """Return how a field's partial form is made, if its type can hold it."""
    leaves = tuple(leaves_of(hint))
    return FORMS.get((category, leaves[0])) if len(leaves) == 1 else None
