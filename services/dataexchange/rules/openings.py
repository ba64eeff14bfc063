"""What is open about a person between every owner and every hearer, and whom an opening concerns.

Permission usually comes after the data, and the exchange keeps none: owners are asked to tell
again. Source: Tenpoint design decision.
"""

from functools import cache
from typing import TYPE_CHECKING

from services.dataexchange.rules import asking, release
from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.pair import Pair
from shared.events.registry import contracts
from shared.kernel.agencies import Agency

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement

Openings = dict[tuple[Agency, Agency], Pair]
"""What is open, by author and recipient."""


@cache
def hears_of(author: Agency, recipient: Agency) -> bool:
    """Return whether an agency is ever told anything that another announces.

    Who hears of referrals only is not asked for: the question alone would tell the owner that
    something has opened. Source: Tenpoint design decision.
    """
    return any(
        author in one.authors and recipient in one.audience
        for one in contracts()
        if not one.directed
    )


def openings(subject: Subject, judgement: "Judgement") -> Openings:
    """Return what is open between every agency that told of a person and every hearer."""
    return {
        (author, recipient): asking.decide_for(author, recipient, subject, judgement).pair
        for author in sorted(subject.authors)
        for recipient in sorted(judgement.book.policy.hearers - {author})
        if hears_of(author, recipient)
    }


def ask_again(subject: Subject, before: Openings, judgement: "Judgement") -> None:
    """Ask owners to tell again what has opened."""
    for (author, recipient), pair in openings(subject, judgement).items():
        was = before.get((author, recipient), Pair(0, 0))
        if pair.full & ~was.full or pair.partial & ~was.partial:
            release.ask_restate(judgement, author, recipient, subject)
