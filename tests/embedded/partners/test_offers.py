"""An offer is answered once, within its time, and by nobody who did not hear it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlmodel import select

from embedded.partners.edge.child_protection import ChildProtection
from embedded.partners.edge.memory import State
from embedded.partners.edge.offers import FOLLOW_UP
from embedded.partners.edge.shelter import ShelterProvider
from embedded.partners.edge.tables import TABLES, HeldRow
from shared.codes.pathways import Pathway
from shared.codes.people import SizeBand
from shared.codes.referrals import (
    CardAge,
    CardField,
    CardLanguageText,
    DeclineReason,
    WorkerSex,
)
from shared.events.event import ABSENT
from shared.events.exchange import FlowInterrupted, Outcome
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralOffered,
    ReferralWithdrawn,
    ServiceEnded,
)
from shared.kernel.agencies import SHELTER
from shared.storage.timers import Timers
from tests.embedded.partners.conftest import MakeWorld
from tests.embedded.partners.edge_world import (
    HOUR,
    NOON,
    Curious,
    Full,
    Willing,
    World,
    offer,
    referral,
)

ANSWERS = (InformationRequested, ReferralAccepted, ReferralDeclined)


def answers_of(world: World) -> list[str]:
    return [type(event).__name__ for event, _ in world.seen.values() if isinstance(event, ANSWERS)]


async def test_an_offer_is_accepted_within_its_time(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.tell(offer())
    assert answers_of(world) == []

    await world.pass_time(48, by=24)

    (accepted,) = world.told(ReferralAccepted)
    assert accepted.referral == referral()
    assert accepted.provider == SHELTER
    assert accepted.unsealing_key == world.tools.key
    assert accepted.follow_up_by is not ABSENT
    assert accepted.follow_up_by is not None
    assert accepted.follow_up_by > NOON.date()


async def test_every_acceptance_has_a_nonce_of_its_own(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.tell(offer(1), offer(2))

    await world.pass_time(72, by=36)

    assert len({event.seal_nonce for event in world.told(ReferralAccepted)}) == 2


async def test_an_offer_heard_twice_is_answered_once(make_world: MakeWorld) -> None:
    for practice in (Willing(), Full()):
        world = make_world(practice)
        await world.tell(offer(), offer())
        await world.pass_time(72, by=36)

        await world.tell(offer())
        await world.pass_time(72, by=36)

        assert len(answers_of(world)) == 1
        assert (await world.office.counts())["offers"] == 1


async def test_a_declined_referral_that_is_offered_anew_is_answered_anew(
    make_world: MakeWorld,
) -> None:
    world = make_world(Full())
    await world.tell(offer())
    await world.pass_time(72, by=36)

    await world.tell(offer(respond_by=world.now + 72 * HOUR))
    await world.pass_time(72, by=36)

    assert answers_of(world) == ["ReferralDeclined", "ReferralDeclined"]
    assert (await world.office.counts())["offers"] == 2


async def test_who_is_full_declines_for_want_of_places(make_world: MakeWorld) -> None:
    world = make_world(Full())
    await world.tell(offer())
    await world.pass_time(72, by=36)

    assert [event.reason for event in world.told(ReferralDeclined)] == [DeclineReason.NO_CAPACITY]
    assert world.told(ReferralAccepted) == []


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (offer(pathway=Pathway.ASYLUM), DeclineReason.WRONG_SERVICE),
        (ReferralOffered(referral=referral()), DeclineReason.NEEDS_MORE_INFO),
    ],
)
async def test_what_it_cannot_serve_is_never_accepted(
    make_world: MakeWorld, card: ReferralOffered, reason: DeclineReason
) -> None:
    world = make_world(Willing())
    await world.tell(card)
    await world.pass_time(72, by=36)

    assert [event.reason for event in world.told(ReferralDeclined)] == [reason]
    assert world.told(ReferralAccepted) == []


async def test_who_asks_accepts_once_the_card_is_amended(make_world: MakeWorld) -> None:
    world = make_world(Curious())
    await world.tell(offer())
    await world.pass_time(44, by=44)
    (asked,) = world.told(InformationRequested)
    assert asked.wanted is not ABSENT
    assert CardField.AREA not in asked.wanted, "the card says it"
    assert CardField.LANGUAGE in asked.wanted

    await world.tell(ReferralAmended(referral=referral(), age_band=CardAge.ADULT))
    await world.pass_time(2, by=2)

    assert answers_of(world) == ["InformationRequested", "ReferralAccepted"]


async def test_who_asks_and_hears_nothing_answers_before_the_time_is_over(
    make_world: MakeWorld,
) -> None:
    world = make_world(Curious())
    await world.tell(offer())
    await world.pass_time(44, by=44)
    assert answers_of(world) == ["InformationRequested"]

    await world.pass_time(27, by=9)

    assert answers_of(world) == ["InformationRequested", "ReferralAccepted"]


async def test_a_reduced_card_is_asked_for_nothing_that_it_leaves_out(
    make_world: MakeWorld,
) -> None:
    class CuriousAboutChildren(ChildProtection):
        habits = Curious.habits

    world = make_world(CuriousAboutChildren())
    await world.tell(offer(pathway=Pathway.CHILD_PROTECTION))
    await world.pass_time(44, by=44)

    (asked,) = world.told(InformationRequested)
    assert asked.wanted == (CardField.AGE_BAND, CardField.WORKER_SEX)


async def test_a_card_that_says_everything_is_not_asked_about(make_world: MakeWorld) -> None:
    world = make_world(Curious())
    card = replace(
        offer(),
        age_band=CardAge.ADULT,
        worker_sex=WorkerSex.ANY,
        places=SizeBand.ONE,
        language=CardLanguageText("qaa"),
        access=(),
    )
    await world.tell(card)
    await world.pass_time(72, by=36)

    assert answers_of(world) == ["ReferralAccepted"]


async def test_what_was_not_offered_is_not_answered(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.tell(ReferralAmended(referral=referral(), pathway=Pathway.SHELTER))
    await world.pass_time(400, by=100)

    assert world.seen == {}


@pytest.mark.parametrize("ends", [ReferralWithdrawn, FlowInterrupted])
async def test_what_ended_before_the_answer_is_not_answered(
    make_world: MakeWorld, ends: type[ReferralWithdrawn] | type[FlowInterrupted]
) -> None:
    world = make_world(Willing())
    await world.tell(offer())

    await world.tell(ends(referral=referral()))
    await world.pass_time(400, by=100)

    assert world.seen == {}


async def test_what_was_withdrawn_before_it_was_offered_is_not_answered(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.tell(ReferralWithdrawn(referral=referral()))

    await world.tell(offer())
    await world.pass_time(72, by=36)

    assert world.seen == {}


async def test_what_was_withdrawn_is_not_answered_though_it_is_interrupted_and_offered_again(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.tell(
        offer(), ReferralWithdrawn(referral=referral()), FlowInterrupted(referral=referral())
    )

    await world.tell(offer(respond_by=NOON + 100 * HOUR))
    await world.pass_time(100, by=50)

    assert world.seen == {}


async def test_of_a_card_that_is_amended_after_the_end_nothing_is_kept(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.tell(offer(), ReferralWithdrawn(referral=referral()))

    await world.tell(ReferralAmended(referral=referral(), age_band=CardAge.ADULT))

    fields = world.look(lambda session: session.exec(select(HeldRow.field)).all())
    assert "pathway" in fields
    assert "age_band" not in fields


async def test_an_interrupted_referral_may_be_offered_anew(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.tell(offer(), FlowInterrupted(referral=referral()))

    await world.tell(offer(respond_by=NOON + 100 * HOUR))
    await world.pass_time(100, by=50)

    assert answers_of(world) == ["ReferralAccepted"]


async def test_who_came_second_gives_up_and_serves_nobody(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    world.outcomes = {ReferralAccepted: Outcome.REFUSED}
    await world.tell(offer())
    await world.pass_time(72, by=36)
    case = world.case()

    assert case.state == State.LOST
    assert case.nonce is None
    assert world.look(lambda session: Timers(session, TABLES).find(FOLLOW_UP, referral())) is None
    await world.pass_time(400, by=100)
    assert world.told(ServiceEnded) == []


async def test_an_offer_whose_time_is_over_is_answered_at_once(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.tell(offer(respond_by=NOON - HOUR))
    world.now += timedelta(minutes=1)
    await world.settle()

    assert answers_of(world) == ["ReferralAccepted"]


async def test_of_many_offers_some_are_asked_about_and_some_declined(make_world: MakeWorld) -> None:
    world = make_world(ShelterProvider())
    await world.tell(*(offer(number) for number in range(1, 41)))
    await world.pass_time(72, by=36)

    kinds = set(answers_of(world))

    assert kinds == {"InformationRequested", "ReferralAccepted", "ReferralDeclined"}
