"""What is heard and what falls due, on a real database and a real carrier."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.profiling import handlers
from services.profiling.rules.concern import Concern, ConcernState, NoteState, Release
from services.profiling.rules.described import known
from services.profiling.rules.profile import END_OF_DAY, Profile, ProfileState
from services.profiling.store import Store
from shared.codes.needs import TopNeed
from shared.codes.people import AgeBand, Sex
from shared.codes.places import NameText
from shared.codes.protection import Barred, Stated
from shared.events.border import ArrivalRecorded, PeopleCount, ScreeningCompleted
from shared.events.control import (
    ErasureConfirmed,
    ProtectionConcernRaised,
    ProtectionStated,
    RestateEnded,
)
from shared.events.exchange import ErasureAsked, HeadSigned, RestateAsked
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.kernel.agencies import BORDER, RECEPTION, Agency, Role
from shared.kernel.categories import Category
from shared.kernel.clock import system_clock
from shared.storage.timers import Timer
from tests.profiling.builders import NOON, a_notice, a_person, a_token, an_encounter
from tests.profiling.world import World

DAY = timedelta(hours=24)
TWO_WEEKS = timedelta(weeks=2)
MOMENT = timedelta(seconds=1)


def told_of_protection() -> ProtectionStated:
    acts = {act.lower(): Stated.UNKNOWN for act in Barred}
    return ProtectionStated(person=a_person(), **acts)


async def profile_of(world: World) -> Profile:
    return await world.ask(lambda store: store.get_profile(a_person()))


async def told(world: World) -> dict[Agency, dict[str, Any]]:
    return await world.ask(lambda store: known(store.accounts_of(a_person())))


async def concern(world: World, number: int) -> Concern:
    return await world.ask(lambda store: store.get_concern(Release(0, number)))


async def test_a_registered_person_gets_a_profile_once_with_its_clock(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))
    world.now += DAY
    await world.tell(RegistrationUpdated(person=a_person(), sex=Sex.FEMALE))

    assert await profile_of(world) == Profile(a_person(), NOON, NOON + TWO_WEEKS)
    assert await world.clock("profile", a_person()) == NOON + TWO_WEEKS
    timer = await world.ask(lambda store: store.timers.find("profile", a_person()))
    assert timer is not None
    assert timer.generation == 1


async def test_each_author_is_known_apart_field_by_field(world: World) -> None:
    await world.tell(
        ScreeningCompleted(person=a_person(), sex=Sex.FEMALE, age_band=AgeBand.ADULT),
        PersonRegistered(person=a_person(), sex=Sex.UNKNOWN, given_name=NameText("Miluk")),
        RegistrationUpdated(person=a_person(), given_name=None),
    )

    assert await told(world) == {
        BORDER: {"sex": "F", "age_band": "ADULT"},
        RECEPTION: {"sex": "U"},
    }


async def test_a_child_alone_learned_of_later_is_due_the_day_it_is_learned(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))
    world.now += 2 * DAY
    await world.tell(ScreeningCompleted(person=a_person(), child_alone=True))
    due = datetime.combine(world.now.date(), END_OF_DAY)
    world.now += DAY
    await world.tell(ScreeningCompleted(person=a_person(), child_alone=None))

    assert (await profile_of(world)).due_at == due
    assert await world.clock("profile", a_person()) == due


async def test_an_encounter_is_a_number_of_expected_people(world: World) -> None:
    counts = (PeopleCount(sex=Sex.MALE, age_band=AgeBand.ADULT, people=4),)

    await world.tell(ArrivalRecorded(encounter=an_encounter(), counts=counts))

    arrivals = await world.ask(lambda store: store.arrivals(after=None, most=5))
    assert [encounter for encounter, _ in arrivals] == [an_encounter()]
    assert arrivals[0][1]["counts"].value == [{"sex": "M", "age_band": "ADULT", "people": 4}]


async def test_a_concern_opens_the_profile_and_has_its_own_clock(world: World) -> None:
    (number,) = await world.tell(ProtectionConcernRaised(person=a_person()))

    assert await profile_of(world) == Profile(a_person(), NOON, NOON + DAY, concerned=True)
    assert (await concern(world, number)).state is ConcernState.OPEN
    assert await world.clock("concern", f"0-{number}") == NOON + DAY
    assert await world.clock("profile", a_person()) == NOON + DAY


async def test_a_concern_told_again_under_the_same_note_is_one(world: World) -> None:
    note = world.seal(b"afraid", category=Category.FEAR_OF_RETURN, nonce=bytes(16))
    raised = ProtectionConcernRaised(person=a_person(), note=note)

    await world.tell(raised, raised)
    await world.tell(ProtectionConcernRaised(person=a_person()))

    found = await world.ask(lambda store: store.concerns_about(a_person()))
    assert [one.release.number for one in found] == [1, 3]


async def test_a_heard_concern_has_no_clock_and_the_profile_keeps_its_own(world: World) -> None:
    first, second = await world.tell(
        ProtectionConcernRaised(person=a_person()), ProtectionConcernRaised(person=a_person())
    )

    async def hear(number: int) -> None:
        await world.ask(
            lambda store: handlers.hear_concern(
                Release(0, number), by=Role.SUPERVISOR, store=store, at=world.now
            )
        )

    await hear(first)
    assert (await profile_of(world)).concerned
    await hear(second)

    assert not (await profile_of(world)).concerned
    assert await world.clock("concern", f"0-{first}") is None
    assert await world.clock("profile", a_person()) == NOON + DAY


async def test_a_clock_marks_a_concern_overdue_and_closes_nothing(world: World) -> None:
    (number,) = await world.tell(ProtectionConcernRaised(person=a_person()))
    world.now += DAY + MOMENT

    await world.tell(a_head(world))

    assert (await concern(world, number)).state is ConcernState.OVERDUE
    profile = await profile_of(world)
    assert profile.concerned
    assert profile.state is ProfileState.OPEN
    assert profile.overdue_at == world.now


async def test_no_clock_passes_while_the_exchange_is_silent(world: World) -> None:
    (number,) = await world.tell(ProtectionConcernRaised(person=a_person()))
    world.now += 2 * DAY

    await world.service.post.step()

    assert (await concern(world, number)).state is ConcernState.OPEN


async def test_a_clock_about_nobody_does_nothing(world: World) -> None:
    def fire(store: Store) -> None:
        for kind, about in (("concern", "0-9"), ("profile", a_person()), ("other", "x")):
            handlers.on_clock_passed(Timer(kind, about, 1, NOON), store=store, at=NOON)

    await world.ask(fire)

    assert await world.ask(lambda store: store.find_profile(a_person())) is None


async def test_erasure_clears_exactly_what_those_releases_told(world: World) -> None:
    note = world.seal(b"afraid", category=Category.FEAR_OF_RETURN, nonce=bytes(16))
    other = a_person(2)
    numbers = await world.tell(
        ScreeningCompleted(person=a_person(), sex=Sex.FEMALE, needs=(TopNeed.DISABILITY,)),
        PersonRegistered(person=a_person(), sex=Sex.FEMALE, given_name=NameText("Miluk")),
        RegistrationUpdated(person=a_person(), sex=Sex.MALE),
        ProtectionConcernRaised(person=a_person(), note=note),
        PersonRegistered(person=other, sex=Sex.FEMALE),
    )
    before = await profile_of(world)
    notice = ErasureAsked(
        about=a_person(), notice=a_notice(), releases=(1, 2, 4, 5), due=NOON.date()
    )

    await world.tell(notice)

    assert numbers == [1, 2, 3, 4, 5]
    assert await told(world) == {RECEPTION: {"sex": "M"}}
    assert await profile_of(world) == before
    erased = await concern(world, 4)
    assert erased.note is None
    assert erased.note_state is NoteState.ERASED
    assert erased.state is ConcernState.OPEN
    assert await world.clock("concern", "0-4") == NOON + DAY
    assert await world.clock("profile", a_person()) == NOON + DAY
    assert await world.ask(lambda store: known(store.accounts_of(other))) == {
        RECEPTION: {"sex": "F"}
    }
    receipt = ErasureConfirmed(notice=a_notice(), outcome="ERASED")
    assert await world.announced() == [told_of_protection(), receipt]


async def test_erasure_in_another_partition_clears_nothing_here(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person(), sex=Sex.FEMALE))
    notice = ErasureAsked(about=a_person(), notice=a_notice(), releases=(1,), due=NOON.date())

    await world.tell(notice, partition=1)

    assert await told(world) == {RECEPTION: {"sex": "F"}}


async def test_erasure_of_some_categories_leaves_the_rest(world: World) -> None:
    await world.tell(
        PersonRegistered(person=a_person(), sex=Sex.FEMALE, given_name=NameText("Miluk"))
    )
    notice = ErasureAsked(
        about=a_person(),
        notice=a_notice(),
        releases=(1,),
        categories=(Category.FULL_NAME,),
        due=NOON.date(),
    )

    await world.tell(notice)

    assert await told(world) == {RECEPTION: {"sex": "F"}}


async def test_erasing_everything_leaves_no_account_and_the_profile(world: World) -> None:
    await world.tell(ScreeningCompleted(person=a_person(), sex=Sex.FEMALE, child_alone=True))
    notice = ErasureAsked(about=a_person(), notice=a_notice(), releases=(1,), due=NOON.date())

    await world.tell(notice)

    assert await world.ask(lambda store: store.accounts_of(a_person())) == {}
    assert (await profile_of(world)).due_at == datetime.combine(NOON.date(), END_OF_DAY)


async def test_erasing_all_that_one_author_told_leaves_the_other(world: World) -> None:
    await world.tell(
        ScreeningCompleted(person=a_person(), sex=Sex.FEMALE),
        PersonRegistered(person=a_person(), sex=Sex.FEMALE),
    )
    notice = ErasureAsked(about=a_person(), notice=a_notice(), releases=(1,), due=NOON.date())

    await world.tell(notice)

    assert await told(world) == {RECEPTION: {"sex": "F"}}


async def test_an_erasure_about_a_stranger_is_confirmed(world: World) -> None:
    notice = ErasureAsked(about=a_person(9), notice=a_notice(), releases=(7,), due=NOON.date())

    await world.tell(notice)

    assert await world.announced() == [ErasureConfirmed(notice=a_notice(), outcome="ERASED")]


async def test_a_restate_ends_at_once_with_nothing_told(world: World) -> None:
    await world.tell(RestateAsked(about=a_person(), token=a_token()))

    assert await world.announced() == [RestateEnded(token=a_token(), events=0)]


async def test_a_person_told_again_after_a_restart_is_the_same_profile(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person(), sex=Sex.FEMALE))
    before = await profile_of(world)
    world.service.database.close()

    world.service = world.build()
    await world.tell(RegistrationUpdated(person=a_person(), sex=Sex.FEMALE))

    assert await profile_of(world) == before
    assert (await told(world))[RECEPTION] == {"sex": "F"}


def a_head(world: World) -> HeadSigned:
    """Return a head that counts everything told so far and itself."""
    last = [world.numbers[partition] for partition in range(3)]
    last[0] += 1
    return msgspec.convert(
        {
            "size": 1,
            "root": "0" * 64,
            "at": system_clock(),
            "signature": "s",
            "last": last,
            "reached": [],
        },
        HeadSigned,
    )
