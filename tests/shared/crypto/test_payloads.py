"""A payload opens for whom it was sealed, in the context it was sealed for, and in no other."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.crypto import payloads, sealing, signing
from shared.crypto.payloads import KeyWeak, PayloadContext, Value, open_part, seal_payload
from shared.crypto.sealing import MOST_BYTES, PADDED_BYTES, PublicSealingKey, TooLong, Unopenable
from shared.crypto.signing import Use
from shared.events.sealed import PAYLOAD_SUITE, SUITE, Extent, KeyId, Sealed
from shared.kernel.agencies import ASYLUM, IOM, RECEPTION, UNHCR
from shared.kernel.categories import Category

KEY = sealing.new_sealing_key()
TO = sealing.public_of(KEY)
SEED = bytes(range(32))
SIGNER = signing.signer(SEED, Use.SEAL)
PUBLIC = signing.public_of(SEED)
NONCE = bytes(range(16))
CONTEXT = PayloadContext(UNHCR, ASYLUM, NONCE)
WORDS = {Category.FULL_NAME: Value(b"in any words"), Category.HEALTH: Value(b"ill")}
GCM_TAG = 16

FIELD = 2**255 - 19
SMALL_ORDER = (
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    FIELD - 1,
    FIELD,
    FIELD + 1,
)
"""Source: RFC 7748 and the known points of small order of Curve25519, as 32 bytes."""


def sealed_of(values: dict[Category, Value] = WORDS) -> tuple[Sealed, ...]:
    return seal_payload(values, context=CONTEXT, to=TO, signed_by=SIGNER)


def opened(part: Sealed, context: PayloadContext = CONTEXT, key: bytes = KEY) -> bytes:
    return open_part(part, context=context, key=key, sender_public=PUBLIC)


@settings(max_examples=20)
@given(
    values=st.dictionaries(
        st.sampled_from(Category),
        st.builds(Value, st.binary(max_size=MOST_BYTES), st.sampled_from(Extent)),
        max_size=5,
    )
)
def test_what_is_sealed_opens_again_part_by_part(values: dict[Category, Value]) -> None:
    parts = sealed_of(values)

    assert {part.category: Value(opened(part), part.extent) for part in parts} == values
    for part in parts:
        assert len(part.sealed) - payloads.WRAPPED_BYTES - GCM_TAG in PADDED_BYTES


def test_all_parts_share_one_encapsulation_and_no_key() -> None:
    first, second = sealed_of({Category.SEX: Value(b"x"), Category.HEALTH: Value(b"x")})

    size = payloads.WRAPPED_BYTES
    assert first.sealed[:size] == second.sealed[:size]
    assert first.sealed[size:] != second.sealed[size:]


def test_a_dropped_part_leaves_the_others() -> None:
    _, second = sealed_of()

    assert opened(second) == b"ill"


@pytest.mark.parametrize(
    "change",
    [
        {"category": Category.HEALTH},
        {"recipient": IOM},
        {"nonce": bytes(16)},
        {"extent": Extent.PARTIAL},
        {"key": KeyId("another")},
        {"suite": SUITE},
        {"suite": PAYLOAD_SUITE + 1},
        {"sealed": b""},
        {"sealed": bytes(payloads.WRAPPED_BYTES + 272)},
    ],
)
def test_a_part_of_which_anything_was_changed_does_not_open(change: dict[str, Any]) -> None:
    part, _ = sealed_of()

    with pytest.raises(Unopenable):
        opened(msgspec.structs.replace(part, **change))


@pytest.mark.parametrize(
    "change", [{"sender": RECEPTION}, {"recipient": IOM}, {"nonce": bytes(16)}]
)
def test_a_part_opens_in_no_other_context(change: dict[str, Any]) -> None:
    part, _ = sealed_of()
    context = replace(CONTEXT, **change)
    named = msgspec.structs.replace(part, recipient=context.recipient, nonce=context.nonce)

    for one in (part, named):
        with pytest.raises(Unopenable):
            opened(one, context)


@settings(max_examples=60)
@given(place=st.integers(0, payloads.WRAPPED_BYTES + 256 + GCM_TAG - 1), flip=st.integers(1, 255))
def test_a_part_with_one_changed_byte_does_not_open(place: int, flip: int) -> None:
    part, _ = sealed_of()
    changed = bytearray(part.sealed)
    changed[place] ^= flip

    with pytest.raises(Unopenable):
        opened(msgspec.structs.replace(part, sealed=bytes(changed)))


def test_the_content_of_one_part_does_not_open_as_another() -> None:
    first, second = sealed_of()

    with pytest.raises(Unopenable):
        opened(msgspec.structs.replace(first, sealed=second.sealed))


def test_the_content_of_one_payload_does_not_open_under_the_head_of_another() -> None:
    (one, _), (other, _) = sealed_of(), sealed_of()
    size = payloads.WRAPPED_BYTES

    with pytest.raises(Unopenable):
        opened(msgspec.structs.replace(one, sealed=other.sealed[:size] + one.sealed[size:]))


def test_another_recipients_key_does_not_open_it() -> None:
    part, _ = sealed_of()

    with pytest.raises(Unopenable):
        opened(part, key=sealing.new_sealing_key())


@pytest.mark.parametrize("signed_by", [(bytes(32), Use.SEAL), (SEED, Use.HEAD)])
def test_what_the_sender_did_not_sign_for_sealing_does_not_open(
    signed_by: tuple[bytes, Use],
) -> None:
    forger = signing.signer(*signed_by)
    (part,) = seal_payload({Category.SEX: Value(b"F")}, context=CONTEXT, to=TO, signed_by=forger)

    with pytest.raises(Unopenable):
        opened(part)


def test_a_recipient_cannot_pass_a_part_on_as_sealed_by_its_author_to_a_third() -> None:
    other = sealing.new_sealing_key()
    part, _ = sealed_of()
    context = replace(CONTEXT, recipient=IOM)
    old, new = (payloads.info_of(part.category, part.extent, one) for one in (CONTEXT, context))
    head, rest = part.sealed[: payloads.WRAPPED_BYTES], part.sealed[payloads.WRAPPED_BYTES :]
    secret = sealing.HPKE.decrypt(
        head, sealing.private_key(KEY), info=payloads.payload_info_of(CONTEXT)
    )
    inside = AESGCM(payloads.key_of(secret, head, old)).decrypt(payloads.ONCE, rest, old)
    again = payloads.wrapped_for(sealing.public_of(other), secret, context)
    cipher = AESGCM(payloads.key_of(secret, again, new))
    body = again + cipher.encrypt(payloads.ONCE, inside, new)
    passed_on = msgspec.structs.replace(part, recipient=IOM, sealed=body)

    with pytest.raises(Unopenable):
        opened(passed_on, context, other)


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_nothing_is_sealed_to_a_key_of_small_order(point: int) -> None:
    weak = PublicSealingKey(TO.id, TO.data[:-32] + point.to_bytes(32, "little"))

    with pytest.raises(KeyWeak):
        seal_payload(WORDS, context=CONTEXT, to=weak, signed_by=SIGNER)


@pytest.mark.parametrize("data", [b"", TO.data[:-1], TO.data + b"\0", b"\xff" * 1216, bytes(1216)])
def test_nothing_is_sealed_to_a_malformed_key(data: bytes) -> None:
    with pytest.raises(KeyWeak):
        seal_payload(WORDS, context=CONTEXT, to=PublicSealingKey(TO.id, data), signed_by=SIGNER)


def test_a_value_beyond_the_largest_size_is_refused() -> None:
    with pytest.raises(TooLong):
        sealed_of({Category.SEX: Value(b"x" * (MOST_BYTES + 1))})


def test_a_nonce_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        seal_payload(WORDS, context=replace(CONTEXT, nonce=b""), to=TO, signed_by=SIGNER)
