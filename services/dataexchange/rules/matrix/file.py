"""Read the matrix file, and refuse one that breaks a rule of the matrix.

The file is closed: an unknown key, category, column, action, grade or condition refuses it whole.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from services.dataexchange.rules.matrix.model import (
    EXCHANGE_CODE,
    OPEN_ROWS,
    PARTY_ROWS,
    PAYLOAD_COLUMNS,
    Action,
    Cell,
    Condition,
    Matrix,
    MatrixInvalid,
    Most,
)
from services.dataexchange.rules.pair import Outcome, pair_of
from shared.kernel.agencies import Column
from shared.kernel.categories import NEVER, P0, P2, SEALED_ONLY, Category, bit

_OUTCOME: Final = {
    Action.OWN: Outcome.FULL,
    Action.REL: Outcome.FULL,
    Action.CON: Outcome.FULL,
    Action.GEN: Outcome.PARTIAL,
    Action.MSK: Outcome.PARTIAL,
}


class _Block(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One category as written."""

    number: int
    meaning: str
    class_: str = msgspec.field(name="class")
    partial: str = ""
    authors: tuple[str, ...] = ()
    OWN: dict[Column, str] = {}
    REL: dict[Column, str] = {}
    CON: dict[Column, str] = {}
    GEN: dict[Column, str] = {}
    MSK: dict[Column, str] = {}
    PSE: dict[Column, str] = {}
    AGG: dict[Column, str] = {}
    WTH: dict[Column, str] = {}
    acceptance: tuple[Column, ...] = ()
    condition: Condition | dict[Column, Condition] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The file as written."""

    sources: dict[str, str]
    columns: dict[Column, str]
    category: dict[str, _Block]


def parse_matrix(data: bytes) -> Matrix:
    """Return the matrix of a file.

    Raises:
        MatrixInvalid: an unknown key, category, column, action or grade, a cell missing or given
            twice, or a cell that breaks a rule of the matrix.
    """
    file = _read(data)
    must(set(file.columns) == set(Column), "columns")
    must(set(file.category) == set(Category.__members__), "category")
    blocks = {Category[name]: block for name, block in file.category.items()}
    cells: dict[tuple[Category, Column], Cell] = {}
    for category, block in blocks.items():
        _check_block(category, block, file.sources)
        row = _cells_of(category, block)
        cells.update({(category, column): cell for column, cell in row.items()})
    for (category, column), cell in cells.items():
        _check_cell(category, column, cell)
    return Matrix(
        digest=hashlib.sha256(data).hexdigest(),
        cells=MappingProxyType(cells),
        columns=MappingProxyType({column: _most(column, cells) for column in Column}),
        authors=MappingProxyType(_authors(blocks)),
        partial_forms=MappingProxyType({c: b.partial for c, b in blocks.items() if b.partial}),
        sources=MappingProxyType(file.sources),
    )


def must(holds: bool, *place: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Refuse the matrix at a place unless a rule holds.

    Raises:
        MatrixInvalid: it does not.
    """
    if not holds:
        raise MatrixInvalid(*place)


def _read(data: bytes) -> _File:
    must(data.isascii(), "ascii")
    try:
        return msgspec.convert(tomllib.loads(data.decode("ascii")), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError):
        raise MatrixInvalid from None


def _class_of(category: Category) -> str:
    if category in NEVER:
        return "P3 never"
    if category in SEALED_ONLY:
        return "P3 sealed"
    return "P0" if category in P0 else "P2" if category in P2 else "P1"


def _check_block(category: Category, block: _Block, sources: Mapping[str, str]) -> None:
    name = category.name
    must(block.number == category, name, "number")
    must(block.class_ == _class_of(category), name, "class")
    must(bool(block.meaning), name, "meaning")
    codes = {*Column, EXCHANGE_CODE}
    must(set(block.authors) <= codes and len(set(block.authors)) == len(block.authors), name)
    must(bool(block.authors) != (category in NEVER), name, "authors")
    for action in Action:
        must(set(_written(block, action).values()) <= set(sources), name, action)


def _written(block: _Block, action: Action) -> dict[Column, str]:
    written: dict[Column, str] = getattr(block, action)
    return written


def _cells_of(category: Category, block: _Block) -> dict[Column, Cell]:
    said = [(column, action) for action in Action for column in _written(block, action)]
    must(sorted(column for column, _ in said) == sorted(Column), category.name)
    row: dict[Column, Cell] = {}
    for column, action in said:
        outcome = _OUTCOME.get(action, Outcome.WITHHELD)
        if category in PARTY_ROWS and outcome:
            outcome = Outcome.FULL
        condition = block.condition
        if isinstance(condition, dict):
            told = condition.get(column)
        else:
            told = condition if outcome else None
        grade = _written(block, action)[column]
        row[column] = Cell(action, grade, outcome, column in block.acceptance, told)
    partial = any(cell.outcome is Outcome.PARTIAL for cell in row.values())
    must(bool(block.partial) == partial, category.name, "partial")
    return row


def _check_cell(category: Category, column: Column, cell: Cell) -> None:
    """Refuse a cell that breaks a rule of the matrix; each rule is a Tenpoint design decision."""
    place = (category.name, column.value)
    open_ = cell.outcome is not Outcome.WITHHELD
    payload = open_ and column in PAYLOAD_COLUMNS and category not in OPEN_ROWS
    must(open_ or cell.condition is None, *place, "condition")
    must(cell.acceptance == (payload and cell.action is not Action.CON), *place, "acceptance")
    must(category not in NEVER or cell.action is Action.WTH, *place, "never")
    must(not open_ or category not in SEALED_ONLY or column not in _NO_SEALED, *place, "sealed")
    must(cell.outcome is not Outcome.PARTIAL or category not in SEALED_ONLY, *place, "partial")
    must(not open_ or column is not Column.BP or category in _BORDER, *place, "border")
    for condition, rows in _BOUND.items():
        must(not open_ or category not in rows or cell.condition is condition, *place, "condition")


_NO_SEALED: Final = frozenset({Column.BP, Column.GR, Column.RD, Column.ST, Column.MO})
_BORDER: Final = frozenset(
    {
        Category.REFERENCE,
        Category.REMOVAL_BLOCK,
        Category.AUDIT,
        Category.ENCOUNTER,
        Category.PUBLIC,
    }
)
_BOUND: Final = {
    Condition.PARTY: PARTY_ROWS | {Category.CARD_AREA},
    Condition.WITH_ANOTHER_FIELD: frozenset({Category.REFERENCE}),
    Condition.OWN_ENQUIRY: frozenset({Category.REMOVAL_BLOCK}),
}


def _most(column: Column, cells: Mapping[tuple[Category, Column], Cell]) -> Most:
    full = partial = consent = acceptance = 0
    conditions: dict[Condition, int] = {}
    for category in Category:
        cell, mask = cells[category, column], bit(category)
        full |= mask if cell.outcome is Outcome.FULL else 0
        partial |= mask if cell.outcome else 0
        consented = cell.action is Action.CON or cell.condition in _CONSENTED
        consent |= mask if consented else 0
        acceptance |= mask if cell.acceptance or cell.action is Action.CON else 0
        if cell.condition is not None:
            conditions[cell.condition] = conditions.get(cell.condition, 0) | mask
    return Most(pair_of(full, partial), consent, acceptance, MappingProxyType(conditions))


_CONSENTED: Final = frozenset({Condition.CONSENT, Condition.TRACING_CONSENT})


def _authors(blocks: Mapping[Category, _Block]) -> dict[str, int]:
    authors: dict[str, int] = dict.fromkeys([*Column, EXCHANGE_CODE], 0)
    for category, block in blocks.items():
        for author in block.authors:
            authors[author] |= bit(category)
    return authors
