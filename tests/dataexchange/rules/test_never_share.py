"""Never-share: whatever is drawn, signed, opened and consented to, these never leave."""

from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.decision import (
    ConsentBit,
    Known,
    OpenedBy,
    Question,
    Task,
    decide,
)
from services.dataexchange.rules.matrix import Matrix, Most
from services.dataexchange.rules.never_share import CEILINGS, RULES, never_share
from services.dataexchange.rules.pair import CLOSED, OPEN, Outcome, Pair
from shared.kernel.agencies import (
    BORDER,
    COLUMN_OF,
    DESK,
    EXCHANGE,
    MONITOR,
    RECEPTION,
    SHELTER,
    STATISTICS,
    UNHCR,
    Agency,
    Column,
    Purpose,
)
from shared.kernel.categories import ALL, NEVER, SEALED_ONLY, Category, categories_of, mask_of
from shared.kernel.consent import AgeState
from tests.dataexchange.rules import draws

DAY = date(2022, 7, 1)
EMPTY: Any = MappingProxyType({})
WIDEST = Matrix(
    "0" * 64,
    EMPTY,
    dict.fromkeys(Column, Most(OPEN, 0, 0, MappingProxyType({}))),
    dict.fromkeys([*Column, "EX"], ALL),
    EMPTY,
    EMPTY,
)


def decided_with_everything_open(author: Agency, recipient: Agency) -> Pair:
    """Return what passes when matrix, agreement, task and consent open all there is."""
    granted = Agreement(
        "d", author, recipient, Purpose.FAMILY_TRACING, 1, DAY, DAY, standing=True, pair=OPEN
    )
    known = Known(
        tasks=(Task(Purpose.FAMILY_TRACING, OpenedBy.ACCEPTANCE),),
        consents=(ConsentBit(Purpose.FAMILY_TRACING, recipient, ALL),),
        hide_location=False,
        age=AgeState.ADULT,
    )
    asked = Question(
        author=author,
        recipient=recipient,
        column=COLUMN_OF.get(recipient),
        on=DAY,
        party=True,
        own_handover=True,
        own_enquiry=True,
        references_alone=True,
    )
    return decide(asked, matrix=WIDEST, agreements=[granted], known=known).pair


@given(draws.cases())
def test_whatever_is_drawn_nothing_beyond_the_rules_passes(case: draws.Case) -> None:
    asked, matrix, agreements, known = case

    pair = decide(asked, matrix=matrix, agreements=agreements, known=known).pair

    for category in NEVER:
        assert not pair.outcome(category)
    if asked.recipient == BORDER:
        assert {int(one) for one in categories_of(pair.partial)} <= {0, 51, 56, 57, 59}
    if asked.recipient in (BORDER, RECEPTION, DESK, STATISTICS, MONITOR):
        assert not categories_of(pair.partial) & SEALED_ONLY
    if asked.recipient not in COLUMN_OF or asked.author == asked.recipient:
        assert pair == CLOSED
    assert pair.outcome(Category.REMOVAL_BLOCK) != Outcome.FULL


@pytest.mark.parametrize("author", [*COLUMN_OF, EXCHANGE])
@pytest.mark.parametrize("recipient", COLUMN_OF)
def test_never_rows_stay_even_if_everything_else_is_open(author: Agency, recipient: Agency) -> None:
    pair = decided_with_everything_open(author, recipient)

    assert not categories_of(pair.partial) & NEVER


def test_the_border_gets_answers_receipts_and_public_facts_only() -> None:
    pair = decided_with_everything_open(UNHCR, BORDER)

    assert {int(one) for one in categories_of(pair.partial)} == {0, 51, 56, 57, 59}
    assert pair.outcome(Category.REMOVAL_BLOCK) == Outcome.PARTIAL


@pytest.mark.parametrize("recipient", [BORDER, RECEPTION, DESK, STATISTICS, MONITOR])
def test_no_highly_sensitive_row_reaches_police_host_desk_tables_or_monitor(
    recipient: Agency,
) -> None:
    pair = decided_with_everything_open(UNHCR, recipient)

    assert not categories_of(pair.partial) & (SEALED_ONLY | NEVER)


def test_something_sealed_may_reach_who_protects() -> None:
    pair = decided_with_everything_open(RECEPTION, UNHCR)

    assert categories_of(pair.full) >= SEALED_ONLY


@pytest.mark.parametrize(
    ("author", "most"),
    [
        (DESK, {0, 5, 13, 19, 42, 54, 55, 56, 59, 61}),
        (STATISTICS, {0, 56, 59}),
        (MONITOR, {0, 23, 56, 57, 59}),
        (EXCHANGE, {0, 51, 56, 59}),
    ],
)
def test_who_holds_what_others_told_passes_nothing_on(author: Agency, most: set[int]) -> None:
    pair = decided_with_everything_open(author, UNHCR)

    assert {int(one) for one in categories_of(pair.partial)} == most


@pytest.mark.parametrize("recipient", ["consulate", "unknown", "", EXCHANGE])
def test_no_stranger_and_not_the_exchange_receives_anything(recipient: str) -> None:
    for column in [None, *Column]:
        left = never_share(OPEN, author=UNHCR, recipient=Agency(recipient), column=column)
        assert left == CLOSED


@pytest.mark.parametrize("column", [None, *(one for one in Column if one is not Column.BP)])
def test_nobody_is_judged_by_anothers_column(column: Column | None) -> None:
    assert never_share(OPEN, author=UNHCR, recipient=BORDER, column=column) == CLOSED


def test_a_stranger_tells_nothing() -> None:
    left = never_share(OPEN, author=Agency("consulate"), recipient=UNHCR, column=Column.UN)

    assert left == CLOSED


@given(draws.pairs, st.sampled_from(draws.AGENCIES), st.sampled_from(list(COLUMN_OF)))
def test_never_share_only_takes_away_and_again_takes_nothing(
    pair: Pair, author: Agency, recipient: Agency
) -> None:
    column = COLUMN_OF[recipient]

    once = never_share(pair, author=author, recipient=recipient, column=column)

    assert once & pair == once
    assert never_share(once, author=author, recipient=recipient, column=column) == once
    assert draws.is_sound(once)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name[:12])
def test_every_rule_holds_for_each_of_its_columns_and_names_a_source(rule: Any) -> None:
    assert rule.source
    assert rule.to
    for column in rule.to:
        closed = CEILINGS[column].full if rule.in_full else CEILINGS[column].partial
        assert closed & rule.categories == 0


@pytest.mark.parametrize("number", [n for n in range(1, 16) if n != 12])
def test_each_entry_of_the_list_is_a_rule(number: int) -> None:
    assert any(rule.name.startswith(f"N{number}:") for rule in RULES)


@pytest.mark.parametrize("recipient", [STATISTICS, MONITOR, BORDER])
def test_a_card_is_for_none_of_these(recipient: Agency) -> None:
    assert never_share(OPEN, author=UNHCR, recipient=recipient, column=Column.RD) == CLOSED


def test_a_card_is_judged_by_the_desks_column_and_by_the_providers_own() -> None:
    card = never_share(OPEN, author=UNHCR, recipient=SHELTER, column=Column.RD)
    desk = never_share(OPEN, author=UNHCR, recipient=DESK, column=Column.RD)
    own = never_share(OPEN, author=UNHCR, recipient=SHELTER, column=Column.SHELTER)

    assert card == desk & own
    assert not card.partial & mask_of(SEALED_ONLY)
