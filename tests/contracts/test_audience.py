"""Audiences lie within the matrix: each listener can ever get something above a reference."""

from itertools import chain
from pathlib import Path

import pytest

from services.dataexchange.rules.matrix import Matrix, parse_matrix
from services.dataexchange.rules.never_share import never_share
from services.dataexchange.rules.projection import is_of_references_alone
from shared.events.event import Contract, fields_of
from shared.events.exchange import ReleaseRescinded
from shared.events.registry import contracts
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    BORDER,
    COLUMN_OF,
    DESK,
    EXCHANGE,
    SHELTER,
    UNHCR,
    Agency,
    Column,
)
from shared.kernel.categories import Category, bit, categories_of, mask_of
from shared.kernel.identifiers import Kind

MATRIX = parse_matrix(Path("deploy/matrix.toml").read_bytes())

SAYS_NOTHING = frozenset({ReleaseRescinded})
"""A mark that takes a number and says nothing else, by intention."""

HEARD = [one for one in contracts() if one.audience and one.event not in SAYS_NOTHING]


def categories_in(contract: Contract) -> frozenset[Category]:
    parts = [one.part for one in contract.fields if one.part is not None]
    inside = chain(contract.fields, *(fields_of(part) for part in parts))
    return frozenset(one.category for one in inside if one.category is not None)


def ever(contract: Contract, author: Agency, listener: Agency, matrix: Matrix) -> int:
    """Return what a listener can ever get of a contract, all conditions being met."""
    most = matrix.most(COLUMN_OF.get(listener))
    left = never_share(most.pair, author=author, recipient=listener, column=COLUMN_OF.get(listener))
    told = mask_of(categories_in(contract)) & matrix.authored(author)
    return left.partial & told


@pytest.mark.parametrize("contract", HEARD, ids=lambda one: one.event.__name__)
def test_each_listener_can_ever_get_something_above_a_reference(contract: Contract) -> None:
    for author in contract.authors:
        for listener in contract.audience - {author}:
            got = categories_of(ever(contract, author, listener, MATRIX))
            alone = is_of_references_alone(contract) and Category.REFERENCE in got
            assert alone or got - {Category.REFERENCE}, (author, listener)


@pytest.mark.parametrize("contract", HEARD, ids=lambda one: one.event.__name__)
def test_every_listener_is_an_agency_with_a_column(contract: Contract) -> None:
    assert contract.audience <= set(COLUMN_OF)
    assert EXCHANGE not in contract.audience


@pytest.mark.parametrize("contract", HEARD, ids=lambda one: one.event.__name__)
def test_who_hears_payloads_only_hears_as_a_party_or_the_exchange_or_public_facts(
    contract: Contract,
) -> None:
    excused = (
        contract.authors == {EXCHANGE}
        or contract.parties
        or categories_in(contract) == {Category.PUBLIC}
    )
    assert excused or not {ANTI_TRAFFICKING, SHELTER} & contract.audience


@pytest.mark.parametrize("contract", HEARD, ids=lambda one: one.event.__name__)
def test_what_is_told_to_parties_is_directed_and_names_its_referral(contract: Contract) -> None:
    if not contract.parties:
        return
    assert contract.directed
    assert any(field.reference is Kind.REFERRAL for field in contract.fields)


def test_desk_hears_as_a_party_or_the_exchange_or_public_facts() -> None:
    for contract in HEARD:
        if DESK in contract.audience and contract.authors != {EXCHANGE}:
            assert contract.parties or categories_in(contract) == {Category.PUBLIC}


def test_desk_never_hears_whom_a_referral_is_about() -> None:
    for contract in HEARD:
        if DESK in contract.audience and contract.authors != {EXCHANGE}:
            named = [one for one in contract.fields if one.reference is Kind.PERSON]
            assert all(one.category is None for one in named), contract.event


def test_every_field_of_a_heard_contract_reaches_somebody_or_is_listed_here() -> None:
    unheard = {
        f"{contract.event.__name__}: {category.name}"
        for contract in HEARD
        for category in categories_in(contract) - {Category.REFERENCE}
        if not any(
            ever(contract, author, listener, MATRIX) & bit(category)
            for author in contract.authors
            for listener in contract.audience
        )
    }

    assert unheard == UNHEARD


UNHEARD = {"CorrectionProposed: CONTACT"}
"""What the matrix keeps from everybody who hears the contract: the host gets no others' number."""


@pytest.mark.parametrize("contract", HEARD, ids=lambda one: one.event.__name__)
def test_the_border_hears_no_name_and_nothing_about_a_person(contract: Contract) -> None:
    if BORDER not in contract.audience:
        return
    for author in contract.authors:
        got = categories_of(ever(contract, author, BORDER, MATRIX))
        assert {int(one) for one in got} <= {0, 51, 56, 57, 59}


def test_a_listener_beyond_the_matrix_would_be_found() -> None:
    screening = next(one for one in HEARD if one.event.__name__ == "ScreeningCompleted")

    assert not ever(screening, BORDER, ANTI_TRAFFICKING, MATRIX) & bit(Category.NATIONALITY)
    assert not ever(screening, BORDER, Agency("consulate"), MATRIX)
    assert ever(screening, BORDER, UNHCR, MATRIX) & bit(Category.NATIONALITY)
    assert MATRIX.most(Column.UN).pair.full & bit(Category.NATIONALITY)
