"""Opening a payload: one function, so that the way of sealing can change behind it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.crypto.keys import Open
from shared.crypto.payload_keys import Opening
from shared.crypto.sealing import Unopenable
from shared.events.sealed import Sealed
from shared.kernel.categories import Category


class OpenParts(Protocol):
    """Opens what was sealed to one partner."""

    def __call__(self, parts: Sequence[Sealed], *, nonce: bytes) -> Mapping[Category, bytes]:
        """Return the values of the parts that open and are bound to the nonce; never raises."""
        ...


def part_by_part(open_sealed: Open) -> OpenParts:
    """Return what opens each part by itself."""

    def opened(parts: Sequence[Sealed], *, nonce: bytes) -> Mapping[Category, bytes]:
        values: dict[Category, bytes] = {}
        for part in parts:
            try:
                if part.nonce == nonce:
                    values[part.category] = open_sealed(part)
            except Unopenable:
                continue
        return values

    return opened


def as_a_whole(opening: Opening) -> OpenParts:
    """Return what opens a payload under one encapsulation: all its parts, or none."""

    def opened(parts: Sequence[Sealed], *, nonce: bytes) -> Mapping[Category, bytes]:
        try:
            values = opening.open(parts, nonce=nonce)
        except Unopenable:
            return {}
        return {category: value.data for category, value in values.items()}

    return opened
