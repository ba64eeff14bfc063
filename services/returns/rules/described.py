"""What was told of a person, as far as a return needs it, and what of it must go again.

Absent leaves what is known, null clears it, a value replaces it; nothing is concluded from what
nobody told. Source: IOM Data Protection Manual (2010), principle 2 (specified purpose); which
fields a return needs is a Tenpoint design decision.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from shared.codes.people import AgeBand, AgeStatus
from shared.events.control import SafeguardsStated
from shared.events.event import Absent
from shared.events.exchange import ErasureAsked
from shared.events.registration import PersonState, RegistrationUpdated
from shared.events.registry import contract_of
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.dates import may_be_child, range_of

NEEDED: Final = frozenset(
    {
        "family_name",
        "given_name",
        "sex",
        "date_of_birth",
        "age_band",
        "age_status",
        "nationalities",
        "languages",
        "interpreter_sex",
        "contact",
    }
)
"""Fields of a registration that are kept: to speak with the person, to know a child, and for a
travel document. All others are forgotten on arrival."""

CHILD_BANDS: Final = frozenset(
    {AgeBand.FROM_0_TO_4, AgeBand.FROM_5_TO_11, AgeBand.FROM_12_TO_17, AgeBand.CHILD}
)
"""Source: UNHCR Refugee Data Finder, age ranges; Convention on the Rights of the Child, art. 1."""

ADULT_BANDS: Final = frozenset(
    {AgeBand.FROM_18_TO_59, AgeBand.FROM_60, AgeBand.ADULT, AgeBand.OLDER}
)


class Told(msgspec.Struct, frozen=True, array_like=True):
    """One field as last told. A null value means that it was cleared."""

    value: Any
    partition: int
    number: int
    """Number of the release that told it, in that partition of the own stream."""


Account = Mapping[str, Told]
"""What registration has told, by field name."""


class AgeWord(NamedTuple):
    """One agency's word on a person's age, by the release that told it."""

    partition: int
    number: int
    age: AgeState


class Erasure(NamedTuple):
    """What to erase: of these releases, in this partition, these categories (None for all)."""

    partition: int
    numbers: frozenset[int]
    categories: frozenset[Category] | None

    def covers(self, partition: int, number: int, categories: Collection[Category]) -> bool:
        """Return whether something told by a release goes; of no known category, it goes."""
        return (
            partition == self.partition
            and number in self.numbers
            and (self.categories is None or not categories or bool(self.categories & {*categories}))
        )


def describe(account: Account, event: PersonState, *, partition: int, number: int) -> Account:
    """Return the account after one more telling; only fields that a return needs."""
    told = msgspec.to_builtins(event)
    fresh = {name: Told(value, partition, number) for name, value in told.items() if name in NEEDED}
    return {**account, **fresh}


def known(account: Account) -> dict[str, Any]:
    """Return the values by field; what is cleared or untold does not appear."""
    return {name: told.value for name, told in account.items() if told.value is not None}


def age_word(event: SafeguardsStated, *, partition: int, number: int) -> AgeWord:
    """Return another agency's word on a person's age; absent is unknown."""
    age = event.treated_as_child
    return AgeWord(partition, number, AgeState.UNKNOWN if isinstance(age, Absent) else age)


def age_of(
    account: Account, words: Iterable[AgeWord], own: AgeState | None, *, at: datetime
) -> AgeState:
    """Return whether a person is treated as a child: whoever says child is heard."""
    states = {age_described(account, at=at), *(word.age for word in words)}
    if own is not None:
        states.add(own)
    if AgeState.CHILD in states:
        return AgeState.CHILD
    return AgeState.ADULT if AgeState.ADULT in states else AgeState.UNKNOWN


def age_described(account: Account, *, at: datetime) -> AgeState:
    """Return what registration tells of a person's age.

    Child if a child at any possible date of birth, by band, or disputed; a date that no calendar
    has may be any date. Source: Committee on the Rights of the Child, General Comment No. 6,
    paragraph 31 (benefit of the doubt).
    """
    told = known(account)
    band = told.get("age_band")
    born = told.get("date_of_birth")
    days = None if born is None else range_of(born)
    young = born is not None and (days is None or may_be_child(days, on=at.date()))
    if young or band in CHILD_BANDS or told.get("age_status") == AgeStatus.DISPUTED:
        return AgeState.CHILD
    return AgeState.UNKNOWN if born is None and band not in ADULT_BANDS else AgeState.ADULT


def erasure_of(event: ErasureAsked, *, partition: int) -> Erasure:
    """Return what a notice that came in a partition asks for; absent categories mean all."""
    categories = None if isinstance(event.categories, Absent) else frozenset(event.categories)
    return Erasure(partition, frozenset(event.releases), categories)


def erase(account: Account, erasure: Erasure) -> Account:
    """Return the account without exactly what is to be erased."""
    return {
        name: told
        for name, told in account.items()
        if not erasure.covers(told.partition, told.number, CATEGORIES[name])
    }


def erase_words(words: Iterable[AgeWord], erasure: Erasure) -> tuple[AgeWord, ...]:
    """Return the words on age that stay."""
    return tuple(
        word
        for word in words
        if not erasure.covers(word.partition, word.number, {Category.AGE_BAND})
    )


CATEGORIES: Final = {
    field.name: frozenset() if field.category is None else frozenset({field.category})
    for field in contract_of(RegistrationUpdated).fields
    if field.name in NEEDED
}
"""Category of every field that is kept."""
