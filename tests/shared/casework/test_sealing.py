"""What is sealed on acceptance: what is consented to at that moment, to today's key, or nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.crypto import signing
from shared.crypto.partners import PartnerRegistry
from shared.crypto.payload_keys import payload_opening
from shared.crypto.sealing import PublicSealingKey
from shared.events.control import ConsentWithdrawn
from shared.events.event import ABSENT
from shared.events.referral import (
    ReferralPayloadSent,
    ReferralWithdrawn,
)
from shared.events.sealed import Extent, KeyId, Sealed
from shared.kernel.agencies import ASYLUM, IOM, RECEPTION, Role
from shared.kernel.categories import Category
from tests.registration.world import World
from tests.shared.casework.sending import (
    CANARY,
    GIVEN,
    KEY,
    NONCE,
    TO,
    a_person,
    accepted,
    asked,
    registry_of,
    tasks,
    view,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.registry = registry_of(ASYLUM, TO)
    yield world
    world.close()


async def test_an_acceptance_has_what_is_consented_sealed_to_who_accepted(world: World) -> None:
    path = await a_person(world, address="Here 1", area="XTP-1", hide_location=False)
    referral = await asked(world, path)

    await world.tell(accepted(referral))

    (told,) = await world.announced(ReferralPayloadSent)
    assert isinstance(told, ReferralPayloadSent)
    senders = {RECEPTION: signing.public_of(world.seed)}
    parts = [
        part
        for name in ReferralPayloadSent.__struct_fields__[2:]
        if (part := getattr(told, name)) is not ABSENT
    ]
    values = payload_opening(ASYLUM, KEY, senders).open(parts, nonce=NONCE)
    assert {category: value.data for category, value in values.items()} == {
        Category.FULL_NAME: f'{{"family_name":"{CANARY}","given_name":"One"}}'.encode(),
        Category.SEX: b'{"sex":"F"}',
        Category.ADDRESS: b'{"address":"Here 1","area":"XTP-1"}',
    }
    seen = await view(world, referral)
    assert (seen["state"], seen["provider"], seen["payload_sent"]) == (
        "ACCEPTED",
        "gov-asylum",
        True,
    )
    assert await tasks(world) == [("ACCEPTED", ["gov-asylum"])]


async def test_of_a_hidden_place_the_payload_holds_the_area_at_most(world: World) -> None:
    path = await a_person(world, address="Here 1", area="XTP-1", hide_location=True)
    referral = await asked(world, path)

    await world.tell(accepted(referral))

    (told,) = await world.announced(ReferralPayloadSent)
    assert isinstance(told, ReferralPayloadSent)
    assert isinstance(told.address, Sealed)
    assert told.address.extent is Extent.PARTIAL


@pytest.mark.parametrize(
    ("fields", "registry", "code"),
    [
        ({}, PartnerRegistry(()), "key_unknown"),
        ({"unsealing_key": KeyId("rotated")}, registry_of(ASYLUM, TO), "key_not_current"),
        ({}, registry_of(ASYLUM, PublicSealingKey(TO.id, TO.data[:-32] + bytes(32))), "key_weak"),
        ({}, registry_of(ASYLUM, PublicSealingKey(TO.id, TO.data[:-1])), "key_weak"),
        ({"unsealing_key": ABSENT}, registry_of(ASYLUM, TO), "not_said"),
        ({"seal_nonce": ABSENT}, registry_of(ASYLUM, TO), "not_said"),
        ({"provider": IOM}, registry_of(IOM, TO), "nothing_to_send"),
    ],
)
async def test_where_nothing_can_be_sealed_nothing_goes_and_a_task_says_why(
    world: World, fields: dict[str, Any], registry: PartnerRegistry, code: str
) -> None:
    referral = await asked(world, await a_person(world))
    world.registry = registry

    await world.tell(accepted(referral, **fields))

    assert await world.announced(ReferralPayloadSent) == []
    assert ("NOT_SEALED", [code]) in await tasks(world)
    assert (await view(world, referral))["payload_sent"] is False


@pytest.mark.parametrize(
    ("act", "body", "left"),
    [
        ("withdrawals", {"categories": ["FULL_NAME"]}, {"sex"}),
        ("withholdings", {"from": ["gov-asylum"], "categories": ["SEX"]}, {"full_name"}),
        ("withholdings", {"from": "ALL"}, set()),
    ],
)
async def test_a_no_that_comes_before_the_acceptance_keeps_its_category_home(
    world: World, act: str, body: dict[str, Any], left: set[str]
) -> None:
    path = await a_person(world)
    referral = await asked(world, path)
    await world.call("POST", f"{path}/{act}", body, role=Role.CASEWORKER)

    await world.tell(accepted(referral))

    told = await world.announced(ReferralPayloadSent)
    names = {
        name
        for event in told
        for name in ReferralPayloadSent.__struct_fields__[2:]
        if getattr(event, name) is not ABSENT
    }
    assert names == left


async def test_a_consent_that_ran_out_before_the_acceptance_seals_nothing(world: World) -> None:
    path = await a_person(world)
    referral = await asked(world, path, given=GIVEN | {"until": world.now.date().isoformat()})
    world.now = world.now.replace(day=world.now.day + 1)

    await world.tell(accepted(referral))

    assert await world.announced(ReferralPayloadSent) == []
    assert ("NOT_SEALED", ["nothing_to_send"]) in await tasks(world)


async def test_a_second_acceptance_seals_nothing_more(world: World) -> None:
    referral = await asked(world, await a_person(world))

    await world.tell(accepted(referral), accepted(referral))

    assert len(await world.announced(ReferralPayloadSent)) == 1


async def test_a_withdrawal_before_acceptance_takes_the_referral_with_it(world: World) -> None:
    path = await a_person(world)
    referral = await asked(world, path)

    await world.call("POST", f"{path}/withdrawals", {}, role=Role.INTAKE)
    await world.tell(accepted(referral))

    assert len(await world.announced(ConsentWithdrawn)) == 1
    assert await world.announced(ReferralWithdrawn) == [ReferralWithdrawn(referral=referral)]
    assert await world.announced(ReferralPayloadSent) == []
    seen = await view(world, referral)
    assert (seen["state"], seen["cause"]) == ("WITHDRAWN", "PERSON_DECLINED")


async def test_a_withdrawal_that_leaves_something_open_leaves_the_referral(world: World) -> None:
    path = await a_person(world)
    referral = await asked(world, path)

    await world.call("POST", f"{path}/withdrawals", {"categories": ["SEX"]})

    assert await world.announced(ReferralWithdrawn) == []
    assert (await view(world, referral))["state"] == "REQUESTED"


async def test_a_withdrawal_after_acceptance_is_a_persons_task(world: World) -> None:
    path = await a_person(world)
    referral = await asked(world, path)
    await world.tell(accepted(referral))

    await world.call("POST", f"{path}/withdrawals", {})

    assert await world.announced(ReferralWithdrawn) == []
    assert ("CONSENT_WITHDRAWN", []) in await tasks(world)
    assert (await view(world, referral))["state"] == "ACCEPTED"
