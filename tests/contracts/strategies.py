"""Draws of every contract, from the types that it declares: absent, null and value."""

from datetime import UTC
from functools import cache
from typing import Any, cast, get_type_hints

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import NODEFAULT, UNSET, inspect

from shared.events import registry
from shared.events.event import Contract, E, Event, Part, Topic, leaves_of
from shared.kernel.identifiers import KIND_OF, Form, Kind, Reference, reference

CONTRACTS = registry.contracts()
TOLD_BY_AGENCIES = tuple(known for known in CONTRACTS if known.topic != Topic.STREAM)

few = settings(max_examples=25)
"""Of draws of one contract: shapes are few, and there are many contracts."""

INTEGERS = (-(2**53), 2**53)
Struct = type[Event] | type[Part]
Strategy = st.SearchStrategy[Any]


def events(contract: Contract) -> st.SearchStrategy[Event]:
    """Draw events of a contract."""
    return events_of(contract.event)


def events_of(event: type[E]) -> st.SearchStrategy[E]:
    """Draw events of a type, and of what several contracts have in common."""
    return cast("st.SearchStrategy[E]", structs(event))


def references(kind: Kind) -> st.SearchStrategy[Reference]:
    """Draw well-formed references of a kind."""
    material = st.binary(min_size=16, max_size=16)
    return st.builds(reference, st.just(kind), st.sampled_from(Form), material)


@cache
def structs(struct: type[msgspec.Struct]) -> Strategy:
    """Draw values of a struct."""
    hints = get_type_hints(struct, include_extras=True)
    return st.builds(
        struct, **{field.name: values(field, hints[field.name]) for field in told_of(struct)}
    )


def told_of(struct: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """Return the fields of a struct as its decoder sees them."""
    return cast("inspect.StructType", inspect.type_info(struct)).fields


def values(field: inspect.Field, hint: object) -> Strategy:
    """Draw values of one field, and absent if it may be."""
    kinds = [KIND_OF[leaf] for leaf in leaves_of(hint) if leaf in KIND_OF]
    told = of_type(field.type, references(kinds[0]) if kinds else None)
    may_be_absent = not field.required and field.default is NODEFAULT
    return st.just(UNSET) | told if may_be_absent else told


def of_type(info: inspect.Type, texts: Strategy | None) -> Strategy:
    """Draw values of a type; `texts` draws its references, if it is a reference."""
    match info:
        case inspect.UnionType():
            return st.one_of([of_type(each, texts) for each in info.types])
        case inspect.Metadata():
            return of_type(info.type, texts)
        case inspect.VarTupleType() | inspect.ListType():
            return st.lists(of_type(info.item_type, texts), max_size=3).map(tuple)
        case inspect.StructType():
            return structs(info.cls)
        case _:
            return scalar(info, texts)


def scalar(info: inspect.Type, texts: Strategy | None) -> Strategy:
    """Draw values of a type that has no parts."""
    match info:
        case inspect.StrType():
            return texts_of(info) if texts is None else texts
        case inspect.IntType():
            low, high = INTEGERS
            return st.integers(low if info.ge is None else info.ge, info.le or high)
        case inspect.EnumType():
            return st.sampled_from(info.cls)
        case inspect.LiteralType():
            return st.sampled_from(info.values)
        case _:
            return PLAIN[type(info)]


def texts_of(info: inspect.StrType) -> Strategy:
    """Draw texts of a declared pattern or length."""
    if info.pattern:
        return st.from_regex(info.pattern, fullmatch=True)
    return st.text(min_size=info.min_length or 0, max_size=info.max_length or 20)


PLAIN: dict[type[inspect.Type], Strategy] = {
    inspect.NoneType: st.none(),
    inspect.BoolType: st.booleans(),
    inspect.BytesType: st.binary(max_size=20),
    inspect.DateType: st.dates(),
    inspect.DateTimeType: st.datetimes(timezones=st.just(UTC)),
}


def required(struct: Struct) -> frozenset[str]:
    """Return the names of the fields without which a struct is not read."""
    return frozenset(field.name for field in told_of(struct) if field.required)


def barest(event: E) -> E:
    """Return the event with all absent that may be."""
    kept = {name: getattr(event, name) for name in required(type(event))}
    return type(event)(**kept)
