import stat
from pathlib import Path

import pytest

from shared.codes.places import TEST_COUNTRY
from shared.crypto import keys, sealing, signing
from shared.crypto.keys import DemoKeysOnly, FileKeys, KeyExposed, KeyMissing, opener, sealer
from shared.crypto.sealing import Unopenable
from shared.crypto.signing import Use
from shared.kernel.agencies import BORDER, IOM, RECEPTION, UNHCR
from shared.kernel.categories import Category

NONCE = bytes(16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "unhcr"


@pytest.mark.parametrize("country", ["ITA", "xtp", "", "XTA"])
def test_keys_in_files_serve_no_real_country(folder: Path, country: str) -> None:
    with pytest.raises(DemoKeysOnly):
        FileKeys(folder, country)
    assert not folder.exists()


def test_a_key_that_was_made_stays(folder: Path) -> None:
    first = FileKeys(folder, TEST_COUNTRY)
    first.make(Use.SEAL, Use.AGREEMENT)
    first.make_sealing()
    made = {path.name: path.read_bytes() for path in folder.iterdir()}

    second = FileKeys(folder, TEST_COUNTRY)
    second.make(Use.SEAL, Use.AGREEMENT, Use.TOKEN)
    second.make_sealing()

    assert set(made) == {"seal.key", "agreement.key", "opening.key"}
    assert made.items() <= {path.name: path.read_bytes() for path in folder.iterdir()}.items()
    assert second.signing(Use.SEAL).public == signing.public_of(made["seal.key"])
    assert second.signing(Use.SEAL).use is Use.SEAL
    assert second.sealing() == made["opening.key"]


def test_only_the_owner_can_read(folder: Path) -> None:
    own = FileKeys(folder, TEST_COUNTRY)
    own.make(Use.SEAL)
    own.make_sealing()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_can_reach_is_not_used(folder: Path, mode: int) -> None:
    own = FileKeys(folder, TEST_COUNTRY)
    own.make(Use.SEAL)
    (folder / "seal.key").chmod(mode)

    with pytest.raises(KeyExposed):
        own.signing(Use.SEAL)


def test_a_key_that_was_never_made_is_missing(folder: Path) -> None:
    own = FileKeys(folder, TEST_COUNTRY)
    own.make(Use.SEAL)

    with pytest.raises(KeyMissing):
        own.signing(Use.HEAD)
    with pytest.raises(KeyMissing):
        own.sealing()


def test_of_two_that_start_at_once_the_first_key_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = FileKeys(folder, TEST_COUNTRY)

    def overtaken() -> bytes:
        monkeypatch.setattr(keys, "new_signing_key", lambda: bytes(32))
        FileKeys(folder, TEST_COUNTRY).make(Use.SEAL)
        return bytes(range(32))

    monkeypatch.setattr(keys, "new_signing_key", overtaken)
    late.make(Use.SEAL)

    assert late.seed(Use.SEAL) == bytes(32)
    assert [each.name for each in folder.iterdir()] == ["seal.key"]


def test_a_sealer_and_an_opener_fit_whoever_sealed() -> None:
    key = sealing.new_sealing_key()
    seeds = {BORDER: bytes(32), RECEPTION: bytes(range(32))}
    senders = {sender: signing.public_of(seed) for sender, seed in seeds.items()}
    open_ = opener(UNHCR, key, senders)

    for sender, seed in seeds.items():
        signer = signing.signer(seed, Use.SEAL)
        seal = sealer(sender, signer, recipient=UNHCR, to=sealing.public_of(key))
        part = seal(sender.encode(), category=Category.FEAR_OF_RETURN, nonce=NONCE)

        assert open_(part) == sender.encode()


def test_an_opener_opens_nothing_of_a_stranger_or_for_another() -> None:
    key = sealing.new_sealing_key()
    signer = signing.signer(bytes(32), Use.SEAL)
    to = sealing.public_of(key)
    stranger = sealer(IOM, signer, recipient=UNHCR, to=to)
    mislaid = sealer(RECEPTION, signer, recipient=IOM, to=to)
    open_ = opener(UNHCR, key, {RECEPTION: signer.public})

    for seal in (stranger, mislaid):
        with pytest.raises(Unopenable):
            open_(seal(b"x", category=Category.FEAR_OF_RETURN, nonce=NONCE))
