"""Agreements: what one author may tell one recipient for one purpose, signed by both.

The signatures are over the exact bytes of the file and are verified before anything is parsed;
what nobody signed is never read. `verify` binds the use: a signature for anything else is none
here. Source: Tenpoint design decision.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from services.dataexchange.rules.matrix import Matrix
from services.dataexchange.rules.pair import Pair, pair_of
from shared.kernel.agencies import COLUMN_OF, Agency, Purpose
from shared.kernel.categories import NEVER, Category, bit, mask_of
from shared.kernel.errors import Conflict, Invalid

PARTIES: Final = 2

KEYS: Final = frozenset(
    {
        "author",
        "recipient",
        "purpose",
        "serial",
        "from",
        "until",
        "standing",
        "full",
        "partial",
    }
)
"""The keys of the file, all required."""

UNGRANTED: Final = NEVER | {Category.REFERENCE, Category.PUBLIC}
"""Not an agreement's to grant: never shared, implied by any other category, or public anyway."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature over data is one of a public key: `verify(public, signature, data)`."""


class AgreementInvalid(Invalid):
    """The text is no agreement; it releases nothing. `fields` names the key concerned."""

    code = "agreement_invalid"


class NotSigned(AgreementInvalid):
    """Both parties have not signed these very bytes, each with its own key."""

    code = "agreement_not_signed"


class WiderThanMatrix(AgreementInvalid):
    """It grants what the matrix never releases, or what its author may not tell."""

    code = "agreement_wider_than_matrix"


class SerialNotRisen(Conflict):
    """A newer agreement of the same parties and purpose is known: there is no way back."""

    code = "agreement_serial_not_risen"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement in one version.

    Attributes:
        digest: SHA-256 of the exact bytes, in hexadecimal.
        serial: number of the version, which only rises.
        first: first day in force (UTC), included.
        last: last day in force (UTC), included.
        standing: whether it is itself a task for every person its author has spoken of.
        pair: what it grants; references are always among it.
        held_by: parties that have yet to say that it may go on, after either suspended it.
    """

    digest: str
    author: Agency
    recipient: Agency
    purpose: Purpose
    serial: int
    first: date
    last: date
    standing: bool
    pair: Pair
    held_by: frozenset[Agency] = frozenset()

    @property
    def parties(self) -> frozenset[Agency]:
        """Author and recipient."""
        return frozenset({self.author, self.recipient})

    def in_force(self, on: date) -> bool:
        """Return whether it grants anything on a day of UTC."""
        return not self.held_by and self.first <= on <= self.last


def suspend(agreement: Agreement, by: Agency) -> Agreement:
    """Return the agreement stopped by either party alone; a stranger changes nothing."""
    return replace(agreement, held_by=agreement.parties) if by in agreement.parties else agreement


def resume(agreement: Agreement, by: Agency) -> Agreement:
    """Return the agreement as one party lets it go on; both must."""
    return replace(agreement, held_by=agreement.held_by - {by})


def parse_agreement(
    data: bytes,
    *,
    signatures: Mapping[Agency, bytes],
    keys: Mapping[Agency, bytes],
    verify: Verify,
    matrix: Matrix,
    known_serial: int = 0,
) -> Agreement:
    """Return the agreement of a file that both its parties signed.

    Args:
        data: the exact bytes of the file.
        signatures: detached Ed25519 signatures over these bytes, by party.
        keys: public keys of the agencies, from the registry.
        verify: tells whether a signature is one.
        matrix: what it may not exceed.
        known_serial: highest serial accepted so far for these parties and this purpose.

    Raises:
        NotSigned: a signature is missing, wrong, or of a party that the text does not name.
        AgreementInvalid: an unknown or missing key, category, purpose or agency, or a wrong type.
        WiderThanMatrix: it grants more than the matrix, or than its author may tell.
        SerialNotRisen: its serial is not above the known one.
    """
    _verify_both(data, signatures, keys, verify)
    told = _read(data)
    agreement = Agreement(
        digest=hashlib.sha256(data).hexdigest(),
        author=_agency(told, "author"),
        recipient=_agency(told, "recipient"),
        purpose=_purpose(told),
        serial=_serial(told),
        first=_day(told, "from"),
        last=_day(told, "until"),
        standing=_typed(told, "standing", bool),
        pair=_pair(told),
    )
    _refuse_crooked(agreement)
    if agreement.parties != set(signatures):
        raise NotSigned
    _refuse_wider(agreement, matrix)
    if agreement.serial <= known_serial:
        raise SerialNotRisen
    return agreement


def _verify_both(
    data: bytes, signatures: Mapping[Agency, bytes], keys: Mapping[Agency, bytes], verify: Verify
) -> None:
    used = {keys.get(party) for party in signatures}
    if len(used) != PARTIES or None in used:
        raise NotSigned
    for party, signature in signatures.items():
        if verify(keys[party], signature, data) is not True:
            raise NotSigned


def _read(data: bytes) -> dict[str, Any]:
    _must(data.isascii(), "ascii")
    try:
        told = tomllib.loads(data.decode("ascii"))
    except tomllib.TOMLDecodeError:
        raise AgreementInvalid from None
    _must(set(told) == KEYS, "keys")
    return told


def _must(holds: bool, key: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise AgreementInvalid(key)


def _typed(told: Mapping[str, Any], key: str, kind: type) -> Any:  # noqa: ANN401 - by kind
    """Return a value of exactly one type: a truth is no number, an instant no day."""
    _must(type(told[key]) is kind, key)
    return told[key]


def _agency(told: Mapping[str, Any], key: str) -> Agency:
    code = Agency(_typed(told, key, str))
    _must(code in COLUMN_OF, key)
    return code


def _purpose(told: Mapping[str, Any]) -> Purpose:
    code: str = _typed(told, "purpose", str)
    _must(code in Purpose.__members__, "purpose")
    return Purpose[code]


def _serial(told: Mapping[str, Any]) -> int:
    serial: int = _typed(told, "serial", int)
    _must(serial >= 1, "serial")
    return serial


def _day(told: Mapping[str, Any], key: str) -> date:
    day: date = _typed(told, key, date)
    return day


def _categories(told: Mapping[str, Any], key: str) -> int:
    codes: list[object] = _typed(told, key, list)
    known = [Category[code] for code in codes if type(code) is str and code in Category.__members__]
    _must(len(codes) == len(known) == len(set(known)) and not UNGRANTED & set(known), key)
    return mask_of(set(known))


def _pair(told: Mapping[str, Any]) -> Pair:
    full, partial = _categories(told, "full"), _categories(told, "partial")
    _must(not full & partial, "partial")
    return pair_of(full | bit(Category.REFERENCE), partial)


def _refuse_crooked(agreement: Agreement) -> None:
    _must(agreement.author != agreement.recipient, "recipient")
    _must(agreement.first <= agreement.last, "until")


def _refuse_wider(agreement: Agreement, matrix: Matrix) -> None:
    most = matrix.most(COLUMN_OF[agreement.recipient]).pair.only(matrix.authored(agreement.author))
    if agreement.pair & most != agreement.pair:
        raise WiderThanMatrix
