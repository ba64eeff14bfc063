"""Authoring: an event carries only what its author learned itself, never an echo.

Source: Tenpoint design decision (what was heard from another agency is not told on).
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import pytest

from services.dataexchange.rules.decision import NOBODY, Question, inputs_of
from services.dataexchange.rules.matrix import Matrix, parse_matrix
from shared.codes.people import Sex
from shared.codes.places import Name
from shared.events.event import (
    ABSENT,
    Absent,
    Contract,
    Event,
    Field,
    Part,
    Topic,
    fields_of,
)
from shared.events.referral import ReferralOffered, ReferralPayloadSent
from shared.events.registry import contract_of, contracts
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    BORDER,
    CHILD_PROTECTION,
    COLUMN_OF,
    DESK,
    EXCHANGE,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
)
from shared.kernel.categories import NEVER, Category, bit, categories_of
from shared.kernel.identifiers import PersonRef

MATRIX = parse_matrix(Path("deploy/matrix.toml").read_bytes())
DAY = date(2026, 3, 1)

AUTHORS = {
    Category.FULL_NAME: {RECEPTION, "gov-asylum", UNHCR, IOM, CHILD_PROTECTION},
    Category.PHOTOGRAPH: {RECEPTION},
    Category.RELATIVES_IN_ORIGIN: {UNHCR, CHILD_PROTECTION},
    Category.RELIGION_ETHNICITY: {UNHCR},
    Category.ROUTE: {BORDER, UNHCR},
    Category.FACT_OF_CLAIM: {"gov-asylum", UNHCR},
    Category.MIGRANT_OPTIONS: {UNHCR},
    Category.TRAFFICKING_PRESUMED: {UNHCR, ANTI_TRAFFICKING},
    Category.BEST_INTERESTS: {CHILD_PROTECTION},
    Category.CARE_ARRANGEMENT: {CHILD_PROTECTION},
    Category.ORIENTATION_IDENTITY: {UNHCR},
    Category.DETENTION_TREATMENT: {UNHCR},
    Category.FIT_TO_TRAVEL: {IOM},
    Category.RETURN_CASE: {IOM},
    Category.ENCOUNTER: {BORDER, RECEPTION, "monitor"},
    Category.DEATHS_MISSING: {BORDER, UNHCR, CHILD_PROTECTION},
}
"""Who may tell these; the whole table stands in the matrix."""


def all_fields(fields: tuple[Field, ...], prefix: str = "") -> dict[str, Category]:
    """Return every field that names a category, those of parts too."""
    found: dict[str, Category] = {}
    for one in fields:
        if one.part is not None:
            found |= all_fields(fields_of(one.part), f"{one.name}.")
        elif one.category is not None:
            found[prefix + one.name] = one.category
    return found


def echoes(contract: Contract, matrix: Matrix) -> set[tuple[Agency, str]]:
    """Return each author and field of a contract that the author cannot have learned itself."""
    return {
        (author, name)
        for author in contract.authors
        for name, category in all_fields(contract.fields).items()
        if not matrix.authored(author) & bit(category)
    }


@pytest.mark.parametrize("contract", contracts(), ids=lambda one: one.event.__name__)
def test_each_author_is_an_author_of_every_field(contract: Contract) -> None:
    assert contract.event in OF_MANY or echoes(contract, MATRIX) == set()


OF_MANY = {ReferralPayloadSent}
"""Contracts of many authors, none of whom learns all of it: the exchange drops the echo, see below.
The sealed payload is the only one, and to stay so."""


def test_the_exchange_drops_what_a_sender_of_payloads_cannot_have_learned() -> None:
    contract = contract_of(ReferralPayloadSent)
    fields = all_fields(contract.fields)
    dropped = echoes(contract, MATRIX)

    assert dropped
    for author, name in dropped:
        for recipient in sorted(contract.audience - {author}):
            question = Question(author, recipient, COLUMN_OF[recipient], on=DAY, party=True)
            left = inputs_of(question, None, matrix=MATRIX, known=NOBODY).matrix
            assert not left.partial & bit(fields[name]), (author, name)


def test_every_sealed_part_of_a_payload_has_a_sender_that_learns_it() -> None:
    contract = contract_of(ReferralPayloadSent)

    for name in all_fields(contract.fields):
        assert {(author, name) for author in contract.authors} - echoes(contract, MATRIX)


def test_desk_tells_what_others_learned_in_an_offer_only() -> None:
    own = {Category.REFERENCE, Category.REFERRAL, Category.AUDIT, Category.PUBLIC}
    passed_on = {
        contract.event
        for contract in contracts()
        if DESK in contract.authors and set(all_fields(contract.fields).values()) - own
    }

    assert passed_on == {ReferralOffered}


class Paper(Part, frozen=True, kw_only=True):
    """A part of the tests."""

    holder: Annotated[Name | Absent, Category.FULL_NAME] = ABSENT


class Echo(Event, frozen=True, kw_only=True):
    """A contract of the tests: the border tells a name, which it can only have heard."""

    person: PersonRef
    sex: Annotated[Sex | Absent, Category.SEX] = ABSENT
    name: Annotated[Name | Absent, Category.FULL_NAME] = ABSENT
    papers: tuple[Paper, ...] | Absent = ABSENT


def echo_of(author: Agency) -> Contract:
    return Contract(
        event=Echo,
        wire="org.tenpoint.tests.Echo.v1",
        topic=Topic.EVENTS,
        authors=frozenset({author}),
        audience=frozenset({UNHCR}),
        directed=False,
        restricts=False,
        key="person",
        fields=fields_of(Echo),
    )


@pytest.mark.parametrize(
    ("author", "found"),
    [
        (BORDER, {(BORDER, "name"), (BORDER, "papers.holder")}),
        (DESK, {(DESK, "name"), (DESK, "papers.holder"), (DESK, "sex")}),
        (RECEPTION, set()),
        (
            Agency("consulate"),
            {("consulate", one) for one in ("person", "sex", "name", "papers.holder")},
        ),
    ],
)
def test_a_planted_echo_is_found(author: Agency, found: set[tuple[str, str]]) -> None:
    assert echoes(echo_of(author), MATRIX) == found


@pytest.mark.parametrize("category", AUTHORS)
def test_the_authoring_table_names_who_learns_it(category: Category) -> None:
    agencies = {one for one in COLUMN_OF if MATRIX.authored(one) & bit(category)}

    assert agencies == AUTHORS[category]


@pytest.mark.parametrize("agency", [*COLUMN_OF, EXCHANGE])
def test_nobody_tells_what_never_leaves(agency: Agency) -> None:
    assert not categories_of(MATRIX.authored(agency)) & NEVER


def test_the_exchange_and_the_desk_tell_no_case_data() -> None:
    for agency in (EXCHANGE, DESK):
        told = MATRIX.authored(agency)
        assert not told & (bit(Category.FULL_NAME) | bit(Category.NATIONALITY))
