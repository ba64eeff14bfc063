"""The wire type of a highly sensitive value: readable by one agency, by nobody on the way.

Sealing and opening live in `shared.crypto.sealing`; this module is a shape only.
Source: RFC 9180 (HPKE) for the sealing; one part per category is a Tenpoint design decision.
"""

from enum import StrEnum
from typing import Annotated, Final, NewType

import msgspec

from shared.kernel.agencies import Agency
from shared.kernel.categories import Category

KeyId = NewType("KeyId", str)
"""Name of a recipient's public key in the partner registry."""

SealNonceText = NewType("SealNonceText", str)
SealNonce = Annotated[SealNonceText, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
"""16 random bytes in lower-case hexadecimal, to which the parts of one payload are bound."""

SUITE: Final = 1
"""HPKE with MLKEM768-X25519, HKDF-SHA256 and AES-256-GCM. The number leads, as codes may change."""

PAYLOAD_SUITE: Final = 2
"""The same, once for all parts of a referral's payload, and a key derived for each part."""


class Extent(StrEnum):
    """Whether the author sealed the full value or its partial form."""

    FULL = "FULL"
    PARTIAL = "PARTIAL"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed part. `nonce` binds it to one exchange of messages; `sealed` is padded."""

    suite: int
    category: Category
    recipient: Agency
    key: KeyId
    nonce: bytes
    extent: Extent = Extent.FULL
    sealed: bytes
