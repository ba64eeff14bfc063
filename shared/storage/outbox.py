"""What an agency has to tell: written in the transaction of the change that it tells of.

A row stays open until the exchange has answered it, not until the carrier has taken it. Rows go in
the order of writing; the numbers of one topic and key have no gap. Source: Tenpoint design
decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select
from sqlmodel import Session

from shared.events.event import Contract, Event, Topic, encode, key_of
from shared.events.exchange import Outcome
from shared.events.registry import contract_of
from shared.kernel.agencies import Agency
from shared.kernel.errors import Invalid
from shared.kernel.identifiers import EventRef, Kind, MakeId, TokenRef, own
from shared.storage.engine import ANNOUNCED
from shared.storage.outbox_statements import GAP, UNTOLD, Statements, statements_for
from shared.storage.tables import Tables

LARGEST_BODY: Final = 900_000
"""Bytes; leaves room for key and headers within the 1 MiB that every carrier takes."""

AGAIN: Final = "again"
"""Code by which the exchange asks for what it held: the reason is mended."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A row to be sent."""

    seq: int
    event_id: str
    topic: Topic
    key: str
    sequence: int
    wire: str
    day: date
    token: TokenRef | None
    body: bytes


@dataclass(frozen=True, slots=True)
class OutboxState:
    """What became of a row so far; no content."""

    seq: int
    event_id: str
    topic: Topic
    key: str
    sequence: int
    wire: str
    recorded_at: datetime
    sent_at: datetime | None
    outcome: str | None
    code: str | None


class Outbox:
    """The outbox of one agency, within one transaction."""

    def __init__(
        self, session: Session, agency: Agency, tables: Tables, make_id: MakeId, at: datetime
    ) -> None:
        """Begin within the transaction of the session, at an instant in UTC."""
        self._session = session
        self._agency = agency
        self._make_id = make_id
        self._at = at
        self._do: Statements = statements_for(tables, session.get_bind().dialect.name)

    def add(
        self, event: Event, *, on: date | None = None, token: TokenRef | None = None
    ) -> EventRef:
        """Write an event that is to be told and return its identifier.

        Args:
            event: the fact; its aggregate must be locked by now, or its version checked.
            on: the day it happened; the day of the transaction if not said.
            token: the restate that it answers, if any.

        Raises:
            TypeError: the agency is no author of that contract.
            Invalid: the event is too large for a carrier.
        """
        contract = contract_of(type(event))
        self._refuse_foreign(contract)
        body = encode(event)
        if len(body) > LARGEST_BODY:
            raise Invalid("size")
        key = key_of(event, self._agency)
        event_id = EventRef(own(Kind.EVENT, self._make_id))
        connection = self._connection
        aggregate = {"topic": contract.topic.value, "key": key}
        sequence = connection.execute(self._do.next_sequence, aggregate).scalar_one()
        row = {
            "event_id": event_id,
            "sequence": sequence,
            "wire": contract.wire,
            "day": on or self._at.date(),
            "token": token,
            "body": body,
            "recorded_at": self._at,
        }
        connection.execute(self._do.insert, aggregate | row)
        self._session.info[ANNOUNCED] = True
        return event_id

    def say_once(self, event: Event) -> None:
        """Write an event that is to be told, unless these very words are in the outbox already."""
        said = {"said": contract_of(type(event)).wire, "words": encode(event)}
        if not self._connection.execute(self._do.is_said, said).scalar_one():
            self.add(event)

    def unsent(self, limit: int) -> list[OutboxEntry]:
        """Return the first open rows that were not sent, in the order of writing."""
        rows = self._connection.execute(self._do.unsent, {"most": limit})
        return [OutboxEntry(row[0], row[1], Topic(row[2]), *row[3:]) for row in rows]

    def mark_sent(self, seq: int, partition: int, offset: int) -> None:
        """Note where the carrier has put a row."""
        self.mark_all_sent([(seq, partition, offset)])

    def mark_all_sent(self, places: Sequence[tuple[int, int, int]]) -> None:
        """Note where the carrier has put each row: its `seq`, partition and offset."""
        if places:
            marks = [
                {"row": seq, "at": self._at, "where": partition, "place": offset}
                for seq, partition, offset in places
            ]
            self._connection.execute(self._do.mark, marks)

    def close(
        self,
        event_id: str,
        outcome: Outcome,
        code: str | None = None,
        told: bool | None = None,  # noqa: FBT001 - three states
    ) -> None:
        """Take the exchange's answer. A closed or unknown row is left as it is.

        But for one thing: `told` false says of a directed event that nobody was told, and may come
        after it was said to be taken, when a restriction came before its delivery.

        A held row stays open. Held for a gap, it goes again with the open rows before it, unless
        there are none, or one of them is held for a reason of its own: then it would only be held
        again. Asked for again, all open rows of its key go. Any other reason waits for that, or for
        a person's `resend`.
        """
        answer = {"id": event_id, "result": outcome.value, "why": code}
        if outcome is not Outcome.HELD:
            self._connection.execute(self._do.close, answer | {"at": self._at})
            if told is False:
                self._connection.execute(self._do.untold, {"id": event_id, "why": code or UNTOLD})
            return
        held = self._connection.execute(self._do.hold, answer).one_or_none()
        if held is not None and (code == AGAIN or (code == GAP and self._may_follow(*held))):
            self.resend(Topic(held[0]), held[1])

    def resend(self, topic: Topic | None = None, key: str | None = None) -> int:
        """Have the open rows (of a topic, of a key) go again, in order; return how many."""
        scope = {"of_topic": topic and topic.value, "of_key": key}
        return self._again(self._connection.execute(self._do.resend, scope).all())

    def resend_before(self, topic: Topic, partition: int, next_offset: int) -> int:
        """Have go again what the exchange has passed by without an answer; return how many.

        That is every open row sent to a place before `next_offset`, with the open rows behind it
        of the same key. What is held for a reason of its own waits for `resend`, and so does what
        stands behind it.
        """
        passed = {"of_topic": topic.value, "where": partition, "next": next_offset}
        return self._again(self._connection.execute(self._do.resend_before, passed).all())

    def open_rows(self, limit: int = 1000) -> list[OutboxState]:
        """Return the open rows, in the order of writing."""
        return self._states(self._do.open_rows, limit)

    def refused_rows(self, limit: int = 1000) -> list[OutboxState]:
        """Return the rows that were told to nobody, refused or not, newest first; `code` why."""
        return self._states(self._do.refused_rows, limit)

    def forget_closed(self, before: datetime) -> int:
        """Delete the rows closed before an instant; return how many. Open rows stay for ever."""
        return len(self._connection.execute(self._do.forget, {"before": before}).all())

    @property
    def _connection(self) -> Connection:
        """The connection of the transaction."""
        return self._session.connection()

    def _may_follow(self, topic: str, key: str, sequence: int) -> bool:
        """Return whether open rows stand before that number, none held for a reason of its own."""
        before = {"of_topic": topic, "of_key": key, "to_sequence": sequence}
        return bool(self._connection.execute(self._do.waits_for, before).scalar_one())

    def _again(self, rows: Sequence[object]) -> int:
        """Wake the relay if anything is to go again."""
        if rows:
            self._session.info[ANNOUNCED] = True
        return len(rows)

    def _states(self, statement: Select[Any], limit: int) -> list[OutboxState]:
        """Return what became of rows."""
        rows = self._connection.execute(statement, {"most": limit})
        return [OutboxState(row[0], row[1], Topic(row[2]), *row[3:]) for row in rows]

    def _refuse_foreign(self, contract: Contract) -> None:
        """Refuse an event that the agency may not tell."""
        if self._agency not in contract.authors:
            message = f"{self._agency} is no author of {contract.wire}"
            raise TypeError(message)
