"""What all contracts have in common.

A contract is a frozen struct, closed when written and tolerant when read. Every field names its
data category, or says that the exchange reads and never releases it, or is a list of parts whose
fields do. A field has three states: absent (not told), null (cleared), value; nothing may be
concluded from absent. A highly sensitive (P3) value is `Sealed` or the contract does not compile;
so is a bare string, which could hold anything. Source: Tenpoint design decision.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import UNSET, UnsetType

from shared.events.sealed import Sealed
from shared.kernel.agencies import EXCHANGE, Agency
from shared.kernel.categories import NEVER, SEALED_ONLY, Category
from shared.kernel.identifiers import KIND_OF, Kind

Absent = UnsetType
ABSENT: Final = UNSET
"""The state of a field that was not told."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that has happened, as its author tells it."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One element of a list field; its own fields name their categories."""


class Marker(StrEnum):
    """What an annotation says beside the category."""

    READ_BY_EXCHANGE = "read-by-exchange"
    COARSE = "coarse"


READ_BY_EXCHANGE: Final = Marker.READ_BY_EXCHANGE
"""The exchange acts on this field and releases it to nobody."""

COARSE: Final = Marker.COARSE
"""The author has made this field coarse; it passes unchanged where the partial form may pass."""


class Topic(StrEnum):
    """Which of the three topics of an agency carries a contract."""

    EVENTS = "events"
    CONTROL = "control"
    STREAM = "stream"


class Party(StrEnum):
    """A part in a referral: who hears an event is found in that referral's own flow."""

    DESK = "desk"
    SENDER = "sender"
    OFFERED = "offered"
    """Every provider that holds an open offer; of a new offer, the one that it names."""
    ACCEPTED = "accepted"
    """The provider whose acceptance is first in the log."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a contract. `category` None means that the exchange never releases it."""

    name: str
    category: Category | None
    coarse: bool = False
    reference: Kind | None = None
    part: "type[Part] | None" = None


@dataclass(frozen=True, slots=True)
class Contract:
    """Who may send an event, on which topic, under which key, and who can ever hear it.

    With `parties`, of the audience only these parties of the referral concerned hear it.
    """

    event: type[Event]
    wire: str
    topic: Topic
    authors: frozenset[Agency]
    audience: frozenset[Agency]
    directed: bool
    restricts: bool
    key: str | None
    fields: tuple[Field, ...]
    parties: frozenset[Party] = frozenset()


E = TypeVar("E", bound=Event)


CONTRACTS: Final[dict[type[Event], Contract]] = {}
"""Every contract, by its struct. Filled by the declarations of the contract modules."""

BY_WIRE: Final[dict[str, Contract]] = {}
"""Every contract, by its name on the wire."""


def contract(
    topic: Topic,
    *,
    authors: Collection[Agency],
    audience: Collection[Agency] = (),
    directed: bool = False,
    restricts: bool = False,
    key: str | None = "person",
    parties: Collection[Party] = (),
) -> Callable[[type[E]], type[E]]:
    """Declare a struct as a contract.

    Args:
        topic: the topic of its author that carries it.
        authors: agencies that may send it.
        audience: agencies that can ever hear it; empty means the exchange alone.
        directed: whether each hearer must be told or the author learns that it was not.
        restricts: whether it only ever narrows what may flow: applied on arrival, never filtered.
        key: name of the field whose reference is the record's key; None for the author itself.
        parties: of the audience, the parties of a referral that hear it; empty means everybody.

    Raises:
        TypeError: a field does not say what it is.
    """

    def declare(event: type[E]) -> type[E]:
        module = event.__module__.rpartition(".")[2]
        wire = f"org.tenpoint.{module}.{event.__name__}.v1"
        declared = Contract(
            event=event,
            wire=wire,
            topic=topic,
            authors=frozenset(authors),
            audience=frozenset(audience) - {EXCHANGE},
            directed=directed,
            restricts=restricts,
            key=key,
            fields=fields_of(event),
            parties=frozenset(parties),
        )
        if key is not None and all(field.name != key for field in declared.fields):
            message = f"{event.__name__} has no field {key}"
            raise TypeError(message)
        CONTRACTS[event] = declared
        BY_WIRE[wire] = declared
        return event

    return declare


def fields_of(struct: type[Event] | type[Part]) -> tuple[Field, ...]:
    """Return the fields of a struct.

    Raises:
        TypeError: a field names no category, or its type may not travel under its category.
    """
    hints = get_type_hints(struct, include_extras=True)
    return tuple(field_of(struct.__name__, name, hints[name]) for name in struct.__struct_fields__)


def field_of(owner: str, name: str, hint: object) -> Field:
    """Return one field from its annotation; see `fields_of`."""
    leaves = tuple(leaves_of(hint))
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    part = next(
        (leaf for leaf in leaves if isinstance(leaf, type) and issubclass(leaf, Part)), None
    )
    kind = next((KIND_OF[leaf] for leaf in leaves if leaf in KIND_OF), None)
    if kind is not None and not told_in(notes):
        notes = (*notes, Category.REFERENCE)
    refuse_untold(f"{owner}.{name}", notes, leaves, alone=part or kind)
    if part is not None:
        fields_of(part)
        return Field(name, None, part=part)
    category = next((note for note in notes if isinstance(note, Category)), None)
    return Field(name, category, coarse=COARSE in notes, reference=kind)


def told_in(notes: tuple[object, ...]) -> tuple[object, ...]:
    """Return the notes that say what a field is: its category, or that it is never released."""
    return tuple(note for note in notes if isinstance(note, Category) or note is READ_BY_EXCHANGE)


def refuse_untold(
    where: str, notes: tuple[object, ...], leaves: tuple[object, ...], *, alone: object
) -> None:
    """Refuse a field whose annotation does not say what it is, or says what may not travel.

    Args:
        where: name of the field.
        notes: what its annotation says beside its type.
        leaves: its types.
        alone: its part or kind of reference, if it has one: no other type may stand beside it.

    Raises:
        TypeError: always with the name of the field.
    """
    told = told_in(notes)
    problem = None
    if alone is not None and len(leaves) != 1:
        problem = "is a part or a reference, and something else as well"
    elif len(told) != (0 if is_part(leaves[0]) else 1):
        problem = "names no data category, or more than one"
    elif told and told[0] in NEVER:
        problem = "is of a category that never leaves its owner"
    elif any(note in SEALED_ONLY for note in told) and Sealed not in leaves:
        problem = "is highly sensitive and not sealed"
    elif Sealed in leaves and (len(leaves) != 1 or told[0] in UNSEALED):
        problem = "is sealed, and something else as well, or is acted on or public and sealed"
    elif not all(is_closed(leaf) for leaf in leaves):
        problem = "has a type that could hold anything"
    if problem is not None:
        message = f"{where} {problem}"
        raise TypeError(message)


UNSEALED: Final = (READ_BY_EXCHANGE, Category.REFERENCE, Category.PUBLIC)
"""What the exchange must be able to read, and what everybody may."""

CLOSED: Final = (bool, int, date, datetime, Literal, Sealed)
"""Types of a field beside codes, named texts, references and parts; others could hold anything."""


def is_part(leaf: object) -> bool:
    """Return whether the type is a part."""
    return isinstance(leaf, type) and issubclass(leaf, Part)


def is_closed(leaf: object) -> bool:
    """Return whether the type says what it holds: a code, a named text, a part, or of `CLOSED`."""
    if isinstance(leaf, NewType):
        named = leaf.__supertype__
        return named is str or is_closed(named)
    return leaf in CLOSED or is_part(leaf) or (isinstance(leaf, type) and issubclass(leaf, Enum))


def leaves_of(hint: Any) -> Any:  # noqa: ANN401 - annotations have no common type
    """Yield the leaf types of an annotation, without `None` and absent."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from leaves_of(get_args(hint)[0])
    elif origin in (Union, UnionType, tuple, frozenset, list):
        for argument in get_args(hint):
            if argument not in (NoneType, UnsetType, Ellipsis):
                yield from leaves_of(argument)
    elif origin is Literal:
        yield Literal
    else:
        yield hint


def key_of(event: Event, author: Agency) -> str:
    """Return the record key of an event: the reference it is about, or the author itself."""
    key = CONTRACTS[type(event)].key
    return author if key is None else str(getattr(event, key))


def encode(event: Event) -> bytes:
    """Return the JSON text of an event; absent fields are not written."""
    return msgspec.json.encode(event)


def decode(event: type[E], body: bytes) -> E:
    """Return the event read from its JSON text; unknown fields are passed over.

    Raises:
        ValueError: the text is no such event. Its message carries values: never pass it on.
    """
    return msgspec.json.decode(body, type=event)
