"""The picture: one person in the middle, what each agency holds beside her, and why.

Outcome and reason are the exchange's; the values are those that each agency holds. Nothing is
decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from embedded.home.rows import COLUMNS, LEFT, NAMES, NOT_YET, RIGHT, ROWS, Row, shown
from embedded.home.sight import Seen
from services.dataexchange.rules.explain import Explanation, Gate
from services.dataexchange.rules.pair import Outcome
from shared.kernel.agencies import RECEPTION, Agency
from shared.kernel.categories import Category

GATES = {
    Gate.MATRIX: "Matrix",
    Gate.AGREEMENT: "Agreement",
    Gate.TASK: "Task",
    Gate.CONSENT: "Consent",
    Gate.WITHHELD: "Own wish",
    Gate.FLAG: "Place hidden",
    Gate.AGE: "Age",
    Gate.NEVER_SHARE: "Never shared",
}
"""The inputs of a decision, in the order of asking."""

WHY: Mapping[Gate, str] = {
    Gate.MATRIX: "Not for this agency",
    Gate.AGREEMENT: "No agreement",
    Gate.TASK: "Not asked for",
    Gate.CONSENT: "No consent",
    Gate.WITHHELD: "Own wish",
    Gate.FLAG: "Place is hidden",
    Gate.AGE: "Because of age",
    Gate.NEVER_SHARE: "Never shared",
    Gate.ALONE: "Nothing else to tell",
}
"""The first input that closed, in words."""

OWN_NO = frozenset({Gate.CONSENT, Gate.WITHHELD})
"""Gates that a person closes by saying no, perhaps after something was told."""

CONCERN: Mapping[str, str] = {
    "OPEN": "Sealed, waits to be heard",
    "OVERDUE": "Sealed, not heard in time",
    "HEARD": "Opened and heard",
}
"""States of a concern at UNHCR's protection desk, in words."""


@dataclass(frozen=True, slots=True)
class Column:
    """One agency."""

    code: str
    name: str
    colour: str
    side: str
    """`l` or `r`: on which side of the person it stands."""
    joined: bool
    """Whether the partner takes part in this demo."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one agency holds of one row. `kind` is full, partial, withheld or own."""

    column: Column
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the picture."""

    label: str
    value: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one agency sees a row or does not: one word for each gate, and the outcome."""

    column: Column
    gates: tuple[str, ...]
    """What each leaves open by itself: `full`, `partial` or `withheld`."""
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the page draws of one person."""

    name: str
    lines: tuple[Line, ...]
    left: tuple[Column, ...]
    right: tuple[Column, ...]


def column_of(agency: Agency) -> Column:
    """Return how an agency is drawn."""
    code, name, colour = NAMES[agency]
    return Column(code, name, colour, "l" if agency in LEFT else "r", agency not in NOT_YET)


def picture_of(seen: Seen) -> Picture:
    """Return the picture of one person."""
    registered = seen.held[RECEPTION]
    return Picture(
        name=shown(registered, ROWS[0]) or "Somebody",
        lines=tuple(line_of(row, seen) for row in ROWS),
        left=tuple(column_of(agency) for agency in LEFT),
        right=tuple(column_of(agency) for agency in RIGHT),
    )


def line_of(row: Row, seen: Seen) -> Line:
    """Return one row: the person's own value, and every agency's."""
    return Line(
        label=row.label,
        value=own_value(row, seen),
        cells=tuple(cell_of(row, agency, seen) for agency in COLUMNS),
    )


def own_value(row: Row, seen: Seen) -> str:
    """Return what the person has said, as its author holds it."""
    if row.category is Category.FEAR_OF_RETURN:
        return "Nothing said" if seen.concern is None else "Said, and sealed to UNHCR"
    return shown(seen.held[row.author], row) or "Not said"


def cell_of(row: Row, agency: Agency, seen: Seen) -> Cell:
    """Return what one agency holds of a row, with the exchange's outcome."""
    column = column_of(agency)
    held = shown(seen.held.get(agency, {}), row)
    if agency == row.author and row.category is not Category.FEAR_OF_RETURN:
        return Cell(column, "own", held or "Not said")
    explanation = seen.reasons[row.author, agency, row.category].explanation
    kind = explanation.outcome.name.lower()
    if explanation.outcome is not Outcome.WITHHELD:
        return Cell(column, kind, open_text(row, held, seen))
    if held and explanation.closed_by in OWN_NO:
        return Cell(column, kind, "Told before the no")
    return Cell(column, kind, why(explanation))


def open_text(row: Row, held: str, seen: Seen) -> str:
    """Return what stands in a cell that is open."""
    if row.category is Category.FEAR_OF_RETURN:
        return CONCERN[seen.concern] if seen.concern else "Nothing told"
    on_its_way = "On its way" if shown(seen.held[row.author], row) else "Nothing told"
    return held or on_its_way


def why(explanation: Explanation) -> str:
    """Return the first input that closed, in words."""
    return WHY[explanation.closed_by] if explanation.closed_by else "Withheld"


def reasons_of(row: Row, seen: Seen) -> tuple[Reason, ...]:
    """Return, agency by agency, which gates are open for a row and which closes first."""
    return tuple(
        reason_of(agency, seen.reasons[row.author, agency, row.category].explanation)
        for agency in COLUMNS
        if agency != row.author
    )


def reason_of(agency: Agency, explanation: Explanation) -> Reason:
    """Return what each gate leaves open towards one agency, as the exchange has said it."""
    left = dict(explanation.gates)
    marks = tuple(left[gate].name.lower() for gate in GATES)
    kind = explanation.outcome.name.lower()
    text = kind if explanation.outcome is not Outcome.WITHHELD else why(explanation)
    return Reason(column_of(agency), marks, kind, text)
