"""What every partner owes the exchange: erasing, telling again, affirming its feed."""

from datetime import timedelta
from typing import Final

from embedded.partners.edge.memory import Done
from embedded.partners.edge.practice import Practice
from embedded.partners.edge.turn import Turn
from shared.events.control import ErasureConfirmed, FeedAffirmed, RestateEnded
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.kernel.identifiers import PersonRef
from shared.messaging.receive import Heard

FEED: Final = "feed"
"""Clock of the affirmation that nothing waits unsent."""

EVERY: Final = timedelta(hours=1)
"""How often a feed is affirmed. Source: Tenpoint design decision."""


def on_erasure_asked(event: ErasureAsked, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Erase exactly what the named releases told, each time; confirm once.

    What the partner has recorded itself stays: it was never released to it.
    """
    del practice
    categories = None if event.categories is ABSENT else event.categories
    turn.memory.erase(heard.partition, event.releases, categories)
    if turn.memory.is_first(event.notice):
        turn.memory.count(Done.ERASURES_CONFIRMED)
        turn.outbox.add(ErasureConfirmed(notice=event.notice, outcome="ERASED"))


def on_restate_asked(event: RestateAsked, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Tell the partner's own word once more under the token, then say that this was all; once."""
    del heard
    if not turn.memory.is_first(event.token):
        return
    told = practice.state_of(PersonRef(event.about), turn)
    for one in told:
        turn.outbox.add(one, token=event.token)
    turn.memory.count(Done.RESTATED)
    turn.outbox.add(RestateEnded(token=event.token, events=len(told)))


def affirm(turn: Turn) -> None:
    """Affirm that all was said, unless something older is not answered yet: then, look again.

    What the exchange holds or has not read is not said. Source: Tenpoint design decision.
    """
    if turn.outbox.open_rows(1):
        turn.timers.set(FEED, FEED, turn.at)
        return
    turn.outbox.add(FeedAffirmed(complete_until=turn.at))
    turn.memory.count(Done.FEEDS_AFFIRMED)
    turn.timers.set(FEED, FEED, turn.at + EVERY)
