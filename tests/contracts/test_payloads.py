"""The sender's own fence around a payload is never wider than the release matrix."""

from pathlib import Path

import pytest

from services.dataexchange.rules.matrix import parse_matrix
from shared.codes.pathways import TERMS
from shared.codes.payloads import MOST
from shared.events.referral import ReferralPayloadSent
from shared.events.registry import contract_of
from shared.kernel.agencies import Column
from shared.kernel.categories import NEVER, categories_of

MATRIX = parse_matrix(Path("deploy/matrix.toml").read_bytes())


@pytest.mark.parametrize("column", MOST)
def test_payload_holds_nothing_that_the_matrix_withholds(column: Column) -> None:
    most, allowed = MOST[column], MATRIX.most(column).pair

    assert most.full <= categories_of(allowed.full)
    assert most.partial <= categories_of(allowed.partial)
    assert not most.full & most.partial
    assert not (most.full | most.partial) & NEVER


@pytest.mark.parametrize("column", MOST)
def test_payload_has_a_field_for_whatever_it_may_hold(column: Column) -> None:
    fields = {field.category for field in contract_of(ReferralPayloadSent).fields}

    assert MOST[column].full | MOST[column].partial <= fields


def test_every_column_that_receives_a_pathway_has_its_fence() -> None:
    assert {column for terms in TERMS.values() for column in terms.receivers} <= set(MOST)
