"""The partner registry: which public key speaks for which agency, signed by the board.

Who enrols a key speaks for the agency; hence the registry is one signed text, and a weak key, or
one that serves two uses or two agencies, is refused. Source: Tenpoint design decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import msgspec

from shared.crypto.sealing import PublicSealingKey
from shared.crypto.signing import Signer, Use, WeakKey, refuse_weak, verify
from shared.kernel.agencies import Agency, Column
from shared.kernel.errors import Invalid, NotFound


class RegistryInvalid(Invalid):
    """The registry is not signed by the board, or does not hold together."""

    code = "registry_invalid"


class UnknownPartner(NotFound):
    """No such agency, or it has no such key."""

    code = "unknown_partner"


class Partner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agency: the column that it is judged by, if any, and its public keys."""

    agency: Agency
    column: Column | None
    signing: Mapping[Use, bytes]
    sealing: PublicSealingKey | None = None


@dataclass(frozen=True, slots=True)
class SignedRegistry:
    """The registry's exact bytes and the board's signature over them."""

    data: bytes
    signature: bytes


class PartnerRegistry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every partner of one deployment."""

    partners: tuple[Partner, ...]

    def signed(self, board: Signer) -> SignedRegistry:
        """Return the registry as the board signs it."""
        data = msgspec.json.encode(self, order="sorted")
        return SignedRegistry(data, board.sign(data))

    @classmethod
    def read(cls, signed: SignedRegistry, board_public: bytes) -> Self:
        """Return a registry after checking the signature first, then all that it says.

        Raises:
            RegistryInvalid: without saying which value is wrong.
        """
        if not verify(board_public, signed.signature, signed.data, use=Use.REGISTRY):
            raise RegistryInvalid
        try:
            registry = msgspec.json.decode(signed.data, type=cls)
        except msgspec.MsgspecError:
            raise RegistryInvalid from None
        registry.check()
        return registry

    def check(self) -> None:
        """Refuse agencies named twice, weak keys, and a key that appears twice.

        Raises:
            RegistryInvalid: without saying which value is wrong.
        """
        keys = [key for partner in self.partners for key in partner.signing.values()]
        try:
            for key in keys:
                refuse_weak(key)
        except WeakKey:
            raise RegistryInvalid from None
        agencies = [partner.agency for partner in self.partners]
        sealing = [partner.sealing.data for partner in self.partners if partner.sealing]
        if not all(len(set(each)) == len(each) for each in (agencies, keys, sealing)):
            raise RegistryInvalid

    def partner(self, agency: Agency) -> Partner:
        """Return one partner; raises UnknownPartner."""
        found = next((each for each in self.partners if each.agency == agency), None)
        if found is None:
            raise UnknownPartner
        return found

    def public(self, agency: Agency, use: Use) -> bytes:
        """Return an agency's public key for one use; raises UnknownPartner."""
        key = self.partner(agency).signing.get(use)
        if key is None:
            raise UnknownPartner
        return key

    def publics(self, use: Use) -> Mapping[Agency, bytes]:
        """Return the public keys of every agency that has one of that use."""
        return {each.agency: each.signing[use] for each in self.partners if use in each.signing}

    def sealing(self, agency: Agency) -> PublicSealingKey:
        """Return the key to seal with for an agency; raises UnknownPartner."""
        key = self.partner(agency).sealing
        if key is None:
            raise UnknownPartner
        return key
