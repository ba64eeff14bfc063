"""Returns over HTTP, as IOM's staff use it: from a question to an arrival, and every way out."""

from datetime import timedelta

import pytest

from shared.codes.people import Sex
from shared.codes.places import CountryText
from shared.codes.protection import Barred, Clearance
from shared.codes.returns import Advice, ReturnWord
from shared.events.control import (
    ProtectionCheckAsked,
    ProtectionConcernRaised,
    SafeguardsStated,
    TaskClosed,
    TaskOpened,
)
from shared.events.event import ABSENT, Event
from shared.events.partners import ClosureAdvised
from shared.events.registration import PersonRegistered
from shared.events.returns import CountrySuspended, ReturnApplied, ReturnEnded, ReturnTold
from shared.kernel.agencies import Role
from shared.kernel.consent import AgeState
from tests.returns.builders import NOON, a_person
from tests.returns.calls import (
    ACCEPTED,
    CASES,
    NO_CONTENT,
    OK,
    answer_last,
    bring_to,
    call,
    do,
    enquire,
    get,
)
from tests.returns.world import World

BEFORE = ["ENQUIRY", "COUNSELLED", "APPLIED", "PREPARING", "BOOKED", "SUSPENDED"]


async def words(world: World) -> list[str]:
    return [str(e.state) for e in await world.announced() if isinstance(e, ReturnTold)]


async def told(world: World, kind: type[Event]) -> list[Event]:
    return [event for event in await world.announced() if isinstance(event, kind)]


async def test_a_return_from_the_first_question_to_its_end(world: World) -> None:
    case = await bring_to(world, "REINTEGRATING")
    for days in (92, 184, 366):
        world.now = NOON + timedelta(days=days)
        assert await do(world, f"{case}/monitoring", {"safe": "YES"}) == "REINTEGRATING"

    assert await do(world, f"{case}/closure") == "CLOSED"

    view = await get(world, case)
    assert [step["state"] for step in view["steps"]] == [
        "ENQUIRY",
        "COUNSELLED",
        "APPLIED",
        "PREPARING",
        "BOOKED",
        "DEPARTED",
        "ARRIVED",
        "REINTEGRATING",
        "CLOSED",
    ]
    assert {step["by"] for step in view["steps"]} == {"CASEWORKER"}
    assert view["monitored"] == ["YES"] * 3
    assert await words(world) == ["APPLIED", "DEPARTED", "ARRIVED", "ENDED"]
    assert await told(world, ClosureAdvised) == [
        ClosureAdvised(person=a_person(), advice=Advice.CLOSE)
    ]
    assert len(await told(world, TaskOpened)) == len(await told(world, TaskClosed)) == 1


async def test_the_exchange_is_asked_at_booking_and_again_at_departure(world: World) -> None:
    await bring_to(world, "DEPARTED")

    asked = [one for one in await world.announced() if isinstance(one, ProtectionCheckAsked)]
    assert [(one.about, one.kind) for one in asked] == [(a_person(), Barred.ASSISTED_RETURN)] * 2
    assert asked[0].nonce != asked[1].nonce


@pytest.mark.parametrize("role", Role)
async def test_anyone_takes_a_change_of_mind(world: World, role: Role) -> None:
    case = await enquire(world)

    assert await do(world, f"{case}/withdrawal", role=role) == "WITHDRAWN"


@pytest.mark.parametrize("state", BEFORE)
async def test_until_departure_a_person_may_change_their_mind_and_nothing_stays(
    world: World, state: str
) -> None:
    case = await bring_to(world, "BOOKED" if state == "SUSPENDED" else state)
    if state == "SUSPENDED":
        await do(world, f"{case}/suspension", role=Role.SUPERVISOR)

    assert await do(world, f"{case}/withdrawal", role=Role.INTAKE) == "WITHDRAWN"

    view = await get(world, case)
    empty = {"country", "area", "kind", "checks", "leaves_at", "detained", "requested_on"}
    assert {view[name] for name in empty} == {None}
    assert (view["steps"], view["transits"], view["since"]) == ([], [], "2026-03-02T00:00:00Z")
    assert await get(world, CASES) == {"cases": [], "next": None}
    known = state not in ("ENQUIRY", "COUNSELLED")
    assert (await words(world))[-1:] == (["ENDED"] if known else [])


async def test_a_stopped_case_shows_nothing_that_was_told_of_the_person(world: World) -> None:
    case = await bring_to(world, "APPLIED")
    await world.tell(PersonRegistered(person=a_person(), sex=Sex.FEMALE))
    before = (await get(world, case))["told"]

    await do(world, f"{case}/withdrawal")

    assert (before, (await get(world, case))["told"]) == ({"sex": "F"}, {})


async def test_a_withdrawal_sounds_like_any_other_end(world: World) -> None:
    for number, end in ((1, "withdrawal"), (2, "cancellation")):
        case = await bring_to(world, "APPLIED", number)
        await do(world, f"{case}/{end}", role=Role.SUPERVISOR)

    ends = [end for end in await world.announced() if isinstance(end, ReturnEnded)]
    assert [(end.person, end.state) for end in ends] == [
        (a_person(1), ReturnWord.ENDED),
        (a_person(2), ReturnWord.ENDED),
    ]


async def test_a_second_withdrawal_changes_and_tells_nothing(world: World) -> None:
    case = await bring_to(world, "APPLIED")
    await do(world, f"{case}/withdrawal")
    world.now += timedelta(days=3)

    assert await do(world, f"{case}/withdrawal") == "WITHDRAWN"
    assert await words(world) == ["APPLIED", "ENDED"]


async def test_whoever_changed_their_mind_may_ask_again(world: World) -> None:
    first = await bring_to(world, "APPLIED")
    await do(world, f"{first}/withdrawal")

    second = await bring_to(world, "APPLIED")

    assert second != first
    assert await words(world) == ["APPLIED", "ENDED", "APPLIED"]


async def test_one_person_has_one_open_case(world: World) -> None:
    assert await enquire(world) == await enquire(world)


async def test_an_enquiry_by_telephone_is_no_task(world: World) -> None:
    await enquire(world, in_person=False)

    assert await world.announced() == []


async def test_somebody_whom_nobody_announced_gets_a_reference_of_iom(world: World) -> None:
    answer = await call(world, "POST", CASES, {"in_person": True})

    (line,) = (await get(world, CASES))["cases"]
    assert answer.json() == {"case": line["case"]}
    assert line["person"].startswith("PW")


async def test_a_worry_raised_here_stops_the_return_at_once(world: World) -> None:
    case = await bring_to(world, "BOOKED")

    path = f"/v1/persons/{a_person()}/concerns"
    answer = await call(world, "POST", path, {"note": "they will find me"})

    assert answer.status_code == ACCEPTED
    assert (await get(world, case))["state"] == "SUSPENDED"
    (concern,) = await told(world, ProtectionConcernRaised)
    assert isinstance(concern, ProtectionConcernRaised)
    assert concern.note is not ABSENT
    assert world.open_sealed(concern.note) == b"they will find me"
    assert await words(world) == ["APPLIED", "SUSPENDED"]


async def test_a_suspended_return_is_taken_up_by_a_supervisor_and_checked_anew(
    world: World,
) -> None:
    case = await bring_to(world, "BOOKED")
    await do(world, f"{case}/suspension", role=Role.SUPERVISOR)

    assert await do(world, f"{case}/resumption", role=Role.SUPERVISOR) == "PREPARING"

    view = await get(world, case)
    assert set(view["checks"].values()) == {"UNKNOWN"}
    assert view["leaves_at"] is None


async def test_a_barred_answer_suspends_and_the_case_says_no_more_than_that(world: World) -> None:
    case = await bring_to(world, "PREPARING")

    await answer_last(world, case, Clearance.BLOCKED)

    view = await get(world, case)
    assert (view["state"], view["checks"]["protection"]) == ("SUSPENDED", "NO")
    assert view["steps"][-1]["by"] is None


async def test_a_closed_country_stops_the_returns_that_lead_there_or_through_it(
    world: World,
) -> None:
    there = await bring_to(world, "PREPARING", 1)
    through = await bring_to(world, "BOOKED", 2)
    body = {"reason": "CONFLICT"}

    closed = [
        await call(world, "PUT", f"/v1/countries/{country}", body, Role.SUPERVISOR)
        for country in ("XTC", "XTB")
    ]

    assert {answer.status_code for answer in closed} == {NO_CONTENT}
    states = [(await get(world, case))["state"] for case in (there, through)]
    assert states == ["PREPARING", "SUSPENDED"]
    first = (await told(world, CountrySuspended))[0]
    assert first == CountrySuspended(country=CountryText("XTC"), since=NOON.date(), on=True)
    assert len((await get(world, "/v1/countries"))["closed"]) == 2


async def test_an_opened_country_takes_up_no_return(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    path = "/v1/countries/XTA"
    await call(world, "PUT", path, {"reason": "CONFLICT"}, Role.SUPERVISOR)

    opened = {"on": False, "reason": "REVIEWED"}
    await call(world, "PUT", path, opened, Role.SUPERVISOR)

    assert (await get(world, case))["state"] == "SUSPENDED"
    assert (await get(world, "/v1/countries"))["closed"] == []


async def test_alternatives_are_kept_as_long_as_the_case_is(world: World) -> None:
    case = await bring_to(world, "COUNSELLED")

    for way in ("STUDY", "FAMILY", "STUDY"):
        await do(world, f"{case}/alternatives", {"alternative": way})

    assert (await get(world, case))["alternatives"] == ["STUDY", "FAMILY"]


async def test_the_work_list_is_read_page_by_page_without_loss(world: World) -> None:
    made = [await enquire(world, number) for number in range(1, 6)]

    found, cursor = [], ""
    for _ in range(4):
        page = await get(world, f"{CASES}?limit=2{cursor}")
        found += [f"{CASES}/{line['case']}" for line in page["cases"]]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break

    assert found == sorted(made)


async def test_safeguards_that_staff_states_go_out(world: World) -> None:
    case = await bring_to(world, "APPLIED")

    path = f"/v1/persons/{a_person()}/safeguards"
    answer = await call(world, "POST", path, {"treated_as_child": "CHILD"})

    assert answer.status_code == NO_CONTENT
    view = await get(world, case)
    assert (view["state"], view["treated_as_child"]) == ("SUSPENDED", "CHILD")
    (stated,) = await told(world, SafeguardsStated)
    assert stated == SafeguardsStated(
        person=a_person(), treated_as_child=AgeState.CHILD, hide_location=True
    )


async def test_the_first_word_that_goes_out_is_that_somebody_applied(world: World) -> None:
    await bring_to(world, "APPLIED")

    (applied,) = await told(world, ReturnApplied)
    assert isinstance(applied, ReturnApplied)
    assert (applied.person, applied.state) == (a_person(), ReturnWord.APPLIED)


async def test_the_operator_sees_numbers_and_codes_only(world: World) -> None:
    await bring_to(world, "APPLIED")
    await world.announced()

    health = await get(world, "/v1/operations/health", Role.SYSADMIN)
    rows = await call(world, "GET", "/v1/operations/open-rows", role=Role.SYSADMIN)
    resent = await call(world, "POST", "/v1/operations/open-rows/resend", role=Role.SYSADMIN)

    assert health == {"open_rows": 2, "gaps": 0, "unreadable": 0}
    assert (rows.status_code, a_person() in rows.text) == (OK, False)
    assert resent.json() == {"rows": 2}
