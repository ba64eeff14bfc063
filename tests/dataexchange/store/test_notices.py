"""Notices and questions as the tables keep them, over a gap and a rebuilt recipient."""

import msgspec
from sqlmodel import select

from services.dataexchange.handlers import views
from services.dataexchange.store.books import open_book
from services.dataexchange.store.policy import policy_of
from services.dataexchange.store.tables import NoticeRow, RestateRow
from shared.events.control import (
    ConsentWithdrawn,
    ErasureConfirmed,
    RestateEnded,
    StreamGapFound,
)
from shared.kernel.agencies import RECEPTION, UNHCR, Agency
from shared.kernel.identifiers import Kind, NoticeRef, Reference, TokenRef, issued
from tests.builders import a_message
from tests.dataexchange.handlers.test_permission import agree
from tests.dataexchange.world import World


def withdrawn(world: World) -> tuple[NoticeRef, int]:
    """Somebody agreed and took it back; the notice, and the partition that it went to."""
    person = world.register()
    agree(world, person)
    world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.lead()
    [record] = world.heard(UNHCR, "ErasureAsked")
    notice = msgspec.json.decode(record.value)["notice"]
    return NoticeRef(Reference(notice)), record.partition.number


def gap(world: World, partition: int, agency: Agency = UNHCR) -> None:
    world.say(agency, StreamGapFound(partition=partition, after=0))
    world.lead()


def test_a_notice_without_a_receipt_is_repeated(world: World) -> None:
    _, partition = withdrawn(world)

    gap(world, partition)

    assert len(world.heard(UNHCR, "ErasureAsked")) == 2


def test_a_recipient_rebuilt_from_an_old_copy_hears_what_it_had_erased_too(world: World) -> None:
    notice, partition = withdrawn(world)
    world.say(UNHCR, ErasureConfirmed(notice=notice, outcome="ERASED"))
    world.lead()

    gap(world, partition)

    first, second = world.heard(UNHCR, "ErasureAsked")
    assert first.value == second.value


def test_a_repeated_notice_keeps_its_receipt(world: World) -> None:
    notice, partition = withdrawn(world)
    world.say(UNHCR, ErasureConfirmed(notice=notice, outcome="KEPT_BY_LAW"))
    world.lead()

    gap(world, partition)

    [row] = world.ask(lambda session: [one.outcome for one in session.exec(select(NoticeRow))])
    assert row == "KEPT_BY_LAW"
    assert world.ask(views.counts)["confirmed"] == 1


def test_a_gap_in_a_partition_beyond_what_a_table_holds_is_answered(world: World) -> None:
    [told] = world.say(UNHCR, StreamGapFound(partition=10**30, after=0))
    world.lead()

    assert told in world.answers(UNHCR)
    assert world.heard(UNHCR, "StreamResumed") == []


def test_a_restates_end_beyond_what_a_table_holds_is_answered(world: World) -> None:
    token = TokenRef(issued(Kind.RESTATE, world.town.make_id))
    [told] = world.say(RECEPTION, RestateEnded(token=token, events=10**30))
    world.lead()

    assert told in world.answers(RECEPTION)


def open_questions(world: World) -> set[str]:
    """The questions that a gap of reception would read back."""

    def work(session: object) -> set[str]:
        desk = world.leader.desk(session)  # type: ignore[arg-type]
        policy = policy_of(desk.session, desk.deployment, on=desk.at.date())
        event = StreamGapFound(partition=0, after=0)
        return set(open_book(desk.session, [a_message(RECEPTION, event)], policy).restates)

    return world.ask(work)


def test_only_unanswered_questions_are_read_back(world: World) -> None:
    person = world.register()
    agree(world, person)
    assert open_questions(world) == set()

    world.say(RECEPTION, ConsentWithdrawn(person=person))
    gap(world, 0)
    gap(world, 1)
    gap(world, 2)

    tokens = world.ask(
        lambda session: {
            one.token for one in session.exec(select(RestateRow)) if one.events is None
        }
    )
    assert open_questions(world) == tokens != set()
