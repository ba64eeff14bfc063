"""The desk over HTTP: every refusal has its name, and nothing is echoed."""

from datetime import timedelta
from typing import Any

import pytest

from shared.codes.pathways import Pathway
from shared.kernel.agencies import SHELTER, UNHCR, Role
from tests.referral.builders import (
    MOMENT,
    a_referral,
    accepted,
    declined,
    requested,
    withdrawn,
)
from tests.referral.calls import CONFLICT, INVALID, NOT_FOUND, REFERRAL, call, refused
from tests.referral.world import World

CANARY = "Qanaryx"
CASH = requested(Pathway.CASH)
FAMILY = requested(Pathway.FAMILY)
STAFF_ROUTES = [
    ("GET", "/v1/referrals", {Role.CASEWORKER, Role.SUPERVISOR}),
    ("GET", REFERRAL, {Role.CASEWORKER, Role.SUPERVISOR}),
    ("POST", f"{REFERRAL}/offers", {Role.CASEWORKER}),
    ("POST", f"{REFERRAL}/closure", {Role.SUPERVISOR}),
    ("POST", f"{REFERRAL}/reopening", {Role.SUPERVISOR}),
    ("PUT", "/v1/services/iom-fam", {Role.CASEWORKER}),
    ("GET", "/v1/operations/health", {Role.SYSADMIN}),
    ("GET", "/v1/operations/open-rows", {Role.SYSADMIN}),
    ("POST", "/v1/operations/open-rows/resend", {Role.SYSADMIN}),
]


async def expire(world: World) -> None:
    for _ in range(2):
        world.now += timedelta(weeks=2) + MOMENT
        await world.caught_up()


async def offer(world: World, **body: Any) -> tuple[int, str]:
    return refused(await call(world, "POST", f"{REFERRAL}/offers", body))


async def close(world: World, **body: Any) -> tuple[int, str]:
    return refused(await call(world, "POST", f"{REFERRAL}/closure", body, Role.SUPERVISOR))


async def reopen(world: World, **body: Any) -> tuple[int, str]:
    return refused(await call(world, "POST", f"{REFERRAL}/reopening", body, Role.SUPERVISOR))


@pytest.mark.parametrize(("method", "path", "roles"), STAFF_ROUTES)
async def test_a_caller_in_another_role_is_told_that_there_is_nothing(
    world: World, method: str, path: str, roles: set[Role]
) -> None:
    await world.tell(CASH)

    for role in set(Role) - roles:
        answer = await call(world, method, path, {} if method != "GET" else None, role)
        assert refused(answer) == (NOT_FOUND, "not_found")


@pytest.mark.parametrize(("method", "path", "roles"), STAFF_ROUTES)
async def test_nobody_without_a_token_is_answered(
    world: World, method: str, path: str, roles: set[Role]
) -> None:
    del roles
    async with world.client() as client:
        del client.headers["Authorization"]
        assert refused(await client.request(method, path)) == (401, "not_signed_in")


async def test_what_is_taken_or_over_is_not_offered(world: World) -> None:
    await world.tell(CASH, accepted(SHELTER))

    assert await offer(world, provider="shelter") == (CONFLICT, "not_open")


async def test_who_declined_is_not_offered_it_again(world: World) -> None:
    await world.tell(FAMILY)
    await call(world, "POST", f"{REFERRAL}/offers", {"provider": "unhcr"})
    await world.tell(declined(UNHCR))

    assert await offer(world, provider="unhcr") == (CONFLICT, "already_declined")


@pytest.mark.parametrize("provider", ["cp", "gov-border", "nobody"])
async def test_who_may_not_receive_the_pathway_is_not_offered_it(
    world: World, provider: str
) -> None:
    await world.tell(FAMILY)

    assert await offer(world, provider=provider) == (CONFLICT, "no_provider")


async def test_with_nobody_left_nothing_is_offered(world: World) -> None:
    await world.tell(CASH, declined(SHELTER))

    assert await offer(world) == (CONFLICT, "no_provider")


async def test_nothing_is_closed_without_a_reason_that_there_is(world: World) -> None:
    await world.tell(CASH)

    assert await close(world) == (INVALID, "reason_missing")
    assert await close(world, reason=CANARY.upper()) == (INVALID, "reason_missing")


async def test_what_is_over_is_not_closed(world: World) -> None:
    await world.tell(CASH, withdrawn())

    assert await close(world, reason="DUPLICATE") == (CONFLICT, "not_open")


async def test_only_what_expired_is_reopened_and_once(world: World) -> None:
    await world.tell(FAMILY)
    assert await reopen(world) == (CONFLICT, "not_expired")
    await expire(world)
    assert await reopen(world, provider="cp") == (CONFLICT, "no_provider")
    await call(world, "POST", f"{REFERRAL}/reopening", {}, Role.SUPERVISOR)

    assert await reopen(world) == (CONFLICT, "already_reopened")


async def test_a_refused_reopening_leaves_nothing_behind(world: World) -> None:
    await world.tell(FAMILY)
    await expire(world)

    await reopen(world, provider="cp")

    assert (await world.referral()).reopened_as is None


@pytest.mark.parametrize("name", ["x", a_referral(9), a_referral()[:-1] + "!", "P" + a_referral()])
@pytest.mark.parametrize("act", ["offers", "closure", "reopening"])
async def test_what_is_no_referral_of_the_desk_is_not_found(
    world: World, name: str, act: str
) -> None:
    role = Role.CASEWORKER if act == "offers" else Role.SUPERVISOR

    acted = await call(world, "POST", f"/v1/referrals/{name}/{act}", {}, role)
    read = await call(world, "GET", f"/v1/referrals/{name}")

    assert refused(acted) == refused(read) == (NOT_FOUND, "not_found")
    assert acted.content == read.content


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{REFERRAL}/offers", {"provider": f"{CANARY} "}),
        (f"{REFERRAL}/offers", {"provider": f"{CANARY.lower()}\n"}),
        (f"{REFERRAL}/offers", {CANARY: 1}),
        (f"{REFERRAL}/offers", {"provider": [CANARY]}),
        (f"{REFERRAL}/offers", CANARY),
    ],
)
async def test_what_does_not_fit_is_refused_without_an_echo(
    world: World, path: str, body: object
) -> None:
    await world.tell(CASH)

    answer = await call(world, "POST", path, body)

    assert refused(answer) == (INVALID, "invalid")
    assert CANARY not in answer.text


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "WzEsMl0"])
@pytest.mark.parametrize("path", ["/v1/referrals", "/v1/services"])
async def test_what_is_no_cursor_of_the_list_is_refused(
    world: World, path: str, cursor: str
) -> None:
    assert refused(await call(world, "GET", f"{path}?cursor={cursor}")) == (
        INVALID,
        "not_a_cursor",
    )


@pytest.mark.parametrize("query", ["overdue=perhaps", "limit=0", "limit=201"])
async def test_what_is_no_question_is_refused(world: World, query: str) -> None:
    assert refused(await call(world, "GET", f"/v1/referrals?{query}")) == (INVALID, "invalid")
