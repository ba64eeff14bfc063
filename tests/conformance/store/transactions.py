"""One transaction: whole or not at all, and nothing of it in an error."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from shared.kernel.errors import Conflict, NotFound, Unavailable
from shared.storage.engine import Database
from tests.conformance.store.service import NOW, Note, Stores

NAME = "Xaruwen"


def write(session: Session, *texts: str) -> None:
    session.add_all([Note(text=value, at=NOW) for value in texts])
    session.flush()


def texts(session: Session) -> list[str]:
    return list(session.exec(select(Note.text).order_by(Note.text)))


class Transactions(Stores):
    async def test_what_the_work_wrote_is_there_afterwards(self, database: Database) -> None:
        await database.transact(lambda session: write(session, "a", "b"))

        assert await database.transact(texts) == ["a", "b"]

    async def test_what_the_work_returns_can_be_used_after_it(self, database: Database) -> None:
        def work(session: Session) -> Note:
            write(session, "a")
            return session.exec(select(Note)).one()

        note = await database.transact(work)

        assert (note.text, note.at) == ("a", NOW)

    async def test_nothing_is_written_when_the_work_raises(self, database: Database) -> None:
        def work(session: Session) -> None:
            write(session, "a")
            raise NotFound

        with pytest.raises(NotFound):
            await database.transact(work)

        assert await database.transact(texts) == []

    async def test_a_rule_of_the_tables_is_a_conflict_without_its_value(
        self, database: Database
    ) -> None:
        await database.transact(lambda session: write(session, NAME))

        with pytest.raises(Conflict) as caught:
            await database.transact(lambda session: write(session, "b", NAME))

        assert NAME not in repr(caught.value)
        assert NAME not in str(caught.value.__context__)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
        assert await database.transact(texts) == [NAME]

    async def test_a_failed_statement_is_unavailable_without_its_text(
        self, database: Database
    ) -> None:
        def work(session: Session) -> None:
            session.connection().execute(text("select Xaruwen from nowhere"))

        with pytest.raises(Unavailable) as caught:
            await database.transact(work)

        assert NAME not in repr(caught.value)
        assert caught.value.__suppress_context__

    async def test_an_instant_comes_back_in_utc(self, database: Database) -> None:
        there = datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))

        await database.transact(lambda session: session.add(Note(text="a", at=there)))

        at = await database.transact(lambda session: session.exec(select(Note.at)).one())
        assert at == NOW
        assert at is not None
        assert at.tzinfo is UTC

    async def test_an_instant_without_zone_is_refused(self, database: Database) -> None:
        naive = NOW.replace(tzinfo=None)

        with pytest.raises(Unavailable):
            await database.transact(lambda session: session.add(Note(text="a", at=naive)))
