"""What falls due, in virtual time, on a real database and a real carrier."""

import logging
from datetime import date, timedelta

import pytest

from services.referral.commands import OfferReferral
from services.referral.handlers import acts, heard
from services.referral.rules.clocks import Clock
from services.referral.rules.record import OfferState, State, Why
from services.referral.store import Store
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Level, Step
from shared.events.referral import ReferralEscalated, ReferralExpired, ReferralOffered
from shared.kernel.agencies import ASYLUM, CHILD_PROTECTION, SHELTER, UNHCR, Role
from shared.storage.timers import Timer
from tests.referral.builders import (
    DAY,
    HOUR,
    MOMENT,
    NOON,
    a_referral,
    accepted,
    amended,
    asked,
    requested,
    started,
)
from tests.referral.world import World

CASH = requested(Pathway.CASH)
EMERGENCY = requested(Pathway.ASYLUM, priority=Priority.EMERGENCY)
WEEKS = timedelta(weeks=2)


async def pass_time(world: World, time: timedelta) -> None:
    """Let time pass, and have the desk hear all that the exchange has sent meanwhile."""
    world.now += time
    await world.caught_up()


async def test_the_instant_itself_is_on_time(world: World) -> None:
    await world.tell(CASH)

    await pass_time(world, WEEKS)

    assert (await world.referral()).escalated_at is None


async def test_unanswered_it_is_escalated_and_then_expires(world: World) -> None:
    await world.tell(CASH)
    await pass_time(world, WEEKS + MOMENT)
    marked = await world.referral()
    assert (marked.state, marked.offers[0].state) == (State.CREATED, OfferState.LAPSED)
    assert await world.clock(Clock.RESPONSE, a_referral()) == world.now + WEEKS
    assert await world.clock(Clock.NEXT, a_referral()) == world.now + DAY

    await pass_time(world, WEEKS + MOMENT)

    assert (await world.referral()).state is State.EXPIRED
    told = [one for one in await world.announced() if not isinstance(one, ReferralOffered)]
    assert told == [
        ReferralEscalated(referral=a_referral(), level=Level.COORDINATOR),
        ReferralExpired(referral=a_referral()),
    ]
    for clock in Clock:
        assert await world.clock(clock, a_referral()) is None


async def test_an_acceptance_in_the_second_time_is_in_time(world: World) -> None:
    await world.tell(CASH)
    await pass_time(world, WEEKS + MOMENT)

    await world.tell(accepted(SHELTER))
    await pass_time(world, WEEKS + MOMENT)

    referral = await world.referral()
    assert (referral.state, referral.accepted_by) == (State.ACCEPTED, SHELTER)


async def test_an_acceptance_after_expiry_asks_a_human_to_reopen(world: World) -> None:
    await world.tell(CASH)
    await pass_time(world, WEEKS + MOMENT)
    await pass_time(world, WEEKS + MOMENT)
    assert (await world.referral()).overdue_at is None

    await world.tell(accepted(SHELTER))

    referral = await world.referral()
    assert (referral.state, referral.accepted_by) == (State.EXPIRED, None)
    assert referral.moves[-1].why is Why.AFTER_EXPIRY
    assert referral.overdue_at == world.now


async def test_no_clock_passes_while_the_exchange_is_silent(world: World) -> None:
    await world.tell(CASH)
    world.now += 10 * WEEKS

    await world.announced()

    assert (await world.referral()).escalated_at is None


async def test_an_answer_that_waited_in_the_stream_comes_before_the_clock(world: World) -> None:
    await world.tell(CASH)
    world.now += WEEKS + DAY

    await world.exchange.publish([world.release(accepted(SHELTER), 0)])
    await world.caught_up()

    assert (await world.referral()).state is State.ACCEPTED
    assert [one for one in await world.announced() if isinstance(one, ReferralEscalated)] == []


async def test_an_emergency_is_a_humans_after_an_hour_though_the_exchange_is_silent(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.tell(EMERGENCY)
    world.now += DAY + HOUR
    await world.announced()
    assert (await world.referral()).overdue_at is None
    world.now += MOMENT

    with caplog.at_level(logging.ERROR, logger="tenpoint"):
        await world.announced()

    referral = await world.referral()
    assert (referral.state, referral.escalated_at) == (State.CREATED, None)
    assert referral.overdue_at == world.now
    assert [record.getMessage() for record in caplog.records] == [
        "an emergency referral waits unanswered"
    ]
    assert a_referral() not in caplog.text


async def test_a_late_emergency_is_escalated_once_all_is_heard(world: World) -> None:
    await world.tell(EMERGENCY)
    world.now += 3 * DAY
    await world.announced()

    await world.caught_up()

    referral = await world.referral()
    assert (referral.state, referral.escalated_at) == (State.CREATED, world.now)


async def test_nothing_but_an_emergency_is_a_humans_while_the_exchange_is_silent(
    world: World,
) -> None:
    await world.tell(CASH, requested(Pathway.MEDICAL, 2, priority=Priority.URGENT))
    world.now += 10 * WEEKS

    await world.announced()

    assert [(await world.referral(number)).overdue_at for number in (1, 2)] == [None, None]


async def test_an_emergency_that_expires_is_an_alarm_until_it_is_reopened(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.tell(EMERGENCY)
    await pass_time(world, DAY + MOMENT)

    with caplog.at_level(logging.ERROR, logger="tenpoint"):
        await pass_time(world, DAY + MOMENT)

    referral = await world.referral()
    assert (referral.state, referral.overdue_at is not None) == (State.EXPIRED, True)
    assert len(caplog.records) == 1


async def test_a_pause_ends_by_itself_after_48_hours(world: World) -> None:
    await world.tell(CASH, asked(SHELTER))

    await pass_time(world, 2 * DAY + MOMENT)

    assert await world.clock(Clock.PAUSE, a_referral()) is None
    assert await world.clock(Clock.RESPONSE, a_referral()) == NOON + WEEKS + 2 * DAY
    await world.tell(amended(language="und"), asked(SHELTER))
    assert await world.clock(Clock.PAUSE, a_referral()) is None


async def test_a_human_who_asks_nobody_within_a_day_is_reminded(world: World) -> None:
    await world.tell(requested(Pathway.WOMAN_AT_RISK))

    await pass_time(world, DAY + MOMENT)

    assert (await world.referral()).overdue_at == world.now
    await world.ask(lambda store: offer_to_unhcr(store, world))
    assert (await world.referral()).overdue_at is None
    assert await world.clock(Clock.NEXT, a_referral()) is None


def offer_to_unhcr(store: Store, world: World) -> None:
    acts.offer_referral(
        OfferReferral(provider=UNHCR),
        referral=a_referral(),
        by=Role.CASEWORKER,
        store=store,
        at=world.now,
    )


async def test_contact_feedback_and_steps_that_are_late_are_a_humans(world: World) -> None:
    await world.tell(requested(Pathway.CHILD_PROTECTION, provider=CHILD_PROTECTION))
    await world.tell(accepted(CHILD_PROTECTION, follow_up_by=date(2026, 3, 9)))
    assert await world.clock(Step.INTERESTS_ASSESSED, a_referral()) == NOON + 3 * DAY

    await pass_time(world, DAY)
    assert (await world.referral()).overdue_at == world.now
    await world.tell(started(CHILD_PROTECTION, step=Step.GUARDIAN_APPOINTED))
    assert (await world.referral()).overdue_at is None

    await pass_time(world, 20 * DAY)

    referral = await world.referral()
    assert (referral.state, referral.overdue_at) == (State.IN_PROGRESS, world.now)
    late = [move.word for move in referral.moves if move.act == "OVERDUE"]
    assert late == ["GUARDIAN_APPOINTED", "BIA", "contact", "feedback"]


async def test_clocks_survive_a_restart(world: World) -> None:
    await world.tell(EMERGENCY)
    world.service.database.close()
    world.service = world.build()

    await pass_time(world, DAY + MOMENT)

    assert (await world.referral()).escalated_at == world.now


async def test_a_clock_that_was_set_for_another_time_or_nobody_does_nothing(world: World) -> None:
    await world.tell(EMERGENCY)
    before = await world.referral()

    def fire(store: Store) -> None:
        for about in (a_referral(), a_referral(9)):
            for kind in (*Clock, "other"):
                timer = Timer(kind, about, 1, NOON)
                heard.on_clock_passed(timer, store=store, at=NOON + DAY)
                heard.on_alarm_passed(timer, store=store, at=NOON + DAY)

    await world.ask(fire)

    assert await world.referral() == before
    assert await world.ask(lambda store: store.find_referral(a_referral(9))) is None


async def test_an_answer_and_a_clock_in_either_order_end_alike_in_the_second_time(
    world: World,
) -> None:
    await world.tell(EMERGENCY, requested(Pathway.ASYLUM, 2, priority=Priority.EMERGENCY))
    await world.tell(accepted(ASYLUM, 1))
    await pass_time(world, DAY + MOMENT)
    await world.tell(accepted(ASYLUM, 2))

    taken = [await world.referral(number) for number in (1, 2)]
    assert [one.state for one in taken] == [State.ACCEPTED] * 2
    assert [one.accepted_by for one in taken] == [ASYLUM] * 2
