"""What is heard, on a real database and a real carrier."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.referral.commands import ReopenReferral
from services.referral.handlers import acts
from services.referral.rules.clocks import Clock
from services.referral.rules.record import OfferState, State, Why
from services.referral.rules.routing import Capacity, Place
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import DeclineReason, Service, ServiceOutcome, Step
from shared.events.event import Event
from shared.events.exchange import FlowInterrupted
from shared.events.referral import CapacityReported, ReferralOffered
from shared.kernel.agencies import ASYLUM, IOM, SHELTER, UNHCR, Agency, Role
from tests.referral.builders import (
    DAY,
    HOUR,
    NOON,
    NORTH,
    SOUTH,
    a_referral,
    accepted,
    amended,
    asked,
    declined,
    ended,
    requested,
    started,
    withdrawn,
)
from tests.referral.world import World

CASH = requested(Pathway.CASH)
EMERGENCY = requested(Pathway.ASYLUM, priority=Priority.EMERGENCY)
INTERRUPTED = FlowInterrupted(referral=a_referral())


def offers_in(events: Sequence[Event]) -> list[Agency]:
    return [Agency(str(one.provider)) for one in events if isinstance(one, ReferralOffered)]


async def states(world: World) -> dict[str, OfferState]:
    return {offer.provider: offer.state for offer in (await world.referral()).offers}


async def test_a_request_starts_the_clock_and_the_only_provider_is_asked(world: World) -> None:
    await world.tell(CASH)

    (offer,) = await world.announced()
    assert offer == ReferralOffered(
        referral=a_referral(),
        provider=SHELTER,
        pathway=Pathway.CASH,
        priority=Priority.NORMAL,
        area=NORTH,
        consented=CASH.consented,
        respond_by=NOON + timedelta(weeks=2),
        declined_by=(),
    )
    assert await world.clock(Clock.RESPONSE, a_referral()) == NOON + timedelta(weeks=2)
    assert await world.clock(Clock.NEXT, a_referral()) is None


async def test_an_emergency_is_offered_to_all_of_the_area_at_once(world: World) -> None:
    await world.tell(EMERGENCY)

    assert offers_in(await world.announced()) == [ASYLUM, UNHCR]
    assert await world.clock(Clock.RESPONSE, a_referral()) == NOON + DAY


async def test_a_sensitive_or_open_choice_waits_for_a_human_for_a_day(world: World) -> None:
    await world.tell(requested(Pathway.WOMAN_AT_RISK), requested(Pathway.FAMILY, 2))

    assert await world.announced() == []
    for number in (1, 2):
        assert await world.clock(Clock.NEXT, a_referral(number)) == NOON + DAY


async def test_whom_the_sender_named_is_offered_it_and_nobody_else(world: World) -> None:
    await world.tell(requested(Pathway.ASYLUM, provider=UNHCR, priority=Priority.EMERGENCY))

    assert offers_in(await world.announced()) == [UNHCR]


async def test_a_request_heard_twice_is_one_referral_offered_once(world: World) -> None:
    await world.tell(CASH)
    world.now += HOUR
    await world.tell(CASH)

    assert offers_in(await world.announced()) == [SHELTER]
    assert (await world.referral()).created_at == NOON


async def test_the_first_acceptance_in_the_log_takes_it_and_the_second_is_named(
    world: World,
) -> None:
    await world.tell(EMERGENCY)
    await world.tell(accepted(UNHCR), accepted(ASYLUM))

    referral = await world.referral()
    assert (referral.state, referral.accepted_by) == (State.ACCEPTED, UNHCR)
    assert (referral.moves[-1].by, referral.moves[-1].why) == (ASYLUM, Why.ALREADY_TAKEN)
    assert await states(world) == {ASYLUM: OfferState.LAPSED, UNHCR: OfferState.ACCEPTED}
    assert await world.clock(Clock.RESPONSE, a_referral()) is None
    assert await world.clock(Clock.FEEDBACK, a_referral()) == NOON + timedelta(days=14)
    await world.tell(started(ASYLUM), ended(ASYLUM))
    assert (await world.referral()).state is State.ACCEPTED


async def test_a_decline_goes_to_the_next_by_rule_or_to_a_human_within_a_day(world: World) -> None:
    await world.tell(requested(Pathway.FAMILY, provider=UNHCR))
    world.now += HOUR
    await world.tell(declined(UNHCR, reason=DeclineReason.NO_CAPACITY))
    assert offers_in(await world.announced()) == [UNHCR, IOM]
    assert await world.clock(Clock.NEXT, a_referral()) is None
    await world.tell(declined(IOM))

    assert await world.clock(Clock.NEXT, a_referral()) == NOON + HOUR + DAY
    (first, second) = await world.announced()
    assert isinstance(first, ReferralOffered)
    assert isinstance(second, ReferralOffered)
    assert (first.declined_by, second.declined_by) == ((), (UNHCR,))


async def test_a_course_from_offer_to_feedback(world: World) -> None:
    await world.tell(CASH, accepted(SHELTER), started(SHELTER, step=Step.BEGUN))
    assert (await world.referral()).state is State.IN_PROGRESS

    await world.tell(ended(SHELTER, outcome=ServiceOutcome.PARTLY))
    await world.tell(ended(SHELTER, outcome=ServiceOutcome.NOT_PROVIDED))

    referral = await world.referral()
    assert (referral.state, referral.outcome) == (State.CLOSED, ServiceOutcome.PARTLY)
    assert await world.clock(Clock.FEEDBACK, a_referral()) is None


async def test_a_question_stops_the_clock_and_its_answer_lets_it_run_on(world: World) -> None:
    await world.tell(CASH, asked(SHELTER))
    assert await world.clock(Clock.RESPONSE, a_referral()) is None
    assert await world.clock(Clock.PAUSE, a_referral()) == NOON + 2 * DAY
    world.now += HOUR

    await world.tell(amended(area=SOUTH))

    assert await world.clock(Clock.PAUSE, a_referral()) is None
    assert await world.clock(Clock.RESPONSE, a_referral()) == NOON + timedelta(weeks=2) + HOUR
    assert (await world.referral()).card.area == SOUTH


async def test_a_correction_that_makes_it_an_emergency_offers_it_to_all(world: World) -> None:
    await world.tell(requested(Pathway.FAMILY))

    await world.tell(amended(priority=Priority.EMERGENCY))

    assert offers_in(await world.announced()) == [IOM, UNHCR]
    assert await world.clock(Clock.RESPONSE, a_referral()) == NOON + DAY


COURSE = (EMERGENCY, asked(UNHCR), amended(language="und"), declined(UNHCR))
COURSE_ON = (accepted(ASYLUM), started(ASYLUM), ended(ASYLUM))


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("word", [withdrawn(), INTERRUPTED], ids=["withdrawn", "interrupted"])
async def test_withdrawal_and_interruption_between_any_two_steps(
    world: World, place: int, word: Event
) -> None:
    course = (*COURSE, *COURSE_ON)

    await world.tell(*course[:place], word, *course[place:])

    referral = await world.referral()
    state = State.INTERRUPTED if word is INTERRUPTED else State.WITHDRAWN
    assert referral.state is state
    assert referral.card.pathway is Pathway.ASYLUM
    for clock in Clock:
        assert await world.clock(clock, a_referral()) is None
    assert not referral.has_open_offer
    assert (place == 0) == (offers_in(await world.announced()) == [])


async def test_a_withdrawal_heard_before_its_request_lets_nobody_be_asked(world: World) -> None:
    await world.tell(withdrawn())
    await world.tell(EMERGENCY)

    assert (await world.referral()).state is State.WITHDRAWN
    assert await world.announced() == []


async def test_a_correction_heard_before_its_request_is_not_lost(world: World) -> None:
    correction = amended(pathway=Pathway.FAMILY, priority=Priority.EMERGENCY, area=SOUTH)
    await world.tell(correction)
    assert await world.announced() == []

    await world.tell(requested(Pathway.FAMILY))

    referral = await world.referral()
    assert (referral.card.area, referral.priority) == (SOUTH, Priority.EMERGENCY)
    assert offers_in(await world.announced()) == [IOM, UNHCR]


async def test_everything_heard_twice_ends_alike(world: World) -> None:
    await world.tell(EMERGENCY, EMERGENCY)
    for event in (*COURSE[1:], *COURSE_ON):
        await world.tell(event, event)
    referral = await world.referral()

    assert (referral.state, referral.accepted_by) == (State.CLOSED, ASYLUM)
    assert offers_in(await world.announced()) == [ASYLUM, UNHCR]


async def test_who_was_not_offered_takes_nothing(world: World) -> None:
    await world.tell(CASH, accepted(IOM))

    referral = await world.referral()
    assert (referral.state, referral.accepted_by) == (State.CREATED, None)
    assert referral.moves[-1].why is Why.NOT_OFFERED
    assert referral.overdue_at == NOON


async def test_an_answer_to_what_nobody_requested_is_kept_and_is_a_humans(world: World) -> None:
    await world.tell(accepted(IOM))

    referral = await world.referral()
    assert (referral.state, referral.requested, referral.overdue_at) == (
        State.CREATED,
        False,
        NOON,
    )


async def test_capacity_is_used_at_the_next_choice(world: World) -> None:
    report = CapacityReported(provider=IOM, service=Service.OTHER, area=NORTH, places=0)
    await world.tell(report, CapacityReported(provider=IOM, places=9))

    await world.tell(requested(Pathway.FAMILY, service=Service.OTHER))

    assert offers_in(await world.announced()) == [UNHCR]
    known = await world.ask(lambda store: store.capacities())
    assert known == {Place(IOM, Service.OTHER, NORTH): Capacity(0, None, NOON)}


async def test_a_withdrawal_reaches_what_a_human_made_of_an_expired_referral(
    world: World,
) -> None:
    await world.tell(CASH)
    for _ in range(2):
        world.now += timedelta(weeks=2, seconds=1)
        await world.caught_up()
    new = await world.ask(
        lambda store: acts.reopen_referral(
            ReopenReferral(),
            referral=a_referral(),
            by=Role.SUPERVISOR,
            store=store,
            at=world.now,
            make_id=lambda: b"new-made-16bytes",
        )
    )
    assert new.state is State.CREATED

    await world.tell(withdrawn())

    following = await world.ask(lambda store: store.get_referral(new.referral))
    assert (following.state, (await world.referral()).state) == (State.WITHDRAWN,) * 2
