import msgspec
import pytest

from shared.crypto import sealing, signing
from shared.crypto.partners import (
    Partner,
    PartnerRegistry,
    RegistryInvalid,
    SignedRegistry,
    UnknownPartner,
)
from shared.crypto.signing import Use
from shared.kernel.agencies import EXCHANGE, IOM, UNHCR, Agency, Column

BOARD = signing.signer(bytes(range(32)), Use.REGISTRY)
SEALING = sealing.public_of(sealing.new_sealing_key())


def a_key(number: int) -> bytes:
    return signing.public_of(bytes([number] * 32))


def a_partner(agency: Agency, number: int) -> Partner:
    return Partner(
        agency=agency,
        column=Column.UN if agency == UNHCR else None,
        signing={Use.SEAL: a_key(number), Use.AGREEMENT: a_key(number + 1)},
        sealing=SEALING if agency == UNHCR else None,
    )


REGISTRY = PartnerRegistry((a_partner(UNHCR, 1), a_partner(IOM, 3)))


def test_a_signed_registry_is_read_back() -> None:
    read = PartnerRegistry.read(REGISTRY.signed(BOARD), BOARD.public)

    assert read == REGISTRY
    assert read.public(IOM, Use.SEAL) == a_key(3)
    assert read.publics(Use.AGREEMENT) == {UNHCR: a_key(2), IOM: a_key(4)}
    assert read.sealing(UNHCR) == SEALING
    assert read.partner(UNHCR).column is Column.UN


def test_the_same_registry_is_signed_alike() -> None:
    assert REGISTRY.signed(BOARD) == REGISTRY.signed(BOARD)


def test_a_registry_that_the_board_did_not_sign_is_refused() -> None:
    operator = signing.signer(bytes(32), Use.REGISTRY)
    other_use = signing.signer(bytes(range(32)), Use.AGREEMENT)

    for signer in (operator, other_use):
        with pytest.raises(RegistryInvalid):
            PartnerRegistry.read(REGISTRY.signed(signer), BOARD.public)


def test_a_swapped_key_is_refused() -> None:
    signed = REGISTRY.signed(BOARD)
    swapped = PartnerRegistry((a_partner(UNHCR, 1), a_partner(IOM, 5))).signed(BOARD)

    with pytest.raises(RegistryInvalid):
        PartnerRegistry.read(SignedRegistry(swapped.data, signed.signature), BOARD.public)


@pytest.mark.parametrize(
    "partners",
    [
        (a_partner(IOM, 1), a_partner(IOM, 3)),
        (a_partner(UNHCR, 1), a_partner(IOM, 2)),
        (
            a_partner(UNHCR, 1),
            msgspec.structs.replace(a_partner(IOM, 3), sealing=SEALING),
        ),
        (Partner(agency=IOM, column=None, signing={Use.SEAL: b"\x01".ljust(32, b"\0")}),),
        (Partner(agency=IOM, column=None, signing={Use.SEAL: a_key(1), Use.AGREEMENT: a_key(1)}),),
        (Partner(agency=IOM, column=None, signing={Use.SEAL: b"short"}),),
    ],
)
def test_weak_and_reused_keys_are_refused_though_the_board_signed(
    partners: tuple[Partner, ...],
) -> None:
    signed = PartnerRegistry(partners).signed(BOARD)

    with pytest.raises(RegistryInvalid):
        PartnerRegistry.read(signed, BOARD.public)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"partners":[],"extra":1}', b"\xff", b"[" * 9])
def test_a_signed_text_that_is_no_registry_is_refused(data: bytes) -> None:
    with pytest.raises(RegistryInvalid):
        PartnerRegistry.read(SignedRegistry(data, BOARD.sign(data)), BOARD.public)


def test_who_or_what_is_not_registered_is_unknown() -> None:
    with pytest.raises(UnknownPartner):
        REGISTRY.partner(EXCHANGE)
    with pytest.raises(UnknownPartner):
        REGISTRY.public(IOM, Use.HEAD)
    with pytest.raises(UnknownPartner):
        REGISTRY.sealing(IOM)
