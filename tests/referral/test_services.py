"""The directory over HTTP: public to read, kept by the desk's caseworkers."""

from typing import Any

import httpx
import pytest

from shared.codes.pathways import Pathway, Priority
from shared.events.referral import ReferralOffered
from shared.kernel.agencies import IOM
from tests.referral.builders import NORTH, requested
from tests.referral.calls import INVALID, call, refused
from tests.referral.world import World

FAMILY = {"provider": "iom", "pathway": "PW-FAM", "areas": ["XTP-N"]}


async def put(world: World, name: str, **changes: Any) -> httpx.Response:
    return await call(world, "PUT", f"/v1/services/{name}", FAMILY | changes)


async def names(world: World, query: str = "") -> list[str]:
    """Return the names that anybody finds, without a token."""
    async with world.client() as client:
        del client.headers["Authorization"]
        answer = await client.get(f"/v1/services{query}")
    assert answer.status_code == 200, answer.json()["code"]
    return [one["id"] for one in answer.json()["services"]]


async def test_what_is_listed_is_found_by_anybody(world: World) -> None:
    answer = await put(world, "iom-fam")

    assert answer.json() == {
        "id": "iom-fam",
        "provider": "iom",
        "pathway": "PW-FAM",
        "service": None,
        "areas": ["XTP-N"],
        "open": True,
    }
    assert await names(world) == ["iom-fam"]


async def test_the_directory_is_searched_by_pathway_and_area(world: World) -> None:
    await put(world, "a")
    await put(world, "b", areas=["XTP-S"])
    await put(world, "c", areas=[])
    await put(world, "d", provider="shelter", pathway="PW-CASH")

    assert await names(world) == ["a", "b", "c", "d"]
    assert await names(world, "?pathway=PW-FAM") == ["a", "b", "c"]
    assert await names(world, "?area=XTP-N") == ["a", "c", "d"]
    assert await names(world, "?pathway=PW-FAM&area=XTP-S") == ["b", "c"]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_the_directory_is_read_page_by_page(world: World, limit: int) -> None:
    for name in ("b", "c", "a"):
        await put(world, name)

    found, cursor = [], ""
    while True:
        answer = await call(world, "GET", f"/v1/services?area=XTP-N&limit={limit}{cursor}")
        found += [one["id"] for one in answer.json()["services"]]
        if answer.json()["next"] is None:
            break
        cursor = f"&cursor={answer.json()['next']}"

    assert found == ["a", "b", "c"]


async def test_what_is_listed_anew_under_its_name_is_changed(world: World) -> None:
    await put(world, "a")
    await put(world, "a", open=False)

    async with world.client() as client:
        services = (await client.get("/v1/services")).json()["services"]
    assert [one["open"] for one in services] == [False]


async def test_who_is_listed_is_asked_at_the_next_choice(world: World) -> None:
    await put(world, "iom-fam")

    await world.tell(requested(Pathway.FAMILY, area=NORTH, priority=Priority.URGENT))

    assert [
        one.provider for one in await world.announced() if isinstance(one, ReferralOffered)
    ] == [IOM]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pathway": "PW-NONE"}, "unknown_pathway"),
        ({"provider": "cp"}, "not_a_partner"),
        ({"provider": "gov-border"}, "not_a_partner"),
        ({"provider": "nobody"}, "not_a_partner"),
        ({"open": "yes"}, "invalid"),
        ({"areas": ["x y"]}, "invalid"),
        ({"service": "X"}, "invalid"),
        ({"address": "here"}, "invalid"),
    ],
)
async def test_what_cannot_be_listed_is_refused_by_name(
    world: World, changes: dict[str, Any], code: str
) -> None:
    assert refused(await put(world, "a", **changes)) == (INVALID, code)
    assert await names(world) == []


async def test_a_pathway_that_there_is_not_has_no_directory(world: World) -> None:
    answer = await call(world, "GET", "/v1/services?pathway=PW-NONE")

    assert refused(answer) == (INVALID, "unknown_pathway")
    assert answer.json()["errors"] == [{"field": "pathway", "code": "unknown_pathway"}]


@pytest.mark.parametrize("name", ["A", "a_b", "-a", "a%0A", "a" * 41])
async def test_a_name_that_is_none_is_refused(world: World, name: str) -> None:
    assert refused(await put(world, name)) == (INVALID, "invalid")
