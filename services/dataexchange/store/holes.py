"""Holes: inside records that were never read, and whose control must be repeated.

A wide hole is one of records that vanished; any of them may have been a restriction about anybody,
so nothing is decided while it is open. A narrow one is a control record whose envelope could not
be read: only its person is stopped. Either ends when its author has said everything again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.dataexchange.rules.reading import author_of, is_control
from services.dataexchange.store import log
from services.dataexchange.store.log import Body, LoggedSpan
from services.dataexchange.store.rows import upsert
from services.dataexchange.store.tables import HoleRow, PositionRow
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Partition


def pass_holes(
    session: Session,
    epoch: int,
    begins: Mapping[Partition, int],
    *,
    at: datetime,
    make_id: MakeId,
) -> None:
    """Move positions that lie before the first record kept up to it, and log what was passed.

    Raises:
        Fenced: another leader has taken over.
    """
    head = log.check_epoch(session, epoch)
    known = log.positions(session)
    spans = tuple(
        LoggedSpan(place.topic, place.number, known.get(place, 0), begin)
        for place, begin in sorted(begins.items())
        if known.get(place, 0) < begin
    )
    if not spans:
        return
    rows = [{"topic": span.topic, "partition": span.partition, "next": span.stop} for span in spans]
    upsert(session, PositionRow, rows)
    authors = {author_of(span.topic) for span in spans if is_control(span.topic)}
    open_all(session, authors, head.size + 1, wide=True)
    moment = max(at, head.time)
    log.append(session, head, Body("hole", spans), at=moment, make_id=make_id)


def open_all(session: Session, agencies: Iterable[Agency], number: int, *, wide: bool) -> None:
    """Have agencies repeat their control events; what is wide already stays wide."""
    known = {row.agency: row.wide for row in session.exec(select(HoleRow)).all()}
    rows: list[dict[str, Any]] = [
        {"agency": agency, "hole": number, "wide": wide or known.get(agency, False)}
        for agency in sorted(agencies)
    ]
    upsert(session, HoleRow, rows)


def open_holes(session: Session) -> dict[Agency, int]:
    """Return the agencies that are to repeat their control events, and the number of each hole."""
    return {Agency(row.agency): row.hole for row in session.exec(select(HoleRow)).all()}


def is_whole(session: Session) -> bool:
    """Return whether no control record vanished unread."""
    wide = select(HoleRow).where(col(HoleRow.wide).is_(True)).limit(1)
    return session.exec(wide).one_or_none() is None


def close_holes(session: Session, agencies: Iterable[Agency]) -> None:
    """Forget holes: their authors have repeated what they had to say."""
    gone = delete(HoleRow).where(col(HoleRow.agency).in_(list(agencies)))
    session.connection().execute(gone)
