"""Whoever waits is found however many wait, and whoever comes or goes meanwhile."""

from typing import Any

import pytest

from shared.codes.needs import ReceptionNeed
from shared.codes.places import NameText
from shared.events.border import ScreeningCompleted
from shared.events.profiling import CorrectionProposed
from shared.kernel.identifiers import PersonRef
from shared.web.paging import cursor_of
from tests.registration.builders import person
from tests.registration.world import World

LISTS = {"/v1/intake": "waiting", "/v1/corrections": "corrections"}


async def page(world: World, path: str, limit: int, cursor: str | None = None) -> Any:
    after = "" if cursor is None else f"&cursor={cursor}"
    return (await world.call("GET", f"{path}?limit={limit}{after}")).json()


async def everything(world: World, path: str, limit: int) -> list[Any]:
    read = await page(world, path, limit)
    found = list(read[LISTS[path]])
    while read["next"] is not None:
        read = await page(world, path, limit, read["next"])
        found += read[LISTS[path]]
    return found


def proposal(number: int) -> CorrectionProposed:
    return CorrectionProposed(person=PersonRef(person(number)), family_name=NameText("Ka"))


@pytest.mark.parametrize("limit", [1, 2, 5, 7, 200])
async def test_everybody_who_waits_is_on_one_page_in_order(world: World, limit: int) -> None:
    await world.tell(*(ScreeningCompleted(person=person(n)) for n in range(1, 6)))
    urgent = ScreeningCompleted(
        person=person(6), reception_needs=(ReceptionNeed.MEDICAL_EMERGENCY,)
    )
    await world.tell(urgent, ScreeningCompleted(person=person(7), child_alone=True))

    found = [one["person"] for one in await everything(world, "/v1/intake", limit)]

    assert found == [person(n) for n in (6, 7, 1, 2, 3, 4, 5)]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_every_correction_is_on_one_page_the_oldest_first(world: World, limit: int) -> None:
    await world.tell(*(proposal(number) for number in range(1, 5)))

    found = await everything(world, "/v1/corrections", limit)

    assert [one["proposed"]["person"] for one in found] == [person(n) for n in range(1, 5)]


async def test_who_comes_or_is_registered_meanwhile_moves_nobody_else(world: World) -> None:
    await world.tell(*(ScreeningCompleted(person=person(n)) for n in range(1, 5)))
    first = await page(world, "/v1/intake", 2)
    await world.tell(ScreeningCompleted(person=person(5), child_alone=True))
    await world.tell(ScreeningCompleted(person=person(6)))
    await world.register({"information_given": True, "age": 30, "person": person(2)})

    second = await page(world, "/v1/intake", 200, first["next"])

    assert [one["person"] for one in first["waiting"]] == [person(1), person(2)]
    assert [one["person"] for one in second["waiting"]] == [person(3), person(4), person(6)]


async def test_a_correction_decided_meanwhile_moves_no_other(world: World) -> None:
    await world.tell(*(proposal(number) for number in range(1, 4)))
    first = await page(world, "/v1/corrections", 1)
    await world.call("POST", "/v1/corrections/1/decision", {"accept": False})

    second = await page(world, "/v1/corrections", 200, first["next"])

    assert [one["id"] for one in second["corrections"]] == [2, 3]


@pytest.mark.parametrize("path", list(LISTS))
@pytest.mark.parametrize("cursor", ["", "x", cursor_of("x"), cursor_of(2**70), cursor_of([0, -1])])
async def test_what_is_no_cursor_of_the_list_is_refused(
    world: World, path: str, cursor: str
) -> None:
    answer = await world.call("GET", f"{path}?cursor={cursor}")

    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_cursor")
    assert answer.json()["errors"] == [{"field": "cursor", "code": "not_a_cursor"}]
