"""A referral through the exchange's own tables: every step is a transaction of its own."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Service
from shared.events.control import ConsentWithdrawn, WithholdingSet
from shared.events.exchange import Outcome
from shared.events.referral import (
    CapacityReported,
    ReferralAccepted,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
)
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import DESK, RECEPTION, SHELTER, UNHCR, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind, PersonRef, Reference, ReferralRef, own
from tests.dataexchange.handlers.test_commit import BROKEN, rewrite
from tests.dataexchange.handlers.test_deliver import decided_and_not_sent
from tests.dataexchange.world import World, a_world, adult, consent

PARTIES = (RECEPTION, UNHCR, DESK, SHELTER)


class Referral:
    """UNHCR refers somebody to the shelter."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = PersonRef(own(Kind.PERSON, world.town.make_id))
        self.referral = ReferralRef(own(Kind.REFERRAL, world.town.make_id))
        self.consent = consent(
            world,
            self.person,
            purpose=Purpose.RECEPTION,
            recipients=(SHELTER,),
            categories=(Category.CONTACT,),
        )

    def until_accepted(self) -> "Referral":
        self.tell(UNHCR, adult(self.person), self.consent, self.request())
        self.tell(DESK, self.offer())
        self.tell(SHELTER, ReferralAccepted(referral=self.named(SHELTER), provider=SHELTER))
        return self

    def tell(self, agency: Agency, *events: Any) -> list[str]:
        told = self.world.say(agency, *events)
        self.world.lead()
        return told

    def request(self) -> ReferralRequested:
        return ReferralRequested(
            referral=self.referral,
            person=self.person,
            consent=self.consent.consent,
            pathway=Pathway.SHELTER,
            priority=Priority.URGENT,
        )

    def offer(self) -> ReferralOffered:
        pathway = Pathway.SHELTER
        return ReferralOffered(referral=self.named(DESK), provider=SHELTER, pathway=pathway)

    def payload(self) -> ReferralPayloadSent:
        part = Sealed(
            suite=1,
            category=Category.CONTACT,
            recipient=SHELTER,
            key=KeyId("k1"),
            nonce=b"nonce",
            sealed=b"sealed",
        )
        return ReferralPayloadSent(person=self.person, referral=self.referral, contact=part)

    def named(self, agency: Agency) -> ReferralRef:
        """What an agency calls the referral: the key of the first card that it heard."""
        name = "ReferralRequested" if agency == DESK else "ReferralOffered"
        return ReferralRef(Reference(self.world.heard(agency, name)[0].key.decode()))


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("world"), agencies=PARTIES) as made:
        yield made


def names(world: World, agency: Agency) -> set[str]:
    """The kinds of events that an agency has heard, without answers and heads."""
    found = {(one.header("ce_type") or b"").decode().split(".")[-2] for one in world.stream(agency)}
    return found - {"DecisionMade", "HeadSigned", "AgreementChanged"}


def test_each_party_hears_its_part_and_the_others_nothing(world: World) -> None:
    case = Referral(world).until_accepted()
    case.tell(UNHCR, case.payload())

    assert names(world, DESK) == {"ReferralRequested", "ReferralAccepted"}
    assert names(world, SHELTER) == {"ReferralOffered", "ReferralPayloadSent"}
    assert names(world, UNHCR) == {"ReferralAccepted"}
    assert names(world, RECEPTION) <= {"SafeguardsStated"}


def test_no_party_knows_anothers_name_of_person_or_referral(world: World) -> None:
    case = Referral(world).until_accepted()
    case.tell(UNHCR, case.payload())

    for agency in (DESK, SHELTER):
        heard = b"".join(one.key + one.value for one in world.stream(agency))
        assert case.person.encode() not in heard
        assert case.referral.encode() not in heard
    assert case.named(DESK) != case.named(SHELTER)


def test_a_no_between_decision_and_delivery_stops_the_payload(world: World) -> None:
    case = Referral(world).until_accepted()
    [told] = world.say(UNHCR, case.payload())
    decided_and_not_sent(world)
    world.say(UNHCR, ConsentWithdrawn(person=case.person))

    world.lead(world.new_leader())

    assert "ReferralPayloadSent" not in names(world, SHELTER)
    assert "FlowInterrupted" in names(world, SHELTER) & names(world, DESK) & names(world, UNHCR)
    assert world.answers(UNHCR)[told] == (Outcome.TAKEN, "rescinded")


def test_a_no_between_decision_and_delivery_stops_the_card(world: World) -> None:
    case = Referral(world)
    case.tell(UNHCR, adult(case.person), case.consent)
    world.say(UNHCR, case.request())
    decided_and_not_sent(world)
    world.say(UNHCR, ConsentWithdrawn(person=case.person))

    world.lead(world.new_leader())

    assert "ReferralRequested" not in names(world, DESK)


def test_a_stop_of_the_person_holds_her_referral(world: World) -> None:
    case = Referral(world)
    case.tell(UNHCR, adult(case.person), case.consent, case.request())
    office = world.town.offices[UNHCR]
    wish = WithholdingSet(person=case.person)
    broken = str(office.ask(lambda session: office.outbox(session).add(wish)))
    words = rewrite(world, broken, BROKEN, agency=UNHCR)
    world.send(UNHCR)
    world.lead()

    [offered] = case.tell(DESK, case.offer())
    assert world.answers(DESK)[offered] == (Outcome.HELD, "stopped")
    assert names(world, SHELTER) == set()

    rewrite(world, broken, words, agency=UNHCR)
    world.send(UNHCR)
    world.lead()
    desk = world.town.offices[DESK]
    desk.ask(lambda session: desk.outbox(session).resend())
    world.send(DESK)
    world.lead()
    assert world.answers(DESK)[offered][0] is Outcome.TAKEN


def test_a_consent_taken_back_after_the_payload_asks_for_its_erasure(world: World) -> None:
    case = Referral(world).until_accepted()
    case.tell(UNHCR, case.payload())

    case.tell(UNHCR, ConsentWithdrawn(person=case.person, consent=case.consent.consent))

    [notice] = world.heard(SHELTER, "ErasureAsked")
    [payload] = world.heard(SHELTER, "ReferralPayloadSent")
    asked = msgspec.json.decode(notice.value)
    assert asked["about"] == payload.key.decode()
    assert "FlowInterrupted" in names(world, SHELTER)


def test_a_public_fact_is_sent_again_by_the_next_leader(world: World) -> None:
    world.say(SHELTER, CapacityReported(provider=SHELTER, service=Service.SHELTER, places=4))
    decided_and_not_sent(world)

    world.lead(world.new_leader())

    assert len(world.heard(DESK, "CapacityReported")) == 1
