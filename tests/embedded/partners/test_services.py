"""A payload is opened by whom it is for, and the service told step by step, to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace as with_tool

import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

from embedded.partners.edge import PRACTICES
from embedded.partners.edge.memory import State
from embedded.partners.edge.services import EMPTY, NOT_EXPECTED, UNOPENABLE
from embedded.partners.edge.tables import HeldRow
from shared.codes.pathways import TERMS, Pathway, outcomes_of
from shared.codes.referrals import ServiceOutcome, Step
from shared.events.exchange import FlowInterrupted
from shared.events.referral import (
    ReferralPayloadSent,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.events.sealed import Sealed
from shared.kernel.agencies import ANTI_TRAFFICKING, ASYLUM, CHILD_PROTECTION, SHELTER, Agency
from shared.kernel.categories import Category
from tests.embedded.partners.conftest import MakeWorld
from tests.embedded.partners.edge_world import CANARY, Willing, World, person, referral

PATHWAYS = {
    ASYLUM: Pathway.ASYLUM,
    CHILD_PROTECTION: Pathway.CHILD_PROTECTION,
    ANTI_TRAFFICKING: Pathway.TRAFFICKING,
    SHELTER: Pathway.CASH,
}
OPENED = "payloads opened"


def held(world: World) -> dict[str, bytes]:
    """Return what payloads have told."""

    def work(session: Session) -> dict[str, bytes]:
        rows = session.exec(select(HeldRow).where(HeldRow.about == person())).all()
        return {row.field: row.value for row in rows}

    return world.look(work)


async def test_a_payload_is_opened_and_kept_in_the_partners_own_file(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())

    await world.served()

    assert held(world) == {
        "full_name": f"{CANARY} name".encode(),
        "contact": f"{CANARY} contact".encode(),
        "health": f"{CANARY} health".encode(),
    }
    assert (await world.office.counts())[OPENED] == 1
    assert await world.office.tasks() == {}
    assert world.case().nonce is None, "it is forgotten after opening"


async def test_nothing_of_a_payload_is_ever_told_in_the_clear(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[CHILD_PROTECTION])
    await world.served(1, Pathway.CHILD_PROTECTION)
    await world.pass_time(300, by=50)
    world.read = {}

    told = b"\n".join(record.value for record in await world.records())

    assert told
    assert CANARY.encode() not in told


async def test_a_payload_of_another_nonce_is_a_task_and_no_error(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()

    await world.tell(world.payload(nonce=bytes(16)))

    assert await world.office.tasks() == {UNOPENABLE: 1}
    assert held(world) == {}
    assert (await world.office.counts())[OPENED] == 0
    assert world.office.post.receiver.stuck == {}
    assert world.case().state == State.SERVING, "who the person is, is known"


async def test_of_a_payload_in_part_unopenable_the_rest_is_kept(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()
    payload = world.payload()
    assert isinstance(payload.contact, Sealed)
    broken = replace(payload.contact, sealed=b"broken")

    await world.tell(replace(payload, contact=broken))

    assert set(held(world)) == {"full_name", "health"}
    assert await world.office.tasks() == {UNOPENABLE: 1}

    await world.tell(payload)
    assert set(held(world)) == {"full_name", "health", "contact"}
    assert (await world.office.counts())[OPENED] == 1, "sent again under the same nonce, it opens"


async def test_a_part_in_another_categorys_place_is_no_value_of_it(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()
    payload = world.payload()

    await world.tell(replace(payload, contact=payload.health))

    assert "contact" not in held(world)
    assert await world.office.tasks() == {UNOPENABLE: 1}


async def test_a_payload_without_parts_is_a_task(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()

    await world.tell(ReferralPayloadSent(person=person(), referral=referral()))

    assert await world.office.tasks() == {EMPTY: 1}


async def test_a_payload_that_nobody_accepted_or_that_was_opened_is_not_opened(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.tell(world.payload(nonce=bytes(16)))
    assert await world.office.tasks() == {NOT_EXPECTED: 1}

    await world.served()
    await world.tell(world.payload())

    assert await world.office.tasks() == {NOT_EXPECTED: 2}
    assert (await world.office.counts())[OPENED] == 1


@pytest.mark.parametrize(("agency", "pathway"), PATHWAYS.items())
async def test_a_service_goes_through_the_steps_of_its_pathway(
    make_world: MakeWorld, agency: Agency, pathway: Pathway
) -> None:
    world = make_world(Willing() if agency == SHELTER else PRACTICES[agency])
    await world.served(1, pathway)
    await world.pass_time(1400, by=100)

    steps = [event.step for event in world.told(ServiceStarted)]
    (ended,) = world.told(ServiceEnded)

    assert steps == [Step.BEGUN, *TERMS[pathway].steps]
    assert ended.outcome in outcomes_of(pathway)
    assert all(event.provider == agency for event in (*world.told(ServiceStarted), ended))
    assert world.case().state == State.ENDED


async def test_steps_take_their_time(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[CHILD_PROTECTION])
    await world.served(1, Pathway.CHILD_PROTECTION)
    assert world.told(ServiceStarted) == []

    await world.pass_time(36, by=36)
    assert [event.step for event in world.told(ServiceStarted)] == [Step.BEGUN]


@pytest.mark.parametrize(
    ("pathway", "outcome"),
    [
        (Pathway.CASH, ServiceOutcome.DID_NOT_ATTEND),
        (Pathway.CHILD_PROTECTION, ServiceOutcome.NOT_PROVIDED),
    ],
)
async def test_of_whom_nothing_came_the_service_ends_unprovided(
    make_world: MakeWorld, pathway: Pathway, outcome: ServiceOutcome
) -> None:
    agency = SHELTER if pathway is Pathway.CASH else CHILD_PROTECTION
    world = make_world(Willing() if agency == SHELTER else PRACTICES[CHILD_PROTECTION])
    await world.accepted(1, pathway)

    await world.pass_time(200, by=50)

    assert [event.outcome for event in world.told(ServiceEnded)] == [outcome]
    assert world.told(ServiceStarted) == []


@pytest.mark.parametrize(
    ("ends", "state"),
    [(ReferralWithdrawn, State.WITHDRAWN), (FlowInterrupted, State.INTERRUPTED)],
)
async def test_what_ends_from_outside_stops_and_keeps_its_payload(
    make_world: MakeWorld,
    ends: type[ReferralWithdrawn] | type[FlowInterrupted],
    state: State,
) -> None:
    world = make_world(Willing())
    await world.served()

    await world.tell(ends(referral=referral()))
    await world.pass_time(300, by=100)

    assert world.case().state == state
    assert world.told(ServiceStarted) == []
    assert world.told(ServiceEnded) == []
    assert len(held(world)) == 3, "until it is to be erased"


async def test_what_ends_before_the_payload_has_no_nonce_left(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()
    late = world.payload()

    await world.tell(ReferralWithdrawn(referral=referral()), late)
    await world.pass_time(300, by=100)

    assert world.case().nonce is None
    assert held(world) == {}
    assert await world.office.tasks() == {NOT_EXPECTED: 1}
    assert world.told(ServiceEnded) == []


async def test_the_way_of_opening_can_be_exchanged(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    asked: list[bytes] = []
    opens = world.tools.open_parts

    def counted(parts: Sequence[Sealed], *, nonce: bytes) -> Mapping[Category, bytes]:
        asked.append(nonce)
        return opens(parts, nonce=nonce)

    world.tools = with_tool(world.tools, open_parts=counted)
    world.start_again()
    await world.served()

    assert len(asked) == 1
