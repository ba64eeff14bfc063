"""What was decided is sent as decided, or a marker in its place: whoever leads, whatever fell."""

import msgspec
import pytest

from services.dataexchange.handlers.commit import commit
from services.dataexchange.store import holes, log
from shared.codes.places import NameText, PhoneText
from shared.events.control import ConsentWithdrawn, WithholdingSet
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.errors import Fenced, Unavailable
from shared.messaging.bus import Partition
from tests.crashes.adversary import at_once
from tests.dataexchange.handlers.test_permission import agree, contacts
from tests.dataexchange.world import World


class Mute:
    """A carrier that takes nothing, and answers everything else as the real one."""

    def __init__(self, inner: object) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    async def publish(self, _: object) -> object:
        raise Unavailable


def decided_and_not_sent(world: World) -> None:
    """The leader decides what is there, and dies before anything is sent."""
    world.leader.bus = Mute(world.leader.bus)  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        at_once(world.leader.step())


def test_the_next_leader_sends_the_same(world: World) -> None:
    person = world.register()
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    decided_and_not_sent(world)

    world.lead(world.new_leader())

    [record] = world.heard(UNHCR, "RegistrationUpdated")
    assert msgspec.json.decode(record.value)["given_name"] == "New"
    assert world.heard(UNHCR, "ReleaseRescinded") == []


def test_a_no_between_decision_and_delivery_turns_content_into_a_marker_for_ever(
    world: World,
) -> None:
    person = world.register()
    agree(world, person)
    world.say(RECEPTION, RegistrationUpdated(person=person, contact=PhoneText("000 0777")))
    decided_and_not_sent(world)
    world.say(RECEPTION, ConsentWithdrawn(person=person))

    second = world.new_leader()
    world.lead(second)

    assert "000 0777" not in contacts(world)
    assert len(world.heard(UNHCR, "ReleaseRescinded")) == 1
    numbers = [
        int((one.header("ce_id") or b"").rpartition(b":")[2])
        for one in world.stream(UNHCR)
        if one.partition == world.heard(UNHCR, "ReleaseRescinded")[0].partition
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def test_content_whose_source_is_gone_becomes_a_marker_and_is_asked_for_again(
    world: World,
) -> None:
    person = world.register()
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    decided_and_not_sent(world)
    topic = "gov-reception.events.v1"
    for place, end in at_once(world.town.log.as_principal("exchange").end_offsets([topic])).items():
        world.town.log.truncate(place, before=end)

    world.lead(world.new_leader())

    assert len(world.heard(UNHCR, "ReleaseRescinded")) == 1
    assert len(world.heard(RECEPTION, "RestateAsked")) == 1


def test_a_leader_of_an_earlier_epoch_writes_nothing(world: World) -> None:
    world.register()
    old = world.leader
    size = world.ask(log.lock_head).size
    world.lead(world.new_leader())
    after = world.ask(log.lock_head).size

    with pytest.raises(Fenced):
        world.ask(lambda session: commit([], epoch=old.leading(), desk=old.desk(session)))

    assert world.ask(log.lock_head).size == after > size


def test_only_one_leads_while_the_lease_lasts(world: World) -> None:
    world.lead()
    rival = world.new_leader()
    world.town.adversary._now_s -= 20  # noqa: SLF001 - the virtual clock of these tests

    assert at_once(rival.lead()) is False


def test_nothing_is_decided_while_a_restriction_may_have_vanished(world: World) -> None:
    person = world.register()
    wish = WithholdingSet(person=person, from_=(UNHCR,), categories=(Category.FULL_NAME,))
    world.say(RECEPTION, wish)
    world.town.log.truncate(Partition("gov-reception.control.v1", 0), before=2)
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    world.lead()

    assert world.heard(UNHCR, "RegistrationUpdated") == []
    [head] = world.heard(RECEPTION, "HeadSigned")[-1:]
    assert msgspec.json.decode(head.value)["hole"] == world.ask(holes.open_holes)[RECEPTION]


def test_control_is_read_before_data_that_came_earlier(world: World) -> None:
    person = world.register()
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    wish = WithholdingSet(person=person, from_=(UNHCR,), categories=(Category.FULL_NAME,))
    world.say(RECEPTION, wish)

    world.lead()

    assert all(b"New" not in one.value for one in world.heard(UNHCR, "RegistrationUpdated"))


def test_nothing_is_decided_when_control_cannot_be_read(world: World) -> None:
    person = world.register()
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))

    class Deaf(Mute):
        async def end_offsets(self, _: object) -> object:
            raise Unavailable

    world.leader.bus = Deaf(world.leader.bus)  # type: ignore[assignment]
    size = world.ask(log.lock_head).size
    with pytest.raises(Unavailable):
        at_once(world.leader.step())

    assert world.ask(log.lock_head).size == size
