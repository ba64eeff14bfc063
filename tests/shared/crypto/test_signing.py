import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import signing
from shared.crypto.signing import Use, WeakKey, sign, verify

SEED = bytes(range(32))
PUBLIC = signing.public_of(SEED)
AGREED = b"author = 'gov-border'\n"

SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)

NOT_CANONICAL = (
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    # the same text behind a sign bit, of a point that is not of small order
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)


def test_what_is_signed_follows_the_published_example() -> None:
    said = signing.labelled("http://example.com/HelloWorld", b"hello world")

    assert said == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_a_signature_verifies_its_own_bytes() -> None:
    signature = sign(SEED, AGREED, use=Use.AGREEMENT)

    assert verify(PUBLIC, signature, AGREED, use="tenpoint/agreement/v1")


@given(data=st.binary(), other=st.binary(), use=st.sampled_from(Use), another=st.text())
def test_a_signature_verifies_nothing_else(
    data: bytes, other: bytes, use: Use, another: str
) -> None:
    signature = sign(SEED, data, use=use)

    assert verify(PUBLIC, signature, data, use=use)
    assert verify(PUBLIC, signature, other, use=use) == (data == other)
    assert verify(PUBLIC, signature, data, use=another) == (use == another)
    assert not verify(signing.public_of(bytes(32)), signature, data, use=use)


def test_no_signature_of_one_use_can_be_read_as_one_of_another() -> None:
    shifted = sign(SEED, b"v1 3 abc", use="tenpoint")

    assert not verify(PUBLIC, shifted, b"abc", use="tenpoint 8 v1")
    assert signing.labelled("a", b"b 1 c") != signing.labelled("a 5 b", b"c")


@given(public=st.binary(), signature=st.binary(), data=st.binary(), use=st.text())
def test_verifying_never_raises(public: bytes, signature: bytes, data: bytes, use: str) -> None:
    assert not verify(public, signature, data, use=use)


@pytest.mark.parametrize("public", [None, 5, "text", bytearray(32), memoryview(bytes(32))])
def test_verifying_what_is_not_bytes_never_raises(public: bytes) -> None:
    assert not verify(public, bytes(64), AGREED, use=Use.HEAD)
    assert not verify(PUBLIC, public, AGREED, use=Use.HEAD)


def test_a_use_that_is_no_text_verifies_nothing() -> None:
    assert not verify(PUBLIC, bytes(64), AGREED, use="\ud800")


@pytest.mark.parametrize("encoding", SMALL_ORDER + NOT_CANONICAL)
def test_weak_keys_are_refused(encoding: str) -> None:
    with pytest.raises(WeakKey):
        signing.refuse_weak(bytes.fromhex(encoding))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(WeakKey):
        signing.refuse_weak(PUBLIC.ljust(33, b"\0")[:length])


def test_one_signature_that_fits_every_text_is_refused_though_openssl_accepts_it() -> None:
    identity = bytes.fromhex(SMALL_ORDER[0])
    signature = identity + bytes(32)

    Ed25519PublicKey.from_public_bytes(identity).verify(
        signature, signing.labelled(Use.AGREEMENT, AGREED)
    )

    assert not verify(identity, signature, AGREED, use=Use.AGREEMENT)


@given(seed=st.binary(min_size=32, max_size=32))
def test_honest_keys_are_not_weak(seed: bytes) -> None:
    signing.refuse_weak(signing.public_of(seed))


def test_fresh_keys_differ() -> None:
    assert len({signing.new_signing_key() for _ in range(20)}) == 20


def test_a_signer_signs_for_its_one_use_and_does_not_show_its_seed() -> None:
    signer = signing.signer(SEED, Use.HEAD)

    signature = signer.sign(AGREED)

    assert verify(signer.public, signature, AGREED, use=Use.HEAD)
    assert not verify(signer.public, signature, AGREED, use=Use.AGREEMENT)
    assert SEED.hex() not in repr(signer)
    assert repr(SEED) not in repr(signer)
