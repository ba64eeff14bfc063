"""Agreement texts of the tests, signed with keys that are nobody's."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from services.dataexchange.rules.agreements import (
    Agreement,
    parse_agreement,
)
from services.dataexchange.rules.matrix import parse_matrix
from shared.crypto import signing
from shared.kernel.agencies import COLUMN_OF, RECEPTION, UNHCR, Agency

MATRIX = parse_matrix(Path("deploy/matrix.toml").read_bytes())
FILES = sorted(Path("deploy/agreements").glob("*.toml"))
SEEDS = {agency: bytes([number]) * 32 for number, agency in enumerate(COLUMN_OF, start=1)}
KEYS = {agency: signing.public_of(seed) for agency, seed in SEEDS.items()}
TEXT = """\
author = "gov-reception"
recipient = "unhcr"
purpose = "PROFILING"
serial = 2
from = 2022-01-01
until = 2022-12-31
standing = true
full = ["FULL_NAME", "SEX"]
partial = ["AGE_BAND"]
"""


verify = partial(signing.verify, use=signing.Use.AGREEMENT)


def signed_by(text: bytes, *agencies: Agency) -> dict[Agency, bytes]:
    return {
        agency: signing.sign(SEEDS[agency], text, use=signing.Use.AGREEMENT) for agency in agencies
    }


def read(
    text: str | bytes,
    signatures: Mapping[Agency, bytes] | None = None,
    keys: Mapping[Agency, bytes] = KEYS,
    known_serial: int = 0,
) -> Agreement:
    data = text.encode() if isinstance(text, str) else text
    return parse_agreement(
        data,
        signatures=signed_by(data, RECEPTION, UNHCR) if signatures is None else signatures,
        keys=keys,
        verify=verify,
        matrix=MATRIX,
        known_serial=known_serial,
    )
