"""Agreements: brought into force by both, stopped by either, never rolled back."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from services.dataexchange.commands import (
    ActivateAgreement,
    ResumeAgreement,
    SuspendAgreement,
)
from services.dataexchange.handlers import views
from services.dataexchange.handlers.agreements import (
    activate_agreement,
    resume_agreement,
    suspend_agreement,
)
from services.dataexchange.handlers.commit import Committed
from services.dataexchange.rules.agreements import (
    AgreementInvalid,
    NotSigned,
    SerialNotRisen,
    WiderThanMatrix,
)
from services.dataexchange.store import log
from shared.codes.places import NameText
from shared.events.registration import RegistrationUpdated
from shared.kernel.agencies import BORDER, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.errors import NotFound
from tests.builders import ROOT
from tests.crashes.adversary import at_once
from tests.dataexchange.handlers.test_deliver import decided_and_not_sent
from tests.dataexchange.world import World, a_world

TEXT = (ROOT / "deploy" / "agreements" / "gov-reception.unhcr.PROFILING.toml").read_bytes()
NAME = NameText("New")


def signed(text: bytes) -> ActivateAgreement:
    parties = (RECEPTION, UNHCR)
    signatures = {one: hashlib.sha256(one.encode() + text).digest() for one in parties}
    return ActivateAgreement(text=text, signatures=signatures)


def version(serial: int, text: bytes = TEXT) -> bytes:
    return text.replace(b"serial = 1", b"serial = %d" % serial)


def activate(world: World, command: ActivateAgreement) -> Committed:
    return world.ask(lambda session: activate_agreement(command, desk=world.leader.desk(session)))


def suspend(world: World, by: Agency, **more: Purpose) -> Committed:
    purpose = more.get("purpose", Purpose.PROFILING)
    command = SuspendAgreement(author=RECEPTION, recipient=UNHCR, purpose=purpose, by=by)
    return world.ask(lambda session: suspend_agreement(command, desk=world.leader.desk(session)))


def resume(world: World, by: Agency) -> Committed:
    command = ResumeAgreement(author=RECEPTION, recipient=UNHCR, purpose=Purpose.PROFILING, by=by)
    return world.ask(lambda session: resume_agreement(command, desk=world.leader.desk(session)))


def state_of(world: World) -> list[tuple[int, str]]:
    shown = world.ask(lambda session: views.agreements(session, world.town.deployment))
    return [(serial, state) for author, _, _, serial, state in shown if author == RECEPTION]


def heard_states(world: World, agency: Agency) -> list[str]:
    told = world.heard(agency, "AgreementChanged")
    return [msgspec.json.decode(one.value)["state"] for one in told]


@pytest.fixture
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> object:
    with a_world(tmp_path_factory.mktemp("unsigned"), signed=False) as made:
        yield made


def test_an_agreement_lets_nothing_pass_before_it_is_in_force(unsigned: World) -> None:
    unsigned.register()
    assert unsigned.heard(UNHCR, "PersonRegistered") == []

    activate(unsigned, signed(TEXT))
    unsigned.lead()

    assert heard_states(unsigned, UNHCR) == heard_states(unsigned, RECEPTION) == ["active"]
    assert len(unsigned.heard(RECEPTION, "RestateAsked")) == 1


def test_everybody_whom_the_author_has_told_of_is_asked_for(unsigned: World) -> None:
    people = {unsigned.register() for _ in range(40)}

    activate(unsigned, signed(TEXT))
    unsigned.lead()

    asked = [msgspec.json.decode(one.value) for one in unsigned.heard(RECEPTION, "RestateAsked")]
    assert {one["about"] for one in asked} == people
    assert len({one["token"] for one in asked}) == len(people)


@pytest.mark.parametrize("serial", [1, 2])
def test_an_earlier_version_never_comes_back(world: World, serial: int) -> None:
    activate(world, signed(version(2)))

    with pytest.raises(SerialNotRisen):
        activate(world, signed(version(serial)))

    assert state_of(world) == [(2, "active")]


def test_a_version_that_was_refused_leaves_the_one_in_force(world: World) -> None:
    size = world.ask(log.lock_head).size
    half = signed(version(2))
    spoiled = ActivateAgreement(text=half.text, signatures=half.signatures | {UNHCR: b"other"})

    for command, refusal in (
        (spoiled, NotSigned),
        (signed(b"serial = 2"), AgreementInvalid),
        (signed(version(2).replace(b'"CONTACT"', b'"CONTACT", "ASYLUM_FILE"')), AgreementInvalid),
        (signed(version(2).replace(b'"CONTACT"', b'"CONTACT", "HEALTH"')), WiderThanMatrix),
    ):
        with pytest.raises(refusal):
            activate(world, command)

    assert state_of(world) == [(1, "active")]
    assert world.ask(log.lock_head).size == size


def test_a_narrower_version_counts_at_once(world: World) -> None:
    activate(world, signed(version(2).replace(b'"FULL_NAME",', b"")))

    person = world.register()

    [told] = world.heard(UNHCR, "PersonRegistered")
    assert b"Mira" not in told.value
    assert person


@pytest.mark.parametrize("by", [RECEPTION, UNHCR])
def test_releases_stop_with_the_word_of_either_party(world: World, by: Agency) -> None:
    person = world.register()

    suspend(world, by)
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NAME))
    world.lead()

    assert world.heard(UNHCR, "RegistrationUpdated") == []
    assert heard_states(world, UNHCR)[-1] == heard_states(world, RECEPTION)[-1] == "suspended"
    assert state_of(world) == [(1, "suspended")]


def test_what_was_decided_before_and_waits_is_never_sent_after_half_a_minute(world: World) -> None:
    person = world.register()
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NAME))
    carrier = world.leader.bus
    decided_and_not_sent(world)
    suspend(world, UNHCR)

    world.town.adversary._now_s += 31  # noqa: SLF001 - the virtual clock of these tests
    world.leader.bus = carrier
    at_once(world.leader.step())

    assert world.heard(UNHCR, "RegistrationUpdated") == []
    assert len(world.heard(UNHCR, "ReleaseRescinded")) == 1


def test_a_suspension_asks_nobody_to_tell_or_to_erase(world: World) -> None:
    world.register()

    suspend(world, UNHCR)
    world.lead()

    assert world.heard(RECEPTION, "RestateAsked") == []
    assert world.heard(UNHCR, "ErasureAsked") == []


@pytest.mark.parametrize(("first", "second"), [(RECEPTION, UNHCR), (UNHCR, RECEPTION)])
def test_both_must_let_it_go_on_whoever_stopped_it(
    world: World, first: Agency, second: Agency
) -> None:
    person = world.register()
    suspend(world, RECEPTION)

    resume(world, first)
    resume(world, first)
    assert state_of(world) == [(1, "suspended")]

    resume(world, second)
    world.lead()
    assert state_of(world) == [(1, "active")]
    [asked] = world.heard(RECEPTION, "RestateAsked")
    assert msgspec.json.decode(asked.value)["about"] == person


ACTS: list[Callable[[World], object]] = [
    lambda world: suspend(world, BORDER),
    lambda world: suspend(world, UNHCR, purpose=Purpose.HEALTH),
    lambda world: resume(world, BORDER),
]


@pytest.mark.parametrize("act", range(len(ACTS)))
def test_a_stranger_and_an_agreement_that_is_not_there_look_the_same(
    world: World, act: int
) -> None:
    with pytest.raises(NotFound):
        ACTS[act](world)

    assert state_of(world) == [(1, "active")]


def test_an_agreement_ends_with_its_last_day(world: World) -> None:
    person = world.register()
    days = (world.town.now().replace(year=2031, month=1, day=1) - world.town.now()) // timedelta(1)
    world.town.adversary._now_s += 86_400 * days  # noqa: SLF001 - the virtual clock
    world.say(RECEPTION, RegistrationUpdated(person=person, given_name=NAME))
    world.lead(world.new_leader())

    assert world.heard(UNHCR, "RegistrationUpdated") == []


@pytest.mark.parametrize("by", [RECEPTION, UNHCR])
def test_a_new_version_of_a_stopped_agreement_is_stopped_too(world: World, by: Agency) -> None:
    world.register()
    suspend(world, by)

    activate(world, signed(version(2)))
    world.lead()

    assert state_of(world) == [(2, "suspended")]
    assert heard_states(world, UNHCR)[-1] == "suspended"
    assert world.heard(RECEPTION, "RestateAsked") == []

    resume(world, RECEPTION)
    resume(world, UNHCR)
    world.lead()

    assert state_of(world) == [(2, "active")]
    assert len(world.heard(RECEPTION, "RestateAsked")) == 1


def test_an_agreement_signed_ahead_asks_on_its_first_day_and_once(unsigned: World) -> None:
    unsigned.register()
    first = unsigned.town.now().date() + timedelta(days=2)
    ahead = re.sub(rb"(?m)^from = .*$", b"from = " + first.isoformat().encode(), TEXT)

    activate(unsigned, signed(ahead))
    unsigned.lead()
    assert unsigned.heard(RECEPTION, "RestateAsked") == []

    for _ in range(2):
        unsigned.town.adversary._now_s += 86_400  # noqa: SLF001 - the virtual clock
        unsigned.lead(unsigned.new_leader())
    unsigned.lead(unsigned.new_leader())

    assert len(unsigned.heard(RECEPTION, "RestateAsked")) == 1
