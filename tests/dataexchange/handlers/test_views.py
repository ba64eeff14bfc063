"""What the exchange can show: numbers, codes and reasons, and nothing of anybody."""

import pytest

from services.dataexchange.handlers import views
from services.dataexchange.rules.explain import Gate
from services.dataexchange.rules.pair import Outcome
from shared.codes.places import NameText
from shared.events.control import ConsentWithdrawn, ErasureConfirmed, WithholdingSet
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Kind, NoticeRef, PersonRef, Reference, own
from tests.dataexchange.handlers.test_commit import BROKEN, add, rewrite
from tests.dataexchange.handlers.test_permission import agree, contacts
from tests.dataexchange.world import World, consent, task

CANARIES = ("Mira", "0142", "XTP-1")


def reasons(world: World, person: PersonRef, category: Category) -> tuple[Outcome, Gate | None]:
    shown = world.ask(
        lambda session: views.reasons(
            session,
            RECEPTION,
            person,
            deployment=world.town.deployment,
            authors={RECEPTION: (category,)},
            recipients=(UNHCR,),
            on=world.town.now().date(),
        )
    )
    [found] = shown
    return found.explanation.outcome, found.explanation.closed_by


def test_a_reason_names_the_first_gate_that_is_closed(world: World) -> None:
    person = world.register()
    contact = Category.CONTACT

    assert reasons(world, person, Category.FULL_NAME) == (Outcome.FULL, None)
    assert reasons(world, person, Category.HEALTH) == (Outcome.WITHHELD, Gate.MATRIX)
    assert reasons(world, person, contact) == (Outcome.WITHHELD, Gate.TASK)

    world.say(UNHCR, task(world.unhcr_calls()))
    world.lead()
    assert reasons(world, person, contact) == (Outcome.WITHHELD, Gate.CONSENT)

    world.say(RECEPTION, consent(world, person))
    world.lead()
    assert reasons(world, person, contact) == (Outcome.FULL, None)

    world.say(RECEPTION, WithholdingSet(person=person, from_=(UNHCR,), categories=(contact,)))
    world.lead()
    assert reasons(world, person, contact) == (Outcome.WITHHELD, Gate.WITHHELD)


def test_a_reason_and_what_is_told_agree(world: World) -> None:
    person = world.register()
    agree(world, person)
    assert reasons(world, person, Category.CONTACT)[0] is Outcome.FULL
    assert contacts(world) == ["000 0142"]

    world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("Tomo")))
    world.lead()

    assert reasons(world, person, Category.CONTACT) == (Outcome.WITHHELD, Gate.CONSENT)
    assert contacts(world) == ["000 0142"]


def test_a_person_whom_nobody_named_has_no_reasons(world: World) -> None:
    stranger = PersonRef(own(Kind.PERSON, world.town.make_id))

    with pytest.raises(NotFound):
        reasons(world, stranger, Category.FULL_NAME)


def test_an_agency_is_not_shown_somebody_under_anothers_name(world: World) -> None:
    world.register()
    theirs = world.unhcr_calls()

    with pytest.raises(NotFound):
        reasons(world, theirs, Category.FULL_NAME)


def test_numbers_follow_what_was_done(world: World) -> None:
    person = world.register()
    agree(world, person)
    world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.lead()
    counted = world.ask(views.counts)
    assert (counted["notices"], counted["confirmed"], counted["pending"]) == (1, 0, 0)
    assert (counted["restates"], counted["restated"], counted["given"]) == (1, 1, 2)

    [notice] = world.heard(UNHCR, "ErasureAsked")
    named = NoticeRef(Reference(notice.value.decode().split('"notice":"')[1].split('"')[0]))
    world.say(UNHCR, ErasureConfirmed(notice=named, outcome="ERASED"))
    world.lead()

    assert world.ask(views.counts)["confirmed"] == 1


def test_every_field_told_is_counted_once(world: World) -> None:
    world.register()

    counted = world.ask(views.tallies)

    towards_unhcr = {word: fields for (hearer, word), fields in counted.items() if hearer == UNHCR}
    assert towards_unhcr == {"full": 3, str(Gate.TASK): 1}


def test_nothing_of_anybody_is_shown(world: World) -> None:
    person = world.register()
    rewrite(world, add(world, WithholdingSet(person=person)), BROKEN)
    world.send(RECEPTION)
    world.lead()

    shown = [
        world.ask(views.held),
        world.ask(views.tallies),
        world.ask(views.counts),
        world.ask(lambda session: views.agreements(session, world.town.deployment)),
    ]

    assert all(shown)
    text = repr(shown)
    assert not any(canary in text for canary in (*CANARIES, person, world.unhcr_calls()))


def test_a_cause_stays_in_sight_when_a_restriction_overtakes_it(world: World) -> None:
    person = world.register()
    rewrite(world, add(world, WithholdingSet(person=person, on=False)), BROKEN)
    world.send(RECEPTION)
    world.lead()

    world.say(RECEPTION, WithholdingSet(person=person))
    world.lead()

    assert [one.code for one in world.ask(views.held)] == ["unreadable"]


def test_a_handle_is_the_same_each_time_and_anothers_for_another() -> None:
    assert views.handle_of("topic", "one") == views.handle_of("topic", "one")
    assert views.handle_of("topic", "one") != views.handle_of("topic", "two")
