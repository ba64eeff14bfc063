"""The release matrix: the most that may ever be released, by category and column.

It is Tenpoint's own judgement, which no partner's lawyer has validated; each cell names the source
that supports it, or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.dataexchange.rules.pair import CLOSED, Outcome, Pair
from shared.kernel.agencies import COLUMN_OF, EXCHANGE, Agency, Column
from shared.kernel.categories import Category
from shared.kernel.errors import Invalid


class MatrixInvalid(Invalid):
    """The matrix is not one; nothing is decided by it. `fields` names the place."""

    code = "matrix_invalid"


class Action(StrEnum):
    """What a cell says; the meanings stand at the head of the file."""

    OWN = "OWN"
    REL = "REL"
    CON = "CON"
    GEN = "GEN"
    MSK = "MSK"
    PSE = "PSE"
    AGG = "AGG"
    WTH = "WTH"


class Condition(StrEnum):
    """What narrows a cell. Those after `OWN_HANDOVER` bind the author: the exchange is blind."""

    WITH_ANOTHER_FIELD = "with-another-field"
    PARTY = "party"
    CONSENT = "consent"
    TRACING_CONSENT = "tracing-consent"
    OWN_ENQUIRY = "own-enquiry"
    OWN_HANDOVER = "own-handover"
    NO_CLAIM_PENDING = "no-claim-pending"
    LEGAL_ADVICE = "legal-advice"
    ONE_OF_32_38 = "one-of-32-38"
    HEALTH_CODES = "health-codes"
    SAFE_CONTACT_CHECK = "safe-contact-check"


PAYLOAD_COLUMNS: Final = frozenset(
    {
        Column.AT,
        Column.LEGAL,
        Column.MED,
        Column.MHPSS,
        Column.GBV,
        Column.SAFE,
        Column.SHELTER,
        Column.TRACE,
        Column.STL,
        Column.IMM,
    }
)
"""Columns that receive a person's data only in a referral payload, after accepting."""

PARTY_ROWS: Final = frozenset({Category.REFERRAL, Category.CONSENT, Category.AUDIT})
"""Full for a party, else nothing, whatever the action."""

OPEN_ROWS: Final = PARTY_ROWS | {Category.REFERENCE, Category.PUBLIC, Category.CARD_AREA}
"""Rows that are no part of a payload, so that no acceptance is needed for them."""

EXCHANGE_CODE: Final = "EX"
"""The exchange among the authors; it has no column."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column may get of one category, and on whose word."""

    action: Action
    grade: str
    outcome: Outcome
    acceptance: bool
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Most:
    """The most that one column may ever get.

    Attributes:
        pair: what may pass in full, and at least in part.
        needs_consent: categories that pass, in whatever form, only with the person's consent.
        needs_acceptance: categories that a standing agreement never opens.
        conditions: categories under each condition.
    """

    pair: Pair
    needs_consent: int
    needs_acceptance: int
    conditions: Mapping[Condition, int]

    def under(self, condition: Condition) -> int:
        """Return the categories under a condition."""
        return self.conditions.get(condition, 0)


NOTHING: Final = Most(CLOSED, 0, 0, MappingProxyType({}))
"""What a column that is not in the matrix may get."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix as loaded. `digest` is the SHA-256 of the exact bytes, in hexadecimal."""

    digest: str
    cells: Mapping[tuple[Category, Column], Cell]
    columns: Mapping[Column, Most]
    authors: Mapping[str, int]
    partial_forms: Mapping[Category, str]
    sources: Mapping[str, str]

    def most(self, column: Column | None) -> Most:
        """Return the most that a column may ever get; nothing without one."""
        return NOTHING if column is None else self.columns.get(column, NOTHING)

    def authored(self, author: Agency) -> int:
        """Return the categories that an agency may tell; none for an unknown one."""
        code = EXCHANGE_CODE if author == EXCHANGE else COLUMN_OF.get(author, "")
        return self.authors.get(code, 0)
