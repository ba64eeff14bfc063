"""What is heard and what falls due, on a real database and a real carrier."""

import sqlite3
from datetime import timedelta

import pytest

from services.returns.rules.case import Case
from shared.codes.people import Sex
from shared.codes.places import AddressText, NameText
from shared.codes.returns import ReturnWord
from shared.events.control import (
    ErasureConfirmed,
    RestateEnded,
    SafeguardsStated,
)
from shared.events.exchange import (
    ErasureAsked,
    FlowInterrupted,
    RestateAsked,
)
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.events.returns import ReturnApplied, ReturnEnded
from shared.kernel.agencies import Role
from shared.kernel.consent import AgeState
from tests.returns.builders import (
    HOUR,
    MOMENT,
    NOON,
    a_notice,
    a_person,
    a_referral,
    a_token,
)
from tests.returns.calls import (
    CASES,
    a_head,
    answer_last,
    bring_to,
    call,
    do,
    get,
)
from tests.returns.world import World

LEAVES = {"leaves_at": "2026-03-04T04:00:00Z"}


async def case_of(world: World, number: int = 1) -> Case:
    (case,) = await world.ask(lambda store: store.cases.of_person(a_person(number)))
    return case


async def test_a_child_heard_of_later_stops_a_return_that_the_child_asked_for(
    world: World,
) -> None:
    case = await bring_to(world, "BOOKED")

    await world.tell(SafeguardsStated(person=a_person(), treated_as_child=AgeState.CHILD))

    assert (await get(world, case))["state"] == "SUSPENDED"
    await do(world, f"{case}/resumption", role=Role.SUPERVISOR)
    body = {"answer": "YES", "free": True, "informed": True, "capable": True}
    answer = await call(world, "PUT", f"{case}/checks/VOLUNTARY", body)
    assert answer.json()["code"] == "consent_missing"


async def test_a_birth_date_heard_of_later_does_the_same(world: World) -> None:
    case = await bring_to(world, "APPLIED")

    await world.tell(RegistrationUpdated(person=a_person(), date_of_birth="2010"))  # type: ignore[arg-type]

    assert (await get(world, case))["state"] == "SUSPENDED"


async def test_of_a_registration_only_what_a_return_needs_is_kept(world: World) -> None:
    await world.tell(
        PersonRegistered(
            person=a_person(),
            sex=Sex.FEMALE,
            family_name=NameText("Miluk"),
            address=AddressText("Qanaryx"),
        )
    )

    account = await world.ask(lambda store: store.people.find_account(a_person()))
    assert account is not None
    assert set(account) == {"sex", "family_name"}
    assert b"Qanaryx" not in content_of(world)


async def test_an_interrupted_flow_suspends_the_return_that_came_by_it(world: World) -> None:
    came = await bring_to(world, "APPLIED", 1, referral=a_referral(1))
    other = await bring_to(world, "APPLIED", 2, referral=a_referral(2))

    await world.tell(FlowInterrupted(referral=a_referral(1)))

    states = [(await get(world, case))["state"] for case in (came, other)]
    assert states == ["SUSPENDED", "APPLIED"]


async def test_an_erasure_takes_exactly_what_was_told_and_is_confirmed(world: World) -> None:
    await world.tell(
        PersonRegistered(person=a_person(), sex=Sex.FEMALE),
        RegistrationUpdated(person=a_person(), family_name=NameText("Miluk")),
        SafeguardsStated(person=a_person(), treated_as_child=AgeState.ADULT),
    )
    first = ErasureAsked(about=a_person(), notice=a_notice(1), releases=(1, 3), due=NOON.date())

    await world.tell(first)

    account = await world.ask(lambda store: store.people.find_account(a_person()))
    words = await world.ask(lambda store: store.people.age_words(a_person()))
    assert account is not None
    assert (set(account), words) == ({"family_name"}, ())
    assert await world.announced() == [ErasureConfirmed(notice=a_notice(1), outcome="ERASED")]


async def test_after_the_last_erasure_nobody_knows_that_the_person_was_told_of(
    world: World,
) -> None:
    await world.tell(PersonRegistered(person=a_person(), sex=Sex.FEMALE))

    event = ErasureAsked(about=a_person(), notice=a_notice(), releases=(1,), due=NOON.date())
    await world.tell(event)

    assert await world.ask(lambda store: store.people.find_account(a_person())) is None
    answer = await call(world, "POST", CASES, {"person": a_person()})
    assert answer.status_code == 404


async def test_an_erased_age_makes_a_consent_worthless(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    await answer_last(world, case)
    numbers = tuple(range(1, world.numbers[0] + 1))

    event = ErasureAsked(about=a_person(), notice=a_notice(), releases=numbers, due=NOON.date())
    await world.tell(event)

    answer = await call(world, "POST", f"{case}/booking", LEAVES)
    assert answer.json()["errors"] == [{"field": "voluntary", "code": "check_standing"}]


async def test_all_words_are_told_once_more_under_the_token_and_once_only(world: World) -> None:
    first = await bring_to(world, "APPLIED")
    await do(world, f"{first}/withdrawal")
    await bring_to(world, "BOOKED")
    stated = {"treated_as_child": "ADULT"}
    await call(world, "POST", f"/v1/persons/{a_person()}/safeguards", stated)
    before = len(await world.announced())
    asked = RestateAsked(about=a_person(), token=a_token())

    await world.tell(asked, asked)

    rows = await world.ask(lambda store: store.outbox.open_rows())
    assert len(rows) == before + 4
    told = [event for event in await world.announced() if isinstance(event, RestateEnded)]
    assert told == [RestateEnded(token=a_token(), events=3)]
    words = [e for e in await world.announced() if isinstance(e, ReturnApplied | ReturnEnded)]
    assert [word.state for word in words][-2:] == [ReturnWord.ENDED, ReturnWord.APPLIED]


async def test_a_case_that_nobody_knows_of_is_not_restated(world: World) -> None:
    await bring_to(world, "COUNSELLED")

    await world.tell(RestateAsked(about=a_person(), token=a_token()))

    assert RestateEnded(token=a_token(), events=0) in await world.announced()


@pytest.mark.parametrize(
    ("state", "waits"),
    [("BOOKED", -8), ("SUSPENDED", 72), ("DEPARTED", 72)],
)
async def test_a_clock_shows_what_is_due_and_changes_nothing_else(
    world: World, state: str, waits: int
) -> None:
    case = await bring_to(world, "BOOKED" if state == "SUSPENDED" else state)
    if state == "SUSPENDED":
        await do(world, f"{case}/suspension", role=Role.SUPERVISOR)
    due = NOON + timedelta(hours=waits)
    reference = case.rpartition("/")[2]
    assert await world.clock("return-case", reference) == due
    told = len(await world.announced())

    world.now = max(due, NOON)
    await world.tell(a_head(world))
    on_time = (await get(world, case))["overdue"]
    world.now += MOMENT
    await world.tell(a_head(world))

    view = await get(world, case)
    assert (on_time, view["overdue"]) == (due < NOON, True)
    assert view["state"] == state
    assert len(await world.announced()) == told
    assert (await get(world, CASES))["cases"][0]["overdue"] is True


async def test_a_visit_falls_due_only_with_consent(world: World) -> None:
    case = await bring_to(world, "REINTEGRATING")
    reference = case.rpartition("/")[2]
    consented = await world.clock("return-case", reference)

    await call(world, "PUT", f"{case}/reintegration", {"help": []})

    assert str(consented) == "2026-06-02 00:00:00+00:00"
    assert await world.clock("return-case", reference) is None


@pytest.mark.parametrize("act", ["withdrawal", "cancellation"])
async def test_a_stopped_case_has_no_clock(world: World, act: str) -> None:
    case = await bring_to(world, "BOOKED")

    await do(world, f"{case}/{act}", role=Role.SUPERVISOR)

    assert await world.clock("return-case", case.rpartition("/")[2]) is None


async def test_of_a_withdrawal_only_the_end_of_the_case_is_in_the_database(world: World) -> None:
    case = await bring_to(world, "BOOKED")
    world.now += HOUR
    await do(world, f"{case}/withdrawal", role=Role.LEGAL)

    left = await case_of(world)
    assert left == Case(
        reference=left.reference,
        person=a_person(),
        state=left.state,
        since=NOON.replace(hour=0),
        word=ReturnWord.ENDED,
    )
    with sqlite3.connect(world.database_file) as database:
        steps = database.execute("select count(*) from step").fetchone()
        body = database.execute("select body, nonce, referral from return_case").fetchall()
    assert steps == (0,)
    assert len(body) == 1
    assert body[0][1:] == (None, None)


async def test_a_service_built_anew_goes_on_where_it_was(world: World) -> None:
    case = await bring_to(world, "BOOKED")
    before = await get(world, case)
    world.service.database.close()

    world.service = world.build()

    assert await get(world, case) == before


def content_of(world: World) -> bytes:
    """Return every value in every row of the service's database, but what came from outside."""
    with sqlite3.connect(world.database_file) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master")]
        rows = [
            row
            for name in tables
            if not name.startswith(("sqlite", "ix_", "return_case_", "outbox_"))
            for row in database.execute(f"select * from {name}")  # noqa: S608 - own names
        ]
    return repr(rows).encode()
