"""What an agency sends through the edge, as a record of its own topic, or why it is none.

It is read as the exchange will read it, and more strictly: what the exchange would hold, and what
it could only read in part, is told to whoever still waits for an answer. Source: Tenpoint design
decision.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from services.dataexchange.rules.reading import Message as Read
from services.dataexchange.rules.reading import Unreadable, read
from shared.events.event import Contract, Topic
from shared.events.registry import find_contract
from shared.kernel.agencies import Agency
from shared.kernel.errors import Invalid
from shared.kernel.identifiers import Kind, Reference, TokenRef, is_well_formed
from shared.messaging.bus import Message, Partition, Record
from shared.messaging.edge.wire import EventSent
from shared.messaging.envelope import Envelope, headers_of, read_envelope
from shared.messaging.limits import refuse_unfit
from shared.messaging.permissions import control_topic, events_topic

FIELD_OF: Final = {"ce_id": "id", "ce_type": "type", "ce_sequence": "sequence", "ce_token": "token"}
"""Name of the field from which a header is made."""


class UnknownEvent(Invalid):
    """No contract has that name."""

    code = "unknown_event"


class NotYours(Invalid):
    """The agency is no author of that contract."""

    code = "not_yours"


class WrongTopic(Invalid):
    """The contract is for no topic on which agencies write."""

    code = "wrong_topic"


class OwnTopic(Invalid):
    """The agency has a client of the carrier: only a restriction may come this way, ahead of it."""

    code = "own_topic"


class WrongKey(Invalid):
    """The key is not what the body is about."""

    code = "wrong_key"


class UnreadableBody(Invalid):
    """The body is no such event, or too large for a carrier."""

    code = "unreadable"


def read_sent(agency: Agency, events: Sequence[EventSent]) -> list[tuple[Message, Read]]:
    """Return each event as a record to append, and as it will be read.

    Raises:
        Invalid: of the first event that cannot be taken; names its place and field.
    """
    return [read_one(agency, sent, f"events.{place}", place) for place, sent in enumerate(events)]


def read_one(agency: Agency, sent: EventSent, where: str, index: int) -> tuple[Message, Read]:
    """Return one event as a record to append, and as it will be read; see `read_sent`."""
    contract = find_contract(sent.type)
    if contract is None:
        raise UnknownEvent(at(where, "type"))
    if contract.topic is Topic.STREAM:
        raise WrongTopic(at(where, "type"))
    if agency not in contract.authors:
        raise NotYours(at(where, "type"))
    message = message_of(agency, sent, contract, where)
    refuse_envelope(message, where)
    found = read(as_record(message), index)
    if isinstance(found, Unreadable) and found.code == WrongKey.code:
        raise WrongKey(at(where, "key"))
    if isinstance(found, Unreadable) or found.spoiled:
        raise UnreadableBody(at(where, "body"))
    return message, found


def message_of(agency: Agency, sent: EventSent, contract: Contract, where: str) -> Message:
    """Return an event as a record to append to the topic that its contract names.

    Raises:
        UnreadableBody: the body cannot be written as JSON, or is larger than a carrier takes.
    """
    topic = control_topic if contract.topic is Topic.CONTROL else events_topic
    token = None if sent.token is None else TokenRef(Reference(sent.token))
    envelope = Envelope(sent.id, sent.type, agency, sent.day, sent.sequence, token)
    try:
        body = msgspec.json.encode(sent.body)
        message = Message(topic(agency), sent.key.encode(), body, headers_of(envelope))
        refuse_unfit(message)
    except (Invalid, ValueError, TypeError, OverflowError, RecursionError):
        raise UnreadableBody(at(where, "body")) from None
    return message


def refuse_envelope(message: Message, where: str) -> None:
    """Refuse an event whose identifier, number or token is none.

    Raises:
        Invalid: names the field.
    """
    try:
        envelope = read_envelope(as_record(message))
    except Invalid as error:
        raise Invalid(at(where, FIELD_OF.get(error.fields[0], "type"))) from None
    if not is_well_formed(envelope.id, Kind.EVENT):
        raise Invalid(at(where, "id"))


def as_record(message: Message) -> Record:
    """Return a record as it will stand on its topic, wherever that is."""
    place = Partition(message.topic, 0)
    return Record(place, 0, message.key, message.value, message.headers, 0)


def at(where: str, name: str) -> str:
    """Return the path of a field of one event."""
    return f"{where}.{name}"
