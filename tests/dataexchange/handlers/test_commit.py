"""What becomes of each message: answered once, held, refused, or taken in its turn."""

from functools import partial
from typing import Any

import msgspec
import pytest
from sqlmodel import Session, select

from services.dataexchange.commands import RedriveHeld
from services.dataexchange.handlers import views
from services.dataexchange.handlers.redrive import redrive_held
from shared.codes.places import NameText
from shared.events.control import ProtectionConcernRaised, WithholdingSet
from shared.events.event import Event
from shared.events.exchange import Outcome
from shared.events.profiling import CorrectionProposed
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency
from shared.kernel.categories import Category
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Kind, PersonRef, Reference, issued, own
from shared.messaging.bus import Message, Span
from tests.crashes.adversary import at_once
from tests.dataexchange.world import World, adult, registered

BROKEN = b'{"person": 1'
TOPICS = ("gov-reception.control.v1", "gov-reception.events.v1")


def add(world: World, event: Event) -> str:
    """Write an event into reception's outbox without sending it."""
    office = world.town.offices[RECEPTION]
    return str(office.ask(lambda session: office.outbox(session).add(event)))


def rewrite(world: World, event: str, body: bytes, *, agency: Agency = RECEPTION) -> bytes:
    """Put other words into an event in an agency's outbox, to be sent again; return the old."""
    office = world.town.offices[agency]

    def work(session: Session) -> bytes:
        table: Any = office.tables.outbox
        row: Any = session.exec(select(table).where(table.event_id == event)).one()
        before: bytes = row.body
        row.body, row.sent_at = body, None
        session.add(row)
        return before

    return office.ask(work)


def wish(person: PersonRef, *, on: bool = True) -> WithholdingSet:
    return WithholdingSet(person=person, from_=(UNHCR,), categories=(Category.FULL_NAME,), on=on)


def person_of(world: World) -> PersonRef:
    return PersonRef(own(Kind.PERSON, world.town.make_id))


def test_a_registration_reaches_unhcr_in_its_own_terms(world: World) -> None:
    person = world.register()

    [record] = world.heard(UNHCR, "PersonRegistered")
    told = msgspec.json.decode(record.value)

    assert told["given_name"] == "Mira"
    assert "contact" not in told
    assert person.encode() not in record.value + record.key
    assert told["person"] == record.key.decode()


def test_what_comes_twice_is_answered_again_and_told_once(world: World) -> None:
    world.register()
    bus, reader = world.town.log.as_principal(RECEPTION), world.town.log.as_principal(EXCHANGE)
    for topic in TOPICS:
        ends = at_once(reader.end_offsets([topic]))
        records = at_once(reader.read([Span(place, 0, end) for place, end in ends.items() if end]))
        again = [Message(topic, one.key, one.value, one.headers) for one in records]
        at_once(bus.publish(again))

    world.lead()

    assert len(world.heard(UNHCR, "PersonRegistered")) == 1
    assert len(world.heard(RECEPTION, "DecisionMade")) == 4
    assert {verdict for verdict, _ in world.answers(RECEPTION).values()} == {Outcome.TAKEN}


def test_an_event_before_its_turn_is_held_until_the_gap_is_filled(world: World) -> None:
    person = person_of(world)
    world.say(RECEPTION, adult(person))
    first = add(world, registered(person))
    words = rewrite(world, first, BROKEN)
    later = add(world, RegistrationUpdated(person=person, given_name=NameText("Tomo")))
    world.send(RECEPTION)
    world.lead()

    assert world.answers(RECEPTION)[first] == (Outcome.HELD, "unreadable")
    assert world.answers(RECEPTION)[later] == (Outcome.HELD, "behind")
    assert world.heard(UNHCR, "RegistrationUpdated") == []

    rewrite(world, first, words)
    office = world.town.offices[RECEPTION]
    office.ask(lambda session: office.outbox(session).resend())
    world.send(RECEPTION)
    world.lead()

    assert world.answers(RECEPTION)[later] == (Outcome.TAKEN, None)
    assert len(world.heard(UNHCR, "RegistrationUpdated")) == 1


def test_poison_holds_its_person_and_nobody_else(world: World) -> None:
    poisoned = person_of(world)
    world.say(RECEPTION, adult(poisoned))
    rewrite(world, add(world, registered(poisoned)), BROKEN)
    world.send(RECEPTION)

    world.register()

    assert len(world.heard(UNHCR, "PersonRegistered")) == 1
    assert [one.code for one in world.ask(views.held)] == ["unreadable"]


def test_a_restriction_that_cannot_be_read_stops_everything_about_its_person(
    world: World,
) -> None:
    person = world.register()
    other = world.register()
    restriction = add(world, wish(person))
    words = rewrite(world, restriction, BROKEN)
    world.send(RECEPTION)
    world.lead()

    news = [RegistrationUpdated(person=one, given_name=NameText("New")) for one in (person, other)]
    [held, taken] = world.say(RECEPTION, *news)
    world.lead()
    assert world.answers(RECEPTION)[held] == (Outcome.HELD, "stopped")
    assert world.answers(RECEPTION)[taken] == (Outcome.TAKEN, None)

    rewrite(world, restriction, words)
    world.send(RECEPTION)
    world.lead()
    assert world.answers(RECEPTION)[held] == (Outcome.HELD, "again")

    office = world.town.offices[RECEPTION]
    office.ask(lambda session: office.outbox(session).resend(key=person))
    world.send(RECEPTION)
    world.lead()
    assert world.answers(RECEPTION)[held] == (Outcome.TAKEN, None)
    assert b"New" not in b"".join(
        one.value
        for one in world.heard(UNHCR, "RegistrationUpdated")
        if one.key.decode() == world.unhcr_calls(0)
    )


def test_two_unreadable_restrictions_stop_until_both_are_mended(world: World) -> None:
    person = world.register()
    first, second = add(world, wish(person)), add(world, wish(person, on=False))
    words = [rewrite(world, one, BROKEN) for one in (first, second)]
    world.send(RECEPTION)
    world.lead()

    rewrite(world, first, words[0])
    world.send(RECEPTION)
    [news] = world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    world.lead()

    assert world.answers(RECEPTION)[news] == (Outcome.HELD, "stopped")


def test_a_restriction_acts_before_its_turn(world: World) -> None:
    person = world.register()
    gap = add(world, wish(person, on=False))
    words = rewrite(world, gap, BROKEN)
    [early] = world.say(RECEPTION, wish(person))
    world.lead()

    assert world.answers(RECEPTION)[early] == (Outcome.TAKEN, None)

    rewrite(world, gap, words)
    world.send(RECEPTION)
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    world.lead()
    assert all(b"New" not in one.value for one in world.heard(UNHCR, "RegistrationUpdated"))


@pytest.mark.parametrize(
    ("reference", "code"), [("issued", "unknown_reference"), ("mistyped", "bad_reference")]
)
def test_a_reference_that_names_nobody_is_refused(world: World, reference: str, code: str) -> None:
    person = person_of(world)
    if reference == "issued":
        person = PersonRef(issued(Kind.PERSON, world.town.make_id))
    else:
        last = "0" if person[-1] != "0" else "1"
        person = PersonRef(Reference(person[:-1] + last))

    [told] = world.say(RECEPTION, registered(person))
    world.lead()

    assert world.answers(RECEPTION)[told] == (Outcome.REFUSED, code)
    assert world.heard(UNHCR, "PersonRegistered") == []


def test_a_token_that_was_not_given_opens_nothing(world: World) -> None:
    person = world.register()
    token: Any = issued(Kind.RESTATE, world.town.make_id)
    news = RegistrationUpdated(person=person, given_name=NameText("New"))

    [told] = world.say(RECEPTION, news, token=token)
    world.lead()

    assert world.answers(RECEPTION)[told] == (Outcome.REFUSED, "unknown_token")
    assert world.heard(UNHCR, "RegistrationUpdated") == []


def test_a_correction_goes_back_in_receptions_terms(world: World) -> None:
    person = world.register()
    about = world.unhcr_calls()

    world.say(UNHCR, CorrectionProposed(person=about, given_name=NameText("Myra")))
    world.lead()

    [record] = world.heard(RECEPTION, "CorrectionProposed")
    assert record.key.decode() == person


def test_a_concern_reaches_unhcr_even_before_the_person_is_registered(world: World) -> None:
    person = person_of(world)

    [told] = world.say(RECEPTION, ProtectionConcernRaised(person=person))
    world.lead()

    assert world.answers(RECEPTION)[told] == (Outcome.TAKEN, None)
    assert len(world.heard(UNHCR, "ProtectionConcernRaised")) == 1


def test_news_that_unhcr_may_not_see_is_no_news(world: World) -> None:
    person = world.register()
    same = registered(person)
    kept = {name: getattr(same, name) for name in same.__struct_fields__}

    world.say(RECEPTION, RegistrationUpdated(**(kept | {"contact": "000 9999"})))
    world.lead()

    assert world.heard(UNHCR, "RegistrationUpdated") == []


def test_an_operator_asks_the_author_again_by_a_handle(world: World) -> None:
    person = person_of(world)
    world.say(RECEPTION, adult(person))
    told = add(world, registered(person))
    rewrite(world, told, BROKEN)
    world.send(RECEPTION)
    world.lead()
    [held] = world.ask(views.held)

    command = RedriveHeld(handle=held.handle)
    world.ask(lambda session: redrive_held(command, desk=world.leader.desk(session)))
    world.lead()

    assert world.answers(RECEPTION)[told] == (Outcome.HELD, "again")
    assert person not in held.handle
    with pytest.raises(NotFound):
        world.ask(partial(redrive, world))


def redrive(world: World, session: Session) -> None:
    redrive_held(RedriveHeld(handle="nothing"), desk=world.leader.desk(session))
