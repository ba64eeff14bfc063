"""The receiver's half as profiling mounts it: real database, real event log, real opening."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from shared.codes.referrals import DeclineReason, ServiceOutcome, Step
from shared.events.control import ErasureConfirmed
from shared.events.exchange import ErasureAsked, FlowInterrupted
from shared.events.referral import (
    ReferralDeclined,
    ReferralPayloadSent,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import BORDER, IOM, UNHCR, Role
from shared.kernel.categories import Category
from tests.profiling.builders import a_notice, a_person
from tests.profiling.world import World
from tests.shared.casework.receiving import (
    CANARY,
    OFFER,
    OFFERED,
    REFERRAL,
    accepted,
    call,
    kinds,
    sealed,
    seen,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


async def test_an_offer_is_laid_before_the_caseworkers_with_no_person(world: World) -> None:
    await world.tell(OFFERED)

    (line,) = (await call(world, "GET", "/v1/offers")).json()["offers"]

    assert line == {
        "referral": REFERRAL,
        "state": "OFFERED",
        "card": {"pathway": "PW-ASY-REG", "priority": "EMERGENCY"},
    }
    assert await kinds(world) == [("OFFERED", [])]


async def test_an_acceptance_names_the_key_and_a_fresh_nonce(world: World) -> None:
    told = await accepted(world)

    assert world.opening is not None
    assert (told.provider, told.unsealing_key) == (UNHCR, world.opening.key)
    assert isinstance(told.seal_nonce, str)
    assert len(bytes.fromhex(told.seal_nonce)) == 16


async def test_a_payload_is_shown_to_who_accepted_and_to_nobody_else(world: World) -> None:
    told = await accepted(world)

    await world.tell(sealed(world, str(told.seal_nonce)))

    mine, others = await seen(world), await seen(world, "two")
    assert mine["person"] == a_person()
    assert mine["payload"] == {
        "FULL_NAME": {"value": {"family_name": CANARY}, "extent": "FULL"},
        "SEX": {"value": {"sex": "F"}, "extent": "FULL"},
    }
    assert (others["person"], others["payload"]) == (None, None)
    assert CANARY not in (await call(world, "GET", "/v1/offers")).text
    assert ("PAYLOAD_OPENED", []) in await kinds(world)


@pytest.mark.parametrize(
    "change", [{"sender": BORDER}, {"recipient": IOM}, {"nonce": bytes(range(16))}]
)
async def test_a_payload_bound_to_anything_else_opens_nothing(
    world: World, change: dict[str, Any]
) -> None:
    told = await accepted(world)

    await world.tell(sealed(world, str(told.seal_nonce), **change))

    assert (await seen(world))["payload"] == {}
    assert ("PAYLOAD_UNOPENABLE", ["unopenable"]) in await kinds(world)


async def test_one_part_in_the_field_of_another_opens_nothing(world: World) -> None:
    told = await accepted(world)
    good = sealed(world, str(told.seal_nonce))

    await world.tell(msgspec.structs.replace(good, sex=good.full_name, full_name=good.sex))

    assert (await seen(world))["payload"] == {}
    assert ("PAYLOAD_UNOPENABLE", ["unopenable"]) in await kinds(world)


async def test_after_what_opened_nothing_the_right_payload_still_opens(world: World) -> None:
    told = await accepted(world)
    nonce = str(told.seal_nonce)

    await world.tell(sealed(world, nonce, nonce=bytes(16)), sealed(world, nonce))

    assert set((await seen(world))["payload"]) == {"FULL_NAME", "SEX"}


async def test_the_nonce_is_forgotten_and_a_second_payload_opens_nothing(world: World) -> None:
    told = await accepted(world)
    nonce = str(told.seal_nonce)

    await world.tell(sealed(world, nonce))
    kept = await world.rows("select body from offer")
    await world.tell(sealed(world, nonce))

    assert nonce.encode() not in kept[0][0]
    assert ("PAYLOAD_UNOPENABLE", ["no_nonce"]) in await kinds(world)


async def test_a_payload_of_which_nothing_came_leaves_the_nonce(world: World) -> None:
    told = await accepted(world)
    nonce = str(told.seal_nonce)

    await world.tell(
        ReferralPayloadSent(person=a_person(), referral=REFERRAL), sealed(world, nonce)
    )

    assert ("PAYLOAD_UNOPENABLE", ["unopenable"]) in await kinds(world)
    assert set((await seen(world))["payload"]) == {"FULL_NAME", "SEX"}


async def test_a_payload_that_nobody_accepted_opens_nothing(world: World) -> None:
    await world.tell(OFFERED, sealed(world, bytes(16).hex()))

    assert (await seen(world))["payload"] is None
    assert ("PAYLOAD_UNOPENABLE", ["no_nonce"]) in await kinds(world)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"answer": "DECLINE"}, "reason_missing"),
        ({"answer": "ASK"}, "reason_missing"),
    ],
)
async def test_an_answer_without_its_reason_is_refused(
    world: World, body: dict[str, Any], code: str
) -> None:
    await world.tell(OFFERED)

    answer = await call(world, "POST", f"{OFFER}/answer", body)

    assert (answer.status_code, answer.json()["code"]) == (httpx.codes.CONFLICT, code)


async def test_an_offer_is_answered_once(world: World) -> None:
    await world.tell(OFFERED)
    no = {"answer": "DECLINE", "reason": "NO_CAPACITY"}
    await call(world, "POST", f"{OFFER}/answer", no)

    again = await call(world, "POST", f"{OFFER}/answer", {"answer": "ACCEPT"})

    assert (again.status_code, again.json()["code"]) == (httpx.codes.CONFLICT, "already_taken")
    assert await world.announced() == [
        ReferralDeclined(referral=REFERRAL, provider=UNHCR, reason=DeclineReason.NO_CAPACITY)
    ]


async def test_without_a_key_of_its_own_an_agency_accepts_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.service.database.close()
    world.opening = None
    world.service = world.build()
    await world.tell(OFFERED)

    answer = await call(world, "POST", f"{OFFER}/answer", {"answer": "ACCEPT"})

    assert (answer.status_code, answer.json()["code"]) == (httpx.codes.CONFLICT, "no_key")
    world.close()


async def test_a_service_is_told_step_by_step_by_who_accepted(world: World) -> None:
    await world.tell(OFFERED)
    path = f"/v1/referrals/{REFERRAL}/service"
    early = await call(world, "POST", path, {"step": "BEGUN"})
    await call(world, "POST", f"{OFFER}/answer", {"answer": "ACCEPT"})

    answers = [
        await call(world, "POST", path, body)
        for body in ({"step": "BEGUN"}, {"outcome": "PARTLY"}, {"outcome": "PROVIDED"})
    ]

    assert early.json()["code"] == "not_receiver"
    assert [answer.status_code for answer in answers] == [204, 422, 204]
    assert (await world.announced())[-2:] == [
        ServiceStarted(referral=REFERRAL, provider=UNHCR, step=Step.BEGUN),
        ServiceEnded(referral=REFERRAL, provider=UNHCR, outcome=ServiceOutcome.PROVIDED),
    ]


@pytest.mark.parametrize(
    ("event", "state", "kind"),
    [
        (ReferralWithdrawn(referral=REFERRAL), "WITHDRAWN", "REFERRAL_WITHDRAWN"),
        (FlowInterrupted(referral=REFERRAL), "INTERRUPTED", "INTERRUPTED"),
    ],
)
async def test_what_is_stopped_is_shown_to_nobody(
    world: World, event: Any, state: str, kind: str
) -> None:
    told = await accepted(world)
    await world.tell(sealed(world, str(told.seal_nonce)))

    await world.tell(event)

    view = await seen(world)
    assert (view["state"], view["person"], view["payload"]) == (state, None, None)
    assert (kind, []) in await kinds(world)


@pytest.mark.parametrize(("categories", "left"), [((Category.SEX,), {"FULL_NAME"}), (None, set())])
async def test_a_payload_is_erased_when_asked_and_the_receipt_follows(
    world: World, categories: Any, left: set[str]
) -> None:
    told = await accepted(world)
    (number,) = await world.tell(sealed(world, str(told.seal_nonce)))
    asked = ErasureAsked(
        about=a_person(),
        notice=a_notice(),
        releases=(number,),
        categories=msgspec.UNSET if categories is None else categories,
        due=world.now.date(),
    )

    await world.tell(asked)

    assert set((await seen(world))["payload"]) == left
    receipt = ErasureConfirmed(notice=a_notice(), outcome="ERASED")
    assert receipt in await world.announced()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CASEWORKER}))
async def test_who_is_no_caseworker_finds_no_offer(world: World, role: Role) -> None:
    await world.tell(OFFERED)

    async with world.client(role) as client:
        answers = [
            await client.get("/v1/offers"),
            await client.get(OFFER),
            await client.post(f"{OFFER}/answer", json={"answer": "ACCEPT"}),
        ]

    assert {answer.status_code for answer in answers} == {httpx.codes.NOT_FOUND}


async def test_an_offer_that_never_came_is_not_found(world: World) -> None:
    for path in (OFFER, "/v1/offers/nothing"):
        assert (await call(world, "GET", path)).status_code == httpx.codes.NOT_FOUND
        answer = await call(world, "POST", f"{path}/answer", {"answer": "ACCEPT"})
        assert answer.status_code == httpx.codes.NOT_FOUND
