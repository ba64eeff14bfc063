"""Which input closed a category: for the demo page, the preview and the ledger.

It asks the same inputs as the decision, one after the other, and so cannot disagree with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.decision import (
    Inputs,
    Known,
    Question,
    decide,
    inputs_of,
    newest,
)
from services.dataexchange.rules.matrix import Matrix
from services.dataexchange.rules.never_share import never_share
from services.dataexchange.rules.pair import OPEN, Outcome
from shared.kernel.agencies import Purpose
from shared.kernel.categories import Category


class Gate(StrEnum):
    """The inputs, in the order of asking."""

    MATRIX = "MATRIX"
    AGREEMENT = "AGREEMENT"
    TASK = "TASK"
    CONSENT = "CONSENT"
    WITHHELD = "WITHHELD"
    """The person's own wish."""
    FLAG = "FLAG"
    """Where she is stays hidden."""
    AGE = "AGE"
    NEVER_SHARE = "NEVER_SHARE"
    ALONE = "ALONE"
    """A reference, and nothing else would pass."""


INPUTS = (
    Gate.MATRIX,
    Gate.AGREEMENT,
    Gate.TASK,
    Gate.CONSENT,
    Gate.WITHHELD,
    Gate.FLAG,
    Gate.AGE,
)
"""The gates that are asked within one purpose, in the order of `Inputs`."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a category, and why.

    Attributes:
        outcome: what the decision says.
        closed_by: the first gate that closed it, or that capped it to its partial form.
        gates: what each gate leaves open by itself, in order.
        purpose: the purpose that came furthest; None if no agreement names one.
    """

    outcome: Outcome
    closed_by: Gate | None
    gates: tuple[tuple[Gate, Outcome], ...]
    purpose: Purpose | None = None


def explain(
    question: Question,
    category: Category,
    *,
    matrix: Matrix,
    agreements: Iterable[Agreement],
    known: Known,
) -> Explanation:
    """Return what the decision makes of a category, and the first gate that closed it."""
    versions = newest(agreements, question)
    released = decide(question, matrix=matrix, agreements=versions, known=known).pair
    is_public = category is Category.PUBLIC
    candidates = [None] if is_public or not versions else []
    tried = [
        (agreement, gates_of(inputs_of(question, agreement, matrix=matrix, known=known), category))
        for agreement in [*candidates, *versions]
    ]
    if is_public:
        tried[0] = (None, matrix_alone(tried[0][1]))
    agreement, gates = max(tried, key=lambda one: how_far(one[1]))
    gates += ((Gate.NEVER_SHARE, never_shared(question, category)),)
    outcome = released.outcome(category)
    if outcome < min(left for _, left in gates):
        gates += ((Gate.ALONE, outcome),)
    return Explanation(
        outcome=outcome,
        closed_by=next((gate for gate, left in gates if left is outcome), None)
        if outcome is not Outcome.FULL
        else None,
        gates=gates,
        purpose=None if agreement is None else agreement.purpose,
    )


def matrix_alone(gates: tuple[tuple[Gate, Outcome], ...]) -> tuple[tuple[Gate, Outcome], ...]:
    """Return the gates of a public fact: neither agreement nor task is asked for."""
    return tuple((gate, left if gate is Gate.MATRIX else Outcome.FULL) for gate, left in gates)


def gates_of(inputs: Inputs, category: Category) -> tuple[tuple[Gate, Outcome], ...]:
    """Return what each input leaves open of a category."""
    return tuple((gate, left.outcome(category)) for gate, left in zip(INPUTS, inputs, strict=True))


def how_far(gates: tuple[tuple[Gate, Outcome], ...]) -> tuple[Outcome, int]:
    """Return how much a purpose leaves open, and how late its first closing gate comes."""
    least = min(left for _, left in gates)
    return least, [left for _, left in gates].index(least)


def never_shared(question: Question, category: Category) -> Outcome:
    """Return what the never-share rules by themselves leave open of a category."""
    return never_share(
        OPEN, author=question.author, recipient=question.recipient, column=question.column
    ).outcome(category)
