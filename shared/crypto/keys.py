"""Where an agency's private keys are, and what a service is handed instead of a key.

Source: one key a use, and a file adapter that refuses any country but the test country, are a
Tenpoint design decision; real keys stay in hardware behind the same port.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from shared.codes.places import TEST_COUNTRY
from shared.crypto.sealing import (
    PublicSealingKey,
    SealContext,
    Unopenable,
    new_sealing_key,
    open_sealed,
    seal,
)
from shared.crypto.signing import Signer, Use, new_signing_key, signer
from shared.events.sealed import Extent, Sealed
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category
from shared.kernel.errors import Refusal

OTHERS: Final = 0o077
"""Permission bits of everybody but the owner of a file."""


class Keys(Protocol):
    """The private keys of one agency."""

    def signing(self, use: Use) -> Signer:
        """Return the key of that use."""
        ...

    def sealing(self) -> bytes:
        """Return the private key that opens parts sealed to the agency, 96 bytes."""
        ...


class Seal(Protocol):
    """Seals values of one sender to one recipient."""

    def __call__(
        self, value: bytes, *, category: Category, nonce: bytes, extent: Extent = Extent.FULL
    ) -> Sealed:
        """Return the sealed part; see `shared.crypto.sealing.seal`."""
        ...


Open = Callable[[Sealed], bytes]
"""Opens a part sealed to one recipient by a known sender, or raises Unopenable."""


class DemoKeysOnly(Refusal):
    """Keys in files serve the test country and no real one."""

    code = "demo_keys_only"


class KeyMissing(Refusal):
    """There is no such key."""

    code = "key_missing"


class KeyExposed(Refusal):
    """Others than its owner may read or write the key file."""

    code = "key_exposed"


class FileKeys:
    """Keys as files of raw bytes that only their owner can read (0600)."""

    def __init__(self, folder: Path, country: str) -> None:
        """Take the folder of one agency.

        Raises:
            DemoKeysOnly: the country is not the test country.
        """
        if country != TEST_COUNTRY:
            raise DemoKeysOnly
        self._folder = folder

    def signing(self, use: Use) -> Signer:
        """Return the key of that use; raises KeyMissing or KeyExposed."""
        return signer(self.seed(use), use)

    def sealing(self) -> bytes:
        """Return the private key for sealed parts; raises KeyMissing or KeyExposed."""
        return _read(self._sealing)

    def seed(self, use: Use) -> bytes:
        """Return the seed of a signing key; raises KeyMissing or KeyExposed."""
        return _read(self._signing(use))

    def make(self, *uses: Use) -> None:
        """Make the signing keys that are not there yet; never replaces one."""
        for use in uses:
            _keep(self._signing(use), new_signing_key)

    def make_sealing(self) -> None:
        """Make the key for sealed parts unless it is there."""
        _keep(self._sealing, new_sealing_key)

    @property
    def _sealing(self) -> Path:
        return self._folder / "opening.key"

    def _signing(self, use: Use) -> Path:
        return self._folder / f"{use.name.lower()}.key"


def sealer(sender: Agency, signed_by: Signer, *, recipient: Agency, to: PublicSealingKey) -> Seal:
    """Return what seals values of the sender to the recipient."""

    def sealed(
        value: bytes, *, category: Category, nonce: bytes, extent: Extent = Extent.FULL
    ) -> Sealed:
        context = SealContext(category, sender, recipient, nonce)
        return seal(value, context=context, to=to, signed_by=signed_by, extent=extent)

    return sealed


def opener(recipient: Agency, key: bytes, senders: Mapping[Agency, bytes]) -> Open:
    """Return what opens parts sealed to the recipient by any of the senders.

    Args:
        recipient: the only agency whose parts are opened.
        key: its private key.
        senders: the public key for sealing of each agency that may have sealed a part.
    """

    def opened(sealed: Sealed) -> bytes:
        if sealed.recipient != recipient:
            raise Unopenable
        for sender, public in senders.items():
            try:
                return open_sealed(sealed, sender=sender, key=key, sender_public=public)
            except Unopenable:
                continue
        raise Unopenable

    return opened


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & OTHERS:
            raise KeyExposed
        return path.read_bytes()
    except FileNotFoundError:
        raise KeyMissing from None


def _keep(path: Path, make: Callable[[], bytes]) -> None:
    """Write a key whole or not at all; of two that start at once the first one stays."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as draft:
        draft.write(make())
        draft.flush()
        os.fsync(draft.fileno())
        try:
            path.hardlink_to(draft.name)
        except FileExistsError:
            return
