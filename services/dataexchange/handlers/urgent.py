"""Restrictions committed before the answer: by any process, under the lock of the log's head.

No lease is needed: the head's lock orders them among the leader's decisions, and they move no
position. Source: Tenpoint design decision.
"""

from collections.abc import Sequence

from services.dataexchange.handlers.commit import Committed, Desk
from services.dataexchange.rules.reading import Message
from services.dataexchange.rules.urgent import judge_restrictions
from services.dataexchange.store import log
from services.dataexchange.store.books import open_book
from services.dataexchange.store.policy import policy_of


def commit_restrictions(messages: Sequence[Message], *, desk: Desk) -> Committed:
    """Write what restrictions end, and who is to be told, as one record of the log."""
    head = log.lock_head(desk.session)
    now = max(desk.at, head.time)
    policy = policy_of(desk.session, desk.deployment, on=now.date())
    book = open_book(desk.session, messages, policy)
    judgement = judge_restrictions(messages, book, at=now, make_id=desk.make_id)
    return desk.write("urgent", judgement, head)
