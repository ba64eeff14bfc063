"""Every contract of the deployment, declared by importing its module."""

from typing import Final

from shared.events import (
    border,
    control,
    exchange,
    partners,
    profiling,
    referral,
    registration,
    returns,
)
from shared.events.event import BY_WIRE, CONTRACTS, Contract, Event, Topic

MODULES: Final = (
    control,
    border,
    registration,
    profiling,
    referral,
    returns,
    partners,
    exchange,
)
"""The contract modules; a module that is not here declares nothing."""


def contract_of(event: type[Event]) -> Contract:
    """Return the contract of an event type."""
    return CONTRACTS[event]


def find_contract(wire: str) -> Contract | None:
    """Return the contract of a name on the wire, or None if nobody declared it."""
    return BY_WIRE.get(wire)


def contracts(topic: Topic | None = None) -> tuple[Contract, ...]:
    """Return all contracts (of one kind of topic), in the order of declaration."""
    return tuple(known for known in CONTRACTS.values() if topic in (None, known.topic))
