"""The data exchange's loop as a model: every `yield` is a place to die, a seed is a schedule."""

from tests.crashes.exchange_model.faults import Faults
from tests.crashes.exchange_model.invariants import violations
from tests.crashes.exchange_model.world import World, run

__all__ = ["Faults", "World", "run", "violations"]
