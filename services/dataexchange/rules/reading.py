"""From a record to a message: at two speeds.

A record is read typed first. When that fails, an event is read field by field and a field that
cannot be read is withheld from everybody; only broken structure, or any failure in a control
event, makes it unreadable. Source: Tenpoint design decision.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

import msgspec

from shared.events.event import Contract, Event, Field, Part, Topic, decode, fields_of, key_of
from shared.events.registry import contract_of, find_contract
from shared.kernel.agencies import Agency
from shared.kernel.errors import Invalid
from shared.kernel.identifiers import Reference
from shared.messaging.bus import Record
from shared.messaging.envelope import Envelope, read_envelope

UNREAD: Final = (ValueError, RecursionError)
"""What reading a text raises: it is none of that kind, or is nested deeper than anything told."""

CONTROL_SUFFIX: Final = ".control.v1"
EVENTS_SUFFIX: Final = ".events.v1"


@dataclass(frozen=True, slots=True)
class Message:
    """An inside event as read. `index` is its place in the batch."""

    index: int
    agency: Agency
    topic: str
    key: str
    envelope: Envelope
    contract: Contract
    event: Event
    spoiled: tuple[str, ...] = ()
    """Fields that could not be read."""

    @property
    def sequence(self) -> int:
        """Return the author's number of this event about this key."""
        return self.envelope.sequence or 0

    @property
    def is_control(self) -> bool:
        """Return whether it changes what may flow."""
        return self.contract.topic is Topic.CONTROL


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An inside event that cannot be read. `envelope` None: it cannot even be answered."""

    index: int
    agency: Agency
    topic: str
    key: str
    envelope: Envelope | None
    code: str

    @property
    def sequence(self) -> int:
        """Return the author's number of this event about this key; 0 if that is unreadable too."""
        return (self.envelope.sequence or 0) if self.envelope is not None else 0

    @property
    def is_control(self) -> bool:
        """Return whether it may hold a restriction."""
        return is_control(self.topic)


def author_of(topic: str) -> Agency:
    """Return the agency whose inside topic this is: nobody else may write there."""
    return Agency(topic.removesuffix(CONTROL_SUFFIX).removesuffix(EVENTS_SUFFIX))


def is_control(topic: str) -> bool:
    """Return whether an inside topic holds what changes what may flow."""
    return topic.endswith(CONTROL_SUFFIX)


def read_all(records: Sequence[Record]) -> list[Message | Unreadable]:
    """Return every record of a batch, read or unreadable, in order."""
    return [read(record, index) for index, record in enumerate(records)]


def read(record: Record, index: int = 0) -> Message | Unreadable:
    """Return one record, read or unreadable. Never raises."""
    topic = record.partition.topic
    place = (index, author_of(topic), topic, record.key.decode("ascii", "replace"))
    try:
        envelope = read_envelope(record)
    except Invalid:
        return Unreadable(*place, None, "unreadable_envelope")
    if envelope.sequence is None or envelope.source != author_of(topic):
        return Unreadable(*place, None, "unreadable_envelope")
    contract = find_contract(envelope.wire)
    if contract is None:
        return Unreadable(*place, envelope, "unknown_event")
    event, spoiled = read_event(contract, record.value)
    problem = misplaced(contract, event, record, spoiled)
    if event is None or problem is not None:
        return Unreadable(*place, envelope, problem or "unreadable")
    return Message(*place, envelope, contract, event, spoiled)


def misplaced(
    contract: Contract, event: Event | None, record: Record, spoiled: tuple[str, ...]
) -> str | None:
    """Return why an event cannot be acted on where it stands, or None."""
    topic = record.partition.topic
    if not topic.endswith(f".{contract.topic}.v1"):
        return "wrong_topic"
    if event is None or (spoiled and contract.topic is Topic.CONTROL):
        return "unreadable"
    return None if key_of(event, author_of(topic)).encode() == record.key else "wrong_key"


def read_event(contract: Contract, body: bytes) -> tuple[Event | None, tuple[str, ...]]:
    """Return the event and the fields that could not be read; None if the structure is broken."""
    try:
        return decode(contract.event, body), ()
    except UNREAD:
        return read_fields(contract.event, body)


def read_fields(event: type[Event], body: bytes) -> tuple[Event | None, tuple[str, ...]]:
    """Return the event made of those fields that can be read; see `read_event`."""
    try:
        raw = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except UNREAD:
        return None, ()
    kept: dict[str, Any] = {}
    spoiled = []
    for name, kind in types_of(event).items():
        if name not in raw:
            continue
        try:
            kept[name] = msgspec.json.decode(raw[name], type=kind)
        except UNREAD:
            spoiled.append(name)
    try:
        return event(**kept), tuple(spoiled)
    except TypeError:
        return None, tuple(spoiled)


@functools.cache
def types_of(event: type[Event]) -> dict[str, Any]:
    """Return the type of each field of a contract."""
    hints = get_type_hints(event, include_extras=True)
    return {name: hints[name] for name in event.__struct_fields__}


def references_in(event: Event) -> list[Reference]:
    """Return every reference that an event mentions, in its own fields and in its parts."""
    found: list[Reference] = []
    for field in contract_of(type(event)).fields:
        value = getattr(event, field.name)
        if field.reference is not None and isinstance(value, str):
            found.append(Reference(value))
        elif field.part is not None and isinstance(value, tuple):
            found += [ref for part in value for ref in references_in_part(part)]
    return found


def references_in_part(part: Part) -> list[Reference]:
    """Return every reference of one element of a list field."""
    return [
        Reference(getattr(part, field.name))
        for field in fields_of_part(type(part))
        if field.reference is not None and isinstance(getattr(part, field.name), str)
    ]


@functools.cache
def fields_of_part(part: type[Part]) -> tuple[Field, ...]:
    """Return the fields of a part."""
    return fields_of(part)
