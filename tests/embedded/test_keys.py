import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embedded.keys import (
    BOARD,
    AgreementUnreadable,
    DemoKeys,
    make_demo_keys,
    sign_agreements,
)
from shared.crypto.keys import DemoKeysOnly
from shared.crypto.partners import PartnerRegistry, RegistryInvalid, UnknownPartner
from shared.crypto.sealing import Unopenable
from shared.crypto.signing import Use, public_of, verify
from shared.events.referral import PROVIDERS
from shared.kernel.agencies import (
    BORDER,
    COLUMN_OF,
    EXCHANGE,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
    Column,
    Role,
)
from shared.kernel.categories import Category
from shared.kernel.errors import NotSignedIn

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AGREEMENT = b'author = "gov-border"\nrecipient = "gov-reception"\npurpose = "RECEPTION"\n'
NAME = "border-to-reception.toml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "keys"


@pytest.fixture(scope="module")
def keys(folder: Path) -> DemoKeys:
    return make_demo_keys(folder)


def test_a_second_start_finds_the_same_keys(keys: DemoKeys, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.key")}

    again = make_demo_keys(folder)

    assert again == keys
    assert {path: path.read_bytes() for path in folder.rglob("*.key")} == before


def test_only_the_owner_can_read_any_of_it(keys: DemoKeys, folder: Path) -> None:
    paths = [keys.folder, *folder.rglob("*")]

    modes = {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()}

    assert modes == {0o600}
    assert folders == {0o700}


def test_a_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    make_demo_keys(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_no_key_is_made_for_a_real_country(tmp_path: Path) -> None:
    with pytest.raises(DemoKeysOnly):
        make_demo_keys(tmp_path / "keys", country="ITA")

    assert list(tmp_path.iterdir()) == []


def test_every_agency_has_its_own_key_for_every_use(keys: DemoKeys, folder: Path) -> None:
    seeds = [path.read_bytes() for path in folder.rglob("*.key")]

    assert len(seeds) == len(set(seeds)) == 3 * len(COLUMN_OF) + 2 + 1 + len(PROVIDERS)
    for agency in COLUMN_OF:
        assert set(keys.registry.partner(agency).signing) == {
            Use.AGREEMENT,
            Use.SEAL,
            Use.TOKEN,
        }
        assert keys.registry.partner(agency).column is COLUMN_OF[agency]


def test_the_exchange_signs_heads_and_has_no_column(keys: DemoKeys) -> None:
    public = keys.registry.public(EXCHANGE, Use.HEAD)

    assert verify(public, keys.head().sign(b"head"), b"head", use=Use.HEAD)
    assert keys.registry.partner(EXCHANGE).column is None
    assert keys.registry.partner(UNHCR).column is Column.UN


def test_the_registry_is_signed_by_the_board_and_by_nobody_else(keys: DemoKeys) -> None:
    board = public_of((keys.folder / BOARD / "registry.key").read_bytes())

    assert PartnerRegistry.read(keys.signed_registry, board) == keys.registry
    with pytest.raises(RegistryInvalid):
        PartnerRegistry.read(keys.signed_registry, keys.registry.public(EXCHANGE, Use.HEAD))


def test_what_is_sealed_for_unhcr_opens_at_unhcr(keys: DemoKeys) -> None:
    part = keys.sealer(RECEPTION)(b"note", category=Category.FEAR_OF_RETURN, nonce=bytes(16))

    assert part.recipient == UNHCR
    assert part.key == keys.registry.sealing(UNHCR).id
    assert keys.opener()(part) == b"note"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_payload_for_a_provider_opens_there_and_at_no_other(
    keys: DemoKeys, provider: Agency
) -> None:
    part = keys.sealer(RECEPTION, provider)(b"name", category=Category.FULL_NAME, nonce=bytes(16))

    assert part.key == keys.registry.sealing(provider).id
    assert keys.opener(provider)(part) == b"name"
    for other in set(PROVIDERS) - {provider}:
        with pytest.raises(Unopenable):
            keys.opener(other)(part)


def test_who_can_take_no_referral_has_no_key_for_sealed_parts(keys: DemoKeys) -> None:
    for agency in set(COLUMN_OF) - set(PROVIDERS):
        with pytest.raises(UnknownPartner):
            keys.registry.sealing(agency)


def test_staff_sign_in_at_their_own_agency_only(keys: DemoKeys) -> None:
    token = keys.issuer(RECEPTION, lambda: NOON).token(RECEPTION, "clerk-1", Role.INTAKE)
    forged = keys.issuer(RECEPTION, lambda: NOON).token(UNHCR, "clerk-1", Role.INTAKE)

    assert keys.verifier(RECEPTION, lambda: NOON)(token).role is Role.INTAKE
    for wrong in (token, forged):
        with pytest.raises(NotSignedIn):
            keys.verifier(UNHCR, lambda: NOON)(wrong)


def test_both_parties_sign_the_exact_bytes(keys: DemoKeys) -> None:
    signatures = sign_agreements(keys, {NAME: AGREEMENT})

    assert set(signatures[NAME]) == {BORDER, RECEPTION}
    for party, signature in signatures[NAME].items():
        public = keys.registry.public(party, Use.AGREEMENT)
        assert verify(public, signature, AGREEMENT, use="tenpoint/agreement/v1")
        assert not verify(public, signature, AGREEMENT + b"\n", use="tenpoint/agreement/v1")
        assert not verify(
            keys.registry.public(IOM, Use.AGREEMENT), signature, AGREEMENT, use=Use.AGREEMENT
        )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'author = "gov-border"',
        b'author = "gov-border"\nrecipient = "gov-border"',
        b'author = "gov-border"\nrecipient = "exchange"',
        b'author = "gov-border"\nrecipient = "consulate"',
        b'author = ["gov-border"]\nrecipient = "unhcr"',
        b"author = {}\nrecipient = 5",
        b"author = ",
        b"\xff",
        'author = "gov-border"\nrecipient = "unhcr" # \N{CYRILLIC SMALL LETTER A}'.encode(),
    ],
)
def test_a_text_that_does_not_name_two_parties_is_not_signed(keys: DemoKeys, text: bytes) -> None:
    with pytest.raises(AgreementUnreadable):
        sign_agreements(keys, {NAME: text})
