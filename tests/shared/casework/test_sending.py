"""The sender's half as registration mounts it: real database, real event log, real sealing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.codes.referrals import CardField, DeclineReason, ServiceOutcome
from shared.events.control import ConsentGiven
from shared.events.event import ABSENT, Event
from shared.events.exchange import FlowInterrupted
from shared.events.referral import (
    InformationRequested,
    ReferralAmended,
    ReferralDeclined,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import ASYLUM, IOM, SHELTER, Role
from shared.kernel.identifiers import Kind, ReferralRef
from tests.registration.builders import person, ref
from tests.registration.world import World
from tests.shared.casework.sending import (
    ASKED,
    CANARY,
    GIVEN,
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


async def test_a_request_tells_the_consent_first_and_a_coarse_card(world: World) -> None:
    path = await a_person(world)

    referral = await asked(world, path)

    (given,) = await world.announced(ConsentGiven)
    (told,) = await world.announced(ReferralRequested)
    assert isinstance(given, ConsentGiven)
    assert isinstance(told, ReferralRequested)
    assert (told.referral, told.consent, told.consented) == (referral, given.consent, True)
    assert (told.area, told.language, told.places, told.access) == (
        "XTP-1",
        ABSENT,
        ABSENT,
        ABSENT,
    )
    assert (await view(world, referral))["state"] == "REQUESTED"


async def test_a_request_under_a_consent_given_before(world: World) -> None:
    path = await a_person(world)
    given = await world.call("POST", f"{path}/consents", GIVEN, role=Role.CASEWORKER)

    await asked(world, path, given=None, consent=given.json()["consent"])

    assert len(await world.announced(ConsentGiven)) == 1


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"given": None}, 409, "consent_missing"),
        ({"given": GIVEN | {"purpose": "HEALTH"}}, 409, "consent_missing"),
        ({"given": GIVEN | {"giver": "GUARDIAN"}}, 409, "giver_not_valid"),
        ({"in_bulk": True}, 409, "sensitive_in_bulk"),
        ({"checked": []}, 409, "check_missing"),
        ({"provider": "iom"}, 422, "wrong_receiver"),
        ({"provider": "gov-border"}, 422, "invalid"),
        ({"pathway": CANARY}, 422, "invalid"),
    ],
)
async def test_a_request_that_may_not_be_is_refused_and_tells_nothing(
    world: World, fields: dict[str, Any], status: int, code: str
) -> None:
    path = await a_person(world)
    before = await world.announced()

    answer = await world.call("POST", f"{path}/referrals", ASKED | fields, role=Role.CASEWORKER)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert CANARY not in answer.text
    assert await world.announced() == before


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CASEWORKER, Role.PROFILER}))
async def test_who_does_not_refer_finds_nothing(world: World, role: Role) -> None:
    path = await a_person(world)

    answer = await world.call("POST", f"{path}/referrals", ASKED, role=role)

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_somebody_unknown_is_not_found(world: World) -> None:
    answer = await world.call(
        "POST", f"/v1/persons/{person(9)}/referrals", ASKED, role=Role.CASEWORKER
    )

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_the_same_request_again_asks_once(world: World) -> None:
    path = await a_person(world)
    key = {"Idempotency-Key": "once"}

    first, again = [
        await world.call("POST", f"{path}/referrals", ASKED, role=Role.CASEWORKER, headers=key)
        for _ in range(2)
    ]

    assert first.json() == again.json()
    assert len(await world.announced(ReferralRequested)) == 1


async def test_what_is_heard_of_a_referral_is_seen_and_asked(world: World) -> None:
    referral = await asked(world, await a_person(world))
    events: list[Event] = [
        ReferralDeclined(referral=referral, provider=IOM, reason=DeclineReason.NO_CAPACITY),
        InformationRequested(referral=referral, wanted=(CardField.AREA,)),
        accepted(referral),
        ServiceStarted(referral=referral, provider=ASYLUM),
        ServiceEnded(referral=referral, provider=ASYLUM, outcome=ServiceOutcome.PROVIDED),
        FlowInterrupted(referral=referral),
    ]

    await world.tell(*events)

    seen = await view(world, referral)
    assert (seen["state"], seen["outcome"], seen["declined_by"]) == ("CLOSED", "PROVIDED", ["iom"])
    assert [kind for kind, _ in await tasks(world)] == [
        "DECLINED",
        "INFORMATION_WANTED",
        "ACCEPTED",
        "SERVICE_STARTED",
        "SERVICE_ENDED",
    ]


async def test_a_task_is_done_once_by_a_person(world: World) -> None:
    referral = await asked(world, await a_person(world))
    await world.tell(ReferralDeclined(referral=referral, provider=SHELTER))
    page = (await world.call("GET", "/v1/tasks", role=Role.SUPERVISOR)).json()
    path = f"/v1/tasks/{page['tasks'][0]['id']}/completion"

    done = [await world.call("POST", path, role=Role.CASEWORKER) for _ in range(2)]

    assert [answer.status_code for answer in done] == [204, 404]
    assert await tasks(world) == []


async def test_a_card_is_told_anew_as_a_whole(world: World) -> None:
    referral = await asked(world, await a_person(world))

    answer = await world.call(
        "POST",
        f"/v1/referrals/{referral}/amendments",
        {"region": "XTP-2", "worker_sex": "F", "language": "aaa"},
        role=Role.CASEWORKER,
    )

    (told,) = await world.announced(ReferralAmended)
    assert answer.status_code == httpx.codes.NO_CONTENT
    assert isinstance(told, ReferralAmended)
    assert (told.area, told.worker_sex, told.pathway) == ("XTP-2", "F", "PW-ASY-REG")
    assert told.language is ABSENT


async def test_a_referral_is_taken_back_once_and_nobody_hears_why(world: World) -> None:
    referral = await asked(world, await a_person(world))
    path = f"/v1/referrals/{referral}/withdrawal"

    answers = [
        await world.call("POST", path, {"cause": "PERSON_LEFT"}, role=Role.CASEWORKER)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [204, 409]
    assert answers[1].json()["code"] == "not_open"
    assert await world.announced(ReferralWithdrawn) == [ReferralWithdrawn(referral=referral)]


@pytest.mark.parametrize("which", [str(ref(Kind.REFERRAL, 5)), CANARY])
async def test_a_referral_that_nobody_sent_is_not_found(world: World, which: str) -> None:
    for method, path in [
        ("GET", f"/v1/referrals/{which}"),
        ("POST", f"/v1/referrals/{which}/withdrawal"),
    ]:
        body = {"cause": "MISTAKE"} if method == "POST" else None
        answer = await world.call(method, path, body, role=Role.CASEWORKER)
        assert answer.status_code == httpx.codes.NOT_FOUND
    await world.tell(accepted(ReferralRef(ref(Kind.REFERRAL, 5))))
    assert await tasks(world) == []
