"""What a caseworker has found about age and place is told, kept to, and never weakens a record."""

from typing import Any

import httpx
import pytest

from shared.events.border import ScreeningCompleted
from shared.events.control import SafeguardsStated
from shared.kernel.agencies import Role
from shared.kernel.consent import AgeState
from tests.registration.builders import person, said
from tests.registration.world import World

CHILD = {"treated_as_child": "CHILD", "hide_location": False}
ADULT = {"treated_as_child": "ADULT", "hide_location": False}


async def state(world: World, about: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    path = f"/v1/persons/{about}/safeguards"
    return await world.call("POST", path, body, role=Role.CASEWORKER, headers=headers)


async def told(world: World) -> list[tuple[object, object]]:
    """Return what registration has said about age and place, in order."""
    return [
        (event.treated_as_child, event.hide_location)
        for event in await world.announced(SafeguardsStated)
        if isinstance(event, SafeguardsStated)
    ]


async def shown(world: World, about: str) -> tuple[str, bool]:
    body = (await world.call("GET", f"/v1/persons/{about}")).json()
    return body["treated_as_child"], body["hide_location"]


async def test_what_a_caseworker_states_is_told_and_shown(world: World) -> None:
    about = await world.register(said(age=30, hide_location=False))

    answer = await state(world, about, CHILD)

    assert answer.status_code == httpx.codes.NO_CONTENT
    assert await told(world) == [(AgeState.ADULT, False), (AgeState.CHILD, False)]
    assert await shown(world, about) == ("CHILD", False)


async def test_what_is_not_said_protects(world: World) -> None:
    about = await world.register(said(age=30, hide_location=False))

    await state(world, about, {})

    assert (await told(world))[-1] == (AgeState.UNKNOWN, True)
    assert await shown(world, about) == ("UNKNOWN", True)


async def test_a_childs_record_stays_a_childs_and_a_hidden_place_hidden(world: World) -> None:
    about = await world.register(said(age=12, hide_location=True))

    await state(world, about, ADULT)

    assert (await told(world))[-1] == (AgeState.CHILD, True)
    assert await shown(world, about) == ("CHILD", True)


async def test_who_was_not_asked_by_a_clerk_can_be_asked_by_a_caseworker(world: World) -> None:
    about = await world.register(said(age_not_known=True))

    await state(world, about, ADULT)

    assert (await told(world))[-1] == (AgeState.ADULT, False)
    assert await shown(world, about) == ("ADULT", False)


async def test_a_later_change_of_the_record_does_not_undo_it(world: World) -> None:
    about = await world.register(said(age=16, hide_location=False))
    await state(world, about, CHILD)

    await world.call("PATCH", f"/v1/persons/{about}", {"age": 30, "sex": "F"})

    assert {age for age, _ in await told(world)} == {AgeState.CHILD}
    assert await shown(world, about) == ("CHILD", False)


async def test_the_last_word_of_a_caseworker_counts(world: World) -> None:
    about = await world.register(said(age=30, hide_location=False))
    await state(world, about, CHILD)

    await state(world, about, ADULT)

    assert (await told(world))[-1] == (AgeState.ADULT, False)


async def test_what_was_stated_while_somebody_waited_is_kept_to_at_registration(
    world: World,
) -> None:
    await world.tell(ScreeningCompleted(person=person()))
    answer = await state(world, person(), CHILD)

    about = await world.register(said(age=30, hide_location=False, person=person()))

    assert answer.status_code == httpx.codes.NO_CONTENT
    assert await told(world) == [(AgeState.CHILD, False)] * 2
    assert await shown(world, about) == ("CHILD", False)


async def test_it_touches_nobody_else_and_nobody_unknown(world: World) -> None:
    about, other = [await world.register(said(age=30, hide_location=False)) for _ in range(2)]

    answer = await state(world, person(9), CHILD)
    await state(world, about, CHILD)

    assert answer.status_code == httpx.codes.NOT_FOUND
    assert await shown(world, other) == ("ADULT", False)


async def test_sent_again_it_is_told_once(world: World) -> None:
    about = await world.register(said(age=30))

    answers = [await state(world, about, CHILD, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [httpx.codes.NO_CONTENT] * 2
    assert len(await told(world)) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"treated_as_child": None}, "treated_as_child"),
        ({"treated_as_child": "OLD"}, "treated_as_child"),
        ({"hide_location": "no"}, "hide_location"),
        ({"reason": "Xa"}, "body"),
    ],
)
async def test_what_is_no_statement_is_refused(
    world: World, body: dict[str, Any], field: str
) -> None:
    about = await world.register(said(age=30))

    answer = await state(world, about, body)

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_only_caseworkers_and_their_supervisors_may(world: World) -> None:
    path = f"/v1/persons/{await world.register(said(age=30))}/safeguards"

    for role in Role:
        answer = await world.call("POST", path, CHILD, role=role)
        allowed = role in {Role.CASEWORKER, Role.SUPERVISOR}
        assert answer.status_code == (204 if allowed else 404)
