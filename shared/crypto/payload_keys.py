"""What casework is handed instead of keys: one seals payloads, one opens them.

The key to seal to is the one that the registry names today: a provider that accepted with another
key is a matter for people. Source: Tenpoint design decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.crypto.partners import PartnerRegistry, UnknownPartner
from shared.crypto.payloads import PayloadContext, Value, open_part, seal_payload
from shared.crypto.sealing import PublicSealingKey, Unopenable, public_of
from shared.crypto.signing import Signer
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.errors import Refusal


class KeyUnknown(Refusal):
    """The registry has no key to seal with for that agency."""

    code = "key_unknown"


class KeyNotCurrent(Refusal):
    """The registry's key of that agency is another one: rotated away, or never there."""

    code = "key_not_current"


class SealPayload(Protocol):
    """Seals the values of one sender to any partner."""

    def __call__(
        self, values: Mapping[Category, Value], *, recipient: Agency, key: KeyId, nonce: bytes
    ) -> tuple[Sealed, ...]:
        """Return the sealed parts.

        Raises:
            KeyUnknown: there is no key of the recipient.
            KeyNotCurrent: the recipient's key is not the one named.
            KeyWeak: nothing can be sealed to the key.
            TooLong: a value does not fit.
        """
        ...


class OpenPayload(Protocol):
    """Opens payloads sealed to one recipient."""

    def __call__(self, parts: Sequence[Sealed], *, nonce: bytes) -> Mapping[Category, Value]:
        """Return every value, or none.

        Raises:
            Unopenable: a part is bound to something else, or the parts have different senders.
        """
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """What an agency that accepts referrals is handed."""

    key: KeyId
    """The name of its key, told with an acceptance."""
    open: OpenPayload


def payload_sealer(sender: Agency, signed_by: Signer, registry: PartnerRegistry) -> SealPayload:
    """Return what seals payloads of one sender to the keys of the registry."""

    def sealed(
        values: Mapping[Category, Value], *, recipient: Agency, key: KeyId, nonce: bytes
    ) -> tuple[Sealed, ...]:
        to = current_key(registry, recipient, key)
        context = PayloadContext(sender, recipient, nonce)
        return seal_payload(values, context=context, to=to, signed_by=signed_by)

    return sealed


def current_key(registry: PartnerRegistry, agency: Agency, key: KeyId) -> PublicSealingKey:
    """Return an agency's key; raises KeyUnknown or KeyNotCurrent."""
    try:
        current = registry.sealing(agency)
    except UnknownPartner:
        raise KeyUnknown from None
    if current.id != key:
        raise KeyNotCurrent
    return current


def payload_opening(recipient: Agency, key: bytes, senders: Mapping[Agency, bytes]) -> Opening:
    """Return what opens payloads sealed to the recipient by any of the senders.

    Args:
        recipient: the only agency whose payloads are opened.
        key: its private key.
        senders: the public key for sealing of each agency that may have sealed one.
    """

    def opened(parts: Sequence[Sealed], *, nonce: bytes) -> Mapping[Category, Value]:
        for sender, public in senders.items():
            context = PayloadContext(sender, recipient, nonce)
            try:
                return opened_from(parts, context=context, key=key, sender_public=public)
            except Unopenable:
                continue
        raise Unopenable

    return Opening(public_of(key).id, opened)


def opened_from(
    parts: Sequence[Sealed], *, context: PayloadContext, key: bytes, sender_public: bytes
) -> dict[Category, Value]:
    """Return all values of one sender's payload; raises Unopenable if any does not open."""
    values = {
        part.category: Value(
            open_part(part, context=context, key=key, sender_public=sender_public), part.extent
        )
        for part in parts
    }
    if len(values) != len(parts):
        raise Unopenable
    return values
