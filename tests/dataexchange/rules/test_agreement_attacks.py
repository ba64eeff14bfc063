"""Texts that are no agreement: not signed by both, retyped, look-alike or too wide."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.dataexchange.rules.agreements import (
    AgreementInvalid,
    NotSigned,
    WiderThanMatrix,
)
from shared.crypto.signing import Use, sign
from shared.kernel.agencies import BORDER, IOM, RECEPTION, UNHCR, Agency
from tests.dataexchange.rules.signing import KEYS, SEEDS, TEXT, read, signed_by


def unsigned(_: bytes) -> dict[Agency, bytes]:
    return {}


def signed_by_one(data: bytes) -> dict[Agency, bytes]:
    return signed_by(data, RECEPTION)


def second_by_the_first_partys_key(data: bytes) -> dict[Agency, bytes]:
    mine = sign(SEEDS[RECEPTION], data, use=Use.AGREEMENT)
    return {RECEPTION: mine, UNHCR: mine}


def signed_by_strangers(data: bytes) -> dict[Agency, bytes]:
    return signed_by(data, BORDER, IOM)


def one_party_and_a_stranger(data: bytes) -> dict[Agency, bytes]:
    return signed_by(data, RECEPTION, IOM)


def three_signatures(data: bytes) -> dict[Agency, bytes]:
    return signed_by(data, RECEPTION, UNHCR, IOM)


def swapped(data: bytes) -> dict[Agency, bytes]:
    both = signed_by(data, RECEPTION, UNHCR)
    return {RECEPTION: both[UNHCR], UNHCR: both[RECEPTION]}


def without_the_payload_type(data: bytes) -> dict[Agency, bytes]:
    return {
        agency: Ed25519PrivateKey.from_private_bytes(SEEDS[agency]).sign(data)
        for agency in (RECEPTION, UNHCR)
    }


def over_another_text(data: bytes) -> dict[Agency, bytes]:
    return signed_by(data + b"# without SEX\n", RECEPTION, UNHCR)


def by_an_agency_without_a_key(data: bytes) -> dict[Agency, bytes]:
    return {**signed_by(data, RECEPTION), Agency("consulate"): b"x" * 64}


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_by_one,
        second_by_the_first_partys_key,
        signed_by_strangers,
        one_party_and_a_stranger,
        three_signatures,
        swapped,
        without_the_payload_type,
        over_another_text,
        by_an_agency_without_a_key,
    ],
)
def test_what_both_did_not_sign_is_none(forge: object) -> None:
    data = TEXT.encode()
    assert callable(forge)

    with pytest.raises(NotSigned):
        read(data, signatures=forge(data))


def test_one_key_for_both_parties_is_one_signature() -> None:
    data = TEXT.encode()
    mine = sign(SEEDS[RECEPTION], data, use=Use.AGREEMENT)
    keys = {**KEYS, UNHCR: KEYS[RECEPTION]}

    with pytest.raises(NotSigned):
        read(data, signatures={RECEPTION: mine, UNHCR: mine}, keys=keys)


def test_every_byte_is_signed() -> None:
    data = TEXT.encode()
    signatures = signed_by(data, RECEPTION, UNHCR)

    for changed in (data + b"\n", data.replace(b"2022-12-31", b"2032-12-31"), data[:-1]):
        with pytest.raises(NotSigned):
            read(changed, signatures=signatures)


def test_nothing_is_parsed_before_it_is_verified() -> None:
    with pytest.raises(NotSigned):
        read(b"\xff not toml [", signatures={})


def test_a_signature_for_another_use_is_none() -> None:
    data = TEXT.encode()
    signatures = {party: sign(SEEDS[party], data, use=Use.HEAD) for party in (RECEPTION, UNHCR)}

    with pytest.raises(NotSigned):
        read(data, signatures=signatures)


RETYPED = {
    "date as text": ("until = 2022-12-31", 'until = "2022-12-31"'),
    "date as instant": ("until = 2022-12-31", "until = 2022-12-31T00:00:00Z"),
    "date as local time": ("until = 2022-12-31", "until = 2022-12-31T00:00:00"),
    "serial as truth": ("serial = 2", "serial = true"),
    "serial as text": ("serial = 2", 'serial = "2"'),
    "serial as fraction": ("serial = 2", "serial = 2.0"),
    "serial zero": ("serial = 2", "serial = 0"),
    "standing as number": ("standing = true", "standing = 1"),
    "standing as text": ("standing = true", 'standing = "true"'),
    "author as list": ('author = "gov-reception"', 'author = ["gov-reception"]'),
    "full as text": ('full = ["FULL_NAME", "SEX"]', 'full = "FULL_NAME"'),
    "full with a number": ('full = ["FULL_NAME", "SEX"]', "full = [1]"),
    "unknown key": ("serial = 2", "serial = 2\nnote = 1"),
    "missing key": ("standing = true\n", ""),
    "key twice": ("serial = 2", "serial = 2\nserial = 3"),
    "unknown category": ('"SEX"]', '"SHOE_SIZE"]'),
    "category twice": ('"SEX"]', '"SEX", "SEX"]'),
    "category in both": ('["AGE_BAND"]', '["SEX"]'),
    "category by number": ('"SEX"]', '"3"]'),
    "never shared": ('"SEX"]', '"BIOMETRIC"]'),
    "reference granted": ('"SEX"]', '"REFERENCE"]'),
    "public granted": ('"SEX"]', '"PUBLIC"]'),
    "unknown purpose": ('"PROFILING"', '"LAW_ENFORCEMENT"'),
    "purpose in small letters": ('"PROFILING"', '"profiling"'),
    "unknown recipient": ('"unhcr"', '"consulate"'),
    "the exchange as recipient": ('"unhcr"', '"exchange"'),
    "to itself": ('"unhcr"', '"gov-reception"'),
    "ends before it begins": ("from = 2022-01-01", "from = 2023-01-01"),
    "look-alike letter": ('"unhcr"', '"unhсr"'),  # noqa: RUF001 - the letter is Cyrillic
    "look-alike in a remark": ("serial = 2", "serial = 2 # fоr UNHCR"),  # noqa: RUF001
    "not toml": ("serial = 2", "serial = "),
    "byte order mark": ('author = "gov-reception"', '\ufeffauthor = "gov-reception"'),
}


@pytest.mark.parametrize("name", RETYPED)
def test_a_text_that_is_no_agreement_is_refused_though_both_signed_it(name: str) -> None:
    before, after = RETYPED[name]
    assert before in TEXT
    text = TEXT.replace(before, after, 1)

    with pytest.raises(AgreementInvalid) as refused:
        read(text)

    assert not isinstance(refused.value, NotSigned | WiderThanMatrix)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"SEX"]', '"REMOVAL_BLOCK"]'),
        ('["AGE_BAND"]', '["CARE_ARRANGEMENT"]'),
        ('"SEX"]', '"FIT_TO_TRAVEL"]'),
    ],
)
def test_nothing_wider_than_the_matrix_is_accepted(before: str, after: str) -> None:
    with pytest.raises(WiderThanMatrix):
        read(TEXT.replace(before, after, 1))


def test_a_partial_form_is_no_licence_for_the_full_value() -> None:
    data = (
        TEXT.replace("gov-reception", "gov-border")
        .replace('"unhcr"', '"gov-reception"')
        .replace('["FULL_NAME", "SEX"]', '["NEEDS_ORDINARY"]')
        .encode()
    )

    with pytest.raises(WiderThanMatrix):
        read(data, signatures=signed_by(data, BORDER, RECEPTION))


def test_what_the_author_may_not_tell_is_wider_too() -> None:
    data = TEXT.replace('"gov-reception"', '"gov-border"').encode()

    with pytest.raises(WiderThanMatrix):
        read(data, signatures=signed_by(data, BORDER, UNHCR))


def test_the_parties_are_those_who_signed() -> None:
    data = TEXT.replace('"gov-reception"', '"iom"').replace('"AGE_BAND"', "").encode()

    with pytest.raises(NotSigned):
        read(data, signatures=signed_by(data, RECEPTION, UNHCR))
