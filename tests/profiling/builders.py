"""What the tests of profiling are made of: invented people, a fixed noon, counted identifiers."""

from datetime import UTC, datetime

from shared.kernel.identifiers import (
    EncounterRef,
    Form,
    Kind,
    MakeId,
    NoticeRef,
    PersonRef,
    TokenRef,
    reference,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def a_person(number: int = 1) -> PersonRef:
    """Return one of the exchange's references of a person."""
    return PersonRef(reference(Kind.PERSON, Form.ISSUED, number.to_bytes(16, "big")))


def an_encounter(number: int = 1) -> EncounterRef:
    """Return one of the exchange's references of an encounter."""
    return EncounterRef(reference(Kind.ENCOUNTER, Form.ISSUED, number.to_bytes(16, "big")))


def a_notice(number: int = 1) -> NoticeRef:
    """Return a reference of an erasure notice."""
    return NoticeRef(reference(Kind.NOTICE, Form.ISSUED, number.to_bytes(16, "big")))


def a_token(number: int = 1) -> TokenRef:
    """Return a token under which something is told once more."""
    return TokenRef(reference(Kind.RESTATE, Form.ISSUED, number.to_bytes(16, "big")))


def counted_ids() -> MakeId:
    """Return a maker of identifiers that counts."""
    numbers = iter(range(1, 1_000_000))
    return lambda: next(numbers).to_bytes(16, "big")
