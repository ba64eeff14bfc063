"""Short bearer tokens of the single-process mode: who signed in, at which agency, in which role.

Source: RFC 7519 (JWT) signed with Ed25519 (RFC 8037, RFC 9864). One audience, five minutes at
most, and one exact header, so that a token cannot name its own algorithm or key: a Tenpoint design
decision after RFC 8725 (JWT best current practices).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

from shared.crypto.signing import public_of
from shared.kernel.agencies import Agency, Role
from shared.kernel.clock import Clock
from shared.kernel.errors import NotSignedIn
from shared.web.caller import Caller, Verify

ALGORITHM: Final = "Ed25519"
"""Source: RFC 9864, fully specified algorithm names."""

HEADER: Final = {"typ": "JWT", "alg": ALGORITHM}
ISSUER: Final = "tenpoint/embedded"

LONGEST: Final = timedelta(minutes=5)
"""Longest life of a token. Source: Tenpoint design decision."""

LONGEST_TOKEN: Final = 2048
"""Characters of a token that are looked at."""

REMEMBERED: Final = 1024
"""Verified tokens that are kept, to verify each signature once."""


class Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a token says. Times are whole seconds since 1970, UTC."""

    iss: str
    aud: str
    sub: str
    role: Role
    iat: int
    exp: int


class Issuer:
    """Signs staff in."""

    def __init__(self, seed: bytes, clock: Clock) -> None:
        """Take the seed of a token key and the time."""
        self._key = _private(seed)
        self._clock = clock

    def token(self, agency: Agency, person: str, role: Role, lifetime: timedelta = LONGEST) -> str:
        """Return a token for one member of staff, good at that agency's service alone.

        A partner's program that calls the exchange has one for the exchange, by its own key.

        Raises:
            ValueError: the lifetime is over five minutes or not positive.
        """
        if not timedelta(0) < lifetime <= LONGEST:
            message = "a token lives five minutes at most"
            raise ValueError(message)
        begins = int(self._clock().timestamp())
        claims = Claims(
            iss=ISSUER,
            aud=agency,
            sub=person,
            role=role,
            iat=begins,
            exp=begins + int(lifetime.total_seconds()),
        )
        return jwt.encode(HEADER, msgspec.to_builtins(claims), self._key, algorithms=[ALGORITHM])


def verifier(
    agency: Agency, public: bytes, clock: Clock, *, caller: Agency | None = None
) -> Verify:
    """Return what tells an agency's service who calls.

    A bounded number of verified tokens is remembered by hash; their times are always looked at.

    Args:
        agency: whose service it is; a token for another is none.
        public: the key of whose staff or programs call.
        clock: real time, as tokens are real.
        caller: the agency that the key belongs to, where it is another.
    """
    key = _public(public)
    known: dict[bytes, Claims] = {}

    def verify(token: str) -> Caller:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise NotSignedIn
        digest = sha256(token.encode()).digest()
        claims = known.get(digest)
        if claims is None:
            claims = _claims(token, key)
        _refuse_untimely(claims, clock)
        if claims.aud != agency:
            raise NotSignedIn
        _remember(known, digest, claims)
        return Caller(caller or agency, claims.sub, claims.role)

    return verify


def any_of(verifiers: Sequence[Verify]) -> Verify:
    """Return what takes a token that one of several verifiers takes."""

    def verify(token: str) -> Caller:
        for one in verifiers:
            with suppress(NotSignedIn):
                return one(token)
        raise NotSignedIn

    return verify


def _claims(token: str, key: OKPKey) -> Claims:
    try:
        decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
        claims = msgspec.convert(decoded.claims, Claims)
    except (JoseError, msgspec.MsgspecError, TypeError, RecursionError):
        raise NotSignedIn from None
    if decoded.header != HEADER or claims.iss != ISSUER:
        raise NotSignedIn
    return claims


def _refuse_untimely(claims: Claims, clock: Clock) -> None:
    now = clock().timestamp()
    too_long = claims.exp - claims.iat > LONGEST.total_seconds()
    if too_long or not claims.iat <= now < claims.exp:
        raise NotSignedIn


def _remember(known: dict[bytes, Claims], digest: bytes, claims: Claims) -> None:
    """Keep the newest; what is dropped is only verified again."""
    known[digest] = claims
    if len(known) > REMEMBERED:
        del known[next(iter(known))]


def _public(public: bytes) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _text(public)})


def _private(seed: bytes) -> OKPKey:
    public = _text(public_of(seed))
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public, "d": _text(seed)})


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii")
