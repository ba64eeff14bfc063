"""What of an offer goes when it is to be erased? Exactly what the named releases told."""

from typing import NamedTuple

import msgspec

from shared.casework.rules.offer import Offer, Release
from shared.events.card import Card
from shared.events.event import ABSENT, Absent
from shared.events.exchange import ErasureAsked
from shared.kernel.categories import Category


class Erasure(NamedTuple):
    """What to erase: of these releases, in this partition, these categories (None for all)."""

    partition: int
    numbers: frozenset[int]
    categories: frozenset[Category] | None

    def names(self, release: Release) -> bool:
        """Return whether a release is one of those named."""
        return release.partition == self.partition and release.number in self.numbers

    def covers(self, release: Release, category: Category) -> bool:
        """Return whether a value of a category goes."""
        return self.names(release) and (self.categories is None or category in self.categories)


def erasure_of(event: ErasureAsked, partition: int) -> Erasure:
    """Return what a notice that came in a partition asks for."""
    categories = None if isinstance(event.categories, Absent) else frozenset(event.categories)
    return Erasure(partition, frozenset(event.releases), categories)


def erase(offer: Offer, erasure: Erasure) -> Offer:
    """Return an offer without what is to be erased; that it was offered stays."""
    payload = {
        name: opened
        for name, opened in offer.payload.items()
        if not erasure.covers(opened.release, Category[name])
    }
    card = offer.card
    if erasure.names(offer.release) and erasure.categories is None:
        untold = dict.fromkeys(Card.__struct_fields__, ABSENT)
        card = msgspec.structs.replace(card, **untold, respond_by=ABSENT, declined_by=ABSENT)
    return msgspec.structs.replace(offer, payload=payload, card=card)
