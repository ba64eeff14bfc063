"""What the agencies have told about a person or an encounter, field by field.

Each author's account is kept apart, so that none overwrites another's and each can be erased
exactly. Absent leaves what is known, null clears it, a value replaces it. Nothing is concluded
from a field that nobody told. Source: Tenpoint design decision.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from shared.events.event import Absent, Event, fields_of
from shared.events.exchange import ErasureAsked
from shared.events.registry import contract_of, contracts
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category


class Told(msgspec.Struct, frozen=True, array_like=True):
    """One field as last told. A null value means that the author has cleared it."""

    value: Any
    partition: int
    number: int
    """Number of the release that told it, in that partition of the own stream."""


Account = Mapping[str, Told]
"""What one author has told, by field name."""

Accounts = Mapping[Agency, Account]
"""What all authors have told about one subject."""


def author_of(event: type[Event]) -> Agency:
    """Return the agency that tells an event heard here; each such contract has one author."""
    (author,) = contract_of(event).authors
    return author


def describe(account: Account, event: Event, *, partition: int, number: int) -> Account:
    """Return the account after one more event of its author."""
    told = msgspec.to_builtins(event)
    told.pop(contract_of(type(event)).key, None)
    fresh = {name: Told(value, partition, number) for name, value in told.items()}
    return {**account, **fresh}


class Erasure(NamedTuple):
    """What to erase: of these releases, in this partition, these categories (None for all)."""

    partition: int
    numbers: frozenset[int]
    categories: frozenset[Category] | None = None

    def covers(self, partition: int, number: int, categories: Collection[Category]) -> bool:
        """Return whether something told by a release goes; of no known category, it goes."""
        return (
            partition == self.partition
            and number in self.numbers
            and (self.categories is None or not categories or bool(self.categories & {*categories}))
        )


def erasure_of(event: ErasureAsked, *, partition: int) -> Erasure:
    """Return what a notice that came in a partition asks for; absent categories mean all."""
    categories = None if isinstance(event.categories, Absent) else frozenset(event.categories)
    return Erasure(partition, frozenset(event.releases), categories)


def erase(account: Account, author: Agency, erasure: Erasure) -> Account:
    """Return the account without exactly what is to be erased.

    A list whose elements hold several categories goes as a whole.
    """
    told_by = categories_told(author)
    return {
        name: told
        for name, told in account.items()
        if not erasure.covers(told.partition, told.number, told_by.get(name, ()))
    }


@cache
def categories_told(author: Agency) -> Mapping[str, frozenset[Category]]:
    """Return the categories of every field that an author can tell."""
    categories: dict[str, frozenset[Category]] = {}
    for contract in contracts():
        if contract.authors == {author}:
            for field in contract.fields:
                inner = (field,) if field.part is None else fields_of(field.part)
                found = {part.category for part in inner if part.category is not None}
                categories[field.name] = categories.get(field.name, frozenset()) | found
    return categories


def said(accounts: Accounts, field: str) -> tuple[Any, ...]:
    """Return the values of a field, of every author who told one and has not cleared it."""
    return tuple(
        account[field].value
        for _, account in sorted(accounts.items())
        if field in account and account[field].value is not None
    )


def known(accounts: Accounts) -> dict[Agency, dict[str, Any]]:
    """Return the values by author and field; what is cleared or untold does not appear."""
    return {
        author: {name: told.value for name, told in account.items() if told.value is not None}
        for author, account in sorted(accounts.items())
    }


def expected(account: Account) -> int | None:
    """Return how many people an encounter is said to bring, or None if nobody told.

    The highest number told is taken, so that a place is ready for everybody. An empty list of
    counts is no number. Source: Tenpoint design decision.
    """
    accounts = {Agency(""): account}
    counts = [sum(part["people"] for part in parts) for parts in said(accounts, "counts") if parts]
    return max([*counts, *said(accounts, "rescued")], default=None)
