import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from embedded import issuer
from embedded.issuer import LONGEST, Issuer, verifier
from shared.crypto import signing
from shared.kernel.agencies import IOM, UNHCR, Role
from shared.kernel.errors import NotSignedIn
from shared.web.caller import Caller

SEED = bytes(range(32))
PUBLIC = signing.public_of(SEED)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
CLAIMS = {
    "iss": issuer.ISSUER,
    "aud": "unhcr",
    "sub": "clerk-1",
    "role": "INTAKE",
    "iat": SECONDS,
    "exp": SECONDS + 300,
}


class Time:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def text_of(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object, claims: object, seed: bytes = SEED) -> str:
    """Sign any header and claims: what a caller who had the key could make."""
    said = f"{text_of(header)}.{text_of(claims)}"
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return f"{said}.{text_of(key.sign(said.encode()))}"


def verified(token: str, at: datetime = NOON) -> Caller:
    return verifier(UNHCR, PUBLIC, lambda: at)(token)


def test_a_token_names_its_caller() -> None:
    token = Issuer(SEED, lambda: NOON).token(UNHCR, "clerk-1", Role.INTAKE)

    assert verified(token) == Caller(UNHCR, "clerk-1", Role.INTAKE)


def test_the_hand_made_token_of_these_tests_is_a_good_one() -> None:
    assert verified(signed(issuer.HEADER, CLAIMS)) == Caller(UNHCR, "clerk-1", Role.INTAKE)


@pytest.mark.parametrize(
    "lifetime", [timedelta(0), timedelta(seconds=-1), LONGEST + timedelta(seconds=1)]
)
def test_no_token_lives_longer_than_five_minutes(lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="five minutes"):
        Issuer(SEED, lambda: NOON).token(UNHCR, "clerk-1", Role.INTAKE, lifetime)


def test_a_token_ends_with_its_last_second_even_when_it_was_used_before() -> None:
    time = Time()
    verify = verifier(UNHCR, PUBLIC, time)
    token = Issuer(SEED, time).token(UNHCR, "clerk-1", Role.INTAKE, timedelta(seconds=60))
    verify(token)

    time.now = NOON + timedelta(seconds=59, microseconds=999_999)
    verify(token)
    time.now = NOON + timedelta(seconds=60)

    with pytest.raises(NotSignedIn):
        verify(token)


def test_a_token_for_another_agency_is_refused_even_when_that_agency_has_seen_it() -> None:
    token = Issuer(SEED, lambda: NOON).token(IOM, "clerk-1", Role.INTAKE)
    verifier(IOM, PUBLIC, lambda: NOON)(token)

    with pytest.raises(NotSignedIn):
        verified(token)


def test_a_token_of_another_issuer_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        verified(Issuer(bytes(32), lambda: NOON).token(UNHCR, "clerk-1", Role.INTAKE))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "another"},
        {"aud": "iom"},
        {"aud": ["unhcr"]},
        {"aud": ["unhcr", "iom"]},
        {"aud": None},
        {"sub": 5},
        {"role": "KING"},
        {"role": None},
        {"iat": SECONDS + 1, "exp": SECONDS + 300},
        {"iat": SECONDS, "exp": SECONDS + 301},
        {"iat": SECONDS - 300, "exp": SECONDS},
        {"exp": 1e400},
        {"exp": str(SECONDS + 300)},
        {"exp": None},
        {"iat": True},
        {"scope": "everything"},
    ],
)
def test_a_token_that_says_anything_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        verified(signed(issuer.HEADER, CLAIMS | change))


@pytest.mark.parametrize("missing", sorted(CLAIMS))
def test_a_token_that_leaves_anything_out_is_refused(missing: str) -> None:
    claims = {name: value for name, value in CLAIMS.items() if name != missing}

    with pytest.raises(NotSignedIn):
        verified(signed(issuer.HEADER, claims))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "Ed25519"},
        {"typ": "JWT"},
        {"typ": "JWT", "alg": "EdDSA"},
        {"typ": "JWT", "alg": "none"},
        {"typ": "JWT", "alg": "HS256"},
        {"typ": "at+jwt", "alg": "Ed25519"},
        {"typ": "JWT", "alg": "Ed25519", "kid": "1"},
        {"typ": "JWT", "alg": "Ed25519", "jku": "https://example.org/keys"},
        {"typ": "JWT", "alg": "Ed25519", "crit": ["exp"]},
        {"typ": "JWT", "alg": ["Ed25519"]},
        {"typ": "JWT", "alg": "Ed25519", "crit": None},
        {"typ": "JWT", "alg": "Ed25519", "crit": 5},
        {"typ": "JWT", "alg": "Ed25519", "crit": [[]]},
        [],
        b"\xff",
    ],
)
def test_a_token_with_any_other_header_is_refused_though_rightly_signed(header: object) -> None:
    with pytest.raises(NotSignedIn):
        verified(signed(header, CLAIMS))


def test_a_token_without_a_signature_is_refused() -> None:
    unsigned = f"{text_of({'typ': 'JWT', 'alg': 'none'})}.{text_of(CLAIMS)}."
    stripped = signed(issuer.HEADER, CLAIMS).rpartition(".")[0] + "."

    for token in (unsigned, stripped):
        with pytest.raises(NotSignedIn):
            verified(token)


def test_the_public_key_is_no_shared_secret() -> None:
    secret = OctKey.import_key(PUBLIC)
    token = jwt.encode({"typ": "JWT", "alg": "HS256"}, CLAIMS, secret, algorithms=["HS256"])

    with pytest.raises(NotSignedIn):
        verified(token)


def test_changed_claims_are_refused() -> None:
    header, _, signature = signed(issuer.HEADER, CLAIMS).split(".")

    with pytest.raises(NotSignedIn):
        verified(f"{header}.{text_of(CLAIMS | {'role': 'SUPERVISOR'})}.{signature}")


@given(token=st.text() | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,90}"))
def test_whatever_is_no_token_is_refused_and_never_an_error(token: str) -> None:
    with pytest.raises(NotSignedIn):
        verified(token)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        verified("\ud800.a.b")


@given(header=st.binary(max_size=60), claims=st.binary(max_size=60))
def test_whatever_is_signed_but_no_token_is_refused(header: bytes, claims: bytes) -> None:
    with pytest.raises(NotSignedIn):
        verified(signed(header, claims))


@pytest.mark.parametrize("part", [b"[" * 1200, b'{"a":' * 230, b"1" * 1200])
def test_deep_or_long_parts_are_refused(part: bytes) -> None:
    with pytest.raises(NotSignedIn):
        verified(signed(part, CLAIMS))
    with pytest.raises(NotSignedIn):
        verified(signed(issuer.HEADER, part))


def test_a_token_that_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(NotSignedIn):
        verified(signed(issuer.HEADER, CLAIMS | {"sub": "x" * issuer.LONGEST_TOKEN}))


def test_each_signature_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    verify = verifier(UNHCR, PUBLIC, lambda: NOON)
    token = signed(issuer.HEADER, CLAIMS)
    first = verify(token)
    monkeypatch.setattr(jwt, "decode", lambda *_a, **_k: pytest.fail("verified again"))

    assert verify(token) == first


def test_no_more_than_a_bounded_number_of_tokens_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(issuer, "REMEMBERED", 2)
    verify = verifier(UNHCR, PUBLIC, lambda: NOON)
    tokens = [signed(issuer.HEADER, CLAIMS | {"sub": f"clerk-{number}"}) for number in range(3)]
    for token in tokens:
        verify(token)
    decoded: list[object] = []
    decode = jwt.decode

    def counted(*args: Any, **kwargs: Any) -> Any:
        decoded.append(args)
        return decode(*args, **kwargs)

    monkeypatch.setattr(jwt, "decode", counted)
    verify(tokens[2])
    verify(tokens[1])
    assert decoded == []
    verify(tokens[0])

    assert len(decoded) == 1


def test_a_refused_token_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuer, "REMEMBERED", 1)
    verify = verifier(UNHCR, PUBLIC, lambda: NOON)
    good = signed(issuer.HEADER, CLAIMS)
    verify(good)
    for other in (signed(issuer.HEADER, CLAIMS | {"aud": "iom"}), "nothing"):
        with pytest.raises(NotSignedIn):
            verify(other)
    monkeypatch.setattr(jwt, "decode", lambda *_a, **_k: pytest.fail("forgotten"))

    verify(good)
