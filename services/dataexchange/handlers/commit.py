"""The commit point: one transaction in which a batch is judged and written.

The head of the log is locked first, so nothing that a decision stands on can move under it: a
batch is judged inside the transaction that records it. Source: Tenpoint design decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.dataexchange.rules.judge import Judgement, judge_batch
from services.dataexchange.rules.outcomes import Outcome, Release
from services.dataexchange.rules.reading import read_all
from services.dataexchange.store import log
from services.dataexchange.store.books import open_book, open_subjects
from services.dataexchange.store.log import Body, LoggedSpan
from services.dataexchange.store.policy import Deployment, policy_of
from services.dataexchange.store.protection import load_protection, write_feeds
from services.dataexchange.store.tables import HeadRow
from services.dataexchange.store.writing import write_book
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Partition, Record, Span


@dataclass(frozen=True, slots=True)
class Desk:
    """What every act of the exchange is done with: one transaction, at one moment."""

    session: Session
    deployment: Deployment
    at: datetime
    make_id: MakeId

    def begin(self, wanted: set[str], head: HeadRow) -> Judgement:
        """Return a judgement about some subjects, under the locked head of the log."""
        moment = max(self.at, head.time)
        policy = policy_of(self.session, self.deployment, on=moment.date())
        return Judgement(open_subjects(self.session, wanted, policy), moment, self.make_id)

    def write(
        self,
        kind: str,
        judgement: Judgement,
        head: HeadRow,
        *,
        rescinded: tuple[tuple[int, int], ...] = (),
    ) -> "Committed":
        """Write what was judged as one record of the log."""
        write_book(self.session, judgement)
        outcomes, releases = tuple(judgement.outcomes), tuple(judgement.releases)
        body = Body(kind, (), outcomes, releases, rescinded)
        number = log.append(self.session, head, body, at=judgement.at, make_id=self.make_id)
        return Committed(number, body.releases, judgement.contents, body.outcomes)


@dataclass(frozen=True, slots=True)
class Committed:
    """A record of the log as just written, with the content that it does not keep."""

    number: int
    releases: tuple[Release, ...]
    contents: dict[int, bytes]
    outcomes: tuple[Outcome, ...]


def spans_of(records: Sequence[Record]) -> list[Span]:
    """Return the records as spans; records of one partition follow each other without holes."""
    spans: dict[Partition, Span] = {}
    for record in records:
        start = spans[record.partition].start if record.partition in spans else record.offset
        spans[record.partition] = Span(record.partition, start, record.offset + 1)
    return list(spans.values())


def in_spans(records: Sequence[Record]) -> list[Record]:
    """Return the records partition by partition, as they will be read again."""
    places = {span.partition: place for place, span in enumerate(spans_of(records))}
    return sorted(records, key=lambda record: (places[record.partition], record.offset))


def commit(records: Sequence[Record], *, epoch: int, desk: Desk, unread: bool = False) -> Committed:
    """Judge records and write what was decided, whom it is told, and where reading goes on.

    Args:
        records: inside records, of each partition from where the log stands.
        epoch: the leader's epoch.
        desk: the transaction and its moment.
        unread: whether control records were read with these that are judged later.

    Raises:
        Fenced: another leader has taken over, or has decided these records.
    """
    head = log.check_epoch(desk.session, epoch)
    spans = spans_of(records)
    log.advance(desk.session, spans)
    now = max(desk.at, head.time)
    messages = read_all(in_spans(records))
    policy = policy_of(desk.session, desk.deployment, on=now.date())
    book = open_book(desk.session, messages, policy)
    load_protection(desk.session, messages, book)
    judgement = judge_batch(messages, book, at=now, make_id=desk.make_id, unread=unread)
    write_book(desk.session, judgement)
    write_feeds(desk.session, book)
    body = Body(
        "batch",
        tuple(LoggedSpan(*span.partition, span.start, span.stop) for span in spans),
        tuple(judgement.outcomes),
        tuple(judgement.releases),
    )
    number = log.append(desk.session, head, body, at=now, make_id=desk.make_id)
    return Committed(number, body.releases, judgement.contents, body.outcomes)
