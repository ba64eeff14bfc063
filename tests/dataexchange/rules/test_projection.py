"""Projection of any event of any contract: named fields only, readable, and never wider."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataexchange.rules.pair import CLOSED, OPEN
from services.dataexchange.rules.projection import (
    compile_plan,
    is_of_references_alone,
    present_fields,
)
from shared.events.event import (
    ABSENT,
    Contract,
    decode,
)
from shared.kernel.agencies import ASYLUM, UNHCR
from shared.kernel.categories import Category, categories_of
from tests.dataexchange.rules import draws
from tests.dataexchange.rules.plain_projection import project_plainly
from tests.dataexchange.rules.telling import (
    CONTRACTS,
    issued,
    known,
)

OWN = re.compile(rb'"[A-Z]W[0-9A-Z]{26}.')
"""A reference of an agency's own making, in JSON."""


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.event.__name__)
@settings(max_examples=40)
@given(st.data())
def test_a_second_implementation_projects_the_same(contract: Contract, data: st.DataObject) -> None:
    event = data.draw(draws.events(contract.event))
    pair = data.draw(draws.pairs)
    recipient = data.draw(st.sampled_from([UNHCR, ASYLUM]))

    projected = compile_plan(contract, pair).project(event, issued, recipient=recipient)

    if is_of_references_alone(contract):
        return
    outcomes: dict[Category, int] = {one: pair.outcome(one) for one in Category}
    expected = project_plainly(event, outcomes, issued, recipient)
    assert (None if projected is None else json.loads(projected.body)) == expected


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.event.__name__)
@settings(max_examples=40)
@given(st.data())
def test_what_is_told_can_be_read_and_counts_add_up(
    contract: Contract, data: st.DataObject
) -> None:
    event, pair = data.draw(draws.events(contract.event)), data.draw(draws.pairs)

    projected = compile_plan(contract, pair).project(event, issued, recipient=UNHCR)

    if projected is None:
        return
    read = decode(contract.event, projected.body)
    present = [one.name for one in contract.fields if getattr(read, one.name) is not ABSENT]
    bits = [one.name for at, one in enumerate(contract.fields) if projected.presence >> at & 1]
    assert present == bits
    assert projected.choices & ~projected.presence == 0
    assert categories_of(projected.mask) <= categories_of(pair.partial)
    assert projected.full + projected.partial == sum(projected.released.values())


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.event.__name__)
@settings(max_examples=40)
@given(st.data())
def test_a_narrower_pair_never_adds_a_field(contract: Contract, data: st.DataObject) -> None:
    event = data.draw(draws.events(contract.event))
    pair, by = data.draw(draws.pairs), data.draw(draws.pairs)

    wider = compile_plan(contract, pair).project(event, issued, recipient=UNHCR)
    narrower = compile_plan(contract, pair & by).project(event, issued, recipient=UNHCR)

    if narrower is not None:
        assert wider is not None
        assert narrower.presence & ~wider.presence == 0
        assert narrower.choices & ~wider.choices == 0


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.event.__name__)
@settings(max_examples=40)
@given(st.data())
def test_no_reference_of_the_author_ever_passes(contract: Contract, data: st.DataObject) -> None:
    event = data.draw(draws.events(contract.event))

    projected = compile_plan(contract, OPEN).project(event, known, recipient=UNHCR)

    body = b"" if projected is None else projected.body
    assert OWN.search(body) is None


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.event.__name__)
@settings(max_examples=40)
@given(st.data())
def test_nothing_open_is_nothing_told(contract: Contract, data: st.DataObject) -> None:
    event = data.draw(draws.events(contract.event))

    assert compile_plan(contract, CLOSED).project(event, known, recipient=UNHCR) is None
    for name, category in present_fields(event):
        assert name
        assert category in Category
