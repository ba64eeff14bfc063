"""Only the registry's key of today is sealed to; a payload opens whole, from one sender."""

import pytest

from shared.crypto import sealing, signing
from shared.crypto.partners import Partner, PartnerRegistry
from shared.crypto.payload_keys import (
    KeyNotCurrent,
    KeyUnknown,
    payload_opening,
    payload_sealer,
)
from shared.crypto.payloads import Value
from shared.crypto.sealing import Unopenable
from shared.crypto.signing import Use, signer
from shared.events.sealed import Extent, KeyId
from shared.kernel.agencies import ASYLUM, IOM, RECEPTION, UNHCR, Agency, Column
from shared.kernel.categories import Category

NONCE = bytes(range(16))
KEY = sealing.new_sealing_key()
TO = sealing.public_of(KEY)
SEEDS = {UNHCR: bytes(range(32)), RECEPTION: bytes(range(1, 33))}
VALUES = {
    Category.FULL_NAME: Value(b"in any words"),
    Category.ADDRESS: Value(b"an area", Extent.PARTIAL),
}
REGISTRY = PartnerRegistry(
    (
        Partner(agency=ASYLUM, column=Column.AA, signing={}, sealing=TO),
        Partner(agency=IOM, column=Column.IO, signing={}),
    )
)
PUBLICS = {agency: signing.public_of(seed) for agency, seed in SEEDS.items()}
OPENING = payload_opening(ASYLUM, KEY, PUBLICS)


def sealed_by(sender: Agency, key: KeyId = TO.id, recipient: Agency = ASYLUM) -> tuple[object, ...]:
    seal = payload_sealer(sender, signer(SEEDS[sender], Use.SEAL), REGISTRY)
    return seal(VALUES, recipient=recipient, key=key, nonce=NONCE)


@pytest.mark.parametrize("sender", SEEDS)
def test_whoever_of_the_senders_sealed_it_it_opens(sender: Agency) -> None:
    seal = payload_sealer(sender, signer(SEEDS[sender], Use.SEAL), REGISTRY)

    parts = seal(VALUES, recipient=ASYLUM, key=OPENING.key, nonce=NONCE)

    assert OPENING.open(parts, nonce=NONCE) == VALUES


def test_nothing_is_sealed_to_a_key_that_is_not_todays() -> None:
    with pytest.raises(KeyNotCurrent):
        sealed_by(UNHCR, KeyId("rotated-away"))


@pytest.mark.parametrize("recipient", [IOM, Agency("nobody")])
def test_nothing_is_sealed_to_who_has_no_key(recipient: Agency) -> None:
    with pytest.raises(KeyUnknown):
        sealed_by(UNHCR, recipient=recipient)


def test_one_part_of_another_sender_keeps_the_whole_payload_shut() -> None:
    parts = [
        payload_sealer(sender, signer(SEEDS[sender], Use.SEAL), REGISTRY)(
            VALUES, recipient=ASYLUM, key=TO.id, nonce=NONCE
        )
        for sender in (UNHCR, RECEPTION)
    ]

    with pytest.raises(Unopenable):
        OPENING.open([parts[0][0], parts[1][1]], nonce=NONCE)


def test_a_category_twice_keeps_the_whole_payload_shut() -> None:
    seal = payload_sealer(UNHCR, signer(SEEDS[UNHCR], Use.SEAL), REGISTRY)
    part, _ = seal(VALUES, recipient=ASYLUM, key=TO.id, nonce=NONCE)

    with pytest.raises(Unopenable):
        OPENING.open([part, part], nonce=NONCE)


def test_a_stranger_and_another_nonce_open_nothing() -> None:
    seal = payload_sealer(UNHCR, signer(SEEDS[UNHCR], Use.SEAL), REGISTRY)
    parts = seal(VALUES, recipient=ASYLUM, key=TO.id, nonce=NONCE)

    with pytest.raises(Unopenable):
        payload_opening(ASYLUM, KEY, {IOM: PUBLICS[RECEPTION]}).open(parts, nonce=NONCE)
    with pytest.raises(Unopenable):
        OPENING.open(parts, nonce=bytes(16))
