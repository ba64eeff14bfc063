"""The desk over HTTP, as its staff use it."""

from datetime import timedelta

import pytest

from services.referral.rules.record import OfferState, State
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import CardAge, CardField, DeclineReason, Step
from shared.events.referral import ReferralOffered
from shared.kernel.agencies import ANTI_TRAFFICKING, IOM, SHELTER, UNHCR, Role
from tests.referral.builders import (
    HOUR,
    MOMENT,
    NOON,
    a_referral,
    accepted,
    asked,
    declined,
    requested,
    started,
)
from tests.referral.calls import ACCEPTED, REFERRAL, call, get, states
from tests.referral.world import COORDINATOR, World

WEEKS = timedelta(weeks=2)
CASH = requested(Pathway.CASH)
FAMILY = requested(Pathway.FAMILY)
URGENT = Priority.URGENT


async def expire(world: World) -> None:
    for _ in range(2):
        world.now += WEEKS + MOMENT
        await world.caught_up()


async def test_what_a_human_must_look_at_comes_first_and_then_what_is_due(world: World) -> None:
    await world.tell(
        requested(Pathway.CASH, 1),
        requested(Pathway.CASH, 2, priority=URGENT),
        requested(Pathway.CASH, 3),
        accepted(IOM, 3),
        requested(Pathway.CASH, 4),
        accepted(SHELTER, 4),
    )

    lines = (await get(world, "/v1/referrals"))["referrals"]

    assert [line["referral"] for line in lines] == [a_referral(n) for n in (3, 2, 1, 4)]
    assert [line["overdue_at"] is None for line in lines] == [False, True, True, True]
    assert lines[1] == {
        "referral": a_referral(2),
        "state": "CREATED",
        "pathway": "PW-CASH",
        "priority": "URGENT",
        "created_at": "2026-03-02T12:00:00Z",
        "due_at": "2026-03-05T12:00:00Z",
        "escalated": False,
        "overdue_at": None,
    }


async def test_the_work_list_can_show_only_what_is_a_humans_or_only_the_rest(world: World) -> None:
    await world.tell(requested(Pathway.CASH, 1), requested(Pathway.CASH, 2), accepted(IOM, 2))

    late = (await get(world, "/v1/referrals?overdue=true"))["referrals"]
    calm = (await get(world, "/v1/referrals?overdue=false"))["referrals"]

    assert [line["referral"] for line in late] == [a_referral(2)]
    assert [line["referral"] for line in calm] == [a_referral(1)]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_the_work_list_is_read_page_by_page_without_loss(world: World, limit: int) -> None:
    await world.tell(*[requested(Pathway.CASH, number) for number in range(1, 6)], accepted(IOM, 4))

    found, cursor = [], ""
    while True:
        page = await get(world, f"/v1/referrals?limit={limit}{cursor}")
        found += [line["referral"] for line in page["referrals"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert found == [a_referral(n) for n in (4, *sorted([1, 2, 3, 5], key=a_referral))]


async def test_what_is_over_is_in_no_list_unless_a_human_must_look(world: World) -> None:
    await world.tell(CASH)
    await expire(world)
    assert (await get(world, "/v1/referrals"))["referrals"] == []

    await world.tell(accepted(SHELTER))

    (line,) = (await get(world, "/v1/referrals?overdue=true"))["referrals"]
    assert (line["state"], line["due_at"]) == ("EXPIRED", None)


async def test_lists_show_every_sensitive_pathway_under_one_word(world: World) -> None:
    await world.tell(requested(Pathway.TRAFFICKING), requested(Pathway.MEDICAL, 2))

    for person in ("staff", COORDINATOR):
        lines = (await get(world, "/v1/referrals", person=person))["referrals"]
        assert {line["pathway"] for line in lines} == {"PROTECTION"}


async def test_a_referral_is_shown_with_all_that_happened_and_whom_to_ask(world: World) -> None:
    await world.tell(requested(Pathway.FAMILY, age_band=CardAge.CHILD, provider=UNHCR, places=None))
    world.now += HOUR
    await world.tell(asked(UNHCR, wanted=(CardField.LANGUAGE,)))
    await world.tell(declined(UNHCR, reason=DeclineReason.OUT_OF_AREA))

    view = await get(world, REFERRAL)

    assert view["card"] == {
        "pathway": "PW-FAM",
        "priority": "NORMAL",
        "area": "XTP-N",
        "age_band": "CHILD",
    }
    assert view["named"] == UNHCR
    assert [(one["provider"], one["state"], one["reason"]) for one in view["offers"]] == [
        (UNHCR, "DECLINED", "OUT_OF_AREA"),
        (IOM, "OFFERED", None),
    ]
    assert view["offers"][0]["wanted"] == ["language"]
    assert [(one["act"], one["by"], one["word"]) for one in view["moves"]] == [
        ("REQUESTED", "sender", None),
        ("OFFERED", "rule", UNHCR),
        ("ASKED", UNHCR, None),
        ("DECLINED", UNHCR, "OUT_OF_AREA"),
        ("RESUMED", UNHCR, None),
        ("OFFERED", "rule", IOM),
    ]
    assert view["next_providers"] == []
    assert list(view["clocks"]) == ["response"]


async def test_only_a_coordinator_sees_and_offers_what_is_sensitive(world: World) -> None:
    await world.tell(requested(Pathway.TRAFFICKING, provider=ANTI_TRAFFICKING))

    view = await get(world, REFERRAL, person=COORDINATOR)
    unseen = await call(world, "GET", REFERRAL)
    unknown = await call(world, "GET", f"/v1/referrals/{a_referral(9)}")

    assert view["pathway"] == "PW-TIP"
    assert (unseen.status_code, unseen.content) == (404, unknown.content)
    for path, role in (
        ("offers", Role.CASEWORKER),
        ("closure", Role.SUPERVISOR),
        ("reopening", Role.SUPERVISOR),
    ):
        answer = await call(world, "POST", f"{REFERRAL}/{path}", {}, role)
        assert (answer.status_code, answer.content) == (404, unknown.content)


async def test_reflection_is_shown_with_its_last_day(world: World) -> None:
    await world.tell(requested(Pathway.TRAFFICKING, provider=ANTI_TRAFFICKING))
    await world.tell(
        accepted(ANTI_TRAFFICKING), started(ANTI_TRAFFICKING, step=Step.REFLECTION_GRANTED)
    )

    view = await get(world, REFERRAL, person=COORDINATOR)

    assert view["reflection_until"] == "2026-04-01T12:00:00Z"
    assert view["steps"] == {"REFLECTION_GRANTED": "2026-03-02T12:00:00Z"}


async def test_a_caseworker_offers_to_whom_they_choose(world: World) -> None:
    await world.tell(FAMILY)
    assert (await get(world, REFERRAL))["next_providers"] == [IOM, UNHCR]

    answer = await call(world, "POST", f"{REFERRAL}/offers", {"provider": "unhcr"})

    assert answer.status_code == ACCEPTED
    assert answer.json() == {"referral": a_referral(), "state": "CREATED"}
    (offer,) = await world.announced()
    assert isinstance(offer, ReferralOffered)
    assert (offer.provider, offer.respond_by) == (UNHCR, NOON + WEEKS)
    assert await states(world) == {UNHCR: OfferState.OFFERED}


async def test_an_offer_to_nobody_in_particular_goes_to_the_first_of_the_rule(
    world: World,
) -> None:
    await world.tell(FAMILY)

    await call(world, "POST", f"{REFERRAL}/offers", {})
    await call(world, "POST", f"{REFERRAL}/offers", {})

    assert await states(world) == {IOM: OfferState.OFFERED, UNHCR: OfferState.OFFERED}


async def test_a_request_sent_again_under_its_key_offers_once(world: World) -> None:
    await world.tell(FAMILY)

    for _ in range(3):
        answer = await call(world, "POST", f"{REFERRAL}/offers", {}, key="k-1")
        assert answer.status_code == ACCEPTED

    assert await states(world) == {IOM: OfferState.OFFERED}
    other = await call(world, "POST", f"{REFERRAL}/offers", {"provider": "unhcr"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


async def test_a_supervisor_closes_what_cannot_go_on(world: World) -> None:
    await world.tell(CASH)

    answer = await call(
        world, "POST", f"{REFERRAL}/closure", {"reason": "NO_PROVIDER"}, Role.SUPERVISOR
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "CLOSED")
    assert await states(world) == {SHELTER: OfferState.LAPSED}
    assert await world.clock("response", a_referral()) is None
    assert (await get(world, REFERRAL))["closed_for"] == "NO_PROVIDER"


async def test_a_supervisor_reopens_what_expired_as_a_new_referral(world: World) -> None:
    await world.tell(CASH)
    await expire(world)
    await world.tell(accepted(SHELTER))

    answer = await call(world, "POST", f"{REFERRAL}/reopening", {}, Role.SUPERVISOR)

    new = answer.json()["referral"]
    assert (answer.status_code, answer.json()["state"]) == (ACCEPTED, "CREATED")
    view = await get(world, f"/v1/referrals/{new}")
    assert (view["after"], view["state"]) == (a_referral(), "CREATED")
    assert view["card"] == (await get(world, REFERRAL))["card"]
    old = await world.referral()
    assert (old.state, old.reopened_as, old.overdue_at) == (State.EXPIRED, new, None)
    offers = [one for one in await world.announced() if isinstance(one, ReferralOffered)]
    assert [(one.referral, one.provider) for one in offers] == [
        (a_referral(), SHELTER),
        (new, SHELTER),
    ]
    assert offers[1].after == a_referral()


async def test_a_supervisor_reopens_for_whoever_accepted_too_late(world: World) -> None:
    await world.tell(FAMILY)
    await expire(world)

    answer = await call(
        world, "POST", f"{REFERRAL}/reopening", {"provider": "unhcr"}, Role.SUPERVISOR, key="k"
    )
    again = await call(
        world, "POST", f"{REFERRAL}/reopening", {"provider": "unhcr"}, Role.SUPERVISOR, key="k"
    )

    view = await get(world, f"/v1/referrals/{answer.json()['referral']}")
    assert [one["provider"] for one in view["offers"]] == [UNHCR]
    assert again.json() == answer.json()


async def test_no_route_accepts_for_a_provider(world: World) -> None:
    await world.tell(CASH)
    paths = {getattr(route, "path", "") for route in world.service.app.routes}

    assert not [path for path in paths if "accept" in path or "answer" in path]
    for path in ("acceptance", "answer", "accept"):
        answer = await call(world, "POST", f"{REFERRAL}/{path}", {"provider": "shelter"})
        assert answer.status_code == 404
    assert (await world.referral()).state is State.CREATED


async def test_numbers_of_the_post_are_the_operators(world: World) -> None:
    await world.tell(CASH)
    await world.announced()

    health = await get(world, "/v1/operations/health", Role.SYSADMIN)
    rows = await get(world, "/v1/operations/open-rows", Role.SYSADMIN)
    resent = await call(world, "POST", "/v1/operations/open-rows/resend", role=Role.SYSADMIN)

    assert health == {"open_rows": 1, "gaps": 0, "unreadable": 0}
    assert [row["wire"] for row in rows["open_rows"]] == [
        "org.tenpoint.referral.ReferralOffered.v1"
    ]
    assert a_referral() not in str(rows)
    assert resent.json() == {"rows": 1}
