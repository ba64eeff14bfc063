"""What is owed to the exchange: erasing exactly what is named, telling again, affirming."""

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlmodel import Session

from embedded.partners.edge import PRACTICES
from embedded.partners.edge.tables import Table
from shared.codes.pathways import Pathway
from shared.codes.places import AreaText
from shared.codes.referrals import ServiceOutcome
from shared.events.control import (
    ErasureConfirmed,
    FeedAffirmed,
    RestateEnded,
)
from shared.events.event import ABSENT
from shared.events.exchange import Answer, DecisionMade, ErasureAsked, Outcome, RestateAsked
from shared.events.partners import CareArranged, ClaimUpdated
from shared.events.referral import ReferralAccepted, ReferralAmended, ServiceEnded, ServiceStarted
from shared.events.sealed import Sealed
from shared.kernel.agencies import ANTI_TRAFFICKING, ASYLUM, CHILD_PROTECTION, SHELTER, Agency
from shared.kernel.categories import Category
from shared.kernel.identifiers import EventRef, Kind, NoticeRef, Reference, TokenRef
from tests.embedded.partners.conftest import MakeWorld
from tests.embedded.partners.edge_world import (
    CANARY,
    HOUR,
    NOON,
    Willing,
    World,
    offer,
    person,
    ref,
    referral,
)
from tests.embedded.partners.test_services import held


def notice(world: World, *categories: Category, number: int = 1) -> ErasureAsked:
    """Return a notice about the last release told."""
    return ErasureAsked(
        about=person(),
        notice=NoticeRef(ref(Kind.NOTICE, number)),
        releases=(world.released,),
        categories=categories or ABSENT,
        due=date(2022, 7, 31),
    )


def asked(number: int = 1) -> RestateAsked:
    return RestateAsked(about=person(), token=TokenRef(ref(Kind.RESTATE, number)))


def everything(world: World) -> bytes:
    """Return every row of every table of the partner's file."""

    def work(session: Session) -> bytes:
        tables = [table.name for table in Table.metadata.sorted_tables]
        rows = [
            value if isinstance(value, bytes) else str(value).encode()
            for table in tables
            for row in session.connection().execute(text(f'select * from "{table}"'))  # noqa: S608
            for value in row
        ]
        return b"\n".join(rows)

    return world.look(work)


async def served(world: World) -> ErasureAsked:
    """Have a payload opened; return a notice about the whole of it."""
    await world.accepted()
    await world.release(world.payload())
    whole = notice(world)
    await world.settle()
    assert CANARY.encode() in everything(world)
    return whole


async def test_an_erased_payload_is_nowhere_in_the_file(make_world: MakeWorld) -> None:
    world = make_world(Willing())

    await world.tell(await served(world))

    assert CANARY.encode() not in everything(world)
    assert world.told(ErasureConfirmed) == [
        ErasureConfirmed(notice=NoticeRef(ref(Kind.NOTICE)), outcome="ERASED")
    ]


async def test_what_is_told_and_erased_in_one_breath_is_erased(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.tell(offer())
    await world.release(ReferralAmended(referral=referral(), area=AreaText("XTP-4712")))

    await world.tell(notice(world))

    assert b"XTP-4712" not in everything(world)
    assert b"XTP-1" in everything(world)


async def test_only_the_named_categories_are_erased(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await world.accepted()
    await world.release(world.payload())
    some = notice(world, Category.HEALTH, Category.CONTACT)
    await world.settle()

    await world.tell(some)

    assert set(held(world)) == {"full_name"}


async def test_only_the_named_release_is_erased(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    await served(world)
    await world.release(offer(2))
    other = notice(world)

    await world.tell(other)

    assert len(held(world)) == 3


async def test_a_notice_heard_twice_is_confirmed_once(make_world: MakeWorld) -> None:
    world = make_world(Willing())
    whole = await served(world)

    await world.tell(whole, whole)

    assert len(world.told(ErasureConfirmed)) == 1
    assert (await world.office.counts())["erasures confirmed"] == 1


async def test_a_service_whose_card_is_erased_ends_in_words_of_any_pathway(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.release(offer())
    card = notice(world)
    await world.pass_time(72, by=36)
    await world.tell(world.payload(), card)

    await world.pass_time(200, by=50)

    assert b"XTP-1" not in everything(world)
    assert len(world.told(ServiceStarted)) == 1
    assert [event.outcome for event in world.told(ServiceEnded)] == [ServiceOutcome.PROVIDED]


async def test_nobody_is_told_that_somebody_did_not_come_on_a_card_that_is_erased(
    make_world: MakeWorld,
) -> None:
    world = make_world(Willing())
    await world.release(offer())
    card = notice(world)
    await world.pass_time(72, by=36)

    await world.tell(card)
    await world.pass_time(200, by=50)

    assert [event.outcome for event in world.told(ServiceEnded)] == [ServiceOutcome.NOT_PROVIDED]


async def test_the_claim_is_told_again_under_the_token_and_once(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.served(1, Pathway.ASYLUM)
    before = len(world.told(ClaimUpdated))

    await world.tell(asked(), asked())

    again = [event for event, envelope in world.seen.values() if envelope.token == asked().token]
    (claim,) = again
    assert isinstance(claim, ClaimUpdated)
    assert isinstance(claim.claim, Sealed)
    assert world.open_at_unhcr(claim.claim) == b"PENDING"
    assert len(world.told(ClaimUpdated)) == before + 1
    assert world.told(RestateEnded) == [RestateEnded(token=asked().token, events=1)]


async def test_care_is_told_again_under_the_token(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[CHILD_PROTECTION])
    await world.served(1, Pathway.CHILD_PROTECTION)
    await world.pass_time(200, by=50)
    (first,) = world.told(CareArranged)

    await world.tell(asked())

    assert world.told(CareArranged) == [first, first]
    assert world.told(RestateEnded) == [RestateEnded(token=asked().token, events=1)]


@pytest.mark.parametrize("agency", [ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING, SHELTER])
async def test_of_whom_a_partner_has_no_word_nothing_is_told_again(
    make_world: MakeWorld, agency: Agency
) -> None:
    world = make_world(PRACTICES[agency])

    await world.tell(asked())

    assert world.told(RestateEnded) == [RestateEnded(token=asked().token, events=0)]


@pytest.mark.parametrize("agency", [ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING])
async def test_a_feed_is_affirmed_every_hour(make_world: MakeWorld, agency: Agency) -> None:
    world = make_world(PRACTICES[agency])
    await world.settle()
    await world.pass_time(4.5, by=0.25)

    affirmed = [event.complete_until for event in world.told(FeedAffirmed)]

    assert len(affirmed) in (4, 5)
    assert all(later - earlier >= HOUR for earlier, later in pairwise(affirmed))
    assert max(affirmed) <= world.now


async def test_who_states_no_protection_affirms_no_feed(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[SHELTER])
    await world.settle()
    await world.pass_time(4, by=1)

    assert world.seen == {}


async def test_nothing_is_affirmed_while_something_older_is_unanswered(
    make_world: MakeWorld,
) -> None:
    world = make_world(PRACTICES[ASYLUM])
    world.outcomes = {ReferralAccepted: Outcome.HELD}
    await world.tell(offer(1, Pathway.ASYLUM))
    await world.pass_time(72, by=36)
    assert world.told(ReferralAccepted)
    until = max((event.complete_until for event in world.told(FeedAffirmed)), default=NOON)

    await world.pass_time(48, by=12)

    late = [event for event in world.told(FeedAffirmed) if event.complete_until > until]
    assert late == []
    assert world.case().referral == referral()


async def test_a_feed_that_waited_is_affirmed_once_all_is_answered(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ASYLUM])
    world.outcomes = {ReferralAccepted: Outcome.HELD}
    await world.tell(offer(1, Pathway.ASYLUM))
    await world.pass_time(96, by=24)
    waited = len(world.told(FeedAffirmed))
    held_back = next(
        envelope.id
        for event, envelope in world.seen.values()
        if isinstance(event, ReferralAccepted)
    )

    answer = Answer(event=EventRef(Reference(held_back)), outcome=Outcome.TAKEN)
    await world.tell(DecisionMade(answers=(answer,)))
    await world.pass_time(1, by=0.5)

    assert len(world.told(FeedAffirmed)) > waited


async def test_a_restart_brings_no_affirmation_nearer(make_world: MakeWorld) -> None:
    world = make_world(PRACTICES[ASYLUM])
    await world.settle()
    await world.pass_time(2, by=0.5)
    before = len(world.told(FeedAffirmed))

    world.start_again()
    await world.settle()
    await world.pass_time(0.25, by=0.25)

    assert len(world.told(FeedAffirmed)) == before
