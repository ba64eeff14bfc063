from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.crypto import sealing, signing
from shared.crypto.sealing import SealContext, TooLong, Unopenable, open_sealed, seal
from shared.crypto.signing import Use
from shared.events.sealed import SUITE, Extent, KeyId, Sealed
from shared.kernel.agencies import BORDER, IOM, RECEPTION, UNHCR, Agency
from shared.kernel.categories import Category

KEY = sealing.new_sealing_key()
TO = sealing.public_of(KEY)
SEED = bytes(range(32))
SIGNER = signing.signer(SEED, Use.SEAL)
SENDER_PUBLIC = signing.public_of(SEED)
NONCE = bytes(range(16))
CONTEXT = SealContext(Category.FEAR_OF_RETURN, RECEPTION, UNHCR, NONCE)
HPKE_BYTES = 1120 + 16


def sealed_of(value: bytes, extent: Extent = Extent.FULL) -> Sealed:
    return seal(value, context=CONTEXT, to=TO, signed_by=SIGNER, extent=extent)


def opened(part: Sealed, sender: Agency = RECEPTION, key: bytes = KEY) -> bytes:
    return open_sealed(part, sender=sender, key=key, sender_public=SENDER_PUBLIC)


@settings(max_examples=40)
@given(value=st.binary(max_size=sealing.MOST_BYTES), extent=st.sampled_from(Extent))
def test_what_is_sealed_opens_again(value: bytes, extent: Extent) -> None:
    part = sealed_of(value, extent)

    assert opened(part) == value
    assert len(part.sealed) - HPKE_BYTES in sealing.PADDED_BYTES


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 256), (188, 256), (189, 1024), (956, 1024), (957, 4096), (4028, 4096), (4029, 8192)],
)
def test_a_length_is_padded_to_the_next_size(length: int, padded: int) -> None:
    assert len(sealed_of(b"x" * length).sealed) == padded + HPKE_BYTES


def test_two_thousand_characters_of_any_script_fit() -> None:
    note = "\N{ETHIOPIC SYLLABLE SEE}" * 1000 + "\N{ADLAM CAPITAL LETTER ALIF}" * 1000

    assert opened(sealed_of(note.encode())).decode() == note


def test_a_value_beyond_the_largest_size_is_refused() -> None:
    with pytest.raises(TooLong):
        sealed_of(b"x" * (sealing.MOST_BYTES + 1))


@pytest.mark.parametrize(
    "change",
    [
        {"category": Category.HEALTH},
        {"recipient": IOM},
        {"nonce": bytes(16)},
        {"nonce": NONCE[:-1]},
        {"extent": Extent.PARTIAL},
        {"key": KeyId("another")},
        {"suite": SUITE + 1},
        {"sealed": b""},
        {"sealed": bytes(HPKE_BYTES + 256)},
    ],
)
def test_a_part_whose_context_was_changed_does_not_open(change: dict[str, Any]) -> None:
    part = msgspec.structs.replace(sealed_of(b"in any words"), **change)

    with pytest.raises(Unopenable):
        opened(part)


@settings(max_examples=60)
@given(place=st.integers(0, HPKE_BYTES + 255), flip=st.integers(1, 255))
def test_a_part_with_one_changed_byte_does_not_open(place: int, flip: int) -> None:
    part = sealed_of(b"in any words")
    changed = bytearray(part.sealed)
    changed[place] ^= flip

    with pytest.raises(Unopenable):
        opened(msgspec.structs.replace(part, sealed=bytes(changed)))


def test_another_recipients_key_does_not_open_it() -> None:
    with pytest.raises(Unopenable):
        opened(sealed_of(b"in any words"), key=sealing.new_sealing_key())


def test_a_part_opens_only_as_its_senders() -> None:
    with pytest.raises(Unopenable):
        opened(sealed_of(b"in any words"), sender=BORDER)


def test_a_part_that_somebody_else_signed_does_not_open() -> None:
    forger = signing.signer(bytes(32), Use.SEAL)
    part = seal(b"forged", context=CONTEXT, to=TO, signed_by=forger)

    with pytest.raises(Unopenable):
        opened(part)


def test_a_signature_of_another_use_does_not_open_it() -> None:
    part = seal(b"x", context=CONTEXT, to=TO, signed_by=signing.signer(SEED, Use.HEAD))

    with pytest.raises(Unopenable):
        opened(part)


def test_a_signed_value_cannot_be_sealed_again_for_another() -> None:
    """The first recipient cannot pass a part on as if its author had sealed it to a third."""
    other = sealing.new_sealing_key()
    part = sealed_of(b"in any words")
    inside = sealing.HPKE.decrypt(
        part.sealed, sealing.private_key(KEY), info=sealing.info_of(CONTEXT)
    )
    context = replace(CONTEXT, recipient=IOM)
    again = sealing.HPKE.encrypt(
        inside, sealing.public_key(sealing.public_of(other).data), info=sealing.info_of(context)
    )
    passed_on = msgspec.structs.replace(part, recipient=IOM, sealed=again)

    with pytest.raises(Unopenable):
        opened(passed_on, key=other)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        bytes(67),
        bytes(255),
        bytes(64) + b"\xff\xff\xff\xff" + bytes(188),
        bytes(255) + b"\x01",
        bytes(64) + b"\0\0\0\xbd" + bytes(188),
    ],
)
def test_odd_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(Unopenable):
        sealing.unpadded(padded)


def test_the_same_value_is_never_sealed_alike() -> None:
    assert sealed_of(b"x").sealed != sealed_of(b"x").sealed


def test_a_nonce_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        seal(b"x", context=replace(CONTEXT, nonce=b""), to=TO, signed_by=SIGNER)


def test_an_own_key_that_is_malformed_is_no_verdict_on_the_part() -> None:
    with pytest.raises(ValueError, match="bytes"):
        opened(sealed_of(b"x"), key=KEY[:-1])


def test_a_key_is_named_by_its_own_digest() -> None:
    assert sealing.public_of(KEY) == TO
    assert len(TO.id) == 16
    assert len(TO.data) == 1184 + 32
    assert len(KEY) == 64 + 32
    assert sealing.public_of(sealing.new_sealing_key()).id != TO.id
