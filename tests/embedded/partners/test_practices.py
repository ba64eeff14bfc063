"""In what the partners differ: what each tells of a person beside the referral."""

from embedded.partners.edge import PRACTICES
from embedded.partners.edge.asylum import AsylumAuthority
from embedded.partners.edge.services import UNOPENABLE
from shared.codes.children import Care
from shared.codes.pathways import Pathway
from shared.codes.protection import Stated
from shared.codes.referrals import Step
from shared.events.control import ProtectionStated
from shared.events.event import ABSENT, encode
from shared.events.exchange import FlowInterrupted
from shared.events.partners import CareArranged, ClaimUpdated
from shared.events.referral import ReferralDeclined, ServiceEnded, ServiceStarted
from shared.events.sealed import Sealed
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    CHILD_PROTECTION,
    EDGE_ONLY,
    MONITOR,
    SHELTER,
    UNHCR,
)
from tests.embedded.partners.conftest import MakeWorld
from tests.embedded.partners.edge_world import Willing, offer, person, referral


def test_there_is_a_partner_for_every_agency_that_meets_people_and_has_no_service() -> None:
    assert set(PRACTICES) == EDGE_ONLY - {MONITOR}


async def test_a_claim_is_registered_as_soon_as_the_person_is_known(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.served(1, Pathway.ASYLUM)

    (claim,) = world.told(ClaimUpdated)
    assert claim.person == person()
    assert isinstance(claim.claim, Sealed)
    assert claim.claim.recipient == UNHCR
    assert world.open_at_unhcr(claim.claim) == b"PENDING"
    assert claim.decision is ABSENT
    assert b"PENDING" not in encode(claim)
    assert world.told(ProtectionStated) == [
        ProtectionStated(
            person=person(),
            removal=Stated.YES,
            assisted_return=Stated.YES,
            voluntary_repatriation=Stated.NO,
            readmission=Stated.YES,
        )
    ]


async def test_what_a_claim_bars_does_not_wait_for_a_payload_that_opens(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.accepted(1, Pathway.ASYLUM)

    await world.tell(world.payload(nonce=bytes(16)))

    assert await world.office.tasks() == {UNOPENABLE: 1}
    assert [event.removal for event in world.told(ProtectionStated)] == [Stated.YES]


async def test_a_second_referral_of_one_person_makes_no_second_claim(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.served(1, Pathway.ASYLUM)
    await world.accepted(2, Pathway.ASYLUM_ACCELERATED)
    nonce = bytes.fromhex(world.case(2).nonce or "")
    payload = world.payload(2, nonce=nonce)

    await world.tell(type(payload)(person=person(1), referral=referral(2), sex=payload.full_name))

    assert len(world.told(ClaimUpdated)) == 1


async def test_a_claim_stays_when_its_referral_ends(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.served(1, Pathway.ASYLUM)

    await world.tell(FlowInterrupted(referral=referral()))

    assert len(world.told(ProtectionStated)) == 1


async def test_nobody_who_asks_for_asylum_is_declined(make_world: MakeWorld) -> None:
    world = make_world(AsylumAuthority())
    await world.tell(*(offer(number, Pathway.ASYLUM) for number in range(1, 41)))
    await world.pass_time(72, by=36)

    assert world.told(ReferralDeclined) == []


async def test_care_is_told_as_a_kind_when_it_is_arranged(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[CHILD_PROTECTION])
    await world.served(1, Pathway.CHILD_PROTECTION)
    assert world.told(CareArranged) == []

    await world.pass_time(200, by=36)

    told = [type(event) for event, _ in world.seen.values()]
    (arranged,) = world.told(CareArranged)
    steps = [event.step for event in world.told(ServiceStarted)]
    assert arranged.person == person()
    assert arranged.in_care is True
    assert arranged.care in set(Care) - {Care.NONE}
    before = told[: told.index(CareArranged)].count(ServiceStarted)
    assert steps[before - 1] is Step.CARE_ARRANGED


async def test_nothing_may_happen_to_a_child_in_care_from_the_first_day(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[CHILD_PROTECTION])
    await world.served(1, Pathway.CHILD_PROTECTION)

    (stated,) = world.told(ProtectionStated)
    words = (stated.removal, stated.assisted_return, stated.readmission)
    assert words == (Stated.YES, Stated.YES, Stated.YES)
    assert stated.voluntary_repatriation is Stated.YES


async def test_of_a_relative_who_is_sought_child_protection_states_nothing(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[CHILD_PROTECTION])
    await world.served(1, Pathway.TRACING)
    await world.pass_time(200, by=50)

    assert world.told(ProtectionStated) == []
    assert world.told(CareArranged) == []


async def test_removal_is_barred_while_somebody_reflects_and_unknown_after(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[ANTI_TRAFFICKING])
    await world.served(1, Pathway.TRAFFICKING)
    assert world.told(ProtectionStated) == []

    await world.pass_time(29 * 24, by=48)
    assert [event.removal for event in world.told(ProtectionStated)] == [Stated.YES]
    assert world.told(ServiceEnded) == []

    await world.pass_time(10 * 24, by=48)
    assert [event.removal for event in world.told(ProtectionStated)] == [
        Stated.YES,
        Stated.UNKNOWN,
    ]
    assert len(world.told(ServiceEnded)) == 1


async def test_one_reflection_that_ends_does_not_end_another(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ANTI_TRAFFICKING])
    await world.served(1, Pathway.TRAFFICKING)
    await world.pass_time(20 * 24, by=48)
    await world.accepted(2, Pathway.TRAFFICKING)
    nonce = bytes.fromhex(world.case(2).nonce or "")
    payload = world.payload(2, nonce=nonce)
    await world.tell(type(payload)(person=person(1), referral=referral(2), sex=payload.full_name))

    await world.pass_time(15 * 24, by=48)

    assert len(world.told(ServiceEnded)) == 1
    assert Stated.UNKNOWN not in [event.removal for event in world.told(ProtectionStated)]


async def test_a_shelter_tells_nothing_of_a_person(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.served()
    await world.pass_time(200, by=50)

    assert world.agency == SHELTER
    assert world.told(ProtectionStated) == []
    assert len(world.told(ServiceEnded)) == 1
