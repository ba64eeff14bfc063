"""The desk: what casework needs of the service that mounts it, within one open transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from shared.casework.rules.payload import Own
from shared.casework.store import Book
from shared.codes.pathways import Pathway
from shared.crypto.keys import Seal
from shared.crypto.payload_keys import KeyUnknown, Opening, SealPayload
from shared.crypto.payloads import Value
from shared.events.event import Event
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import EventRef, MakeId, PersonRef
from shared.storage.idempotency import Requests


class Announces(Protocol):
    """The outbox of the mounting service."""

    def add(self, event: Event) -> EventRef:
        """Keep an event to announce, in the open transaction; return its reference."""
        ...


def seal_nothing(
    values: Mapping[Category, Value], *, recipient: Agency, key: KeyId, nonce: bytes
) -> tuple[Sealed, ...]:
    """Seal nothing, where the service was given no registry of keys; raises KeyUnknown."""
    del values, recipient, key, nonce
    raise KeyUnknown


def owns_nothing(person: PersonRef) -> Own:
    """Return no value: the service has learned nothing that goes into a payload."""
    del person
    return {}


def always_hidden(person: PersonRef) -> bool:
    """Return that a person's place is hidden: not said counts as hidden."""
    del person
    return True


def let_pass(person: PersonRef, pathway: Pathway) -> None:
    """Refuse no pathway."""
    del person, pathway


NO_LANGUAGE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What casework needs of the service that mounts it. What is not given closes, never opens."""

    agency: Agency
    outbox: Announces
    find_age: Callable[[PersonRef], AgeState | None]
    """Whether a person is treated as a child; None if the agency does not know the person."""
    book: Book
    """Casework's own memory, in the service's tables."""
    requests: Requests
    """Which requests were done, by their callers' keys."""
    seal: Seal
    """Seals a note to UNHCR's protection desk."""
    at: datetime
    make_id: MakeId
    is_hidden: Callable[[PersonRef], bool] = always_hidden
    """Whether a person's place must be hidden."""
    own_values: Callable[[PersonRef], Own] = owns_nothing
    """What the agency learned itself about a person, for payloads."""
    seal_payload: SealPayload = seal_nothing
    opening: Opening | None = None
    """The agency's key for payloads; without one it accepts no referral."""
    on_referral: Callable[[PersonRef, Pathway], None] = let_pass
    """Told of every request before it goes out; may raise a Refusal of the service's own."""
    common_languages: frozenset[str] = NO_LANGUAGE
    """Languages that may be named on a card: those with 20 speakers a month or more."""


def get_age(person: PersonRef, desk: Desk) -> AgeState:
    """Return whether a known person is treated as a child; raises NotFound otherwise."""
    age = desk.find_age(person)
    if age is None:
        raise NotFound
    return age
