"""The keys of a demonstration, made at first start: nothing of them is real.

Every agency's private keys lie side by side in one folder, which no deployment may do; hence the
test country only. Source: Tenpoint design decision.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embedded.issuer import Issuer, any_of, verifier
from shared.codes.places import TEST_COUNTRY
from shared.crypto import sealing
from shared.crypto.keys import FileKeys, Open, Seal, opener, sealer
from shared.crypto.partners import Partner, PartnerRegistry, SignedRegistry
from shared.crypto.payload_keys import Opening, SealPayload, payload_opening, payload_sealer
from shared.crypto.signing import Signer, Use
from shared.events.referral import PROVIDERS
from shared.kernel.agencies import COLUMN_OF, EDGE_ONLY, EXCHANGE, UNHCR, Agency
from shared.kernel.clock import Clock
from shared.kernel.errors import Invalid
from shared.web.caller import Verify

BOARD: Final = "board"
"""Folder of the throw-away board key. The board is no agency: it only signs the registry."""

USES: Final = {
    **dict.fromkeys(COLUMN_OF, (Use.AGREEMENT, Use.SEAL, Use.TOKEN)),
    EXCHANGE: (Use.HEAD, Use.TOKEN),
}
"""The signing keys of each agency."""

OPENS_SEALED: Final = PROVIDERS
"""Agencies to which parts are sealed: UNHCR's protection desk, and whoever can take a referral."""


PARTIES: Final = 2
"""Both sign. Source: UNHCR, Policy on the Protection of Personal Data (2015), transfers."""


class AgreementUnreadable(Invalid):
    """An agreement's text does not name the two agencies that sign it."""

    code = "agreement_unreadable"


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """All keys of one demonstration; each service is handed only what is its own."""

    folder: Path
    country: str
    signed_registry: SignedRegistry
    registry: PartnerRegistry

    def of(self, agency: Agency) -> FileKeys:
        """Return the private keys of one agency."""
        return FileKeys(self.folder / agency, self.country)

    def head(self) -> Signer:
        """Return the exchange's key for signed heads."""
        return self.of(EXCHANGE).signing(Use.HEAD)

    def issuer(self, agency: Agency, clock: Clock) -> Issuer:
        """Return what signs an agency's staff in."""
        return Issuer(self.of(agency).seed(Use.TOKEN), clock)

    def verifier(self, agency: Agency, clock: Clock) -> Verify:
        """Return what tells an agency's service who calls."""
        return verifier(agency, self.registry.public(agency, Use.TOKEN), clock)

    def edge_verifier(self, clock: Clock) -> Verify:
        """Return what tells the exchange who calls: its own staff, or a partner's program."""
        partners = [
            verifier(EXCHANGE, self.registry.public(agency, Use.TOKEN), clock, caller=agency)
            for agency in sorted(EDGE_ONLY)
        ]
        return any_of([self.verifier(EXCHANGE, clock), *partners])

    def sealer(self, sender: Agency, recipient: Agency = UNHCR) -> Seal:
        """Return what seals an agency's values to the recipient."""
        to = self.registry.sealing(recipient)
        return sealer(sender, self.of(sender).signing(Use.SEAL), recipient=recipient, to=to)

    def payload_sealer(self, sender: Agency) -> SealPayload:
        """Return what seals an agency's payloads to whoever accepts a referral."""
        return payload_sealer(sender, self.of(sender).signing(Use.SEAL), self.registry)

    def payload_opening(self, recipient: Agency) -> Opening:
        """Return what opens the payloads sealed to the recipient, whichever partner sealed them."""
        senders = self.registry.publics(Use.SEAL)
        return payload_opening(recipient, self.of(recipient).sealing(), senders)

    def opener(self, recipient: Agency = UNHCR) -> Open:
        """Return what opens the parts sealed to the recipient, whichever partner sealed them."""
        senders = self.registry.publics(Use.SEAL)
        return opener(recipient, self.of(recipient).sealing(), senders)


def make_demo_keys(folder: Path, *, country: str = TEST_COUNTRY) -> DemoKeys:
    """Make the keys that are not there yet, and return all of them.

    The folder is 0700, each key 0600; a second start finds the same keys and the same registry.

    Raises:
        DemoKeysOnly: the country is not the test country; nothing is made.
    """
    board = FileKeys(folder / BOARD, country)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    board.make(Use.REGISTRY)
    partners = tuple(_partner(agency, FileKeys(folder / agency, country)) for agency in USES)
    signer = board.signing(Use.REGISTRY)
    signed = PartnerRegistry(partners).signed(signer)
    return DemoKeys(folder, country, signed, PartnerRegistry.read(signed, signer.public))


def sign_agreements(
    keys: DemoKeys, files: Mapping[str, bytes]
) -> Mapping[str, Mapping[Agency, bytes]]:
    """Sign each agreement for both its parties, over its exact bytes.

    Raises:
        AgreementUnreadable: a text does not name two different agencies that can sign.
    """
    return {
        name: {party: keys.of(party).signing(Use.AGREEMENT).sign(text) for party in _parties(text)}
        for name, text in files.items()
    }


def _parties(text: bytes) -> list[Agency]:
    try:
        said = tomllib.loads(text.decode("ascii"))
    except ValueError:
        raise AgreementUnreadable from None
    parties = [
        agency for agency in COLUMN_OF if agency in (said.get("author"), said.get("recipient"))
    ]
    if len(parties) != PARTIES:
        raise AgreementUnreadable
    return parties


def _partner(agency: Agency, keys: FileKeys) -> Partner:
    uses = USES[agency]
    keys.make(*uses)
    opens = agency in OPENS_SEALED
    if opens:
        keys.make_sealing()
    return Partner(
        agency=agency,
        column=COLUMN_OF.get(agency),
        signing={use: keys.signing(use).public for use in uses},
        sealing=sealing.public_of(keys.sealing()) if opens else None,
    )
