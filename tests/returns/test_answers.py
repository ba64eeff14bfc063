"""The exchange's word: only the last question's, only as long as it holds, and never alone."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.codes.protection import Clearance
from shared.events.exchange import (
    ProtectionCheckAnswered,
)
from shared.events.registration import PersonRegistered
from tests.returns.builders import (
    DAY,
    HOUR,
    a_nonce,
    a_person,
)
from tests.returns.calls import (
    OK,
    a_head,
    ask,
    bring_to,
    call,
    get,
)
from tests.returns.world import World


def booking(world: World) -> dict[str, str]:
    return {"leaves_at": (world.now + DAY).isoformat()}


def clear(nonce: Any, world: World, lasts: timedelta = HOUR) -> ProtectionCheckAnswered:
    return ProtectionCheckAnswered(
        nonce=nonce, answer=Clearance.CLEAR, valid_until=world.now + lasts
    )


async def protection(world: World, case: str) -> str:
    return str((await get(world, case))["checks"]["protection"])


async def test_only_the_answer_to_the_last_question_opens_anything(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    first = await ask(world, case)
    second = await ask(world, case)

    await world.tell(clear(first.nonce, world), clear(a_nonce(999), world))
    dropped = await protection(world, case)
    await world.tell(clear(second.nonce, world))

    assert (dropped, await protection(world, case)) == ("UNKNOWN", "YES")


async def test_silence_of_the_exchange_is_a_no(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    await ask(world, case)
    world.now += 10 * DAY

    answer = await call(world, "POST", f"{case}/booking", booking(world))

    assert answer.json()["errors"] == [{"field": "protection", "code": "check_standing"}]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["old", "new", "other"]),
            st.sampled_from([Clearance.CLEAR, Clearance.CLEAR, Clearance.BLOCKED]),
            st.sampled_from([-1, 0, 30, 60, 600]),
            st.sampled_from([0, 29, 61]),
        ),
        max_size=5,
    )
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_answers_dropped_delayed_doubled_or_reordered_never_open_the_gate_wrongly(
    world: World, heard: list[tuple[str, Clearance, int, int]]
) -> None:
    number = len(await world.ask(lambda store: store.cases.all_open())) + 1
    case = await bring_to(world, "PREPARING", number)
    nonces = {name: (await ask(world, case)).nonce for name in ("old", "new")}
    nonces["other"] = a_nonce(999)
    asked_at = world.now
    opens_until = None
    barred = False
    for name, answer, minutes, later in heard:
        world.now += timedelta(minutes=later)
        until = asked_at + timedelta(minutes=minutes)
        event = ProtectionCheckAnswered(nonce=nonces[name], answer=answer, valid_until=until)
        await world.tell(event)
        if name == "new" and answer is Clearance.CLEAR and not barred:
            holds = min(until, world.now + HOUR)
            opens_until = holds if opens_until is None else min(opens_until, holds)
        barred = barred or (name == "new" and answer is Clearance.BLOCKED)

    booked = await call(world, "POST", f"{case}/booking", booking(world))

    may = not barred and opens_until is not None and world.now < opens_until
    assert (booked.status_code == OK) is may
    assert ((await get(world, case))["state"] == "SUSPENDED") is barred


async def test_no_event_and_no_clock_ever_carries_a_case_forward(world: World) -> None:
    case = await bring_to(world, "PREPARING")
    asked = await ask(world, case)

    await world.tell(clear(asked.nonce, world), PersonRegistered(person=a_person()))
    world.now += 1000 * DAY
    await world.tell(a_head(world))

    assert (await get(world, case))["state"] == "PREPARING"
