"""References: the only names a person, a group or an event has between agencies.

A reference is random, so that it says nothing about the person or the agency. Its text shows its
kind, its form and a check character, so that a mistyped reference is refused instead of acting on
nobody. Source of form and check: Tenpoint design decision; alphabet and check symbol after
Crockford's base 32.
"""

import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NewType

MakeId = Callable[[], bytes]
"""Returns 16 fresh random bytes. Handed in, so that tests and the demo can repeat a run."""

Reference = NewType("Reference", str)
"""Text of a reference of any kind."""

PersonRef = NewType("PersonRef", Reference)
GroupRef = NewType("GroupRef", Reference)
EncounterRef = NewType("EncounterRef", Reference)
DocumentRef = NewType("DocumentRef", Reference)
ReferralRef = NewType("ReferralRef", Reference)
ReturnRef = NewType("ReturnRef", Reference)
EnquiryRef = NewType("EnquiryRef", Reference)
ConsentRef = NewType("ConsentRef", Reference)
NoticeRef = NewType("NoticeRef", Reference)
EventRef = NewType("EventRef", Reference)
TokenRef = NewType("TokenRef", Reference)


class Kind(StrEnum):
    """What a reference names; the first letter of its text."""

    PERSON = "P"
    GROUP = "G"
    ENCOUNTER = "N"
    DOCUMENT = "D"
    REFERRAL = "R"
    RETURN = "V"
    ENQUIRY = "Q"
    CONSENT = "C"
    NOTICE = "M"
    EVENT = "E"
    RESTATE = "T"


class Form(StrEnum):
    """Who made a reference; the second letter of its text."""

    OWN = "W"
    """Made by the agency that uses it."""
    ISSUED = "X"
    """Made by the exchange for the agency that uses it."""


KIND_OF: Final = {
    PersonRef: Kind.PERSON,
    GroupRef: Kind.GROUP,
    EncounterRef: Kind.ENCOUNTER,
    DocumentRef: Kind.DOCUMENT,
    ReferralRef: Kind.REFERRAL,
    ReturnRef: Kind.RETURN,
    EnquiryRef: Kind.ENQUIRY,
    ConsentRef: Kind.CONSENT,
    NoticeRef: Kind.NOTICE,
    EventRef: Kind.EVENT,
    TokenRef: Kind.RESTATE,
}
"""Kind named by each reference type of the contracts."""

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKS: Final = ALPHABET + "*~$=U"
BODY_LENGTH: Final = 26
LENGTH: Final = 2 + BODY_LENGTH + 1
PRIME: Final = 37


def random_id() -> bytes:
    """Return 16 random bytes from the operating system."""
    return secrets.token_bytes(16)


def check_of(text: str) -> str:
    """Return the check character over kind, form and body: the text read as base 36, modulo 37."""
    return CHECKS[int(text, 36) % PRIME]


def reference(kind: Kind, form: Form, material: bytes) -> Reference:
    """Return the reference made of 16 bytes of material."""
    number = int.from_bytes(material, "big")
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(BODY_LENGTH)))
    text = f"{kind}{form}{body}"
    return Reference(text + check_of(text))


def own(kind: Kind, make_id: MakeId) -> Reference:
    """Return a new reference of the agency's own making."""
    return reference(kind, Form.OWN, make_id())


def issued(kind: Kind, make_id: MakeId) -> Reference:
    """Return a new reference of the exchange's making."""
    return reference(kind, Form.ISSUED, make_id())


def is_well_formed(text: str, kind: Kind | None = None) -> bool:
    """Return whether the text is a reference (of the given kind) with a right check character."""
    return (
        len(text) == LENGTH
        and text[0] in set(Kind)
        and (kind is None or text[0] == kind)
        and text[1] in set(Form)
        and all(letter in ALPHABET for letter in text[2:-1])
        and text[-1] == check_of(text[:-1])
    )


def form_of(text: Reference) -> Form:
    """Return who made a well-formed reference."""
    return Form(text[1])


def kind_of(text: Reference) -> Kind:
    """Return what a well-formed reference names."""
    return Kind(text[0])
