"""Small builders: a question to the decision, and what is known."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.decision import (
    Known,
    OpenedBy,
    Question,
    Task,
    decide,
)
from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.rules.pair import OPEN, Outcome, Pair
from shared.kernel.agencies import (
    COLUMN_OF,
    Agency,
    Purpose,
)
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState

DAY = date(2022, 7, 1)
MATRIX = parse_matrix(Path("deploy/matrix.toml").read_bytes())
FREE = Known(hide_location=False, age=AgeState.ADULT)


def agreement(
    author: Agency,
    recipient: Agency,
    *,
    purpose: Purpose = Purpose.PROFILING,
    standing: bool = True,
    pair: Pair = OPEN,
    serial: int = 1,
) -> Agreement:
    return Agreement(
        digest=f"{author}>{recipient}:{purpose}:{serial}",
        author=author,
        recipient=recipient,
        purpose=purpose,
        serial=serial,
        first=DAY,
        last=DAY,
        standing=standing,
        pair=pair,
    )


def question(author: Agency, recipient: Agency) -> Question:
    return Question(author=author, recipient=recipient, column=COLUMN_OF.get(recipient), on=DAY)


def outcome(category: Category, asked: Question, known: Known, *agreements: Agreement) -> Outcome:
    return decide(asked, matrix=MATRIX, agreements=agreements, known=known).pair.outcome(category)


def with_task(opened_by: OpenedBy, purpose: Purpose = Purpose.PROFILING) -> Known:
    return replace(FREE, tasks=(Task(purpose, opened_by),))
