"""The matrix of the deployment as it stands."""

import hashlib
from pathlib import Path

import pytest

from services.dataexchange.rules.matrix import (
    PAYLOAD_COLUMNS,
    Action,
    Condition,
    parse_matrix,
)
from services.dataexchange.rules.never_share import CEILINGS
from services.dataexchange.rules.pair import CLOSED, Outcome
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    BORDER,
    COLUMN_OF,
    DESK,
    EXCHANGE,
    MONITOR,
    RECEPTION,
    UNHCR,
    Agency,
    Column,
)
from shared.kernel.categories import NEVER, SEALED_ONLY, Category, bit, categories_of
from tests.dataexchange.rules import draws

TEXT = Path("deploy/matrix.toml").read_text(encoding="ascii")
MATRIX = parse_matrix(TEXT.encode())

LOADS = {
    Column.BP: (4, 0, 1),
    Column.GR: (25, 0, 4),
    Column.AA: (30, 9, 5),
    Column.UN: (40, 10, 2),
    Column.IO: (14, 26, 6),
    Column.CP: (17, 20, 5),
    Column.AT: (10, 3, 2),
    Column.RD: (5, 0, 5),
    Column.ST: (5, 0, 5),
    Column.MO: (3, 0, 0),
    Column.LEGAL: (5, 16, 2),
    Column.MED: (5, 11, 1),
    Column.MHPSS: (5, 12, 1),
    Column.GBV: (5, 6, 1),
    Column.SAFE: (5, 9, 1),
    Column.SHELTER: (5, 7, 2),
    Column.TRACE: (5, 12, 1),
    Column.STL: (5, 7, 1),
    Column.IMM: (5, 6, 1),
}
"""By column: how many categories load as full, as full with consent, as partial."""

GOLDEN = "1e4de9efe465c238256f8d5fd37524586a281a4b1283e177007d2e5307097f99"
"""SHA-256 of all cells as they load. A change of the policy changes this, on purpose."""

CELLS = [
    (Category.FULL_NAME, Column.BP, Action.WTH, "j", Outcome.WITHHELD),
    (Category.FULL_NAME, Column.UN, Action.REL, "s1", Outcome.FULL),
    (Category.FULL_NAME, Column.IO, Action.CON, "s14", Outcome.FULL),
    (Category.FULL_NAME, Column.GBV, Action.WTH, "j", Outcome.WITHHELD),
    (Category.REGISTRATION_NUMBER, Column.IO, Action.PSE, "j", Outcome.WITHHELD),
    (Category.CONTACT, Column.GR, Action.WTH, "j", Outcome.WITHHELD),
    (Category.RELATIVES_IN_ORIGIN, Column.UN, Action.CON, "j", Outcome.FULL),
    (Category.FEAR_OF_RETURN, Column.UN, Action.REL, "s9", Outcome.FULL),
    (Category.FEAR_OF_RETURN, Column.GR, Action.WTH, "j", Outcome.WITHHELD),
    (Category.FACT_OF_CLAIM, Column.IO, Action.WTH, "j", Outcome.WITHHELD),
    (Category.UASC_FLAG, Column.IO, Action.GEN, "j", Outcome.PARTIAL),
    (Category.NEEDS_ORDINARY, Column.GR, Action.GEN, "s17", Outcome.PARTIAL),
    (Category.NEEDS_SENSITIVE, Column.ST, Action.AGG, "s8", Outcome.WITHHELD),
    (Category.REMOVAL_BLOCK, Column.BP, Action.GEN, "j", Outcome.PARTIAL),
    (Category.REMOVAL_BLOCK, Column.UN, Action.WTH, "j", Outcome.WITHHELD),
    (Category.REFERRAL, Column.UN, Action.MSK, "j", Outcome.FULL),
    (Category.AUDIT, Column.MO, Action.MSK, "j", Outcome.FULL),
    (Category.CARD_AREA, Column.RD, Action.GEN, "s19", Outcome.PARTIAL),
]


def loads(column: Column) -> tuple[int, int, int]:
    cells = [cell for (_, at), cell in MATRIX.cells.items() if at is column]
    consent = sum(cell.action is Action.CON for cell in cells)
    full = sum(cell.outcome is Outcome.FULL for cell in cells) - consent
    return full, consent, sum(cell.outcome is Outcome.PARTIAL for cell in cells)


def as_loaded() -> str:
    return "\n".join(
        f"{category.value},{column.value},{cell.action},{cell.outcome.name},"
        f"{cell.acceptance},{cell.condition or ''}"
        for category in Category
        for column in Column
        for cell in [MATRIX.cells[category, column]]
    )


def test_every_cell_is_pinned() -> None:
    assert hashlib.sha256(as_loaded().encode()).hexdigest() == GOLDEN


@pytest.mark.parametrize("column", Column)
def test_counts_by_column_are_pinned(column: Column) -> None:
    assert loads(column) == LOADS[column]


@pytest.mark.parametrize(("category", "column", "action", "grade", "outcome"), CELLS)
def test_named_cells_are_pinned(
    category: Category, column: Column, action: Action, grade: str, outcome: Outcome
) -> None:
    cell = MATRIX.cells[category, column]

    assert (cell.action, cell.grade, cell.outcome) == (action, grade, outcome)
    assert MATRIX.most(column).pair.outcome(category) == outcome


def test_every_cell_is_there_once() -> None:
    assert set(MATRIX.cells) == {(category, column) for category in Category for column in Column}


def test_the_digest_is_over_the_exact_bytes() -> None:
    assert MATRIX.digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert parse_matrix((TEXT + "# a remark\n").encode()).digest != MATRIX.digest


@pytest.mark.parametrize("column", Column)
def test_a_column_is_sound_and_within_the_never_share_rules(column: Column) -> None:
    most = MATRIX.most(column)

    assert draws.is_sound(most.pair)
    assert most.pair & CEILINGS[column] == most.pair
    assert most.needs_consent & ~most.pair.partial == 0
    assert most.needs_consent & ~most.needs_acceptance == 0


@pytest.mark.parametrize("column", sorted(PAYLOAD_COLUMNS))
def test_a_payload_column_gets_nothing_of_a_person_before_acceptance(column: Column) -> None:
    most = MATRIX.most(column)

    without = categories_of(most.pair.partial & ~most.needs_acceptance)

    assert {int(one) for one in without} == {0, 54, 55, 56, 59, 61}


def test_highly_sensitive_rows_have_no_partial_form() -> None:
    for column in Column:
        pair = MATRIX.most(column).pair
        assert not categories_of(pair.partial & ~pair.full) & SEALED_ONLY


def test_what_never_leaves_has_no_author() -> None:
    for agency in (*COLUMN_OF, EXCHANGE):
        assert not categories_of(MATRIX.authored(agency)) & NEVER


def test_an_author_is_an_agency_of_a_column_or_the_exchange() -> None:
    assert MATRIX.authored(RECEPTION) & bit(Category.FULL_NAME)
    assert not MATRIX.authored(BORDER) & bit(Category.FULL_NAME)
    assert categories_of(MATRIX.authored(MONITOR)) == {
        Category.REFERENCE,
        Category.ARRIVAL,
        Category.ENCOUNTER,
        Category.PUBLIC,
    }
    assert MATRIX.authored(EXCHANGE) & bit(Category.REMOVAL_BLOCK)
    assert MATRIX.authored(Agency("consulate")) == 0


def test_authors_of_the_routing_desk_and_of_payloads_are_pinned() -> None:
    desk = {int(one) for one in categories_of(MATRIX.authored(DESK))}

    assert desk == {0, 5, 13, 19, 42, 54, 55, 56, 59, 61}
    assert not MATRIX.authored(ANTI_TRAFFICKING) & bit(Category.FULL_NAME)
    assert MATRIX.authored(UNHCR) & bit(Category.FEAR_OF_RETURN)


def test_no_column_is_no_release() -> None:
    assert MATRIX.most(None).pair == CLOSED


def test_conditions_are_masks_of_a_column() -> None:
    assert MATRIX.most(Column.BP).under(Condition.OWN_HANDOVER) == bit(Category.ENCOUNTER)
    assert MATRIX.most(Column.UN).under(Condition.OWN_HANDOVER) == 0
    assert categories_of(MATRIX.most(Column.MO).under(Condition.PARTY)) == {Category.AUDIT}


def test_partial_forms_are_in_words_and_grades_name_a_source() -> None:
    assert MATRIX.partial_forms[Category.AGE_BAND] == "child, adult or older"
    assert {cell.grade for cell in MATRIX.cells.values()} == set(MATRIX.sources)
