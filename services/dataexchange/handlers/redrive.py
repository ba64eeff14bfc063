"""Asking an author for what was held: the exchange keeps no values, so only it can send again."""

from sqlmodel import Session, select

from services.dataexchange.commands import RedriveHeld
from services.dataexchange.handlers.commit import Committed, Desk
from services.dataexchange.handlers.views import handle_of
from services.dataexchange.rules.judge import answer
from services.dataexchange.rules.outcomes import AGAIN, Outcome
from services.dataexchange.rules.reading import author_of
from services.dataexchange.store import log
from services.dataexchange.store.tables import AggregateRow
from shared.events.exchange import Outcome as Verdict
from shared.kernel.errors import NotFound


def redrive_held(command: RedriveHeld, *, desk: Desk) -> Committed:
    """Ask the author of a held aggregate to send its open events about it again, in order.

    Raises:
        NotFound: nothing is held under that handle.
    """
    row = find_held(desk.session, command.handle)
    head = log.lock_head(desk.session)
    judgement = desk.begin(set(), head)
    author = author_of(row.topic)
    held = Outcome(author, row.held_event, row.topic, row.key, 0, Verdict.HELD, AGAIN)
    judgement.outcomes.append(held)
    answer(judgement)
    return desk.write("redrive", judgement, head)


def find_held(session: Session, handle: str) -> AggregateRow:
    """Return the held aggregate shown under a handle.

    Raises:
        NotFound: nothing is held under it.
    """
    rows = session.exec(select(AggregateRow).where(AggregateRow.held != None)).all()  # noqa: E711
    for row in rows:
        if handle_of(row.topic, row.key) == handle and row.held_event:
            return row
    raise NotFound
