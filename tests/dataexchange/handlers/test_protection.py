"""A protection check through the whole exchange: asked once, answered once, the same ever after."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.dataexchange.handlers import leader as leading
from shared.codes.protection import Barred, Stated
from shared.events.control import (
    FeedAffirmed,
    ProtectionCheckAsked,
    ProtectionConcernRaised,
    ProtectionStated,
    TaskOpened,
)
from shared.events.event import Event
from shared.events.exchange import Outcome
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    IOM,
    RECEPTION,
    UNHCR,
    Agency,
    Purpose,
)
from shared.kernel.identifiers import EnquiryRef, Kind, PersonRef, Reference, own
from shared.messaging.bus import Record
from tests.crashes.town import UNTIL
from tests.dataexchange.handlers.test_deliver import decided_and_not_sent
from tests.dataexchange.handlers.test_holes import break_an_envelope
from tests.dataexchange.world import World, a_world

STATING = (UNHCR, ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING)
ALL_NO: Any = {kind.lower(): Stated.NO for kind in Barred}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path, agencies=(*STATING, BORDER, IOM, RECEPTION)) as made:
        yield made


def affirm(world: World, *agencies: Agency, until: datetime | None = None) -> None:
    for agency in agencies or STATING:
        world.say(agency, FeedAffirmed(complete_until=until or world.town.now()))


def worried(world: World, asker: Agency) -> tuple[PersonRef, PersonRef]:
    """Somebody whom the asker has met and told UNHCR of: what either calls her."""
    person = PersonRef(own(Kind.PERSON, world.town.make_id))
    world.say(asker, ProtectionConcernRaised(person=person))
    world.lead()
    told = world.heard(UNHCR, "ProtectionConcernRaised")[-1]
    return person, PersonRef(Reference(told.key.decode()))


def enquiry(world: World, person: PersonRef, kind: Barred = Barred.REMOVAL) -> Event:
    nonce = EnquiryRef(own(Kind.ENQUIRY, world.town.make_id))
    return ProtectionCheckAsked(about=person, nonce=nonce, kind=kind)


def check(world: World, asker: Agency, person: PersonRef) -> str:
    world.say(asker, enquiry(world, person))
    world.lead()
    return answer(world.heard(asker, "ProtectionCheckAnswered")[-1])


def answer(record: Record) -> str:
    return str(msgspec.json.decode(record.value)["answer"])


def cleared(world: World, asker: Agency) -> tuple[PersonRef, PersonRef]:
    person, theirs = worried(world, asker)
    world.say(UNHCR, ProtectionStated(person=theirs, **ALL_NO))
    affirm(world)
    return person, theirs


@pytest.mark.parametrize(("asker", "clear"), [(BORDER, "ASK_ASYLUM_AUTHORITY"), (IOM, "CLEAR")])
def test_unhcrs_no_clears_until_somebody_worries_again(
    world: World, asker: Agency, clear: str
) -> None:
    person, theirs = worried(world, asker)
    affirm(world)
    before = check(world, asker, person)
    world.say(UNHCR, ProtectionStated(person=theirs, **ALL_NO))
    stated = check(world, asker, person)
    world.say(asker, ProtectionConcernRaised(person=person))
    again = check(world, asker, person)

    assert (before, stated, again) == ("BLOCKED", clear, "BLOCKED")


def test_the_last_affirmation_is_remembered_and_grows_old(world: World) -> None:
    person, _ = cleared(world, BORDER)
    world.lead()
    day_ago = world.town.now() - timedelta(hours=24, minutes=1)
    affirm(world, CHILD_PROTECTION, until=day_ago)
    first = check(world, BORDER, person)

    world.town.adversary._now_s += 24 * 3601  # noqa: SLF001 - the virtual clock of these tests
    affirm(world, UNHCR, ASYLUM, ANTI_TRAFFICKING)

    assert first == "ASK_ASYLUM_AUTHORITY"
    assert check(world, BORDER, person) == "BLOCKED"
    affirm(world, CHILD_PROTECTION)
    assert check(world, BORDER, person) == "ASK_ASYLUM_AUTHORITY"


def test_an_answer_decided_before_a_crash_is_sent_after_it_and_sent_again_is_no_second(
    world: World,
) -> None:
    person, theirs = cleared(world, BORDER)
    world.lead()
    [asked] = world.say(BORDER, enquiry(world, person))
    decided_and_not_sent(world)
    world.say(UNHCR, ProtectionStated(person=theirs))
    world.town.offices[BORDER].ask(
        lambda session: world.town.offices[BORDER].outbox(session).resend()
    )
    world.send(BORDER)

    world.lead(world.new_leader())

    answers = world.heard(BORDER, "ProtectionCheckAnswered")
    assert [answer(one) for one in answers] == ["ASK_ASYLUM_AUTHORITY"]
    assert world.answers(BORDER)[asked] == (Outcome.TAKEN, None)


def test_a_restriction_read_with_an_enquiry_is_honoured_whoever_stands_first(world: World) -> None:
    person, theirs = cleared(world, BORDER)
    world.lead()
    world.say(BORDER, enquiry(world, person))
    world.say(UNHCR, ProtectionStated(person=theirs, removal=Stated.YES))

    world.lead()

    [one] = world.heard(BORDER, "ProtectionCheckAnswered")
    assert answer(one) == "BLOCKED"


def test_while_control_is_judged_in_parts_only_the_last_part_clears(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, theirs = cleared(world, BORDER)
    world.lead()
    monkeypatch.setattr(leading, "MOST", 1)
    world.say(BORDER, enquiry(world, person))
    world.say(UNHCR, ProtectionStated(person=theirs, removal=Stated.YES))

    world.lead()

    [one] = world.heard(BORDER, "ProtectionCheckAnswered")
    assert answer(one) == "BLOCKED"


def test_a_number_missing_about_her_blocks_until_it_comes(world: World) -> None:
    person, theirs = cleared(world, BORDER)
    world.lead()
    office = world.town.offices[UNHCR]
    later = TaskOpened(person=theirs, purpose=Purpose.PROFILING, until=UNTIL)
    office.ask(lambda session: office.outbox(session).add(later))
    [lost] = office.ask(lambda session: office.outbox(session).unsent(10))
    office.ask(lambda session: office.outbox(session).mark_sent(lost.seq, 0, 0))
    world.say(UNHCR, later)
    world.lead()

    blocked = check(world, BORDER, person)
    office.ask(lambda session: office.outbox(session).resend())
    world.send(UNHCR)

    assert blocked == "BLOCKED"
    assert check(world, BORDER, person) == "ASK_ASYLUM_AUTHORITY"


def test_a_record_that_nobody_can_read_blocks_everybodys_check(world: World) -> None:
    person, _ = cleared(world, BORDER)
    world.lead()
    break_an_envelope(world, PersonRef(Reference("?")))

    assert check(world, BORDER, person) == "BLOCKED"
    assert check(world, BORDER, person) == "BLOCKED"


def test_asking_is_heard_by_the_asker_alone(world: World) -> None:
    person, _ = cleared(world, BORDER)
    world.lead()
    before = {one: heard_but_heads(world, one) for one in world.town.offices}

    check(world, BORDER, person)

    after = {one: heard_but_heads(world, one) for one in world.town.offices}
    assert {one for one in after if after[one] != before[one]} == {BORDER}


def heard_but_heads(world: World, agency: Agency) -> int:
    return len(world.stream(agency)) - len(world.heard(agency, "HeadSigned"))
