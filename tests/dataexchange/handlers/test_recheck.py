"""What waits to be sent is looked at again: narrowed or gone, it is never sent, and not lost."""

import msgspec
import pytest

from services.dataexchange.handlers.deliver import recheck
from services.dataexchange.store import holes, log
from shared.codes.places import NameText
from shared.events.control import ProtectionConcernRaised, SafeguardsStated, WithholdingSet
from shared.events.event import Event
from shared.events.profiling import CorrectionProposed
from shared.events.registration import RegistrationUpdated
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState
from shared.kernel.errors import Fenced
from shared.kernel.identifiers import Kind, PersonRef, own
from shared.messaging.bus import Message, Partition, Record, Span
from tests.crashes.adversary import at_once
from tests.dataexchange.handlers.test_commit import BROKEN, add, rewrite
from tests.dataexchange.handlers.test_deliver import decided_and_not_sent
from tests.dataexchange.world import World

CONTROL = "gov-reception.control.v1"
NOTE = Sealed(
    suite=1,
    category=Category.FEAR_OF_RETURN,
    recipient=UNHCR,
    key=KeyId("k1"),
    nonce=b"nonce",
    sealed=b"sealed",
)


def forget_everything(world: World, topic: str) -> None:
    ends = at_once(world.town.log.as_principal(EXCHANGE).end_offsets([topic]))
    for place, end in ends.items():
        world.town.log.truncate(place, before=end)


def concerns(world: World) -> list[dict[str, object]]:
    return [msgspec.json.decode(one.value) for one in world.heard(UNHCR, "ProtectionConcernRaised")]


def raised(world: World) -> Event:
    return ProtectionConcernRaised(person=world.register(), note=NOTE)


def test_a_concern_whose_record_is_gone_is_told_as_a_reference(world: World) -> None:
    world.say(RECEPTION, raised(world))
    decided_and_not_sent(world)
    forget_everything(world, CONTROL)

    world.lead(world.new_leader())

    assert concerns(world) == [{"person": world.unhcr_calls()}]
    assert len(world.heard(UNHCR, "ReleaseRescinded")) == 1


def test_a_concern_is_told_while_a_restriction_may_have_vanished(world: World) -> None:
    world.say(RECEPTION, raised(world))
    decided_and_not_sent(world)
    world.say(RECEPTION, WithholdingSet(person=PersonRef(own(Kind.PERSON, world.town.make_id))))
    forget_everything(world, CONTROL)

    world.lead(world.new_leader())

    assert world.ask(holes.open_holes)
    assert concerns(world) == [{"person": world.unhcr_calls()}]


def test_a_concern_is_told_while_its_person_is_stopped(world: World) -> None:
    concern = raised(world)
    world.say(RECEPTION, concern)
    decided_and_not_sent(world)
    rewrite(world, add(world, WithholdingSet(person=concern.person)), BROKEN)  # type: ignore[attr-defined]
    world.send(RECEPTION)

    world.lead(world.new_leader())

    assert concerns(world) == [{"person": world.unhcr_calls()}]


def test_a_note_that_may_go_no_longer_stays_and_the_concern_goes(world: World) -> None:
    concern = raised(world)
    world.say(RECEPTION, concern)
    decided_and_not_sent(world)
    scope = (Category.FEAR_OF_RETURN,)
    wish = WithholdingSet(person=concern.person, from_=(UNHCR,), categories=scope)  # type: ignore[attr-defined]
    world.say(RECEPTION, wish)

    world.lead(world.new_leader())

    assert concerns(world) == [{"person": world.unhcr_calls()}]


def test_a_concern_that_may_go_goes_with_its_note_and_once(world: World) -> None:
    world.say(RECEPTION, raised(world))
    decided_and_not_sent(world)

    world.lead(world.new_leader())

    [told] = concerns(world)
    assert "note" in told


def pending_update(world: World) -> int:
    """The number of a record that holds content which was not sent."""
    person = world.register()
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    decided_and_not_sent(world)
    return max(world.ask(log.pending))


def test_a_marker_stays_a_marker_although_the_content_could_be_made_again(world: World) -> None:
    number = pending_update(world)
    second = world.new_leader()
    at_once(second.lead())
    _, body = world.ask(lambda session: log.read(session, number))
    sources = at_once(second.intake.sources_of(body))

    def look(kept: dict[int, object]) -> list[str]:
        due = world.ask(
            lambda session: recheck(
                number,
                kept,  # type: ignore[arg-type]
                epoch=second.leading(),
                desk=second.desk(session),
            )
        )
        return [one.wire.split(".")[-2] for one in due.releases]

    assert "RegistrationUpdated" in look(dict(sources))
    assert "ReleaseRescinded" in look({})
    assert "ReleaseRescinded" in look(dict(sources))


def test_a_marker_says_nothing_about_what_it_replaces(world: World) -> None:
    pending_update(world)
    forget_everything(world, "gov-reception.events.v1")

    world.lead(world.new_leader())

    [marker] = world.heard(UNHCR, "ReleaseRescinded")
    assert (marker.key, marker.value) == (b"exchange", b"{}")


def test_what_was_rescinded_can_be_told_again_although_it_is_no_news(world: World) -> None:
    person = world.register()
    news = RegistrationUpdated(person=person, given_name=NameText("New"))
    world.say(RECEPTION, news)
    decided_and_not_sent(world)
    forget_everything(world, "gov-reception.events.v1")
    second = world.new_leader()
    world.lead(second)

    world.say(RECEPTION, news)
    world.lead(second)

    [told] = world.heard(UNHCR, "RegistrationUpdated")
    assert b"New" in told.value


def test_only_who_leads_looks_again(world: World) -> None:
    number = pending_update(world)
    old = world.leader
    at_once(world.new_leader().lead())

    with pytest.raises(Fenced):
        world.ask(lambda session: recheck(number, {}, epoch=old.leading(), desk=old.desk(session)))


def test_content_becomes_a_marker_while_a_restriction_may_have_vanished(world: World) -> None:
    pending_update(world)
    world.say(RECEPTION, WithholdingSet(person=PersonRef(own(Kind.PERSON, world.town.make_id))))
    forget_everything(world, CONTROL)

    world.lead(world.new_leader())

    assert world.heard(UNHCR, "RegistrationUpdated") == []
    assert len(world.heard(UNHCR, "ReleaseRescinded")) == 1


def test_positions_are_not_moved_by_looking(world: World) -> None:
    pending_update(world)
    before = world.ask(log.positions)[Partition(CONTROL, 0)]

    world.lead(world.new_leader())

    assert world.ask(log.positions)[Partition(CONTROL, 0)] == before


def untold(world: World, event: str) -> list[tuple[object, object]]:
    """What UNHCR was answered to one of its events, in order: code, and whether it was told."""
    answers = [
        one
        for record in world.heard(UNHCR, "DecisionMade")
        for one in msgspec.json.decode(record.value)["answers"]
        if one["event"] == event
    ]
    return [(one.get("code"), one.get("told")) for one in answers]


def test_the_author_of_a_directed_event_hears_that_it_was_rescinded(world: World) -> None:
    person = world.register()
    about = world.unhcr_calls()
    [told] = world.say(UNHCR, CorrectionProposed(person=about, given_name=NameText("Myra")))
    decided_and_not_sent(world)
    world.say(RECEPTION, WithholdingSet(person=person, from_=(RECEPTION,)))

    second = world.new_leader()
    world.lead(second)

    assert world.heard(RECEPTION, "CorrectionProposed") == []
    assert untold(world, told) == [(None, True), ("rescinded", False)]

    records = [one for one in inside(world, "unhcr.events.v1") if one.key.decode() == about]
    again = [Message("unhcr.events.v1", one.key, one.value, one.headers) for one in records]
    at_once(world.town.log.as_principal(UNHCR).publish(again))
    world.lead(second)

    assert untold(world, told)[-1] == ("rescinded", False)


def inside(world: World, topic: str) -> list[Record]:
    """What stands in an inside topic."""
    bus = world.town.log.as_principal(EXCHANGE)
    ends = at_once(bus.end_offsets([topic]))
    return at_once(bus.read([Span(place, 0, end) for place, end in ends.items()]))


def test_a_word_on_age_that_may_go_no_longer_is_neither_told_nor_lost(world: World) -> None:
    person = world.register()
    about = world.unhcr_calls()
    world.say(UNHCR, SafeguardsStated(person=about, treated_as_child=AgeState.CHILD))
    decided_and_not_sent(world)
    scope = (Category.AGE_BAND,)
    world.say(RECEPTION, WithholdingSet(person=person, from_=(RECEPTION,), categories=scope))

    world.lead(world.new_leader())

    assert world.heard(RECEPTION, "SafeguardsStated") == []
    assert len(world.heard(RECEPTION, "ReleaseRescinded")) == 1
    [asked] = world.heard(UNHCR, "RestateAsked")
    assert msgspec.json.decode(asked.value)["about"] == about
