"""How is a registration number written?

`TP-<country>-<eight characters>-<check>`: random, so that it says nothing about the person, and
with a check character, so that a mistyped one is refused. Source of the check: ISO/IEC 7064,
hybrid system MOD 37,36, which finds every single wrong character; of the form: Tenpoint design
decision.
"""

from typing import Final

from shared.codes.places import CountryText, NumberText
from shared.kernel.identifiers import ALPHABET

CHECKS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODY_LENGTH: Final = 8


def registration_no(country: CountryText, material: bytes) -> NumberText:
    """Return the number made of the first 40 bits of the material."""
    number = int.from_bytes(material[:5], "big")
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(BODY_LENGTH)))
    return NumberText(f"TP-{country}-{body}-{check_of('TP' + country + body)}")


def check_of(text: str) -> str:
    """Return the check character over letters and digits (ISO/IEC 7064, MOD 37,36)."""
    product = len(CHECKS)
    for character in text:
        total = (product + CHECKS.index(character)) % len(CHECKS) or len(CHECKS)
        product = total * 2 % (len(CHECKS) + 1)
    return CHECKS[(1 - product) % len(CHECKS)]
