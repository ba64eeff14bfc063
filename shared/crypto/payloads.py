"""Sealing a referral's payload: one encapsulation for all its parts, a derived key for each.

So the exchange can drop a part without breaking the others, and twenty parts cost what one costs.
Each part carries the encapsulation, and inside it the sender's signature over everything that it
is bound to: category, sender, recipient, the nonce of the acceptance, key and extent.
Source: RFC 9180 (HPKE) and RFC 5869 (HKDF); what is bound is a Tenpoint design decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.crypto.sealing import (
    HPKE,
    NONCE_BYTES,
    PublicSealingKey,
    Unopenable,
    framed,
    padded_to_size,
    private_key,
    public_key,
    signed_text,
    unpadded,
)
from shared.crypto.signing import Signer, Use, verify
from shared.events.sealed import PAYLOAD_SUITE, Extent, Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.errors import Refusal

LABEL: Final = b"tenpoint/payload/v1"

SECRET_BITS: Final = 256
WRAPPED_BYTES: Final = 1120 + SECRET_BITS // 8 + 16
"""What stands before each part: the encapsulation (ML-KEM 1,088 bytes, X25519 32 bytes), and the
payload's secret with its tag. Source: FIPS 203, table 3; RFC 7748."""

ONCE: Final = bytes(12)
"""Nonce of the cipher: constant, since a derived key encrypts one part only."""


class KeyWeak(Refusal):
    """The recipient's public key is malformed, or of small order: everybody could open with it."""

    code = "key_weak"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a payload, as its sender encodes it, in full or in its partial form."""

    data: bytes
    extent: Extent = Extent.FULL


@dataclass(frozen=True, slots=True)
class PayloadContext:
    """What a whole payload is bound to: opened in any other context, no part of it opens."""

    sender: Agency
    recipient: Agency
    nonce: bytes
    """16 bytes, from the recipient's acceptance."""


def seal_payload(
    values: Mapping[Category, Value],
    *,
    context: PayloadContext,
    to: PublicSealingKey,
    signed_by: Signer,
) -> tuple[Sealed, ...]:
    """Seal each value to one recipient, under one encapsulation.

    Args:
        values: at most 8,124 bytes each.
        context: what the payload is bound to.
        to: the recipient's public key.
        signed_by: the sender's key for sealing.

    Raises:
        TooLong: a value does not fit.
        KeyWeak: nothing can be sealed to the key.
        ValueError: the nonce is not 16 bytes.
    """
    if len(context.nonce) != NONCE_BYTES:
        message = "the nonce has 16 bytes"
        raise ValueError(message)
    secret = AESGCM.generate_key(SECRET_BITS)
    wrapped = wrapped_for(to, secret, context)
    return tuple(
        sealed_part(category, value, secret, wrapped, context=context, to=to, signed_by=signed_by)
        for category, value in values.items()
    )


def sealed_part(
    category: Category,
    value: Value,
    secret: bytes,
    wrapped: bytes,
    *,
    context: PayloadContext,
    to: PublicSealingKey,
    signed_by: Signer,
) -> Sealed:
    """Return one value, sealed under the payload's secret."""
    info = info_of(category, value.extent, context)
    signature = signed_by.sign(signed_text(info, to.id, value.extent, value.data))
    cipher = AESGCM(key_of(secret, wrapped, info))
    return Sealed(
        suite=PAYLOAD_SUITE,
        category=category,
        recipient=context.recipient,
        key=to.id,
        nonce=context.nonce,
        extent=value.extent,
        sealed=wrapped + cipher.encrypt(ONCE, padded_to_size(signature, value.data), info),
    )


def open_part(
    sealed: Sealed, *, context: PayloadContext, key: bytes, sender_public: bytes
) -> bytes:
    """Return the value of one part of a payload.

    Args:
        sealed: the part as received.
        context: what the recipient expects it to be bound to.
        key: the recipient's private key, 96 bytes.
        sender_public: the sender's public key for sealing.

    Raises:
        Unopenable: for whatever reason; the reason is not told.
        ValueError: the recipient's own key is malformed.
    """
    expected = (PAYLOAD_SUITE, context.recipient, context.nonce)
    if (sealed.suite, sealed.recipient, sealed.nonce) != expected:
        raise Unopenable
    wrapped, encrypted = sealed.sealed[:WRAPPED_BYTES], sealed.sealed[WRAPPED_BYTES:]
    info = info_of(sealed.category, sealed.extent, context)
    private = private_key(key)
    try:
        secret = HPKE.decrypt(wrapped, private, info=payload_info_of(context))
        padded = AESGCM(key_of(secret, wrapped, info)).decrypt(ONCE, encrypted, info)
    except (InvalidTag, ValueError):
        raise Unopenable from None
    signature, value = unpadded(padded)
    signed = signed_text(info, sealed.key, sealed.extent, value)
    if not verify(sender_public, signature, signed, use=Use.SEAL):
        raise Unopenable
    return value


def wrapped_for(to: PublicSealingKey, secret: bytes, context: PayloadContext) -> bytes:
    """Return the payload's secret, encapsulated to the recipient.

    Raises:
        KeyWeak: the key is malformed or of small order.
    """
    try:
        return HPKE.encrypt(secret, public_key(to.data), info=payload_info_of(context))
    except ValueError:
        raise KeyWeak from None


def key_of(secret: bytes, wrapped: bytes, info: bytes) -> bytes:
    """Return the key of one part, derived from the payload's secret."""
    salt = sha256(wrapped).digest()
    return HKDF(algorithm=SHA256(), length=SECRET_BITS // 8, salt=salt, info=info).derive(secret)


def payload_info_of(context: PayloadContext) -> bytes:
    """Return what the encapsulation is bound to, each part behind its length."""
    return framed(LABEL, context.sender.encode(), context.recipient.encode(), context.nonce)


def info_of(category: Category, extent: Extent, context: PayloadContext) -> bytes:
    """Return what one part is bound to."""
    return framed(payload_info_of(context), str(int(category)).encode(), extent.encode())
