"""Signatures over exact bytes, each bound to one use.

A signature made for one use says nothing under another, so that a signed agreement can never be
replayed as, say, a signed head. Source: RFC 8032 (Ed25519) for the signature; DSSE protocol, "v1"
(pre-authentication encoding), for what is signed; one key a use is a Tenpoint design decision.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.kernel.errors import Refusal


class Use(StrEnum):
    """What a signing key is for. A key has one use; the text is part of what is signed."""

    AGREEMENT = "tenpoint/agreement/v1"
    SEAL = "tenpoint/seal/v1"
    TOKEN = "tenpoint/token/v1"  # noqa: S105 - the name of a use
    HEAD = "tenpoint/head/v1"
    REGISTRY = "tenpoint/registry/v1"


class WeakKey(Refusal):
    """The public key has small order or is not written in the one canonical way."""

    code = "weak_key"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key bound to its one use: `sign` is all that a holder can do with it."""

    use: Use
    public: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)


KEY_BYTES: Final = 32
"""Length of a seed and of a public key. Source: RFC 8032, 5.1.5."""

FIELD: Final = 2**255 - 19
"""The prime of the curve's field. Source: RFC 8032, 5.1."""

ORDER_EIGHT: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
"""y of two of the four points of order eight; the other two have its negative.

Source: the torsion subgroup of edwards25519, computable from RFC 8032, 5.1.
"""

SMALL_ORDER: Final = frozenset({0, 1, FIELD - 1, ORDER_EIGHT, FIELD - ORDER_EIGHT})
"""y of all eight points of small order: each y stands for both signs of x."""

SIGN_BIT: Final = 1 << 255


def new_signing_key() -> bytes:
    """Return a fresh seed of 32 bytes from the operating system."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(seed: bytes) -> bytes:
    """Return the public key, 32 bytes, of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, data: bytes, *, use: str) -> bytes:
    """Return the signature, 64 bytes, over the exact bytes for one use."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(labelled(use, data))


def signer(seed: bytes, use: Use) -> Signer:
    """Return the seed bound to one use."""
    return Signer(use, public_of(seed), lambda data: sign(seed, data, use=use))


def verify(public: bytes, signature: bytes, data: bytes, *, use: str) -> bool:
    """Return whether the signature over the exact bytes is right for that use.

    Never raises: whatever is malformed, and every weak key, verifies nothing.
    """
    try:
        refuse_weak(public)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, labelled(use, data))
    except (InvalidSignature, WeakKey, TypeError, ValueError):
        return False
    return True


def refuse_weak(public: bytes) -> None:
    """Refuse a key under which one signature could fit every message.

    OpenSSL accepts such keys: whoever enrols one can deny all that they "signed".
    Source: RFC 8032, 5.1.3 (decoding) for the canonical form.

    Raises:
        WeakKey: small order, not canonical, or not 32 bytes.
    """
    y = int.from_bytes(public, "little") & ~SIGN_BIT
    if len(public) != KEY_BYTES or y >= FIELD or y in SMALL_ORDER:
        raise WeakKey


def labelled(use: str, data: bytes) -> bytes:
    """Return what is signed: the use and the data, each behind its length.

    Source: DSSE protocol, "v1": pre-authentication encoding of payload type and payload.
    """
    label = use.encode()
    return b"DSSEv1 %d %b %d %b" % (len(label), label, len(data), data)
