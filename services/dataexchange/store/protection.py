"""What a protection check stands on beside the facts: who was heard lately, and what is awaited."""

from collections.abc import Sequence

from sqlmodel import Session, select

from services.dataexchange.rules.book import Book
from services.dataexchange.rules.reading import Message, Unreadable, is_control
from services.dataexchange.store.books import aggregate_of
from services.dataexchange.store.rows import fetch, upsert
from services.dataexchange.store.tables import AggregateRow, FeedRow
from shared.events.control import FeedAffirmed, ProtectionCheckAsked
from shared.kernel.agencies import Agency


def load_protection(session: Session, messages: Sequence[Message | Unreadable], book: Book) -> None:
    """Fill what the affirmations and protection checks of a batch need of the tables.

    That is until when each agency has told all that it had to say, and how far everybody's control
    events were counted about those who are asked about.
    """
    kinds = {type(one.event) for one in messages if isinstance(one, Message)}
    if not kinds & {FeedAffirmed, ProtectionCheckAsked}:
        return
    feeds = session.exec(select(FeedRow)).all()
    book.feeds = {Agency(row.agency): row.until for row in feeds}
    if ProtectionCheckAsked not in kinds:
        return
    for row in fetch(session, AggregateRow, "key", {ref for _, ref in book.by_reference}):
        if is_control(row.topic) and (row.topic, row.key) not in book.aggregates:
            book.aggregates[row.topic, row.key] = aggregate_of(row)


def write_feeds(session: Session, book: Book) -> None:
    """Write until when each agency has told all that it had to say."""
    rows = [{"agency": agency, "until": until} for agency, until in sorted(book.feeds.items())]
    upsert(session, FeedRow, rows)
