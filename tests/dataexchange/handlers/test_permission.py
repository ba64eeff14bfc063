"""Permission usually comes after the data, and may go again: told again, erased, never rushed."""

import msgspec

from services.dataexchange.commands import ResumeAgreement, SuspendAgreement
from services.dataexchange.handlers import views
from services.dataexchange.handlers.agreements import resume_agreement, suspend_agreement
from services.dataexchange.store.policy import stored_agreements
from shared.codes.places import NameText, PhoneText
from shared.events.control import (
    ConsentWithdrawn,
    RestateEnded,
    StreamGapFound,
    TaskClosed,
    WithholdingSet,
)
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef, Reference, TokenRef
from tests.dataexchange.world import World, consent, registered, task


def restate(world: World, person: PersonRef) -> None:
    """Reception answers every question that it was asked so far."""
    same = registered(person)
    kept = {name: getattr(same, name) for name in same.__struct_fields__}
    for record in world.heard(RECEPTION, "RestateAsked"):
        token = TokenRef(Reference(msgspec.json.decode(record.value)["token"]))
        world.say(RECEPTION, RegistrationUpdated(**kept), token=token)
        world.say(RECEPTION, RestateEnded(token=token, events=1))
    world.lead()


def agree(world: World, person: PersonRef) -> None:
    """The person consents at reception, asks UNHCR for help, and reception tells again."""
    world.say(RECEPTION, consent(world, person))
    world.say(UNHCR, task(world.unhcr_calls()))
    world.lead()
    restate(world, person)


def contacts(world: World) -> list[str]:
    told = [msgspec.json.decode(one.value) for one in world.heard(UNHCR, "RegistrationUpdated")]
    return [one["contact"] for one in told if "contact" in one]


def test_a_telephone_needs_both_consent_and_the_persons_own_request(world: World) -> None:
    person = world.register()
    world.say(RECEPTION, consent(world, person))
    world.lead()
    assert world.heard(RECEPTION, "RestateAsked") == []

    world.say(UNHCR, task(world.unhcr_calls()))
    world.lead()
    assert len(world.heard(RECEPTION, "RestateAsked")) == 1

    restate(world, person)
    assert contacts(world) == ["000 0142"]
    assert world.ask(views.counts)["restated"] == 1


def test_the_question_never_says_who_wants_to_know(world: World) -> None:
    person = world.register()
    agree(world, person)

    [asked] = world.heard(RECEPTION, "RestateAsked")

    assert set(msgspec.json.decode(asked.value)) == {"about", "token"}
    assert b"unhcr" not in asked.value + b"".join(value for _, value in asked.headers)


def test_a_no_asks_to_erase_what_was_consented_to_and_only_that(world: World) -> None:
    person = world.register()
    agree(world, person)

    world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.lead()

    [notice] = world.heard(UNHCR, "ErasureAsked")
    told = msgspec.json.decode(notice.value)
    [release] = world.heard(UNHCR, "RegistrationUpdated")
    number = int((release.header("ce_id") or b"").rpartition(b":")[2])
    assert told["releases"] == [number]
    assert told["categories"] == [Category.CONTACT]
    assert notice.partition == release.partition
    assert notice.offset > release.offset


def test_after_a_no_nothing_is_told_until_a_later_yes(world: World) -> None:
    person = world.register()
    agree(world, person)
    [no] = world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.say(RECEPTION, RegistrationUpdated(person=person, contact=PhoneText("000 0143")))
    world.lead()
    assert contacts(world) == ["000 0142"]

    world.say(RECEPTION, consent(world, person))
    world.say(RECEPTION, RegistrationUpdated(person=person, contact=PhoneText("000 0144")))
    world.lead()
    assert contacts(world) == ["000 0142"]

    world.say(RECEPTION, consent(world, person, after=(no,)))
    world.say(RECEPTION, RegistrationUpdated(person=person, contact=PhoneText("000 0145")))
    world.lead()
    assert contacts(world) == ["000 0142", "000 0145"]


def test_a_no_that_comes_with_nobody_holding_anything_tells_nobody(world: World) -> None:
    person = world.register()

    world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.lead()

    assert world.heard(UNHCR, "ErasureAsked") == []


def test_lifting_a_wish_asks_reception_to_tell_again(world: World) -> None:
    person = world.register()
    scope = (Category.FULL_NAME,)
    world.say(RECEPTION, WithholdingSet(person=person, from_=(UNHCR,), categories=scope))
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    world.lead()
    assert all(b"New" not in one.value for one in world.heard(UNHCR, "RegistrationUpdated"))

    lifted = WithholdingSet(person=person, from_=(UNHCR,), categories=scope, on=False)
    world.say(RECEPTION, lifted)
    world.lead()

    assert len(world.heard(RECEPTION, "RestateAsked")) == 1


def test_an_agency_that_has_ended_its_task_hears_nothing_more(world: World) -> None:
    person = world.register()
    world.say(UNHCR, TaskClosed(person=world.unhcr_calls()))
    world.lead()

    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    world.lead()

    assert world.heard(UNHCR, "RegistrationUpdated") == []


def parties(by: Agency) -> SuspendAgreement:
    return SuspendAgreement(
        author=RECEPTION,
        recipient=UNHCR,
        purpose=Purpose.PROFILING,
        by=by,
    )


def test_either_party_stops_an_agreement_and_both_must_resume(world: World) -> None:
    person = world.register()
    world.ask(lambda s: suspend_agreement(parties(UNHCR), desk=world.leader.desk(s)))
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NameText("New")))
    world.lead()
    assert world.heard(UNHCR, "RegistrationUpdated") == []

    one = ResumeAgreement(**parties(RECEPTION).model_dump())
    world.ask(lambda s: resume_agreement(one, desk=world.leader.desk(s)))
    world.lead()
    assert world.heard(RECEPTION, "RestateAsked") == []

    other = ResumeAgreement(**parties(UNHCR).model_dump())
    world.ask(lambda s: resume_agreement(other, desk=world.leader.desk(s)))
    world.lead()
    assert len(world.heard(RECEPTION, "RestateAsked")) == 1


def test_the_newest_version_of_each_agreement_is_stored(world: World) -> None:
    stored = world.ask(lambda session: [row.serial for row in stored_agreements(session)])

    assert stored == [1, 2]


def test_a_recipient_rebuilt_from_nothing_hears_restrictions_first_and_then_everything(
    world: World,
) -> None:
    person = world.register()
    agree(world, person)
    world.say(RECEPTION, ConsentWithdrawn(person=person))
    world.lead()
    partition = world.heard(UNHCR, "ErasureAsked")[0].partition.number
    before = len(world.stream(UNHCR))

    world.say(UNHCR, StreamGapFound(partition=partition, after=0))
    world.lead()

    names = [
        (one.header("ce_type") or b"").split(b".")[-2].decode()
        for one in world.stream(UNHCR)
        if one.partition.number == partition
    ]
    assert names.count("ErasureAsked") == 2
    again = len(names) - 1 - names[::-1].index("ErasureAsked")
    assert names.index("StreamResumed") > again
    assert len(world.heard(RECEPTION, "RestateAsked")) == 2
    assert len(world.stream(UNHCR)) > before
