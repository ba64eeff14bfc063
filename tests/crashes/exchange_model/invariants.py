"""What must hold at rest whatever died, judged from the log, the topics and what is known."""

from tests.crashes.exchange_model.knowledge import KNOWLEDGE
from tests.crashes.exchange_model.order import ORDER
from tests.crashes.exchange_model.world import World


def violations(world: World) -> list[str]:
    """Return the names of all invariants broken in a run, without repetition."""
    return sorted({broken for check in ORDER + KNOWLEDGE for broken in check(world)})
