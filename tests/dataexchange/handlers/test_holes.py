"""A control record whose very envelope is broken: its person is stopped until all is repeated."""

import msgspec

from services.dataexchange.store import holes
from shared.codes.places import NameText
from shared.events.control import ControlRepeated
from shared.events.exchange import Outcome
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.kernel.identifiers import PersonRef
from shared.messaging.bus import Message
from tests.crashes.adversary import at_once
from tests.dataexchange.handlers.test_commit import add
from tests.dataexchange.world import World


def break_an_envelope(world: World, person: PersonRef) -> None:
    """Something of reception's stands on its control topic that nobody can read."""
    broken = Message("gov-reception.control.v1", person.encode(), b"{}", (("ce_id", b"x"),))
    at_once(world.town.log.as_principal(RECEPTION).publish([broken]))


def renamed(person: PersonRef, name: str) -> RegistrationUpdated:
    return RegistrationUpdated(person=person, given_name=NameText(name))


def test_its_person_is_stopped_and_nobody_else(world: World) -> None:
    person, other = world.register(), world.register()
    break_an_envelope(world, person)

    [stopped, free] = world.say(RECEPTION, renamed(person, "Myra"), renamed(other, "Tomo"))
    world.lead()

    assert world.answers(RECEPTION)[stopped] == (Outcome.HELD, "stopped")
    assert world.answers(RECEPTION)[free] == (Outcome.TAKEN, None)
    assert all(b"Myra" not in one.value for one in world.heard(UNHCR, "RegistrationUpdated"))


def test_the_author_is_told_at_once_and_ends_it_by_saying_everything_again(world: World) -> None:
    person = world.register()
    break_an_envelope(world, person)
    [stopped] = world.say(RECEPTION, renamed(person, "Myra"))
    world.lead()
    [head] = world.heard(RECEPTION, "HeadSigned")[-1:]
    hole = msgspec.json.decode(head.value)["hole"]

    world.say(RECEPTION, ControlRepeated(hole=hole))
    world.lead()
    office = world.town.offices[RECEPTION]
    office.ask(lambda session: office.outbox(session).resend())
    world.send(RECEPTION)
    world.lead()

    assert world.ask(holes.open_holes) == {}
    assert world.answers(RECEPTION)[stopped] == (Outcome.TAKEN, None)
    assert len(world.heard(UNHCR, "RegistrationUpdated")) == 1


def test_a_second_one_asks_for_a_repeat_of_its_own(world: World) -> None:
    person = world.register()
    break_an_envelope(world, person)
    world.lead()
    first = world.ask(holes.open_holes)[RECEPTION]
    break_an_envelope(world, person)
    world.lead()

    world.say(RECEPTION, ControlRepeated(hole=first))
    world.lead()

    assert world.ask(holes.open_holes)[RECEPTION] > first
    stopped = add(world, renamed(person, "Myra"))
    world.send(RECEPTION)
    world.lead()
    assert world.answers(RECEPTION)[stopped] == (Outcome.HELD, "stopped")
