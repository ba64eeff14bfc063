"""Sealing: a highly sensitive value that one agency can read and nobody on the way.

The author signs inside, then encrypts to the one recipient's key. Source: RFC 9180 (HPKE, base
mode, which names no sender: hence the signature inside) with the hybrid key encapsulation
MLKEM768-X25519, since what is stolen today may be kept until a quantum computer opens it. What is
bound and the padding are a Tenpoint design decision. One part is one encapsulation; the parts of a
referral's payload share one: see `shared.crypto.payloads`.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from shared.crypto.signing import Signer, Use, verify
from shared.events.sealed import SUITE, Extent, KeyId, Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.errors import Invalid, Refusal

MLKEM_SEED_BYTES: Final = 64
"""Source: FIPS 203, 7.1: the seed (d, z) from which the key pair is made."""

MLKEM_PUBLIC_BYTES: Final = 1184
"""Source: FIPS 203, table 3, ML-KEM-768."""

NONCE_BYTES: Final = 16
SIGNATURE_BYTES: Final = 64
SIZE_BYTES: Final = 4

PADDED_BYTES: Final = (256, 1024, 4096, 8192)
"""Sizes of what is encrypted, so that a length says little. The largest holds 2,000 characters of
any script: 8,000 bytes in UTF-8. Source: Tenpoint design decision."""

MOST_BYTES: Final = PADDED_BYTES[-1] - SIGNATURE_BYTES - SIZE_BYTES
"""The longest value that can be sealed: 8,124 bytes."""

LABEL: Final = b"tenpoint/sealed/v1"
HPKE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class TooLong(Invalid):
    """The value is longer than the largest sealed part."""

    code = "too_long"


class Unopenable(Refusal):
    """Not for this key, not from this sender, changed on the way, or of an unknown suite."""

    code = "unopenable"


@dataclass(frozen=True, slots=True)
class SealContext:
    """What a part is bound to: opened in any other context, it does not open."""

    category: Category
    sender: Agency
    recipient: Agency
    nonce: bytes
    """16 bytes, from the acceptance; without a referral, made by the author."""


@dataclass(frozen=True, slots=True)
class PublicSealingKey:
    """A recipient's public key under its name: ML-KEM 1,184 bytes, then X25519 32 bytes."""

    id: KeyId
    data: bytes


def new_sealing_key() -> bytes:
    """Return a fresh private key: ML-KEM seed 64 bytes, then X25519 32 bytes."""
    lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    return lattice.private_bytes_raw() + curve.private_bytes_raw()


def public_of(key: bytes) -> PublicSealingKey:
    """Return the public half of a private key, named by the first 16 hex digits of its SHA-256."""
    lattice = MLKEM768PrivateKey.from_seed_bytes(key[:MLKEM_SEED_BYTES])
    curve = X25519PrivateKey.from_private_bytes(key[MLKEM_SEED_BYTES:])
    data = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return PublicSealingKey(KeyId(sha256(data).hexdigest()[:16]), data)


def seal(
    value: bytes,
    *,
    context: SealContext,
    to: PublicSealingKey,
    signed_by: Signer,
    extent: Extent = Extent.FULL,
) -> Sealed:
    """Seal a value to one recipient.

    Args:
        value: at most 8,124 bytes; what they mean is between sender and recipient.
        context: what the part is bound to.
        to: the recipient's public key.
        signed_by: the sender's key for sealing.
        extent: whether the value is the full one or its partial form.

    Raises:
        TooLong: the value does not fit.
        ValueError: the nonce is not 16 bytes, or the key is malformed.
    """
    if len(context.nonce) != NONCE_BYTES:
        message = "the nonce has 16 bytes"
        raise ValueError(message)
    info = info_of(context)
    signature = signed_by.sign(signed_text(info, to.id, extent, value))
    sealed = HPKE.encrypt(padded_to_size(signature, value), public_key(to.data), info=info)
    return Sealed(
        suite=SUITE,
        category=context.category,
        recipient=context.recipient,
        key=to.id,
        nonce=context.nonce,
        extent=extent,
        sealed=sealed,
    )


def open_sealed(sealed: Sealed, *, sender: Agency, key: bytes, sender_public: bytes) -> bytes:
    """Return the value of a sealed part.

    The caller checks that the part's category and nonce are those it expects.

    Args:
        sealed: the part as received.
        sender: the agency that is said to have sealed it.
        key: the recipient's private key, 96 bytes.
        sender_public: the sender's public key for sealing.

    Raises:
        Unopenable: for whatever reason; the reason is not told.
        ValueError: the recipient's own key is malformed.
    """
    if sealed.suite != SUITE:
        raise Unopenable
    info = info_of(SealContext(sealed.category, sender, sealed.recipient, sealed.nonce))
    private = private_key(key)
    try:
        padded = HPKE.decrypt(sealed.sealed, private, info=info)
    except (InvalidTag, ValueError):
        raise Unopenable from None
    signature, value = unpadded(padded)
    signed = signed_text(info, sealed.key, sealed.extent, value)
    if not verify(sender_public, signature, signed, use=Use.SEAL):
        raise Unopenable
    return value


def info_of(context: SealContext) -> bytes:
    """Return what the encryption is bound to, each part behind its length."""
    category = str(int(context.category)).encode()
    return framed(
        LABEL, category, context.sender.encode(), context.recipient.encode(), context.nonce
    )


def signed_text(info: bytes, key: KeyId, extent: Extent, value: bytes) -> bytes:
    """Return what the sender signs inside: the context, the key, the extent and the value."""
    return framed(info, key.encode(), extent.encode(), value)


def framed(*parts: bytes) -> bytes:
    """Return the parts in one, each behind its length, so that none runs into the next."""
    return b"".join(len(part).to_bytes(SIZE_BYTES, "big") + part for part in parts)


def padded_to_size(signature: bytes, value: bytes) -> bytes:
    """Return signature and value, filled with zeros to the next size; raises TooLong."""
    content = signature + framed(value)
    size = next((size for size in PADDED_BYTES if size >= len(content)), None)
    if size is None:
        raise TooLong
    return content.ljust(size, b"\0")


def unpadded(padded: bytes) -> tuple[bytes, bytes]:
    """Return signature and value; raises Unopenable if anything but zeros fills the rest."""
    signature, rest = padded[:SIGNATURE_BYTES], padded[SIGNATURE_BYTES:]
    size = int.from_bytes(rest[:SIZE_BYTES], "big")
    value, padding = rest[SIZE_BYTES : SIZE_BYTES + size], rest[SIZE_BYTES + size :]
    if len(value) != size or len(padded) not in PADDED_BYTES or padding.strip(b"\0"):
        raise Unopenable
    return signature, value


def public_key(data: bytes) -> MLKEM768X25519PublicKey:
    """Return the library's key of a public key's bytes."""
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(data[:MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(data[MLKEM_PUBLIC_BYTES:]),
    )


def private_key(key: bytes) -> MLKEM768X25519PrivateKey:
    """Return the library's key of a private key's bytes."""
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(key[:MLKEM_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(key[MLKEM_SEED_BYTES:]),
    )
