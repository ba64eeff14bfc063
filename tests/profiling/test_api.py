"""Profiling over HTTP, as UNHCR's staff use it."""

from datetime import timedelta

from shared.codes.people import Sex
from shared.events.border import ScreeningCompleted
from shared.events.control import (
    ProtectionConcernRaised,
)
from shared.events.exchange import ErasureAsked
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import Role
from shared.kernel.categories import Category
from tests.profiling.builders import NOON, a_notice, a_person
from tests.profiling.calls import (
    ACCEPTED,
    CANARY,
    CONFLICT,
    DAY,
    PROFILE,
    get,
    post,
    sealed_concern,
)
from tests.profiling.world import World


async def test_a_concern_comes_first_and_then_who_is_due_first(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person(1)))
    await world.tell(ScreeningCompleted(person=a_person(2), child_alone=True))
    world.now += DAY
    await world.tell(ProtectionConcernRaised(person=a_person(3)))

    profiles = (await get(world, "/v1/profiles?due"))["profiles"]

    assert [line["person"] for line in profiles] == [a_person(3), a_person(2), a_person(1)]
    assert [line["concern"] for line in profiles] == [True, False, False]
    assert profiles[0]["due_at"] == "2026-03-04T12:00:00Z"


async def test_the_work_list_is_read_page_by_page_without_loss(world: World) -> None:
    await world.tell(*[PersonRegistered(person=a_person(number)) for number in range(1, 6)])
    await world.tell(ProtectionConcernRaised(person=a_person(6)))

    found, cursor = [], ""
    for _ in range(4):
        page = await get(world, f"/v1/profiles?limit=2{cursor}")
        found += [line["person"] for line in page["profiles"]]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break

    assert found == [a_person(6), *sorted(a_person(number) for number in range(1, 6))]


async def test_the_work_list_can_end_with_a_day(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person(1)))
    await world.tell(ScreeningCompleted(person=a_person(2), child_alone=True))

    page = await get(world, "/v1/profiles?due=2026-03-02")

    assert [line["person"] for line in page["profiles"]] == [a_person(2)]


async def test_a_profile_shows_who_told_what_and_nothing_that_nobody_told(world: World) -> None:
    await world.tell(
        ScreeningCompleted(person=a_person(), sex=Sex.FEMALE, needs=None),
        PersonRegistered(person=a_person()),
        ProtectionConcernRaised(person=a_person()),
    )

    view = await get(world, PROFILE)

    assert view["told"] == {"gov-border": {"sex": "F"}, "gov-reception": {}}
    assert view["treated_as_child"] == "UNKNOWN"
    assert [concern["id"] for concern in view["concerns"]] == ["0-3"]


async def test_a_concern_is_read_heard_in_time_and_heard_once(world: World) -> None:
    await world.tell(sealed_concern(world, "they will find me"))
    world.now += DAY

    seen = await get(world, "/v1/concerns/0-1", Role.SUPERVISOR)
    heard = await post(world, "/v1/concerns/0-1/hearing", role=Role.SUPERVISOR)
    again = await post(world, "/v1/concerns/0-1/hearing")

    assert (seen["state"], seen["note"], seen["note_state"]) == (
        "OPEN",
        "they will find me",
        "READ",
    )
    assert heard.json() | {"raised_at": "", "due_at": "", "heard_at": ""} == {
        "id": "0-1",
        "person": a_person(),
        "state": "HEARD",
        "raised_at": "",
        "due_at": "",
        "heard_at": "",
        "heard_by": "SUPERVISOR",
        "in_time": True,
    }
    assert (again.status_code, again.json()["code"]) == (CONFLICT, "already_heard")


async def test_a_concern_heard_late_says_so(world: World) -> None:
    await world.tell(ProtectionConcernRaised(person=a_person()))
    world.now += DAY + timedelta(seconds=1)

    heard = await post(world, "/v1/concerns/0-1/hearing")

    assert heard.json()["in_time"] is False


async def test_the_notes_of_concerns_are_in_no_list(world: World) -> None:
    await world.tell(sealed_concern(world, CANARY))

    for path in ("/v1/concerns", "/v1/profiles", PROFILE):
        async with world.client() as client:
            answer = await client.get(path)
        assert answer.status_code == 200
        assert CANARY not in answer.text


async def test_a_note_that_cannot_be_opened_takes_nothing_from_the_concern(world: World) -> None:
    note = world.seal(b"\xff", category=Category.FEAR_OF_RETURN, nonce=bytes(16))
    other = world.seal(b"no note", category=Category.HEALTH, nonce=bytes(16))
    erased = ErasureAsked(about=a_person(), notice=a_notice(), releases=(4,), due=NOON.date())
    await world.tell(
        ProtectionConcernRaised(person=a_person(), note=note),
        ProtectionConcernRaised(person=a_person(), note=other),
        ProtectionConcernRaised(person=a_person()),
        sealed_concern(world, "gone"),
        erased,
    )

    views = [await get(world, f"/v1/concerns/0-{number}") for number in (1, 2, 3, 4)]

    assert [view["note_state"] for view in views] == ["UNREADABLE", "UNREADABLE", "NONE", "ERASED"]
    assert {view["note"] for view in views} == {None}
    assert {view["state"] for view in views} == {"OPEN"}


async def test_concerns_that_wait_come_before_those_heard(world: World) -> None:
    await world.tell(*[ProtectionConcernRaised(person=a_person(n)) for n in (1, 2, 3)])
    await post(world, "/v1/concerns/0-1/hearing")

    first = await get(world, "/v1/concerns?limit=2")
    second = await get(world, f"/v1/concerns?limit=2&cursor={first['next']}")

    assert [concern["id"] for concern in first["concerns"]] == ["0-2", "0-3"]
    assert [concern["id"] for concern in second["concerns"]] == ["0-1"]
    assert second["next"] is None


async def test_a_correction_goes_out_with_the_fields_said(world: World) -> None:
    await world.tell(PersonRegistered(person=a_person()))

    answer = await post(world, f"{PROFILE}/corrections", {"sex": "F", "address": None})

    assert answer.status_code == ACCEPTED
    assert await world.announced() == [
        CorrectionProposed(person=a_person(), sex=Sex.FEMALE, address=None)
    ]
