"""The written catalogue says what the contracts say."""

import pytest

from scripts.events_catalogue import CATALOGUE, catalogue, entry
from shared.events.event import Contract, Field, fields_of
from tests.contracts.strategies import CONTRACTS


def names_of(fields: tuple[Field, ...], within: str = "") -> list[str]:
    return [
        name
        for field in fields
        for name in (
            f"`{within}{field.name}`",
            *(names_of(fields_of(field.part), f"{field.name}.") if field.part else ()),
        )
    ]


def test_written_catalogue_is_current() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue(), "run `make catalogue`"


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.event.__name__)
def test_entry_names_every_field_author_and_hearer(contract: Contract) -> None:
    told = entry(contract)

    assert entry(contract) in catalogue()
    for name in names_of(contract.fields):
        assert f"| {name} |" in told
    for agency in contract.authors | contract.audience:
        assert f"`{agency}`" in told
