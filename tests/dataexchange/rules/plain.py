"""The decision a second time, category by category, to be compared with the first.

Written from the words of the rules, without arithmetic on masks and without any shared code.
"""

from collections.abc import Iterable

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.decision import Known, OpenedBy, Question
from services.dataexchange.rules.matrix import Condition, Matrix, Most
from shared.kernel.agencies import COLUMN_OF, EXCHANGE, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState

NOTHING, PART, WHOLE = 0, 1, 2
Outcomes = dict[Category, int]

P3 = {9, 14, 17, 20, *range(25, 34), 35, 37, 38, 39, 40, 41, 43, 44, 46, 47, 50, 60}
NEVER_TO_ANYBODY = {9, 17, 28, 33, 39, 47, 60}
BORDER_MAY = {0, 51, 56, 57, 59}
MONITOR_MAY = {0, 56, 59}
CARRIERS_MAY_NOT = {10, 11, 34, 35, 36, 37}
DESK_TELLS = {0, 5, 13, 19, 42, 54, 55, 56, 59, 61}
PAYLOAD = {"AT", "LEGAL", "MED", "MHPSS", "GBV", "SAFE", "SHELTER", "TRACE", "STL", "IMM"}


def has(mask: int, category: Category) -> bool:
    return f"{mask:b}".zfill(80)[::-1][category] == "1"


def of_pair(pair: tuple[int, int], category: Category) -> int:
    if has(pair[0], category):
        return WHOLE
    return PART if has(pair[1], category) else NOTHING


def decide_plainly(
    question: Question, matrix: Matrix, agreements: Iterable[Agreement], known: Known
) -> Outcomes:
    texts = list(agreements)
    outcomes = {
        category: min(
            best_of(category, question, matrix, texts, known), never_shared(category, question)
        )
        for category in Category
    }
    if not question.references_alone and not any(
        outcome
        for category, outcome in outcomes.items()
        if category not in (Category.REFERENCE, Category.PUBLIC)
    ):
        outcomes[Category.REFERENCE] = NOTHING
    return outcomes


def best_of(
    category: Category,
    question: Question,
    matrix: Matrix,
    agreements: list[Agreement],
    known: Known,
) -> int:
    best = NOTHING
    if category == Category.PUBLIC:
        best = of_matrix(category, question, matrix, None)
    for agreement in agreements:
        if (agreement.author, agreement.recipient) != (question.author, question.recipient):
            continue
        versions = [
            other.serial
            for other in agreements
            if (other.author, other.recipient, other.purpose)
            == (agreement.author, agreement.recipient, agreement.purpose)
        ]
        if agreement.serial < max(versions):
            continue
        best = max(best, within_purpose(category, question, matrix, agreement, known))
    return best


def of_matrix(
    category: Category, question: Question, matrix: Matrix, agreement: Agreement | None
) -> int:
    most = most_of(question, matrix)
    code = "EX" if question.author == EXCHANGE else COLUMN_OF.get(question.author)
    if most is None or code is None or not has(matrix.authors[code], category):
        return NOTHING
    purpose = None if agreement is None else agreement.purpose
    unmet = {
        Condition.PARTY: not question.party,
        Condition.OWN_HANDOVER: not question.own_handover,
        Condition.OWN_ENQUIRY: not question.own_enquiry,
        Condition.TRACING_CONSENT: purpose != Purpose.FAMILY_TRACING,
    }
    for condition, is_unmet in unmet.items():
        if is_unmet and has(most.conditions.get(condition, 0), category):
            return NOTHING
    return of_pair(most.pair, category)


def most_of(question: Question, matrix: Matrix) -> Most | None:
    return None if question.column is None else matrix.columns.get(question.column)


def within_purpose(
    category: Category, question: Question, matrix: Matrix, agreement: Agreement, known: Known
) -> int:
    most = most_of(question, matrix)
    if most is None or agreement.held_by:
        return NOTHING
    if question.on < agreement.first or question.on > agreement.last:
        return NOTHING
    needs_consent = has(most.needs_consent, category)
    needs_acceptance = needs_consent or has(most.needs_acceptance, category)
    if not tasked_plainly(question, agreement, known, needs_acceptance=needs_acceptance):
        return NOTHING
    if needs_consent and not consented_plainly(category, question, agreement, known):
        return NOTHING
    if has(known.withheld, category):
        return NOTHING
    outcome = min(
        of_matrix(category, question, matrix, agreement), of_pair(agreement.pair, category)
    )
    return min(outcome, safe(category, question, known))


def tasked_plainly(
    question: Question, agreement: Agreement, known: Known, *, needs_acceptance: bool
) -> bool:
    if not question.about_person:
        return not needs_acceptance
    for task in known.tasks:
        if task.purpose != agreement.purpose:
            continue
        if task.opened_by == OpenedBy.ACCEPTANCE:
            return True
        if task.opened_by == OpenedBy.PERSON:
            if not needs_acceptance or str(question.column) not in PAYLOAD:
                return True
        elif not needs_acceptance and (agreement.standing or task.opened_by == OpenedBy.BOARD):
            return True
    return False


def consented_plainly(
    category: Category, question: Question, agreement: Agreement, known: Known
) -> bool:
    return any(
        has(consent.categories, category)
        for consent in known.consents
        if consent.purpose == agreement.purpose and consent.recipient == question.recipient
    )


def safe(category: Category, question: Question, known: Known) -> int:
    if known.hide_location and category in (Category.CONTACT, Category.SHELTER_LOCATION):
        return NOTHING
    if known.hide_location and category == Category.ADDRESS:
        return PART
    if (
        known.age != AgeState.ADULT
        and question.column in ("RD", "ST")
        and category == Category.EXACT_DATE_OF_BIRTH
    ):
        return NOTHING
    return WHOLE


def never_shared(category: Category, question: Question) -> int:
    column = COLUMN_OF.get(question.recipient)
    if column is None or question.author == question.recipient:
        return NOTHING
    is_card = question.column == "RD" and column not in ("BP", "ST", "MO")
    if column != question.column and not is_card:
        return NOTHING
    if question.author not in COLUMN_OF and question.author != "exchange":
        return NOTHING
    never = forbidden(str(column)) | forbidden(str(question.column))
    if int(category) in never or int(category) not in tellable(question.author):
        return NOTHING
    return PART if category == Category.REMOVAL_BLOCK else WHOLE


def tellable(author: Agency) -> set[int]:
    return {
        "stats": MONITOR_MAY,
        "exchange": MONITOR_MAY | {51},
        "monitor": MONITOR_MAY | {23, 57},
        "referral-desk": DESK_TELLS,
    }.get(author, set(range(62)))


def forbidden(column: str) -> set[int]:
    never = set(NEVER_TO_ANYBODY)
    if column in ("BP", "GR", "RD", "ST", "MO"):
        never |= P3
    if column == "BP":
        never |= set(range(62)) - BORDER_MAY
    if column == "MO":
        never |= set(range(62)) - MONITOR_MAY
    if column in ("RD", "ST"):
        never |= CARRIERS_MAY_NOT
    return never
