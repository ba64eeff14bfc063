"""A restriction sent by HTTP acts before the answer; its record, when it comes, changes nothing."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlmodel import Session, select

from services.dataexchange.rules.facts import Barring, Opened, Statement
from services.dataexchange.store import log
from services.dataexchange.store.books import find_subject, open_subjects
from services.dataexchange.store.policy import policy_of
from services.dataexchange.store.tables import AggregateRow
from shared.codes.places import PhoneText
from shared.codes.protection import Barred, Stated
from shared.events.control import (
    ConsentWithdrawn,
    ProtectionConcernRaised,
    ProtectionStated,
    SafeguardsStated,
    TaskClosed,
    WithholdingSet,
)
from shared.events.event import Event
from shared.events.exchange import Outcome
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import RECEPTION, UNHCR, Agency
from shared.kernel.consent import AgeState
from shared.kernel.errors import Unavailable
from shared.kernel.identifiers import PersonRef, Reference
from shared.messaging.permissions import control_topic
from shared.storage.outbox import OutboxEntry
from tests.builders import TODAY
from tests.dataexchange.edge_world import (
    CP,
    a_met_person,
    a_statement,
    a_task,
    an_app,
    an_edge_world,
    as_sent,
    call,
)
from tests.dataexchange.handlers.test_deliver import decided_and_not_sent
from tests.dataexchange.handlers.test_permission import agree
from tests.dataexchange.handlers.test_recheck import NOTE
from tests.dataexchange.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with an_edge_world(tmp_path) as made:
        yield made


async def send(world: World, *events: Any, agency: str = CP) -> Any:
    return await call(an_app(world), "/v1/events", {"events": list(events)}, agency=agency)


def facts(world: World, agency: Agency, person: PersonRef) -> tuple[Any, ...]:
    """What the exchange knows of a person at this moment."""

    def look(session: Session) -> tuple[Any, ...]:
        subject = find_subject(session, agency, person)
        policy = policy_of(session, world.town.deployment, on=TODAY)
        found = open_subjects(session, {subject or ""}, policy).subjects.get(subject or "")
        return () if found is None else found.told()

    return world.ask(look)


def as_written(row: OutboxEntry) -> dict[str, Any]:
    """A row of an outbox as it is sent by HTTP, ahead of the relay."""
    return {
        "id": row.event_id, "type": row.wire, "day": row.day.isoformat(), "key": row.key,
        "sequence": row.sequence, "body": msgspec.json.decode(row.body),
    }  # fmt: skip


def written(world: World, agency: Agency, event: Event) -> dict[str, Any]:
    """Write an event into an outbox and return it as it is sent by HTTP."""
    office = world.town.offices[agency]
    office.ask(lambda session: office.outbox(session).add(event))
    return as_written(office.ask(lambda session: office.outbox(session).unsent(10))[-1])


async def test_a_restriction_is_in_the_log_when_the_answer_comes(world: World) -> None:
    person = a_met_person()
    sent = as_sent(a_statement(person))

    answer = await send(world, sent)

    [done] = answer.json()["events"]
    assert answer.status_code == 200
    assert (done["committed"], done["outcome"], done["code"]) == (True, "TAKEN", None)
    assert (done["topic"], done["offset"]) == (control_topic(CP), 0)
    assert {one.word for one in facts(world, CP, person)} == {Stated.YES, Stated.UNKNOWN}
    world.lead()
    assert world.answers(CP) == {sent["id"]: (Outcome.TAKEN, None)}


async def test_among_other_events_the_restrictions_are_committed_and_the_others_wait(
    world: World,
) -> None:
    person = a_met_person()

    answer = await send(world, as_sent(a_task(person)), as_sent(TaskClosed(person=person), 2))

    assert answer.status_code == 202
    assert [one["committed"] for one in answer.json()["events"]] == [False, True]
    world.lead()
    counted = world.ask(lambda session: session.exec(select(AggregateRow)).all())
    assert {(row.sequence, row.early) for row in counted if row.key == person} == {(2, "")}


async def test_its_record_is_a_duplicate_and_a_repeat_is_harmless(world: World) -> None:
    person = a_met_person()
    sent = as_sent(WithholdingSet(person=person))
    for _ in range(3):
        assert (await send(world, sent)).status_code == 200
    before = facts(world, CP, person)

    world.lead()
    await send(world, sent)
    world.lead()

    assert facts(world, CP, person) == before
    assert world.answers(CP) == {sent["id"]: (Outcome.TAKEN, None)}


async def test_what_is_only_a_no_waits_for_its_turn_and_what_tightens_beside_it_does_not(
    world: World,
) -> None:
    person = a_met_person()
    all_no: Any = {kind.lower(): Stated.NO for kind in Barred}
    lifted = as_sent(WithholdingSet(person=person, on=False))
    clear = as_sent(ProtectionStated(person=person, **all_no), 2)
    mixed = as_sent(ProtectionStated(person=person, **(all_no | {"removal": Stated.YES})), 3)

    answer = await send(world, lifted, clear, mixed)

    done = answer.json()["events"]
    assert [one["committed"] for one in done] == [False, False, True]
    assert done[2]["outcome"] is None
    words = {one.kind: one.word for one in facts(world, CP, person) if isinstance(one, Barring)}
    assert words == dict.fromkeys(Barred, Stated.UNKNOWN) | {Barred.REMOVAL: Stated.YES}
    world.lead()
    words = {one.kind: one.word for one in facts(world, CP, person) if isinstance(one, Barring)}
    assert words == dict.fromkeys(Barred, Stated.NO) | {Barred.REMOVAL: Stated.YES}
    assert {one[0] for one in world.answers(CP).values()} == {Outcome.TAKEN}


async def test_a_concern_acts_at_once_and_its_note_comes_with_its_record(world: World) -> None:
    person = a_met_person()
    sent = as_sent(ProtectionConcernRaised(person=person, note=NOTE))

    answer = await send(world, sent)

    [done] = answer.json()["events"]
    assert (answer.status_code, done["committed"], done["outcome"]) == (200, True, None)
    assert any(isinstance(one, Opened) for one in facts(world, CP, person))
    assert world.heard(UNHCR, "ProtectionConcernRaised") == []
    decided_and_not_sent(world)
    world.lead(world.new_leader())
    [told] = world.heard(UNHCR, "ProtectionConcernRaised")
    assert "note" in msgspec.json.decode(told.value)
    assert world.answers(CP) == {sent["id"]: (Outcome.TAKEN, None)}


async def test_a_word_on_age_acts_at_once_and_is_told_with_its_record(world: World) -> None:
    person = a_met_person()
    sent = as_sent(SafeguardsStated(person=person, treated_as_child=AgeState.CHILD))

    await send(world, sent)
    await send(world, sent)

    [told] = facts(world, CP, person)
    assert isinstance(told, Statement)
    world.lead()
    assert facts(world, CP, person) == (told,)


async def test_a_no_by_http_is_honoured_by_data_that_is_judged_after_it(world: World) -> None:
    person = world.register()
    agree(world, person)
    withdrawal = written(world, RECEPTION, ConsentWithdrawn(person=person))
    office = world.town.offices[RECEPTION]

    answer = await send(world, withdrawal, agency=RECEPTION)
    office.ask(partial(tell_again, office, person))
    world.send(RECEPTION)
    world.lead()

    assert answer.status_code == 200
    assert answer.json()["events"][0]["topic"] is None
    assert world.answers(RECEPTION)[withdrawal["id"]] == (Outcome.TAKEN, None)
    assert len(world.heard(UNHCR, "ErasureAsked")) == 1
    assert all(b"000 0777" not in one.value for one in world.stream(UNHCR))


def tell_again(office: Any, person: PersonRef, session: Session) -> None:
    contact = RegistrationUpdated(person=person, contact=PhoneText("000 0777"))
    office.outbox(session).add(contact)


async def test_a_restriction_that_was_counted_has_no_effect_when_it_comes_again(
    world: World,
) -> None:
    person = a_met_person()
    concern = as_sent(ProtectionConcernRaised(person=person))
    await send(world, concern)
    world.lead()
    size = world.ask(lambda session: log.lock_head(session).size)

    await send(world, concern)

    _, body = world.ask(lambda session: log.read(session, size))
    assert (body.kind, body.outcomes, body.releases) == ("urgent", (), ())


async def test_whoever_falls_between_record_and_commit_leaves_the_record_to_the_leader(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_met_person()

    def falls(*_: Any, **__: Any) -> Any:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr("services.dataexchange.handlers.edge.commit_restrictions", falls)
        answer = await send(world, as_sent(a_statement(person)))

    assert answer.status_code == 503
    assert facts(world, CP, person) == ()
    world.lead()
    assert len(facts(world, CP, person)) == len(Barred)


async def test_a_refused_restriction_is_answered_so_at_once(world: World) -> None:
    sent = as_sent(TaskClosed(person=PersonRef(Reference(a_met_person()[:-1] + "!"))))

    [done] = (await send(world, sent)).json()["events"]

    assert (done["outcome"], done["code"]) == ("REFUSED", "bad_reference")
