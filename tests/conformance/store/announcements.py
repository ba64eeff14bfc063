"""Writing what is to be told."""

from datetime import date

import pytest
from sqlmodel import Session

from shared.events.control import SafeguardsStated, StreamGapFound
from shared.events.event import Event, Topic, encode
from shared.events.exchange import StreamResumed
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import RECEPTION
from shared.kernel.errors import Invalid, NotFound
from shared.kernel.identifiers import Form, Kind, TokenRef, is_well_formed, reference
from shared.storage import outbox as subject
from tests.conformance.store.service import NOW, A, B, Desk, Stores

TOKEN = TokenRef(reference(Kind.RESTATE, Form.ISSUED, bytes(16)))


class Announcements(Stores):
    async def test_a_row_bears_all_that_its_record_needs(self, desk: Desk) -> None:
        event = PersonRegistered(person=A)
        day = date(2026, 2, 27)

        event_id = await desk.database.transact(
            lambda session: desk.open(session).add(event, on=day, token=TOKEN)
        )

        [row] = await desk.unsent()
        assert is_well_formed(event_id, Kind.EVENT)
        assert (row.event_id, row.topic, row.key, row.sequence) == (event_id, Topic.EVENTS, A, 1)
        assert row.wire == "org.tenpoint.registration.PersonRegistered.v1"
        assert (row.day, row.token, row.body) == (day, TOKEN, encode(event))

    async def test_the_day_is_that_of_the_transaction_if_not_said(self, desk: Desk) -> None:
        await desk.tell()

        [row] = await desk.unsent()
        assert row.day == NOW.date()
        assert row.token is None

    async def test_numbers_have_no_gap_per_topic_and_key(self, desk: Desk) -> None:
        for person in (A, B, A):
            await desk.tell(person)
        await desk.guard(A)

        rows = await desk.unsent()

        assert [(row.topic, row.key, row.sequence) for row in rows] == [
            (Topic.EVENTS, A, 1),
            (Topic.EVENTS, B, 1),
            (Topic.EVENTS, A, 2),
            (Topic.CONTROL, A, 1),
        ]

    async def test_a_number_of_an_undone_transaction_is_given_again(self, desk: Desk) -> None:
        def work(session: Session) -> None:
            desk.open(session).add(PersonRegistered(person=A))
            raise NotFound

        with pytest.raises(NotFound):
            await desk.database.transact(work)
        await desk.tell()

        assert [row.sequence for row in await desk.unsent()] == [1]

    async def test_an_event_without_subject_is_keyed_by_its_author(self, desk: Desk) -> None:
        event = StreamGapFound(partition=0, after=0)

        await desk.database.transact(lambda session: desk.open(session).add(event))

        assert [row.key for row in await desk.unsent()] == [RECEPTION]

    @pytest.mark.parametrize(
        "event", [CorrectionProposed(person=A), StreamResumed(partition=0, next=1)]
    )
    async def test_an_event_of_another_author_is_refused(self, desk: Desk, event: Event) -> None:
        with pytest.raises(TypeError):
            await desk.database.transact(lambda session: desk.open(session).add(event))

        assert await desk.unsent() == []

    async def test_an_event_too_large_for_a_carrier_is_refused(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        size = len(encode(SafeguardsStated(person=A)))

        monkeypatch.setattr(subject, "LARGEST_BODY", size)
        await desk.guard()
        monkeypatch.setattr(subject, "LARGEST_BODY", size - 1)
        with pytest.raises(Invalid) as caught:
            await desk.guard()

        assert caught.value.fields == ("size",)
        assert len(await desk.unsent()) == 1

    async def test_unsent_rows_come_in_the_order_of_writing_up_to_the_limit(
        self, desk: Desk
    ) -> None:
        events = [await desk.tell(person) for person in (A, B, A)]

        rows = await desk.unsent(2)

        assert [row.event_id for row in rows] == events[:2]

    async def test_a_sent_row_is_not_sent_again_by_itself(self, desk: Desk) -> None:
        events = [await desk.tell() for _ in range(2)]
        [first, _] = await desk.unsent()

        await desk.database.transact(lambda session: desk.open(session).mark_sent(first.seq, 0, 7))

        assert await desk.unsent_ids() == events[1:]

    async def test_only_a_transaction_that_announces_wakes_the_relay(self, desk: Desk) -> None:
        wakes: list[int] = []
        desk.database.when_announced(lambda: wakes.append(1))

        await desk.unsent()
        assert not wakes
        await desk.tell()

        assert wakes == [1]

    async def test_an_undone_transaction_wakes_nobody(self, desk: Desk) -> None:
        wakes: list[int] = []
        desk.database.when_announced(lambda: wakes.append(1))

        def work(session: Session) -> None:
            desk.open(session).add(PersonRegistered(person=A))
            raise NotFound

        with pytest.raises(NotFound):
            await desk.database.transact(work)

        assert not wakes
