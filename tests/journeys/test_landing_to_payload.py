"""One person, from reception's desk to the payload that the shelter opens, and her changed mind."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from embedded.partners.edge import Done
from shared.kernel.agencies import DESK, EXCHANGE, RECEPTION, UNHCR, Role
from tests.journeys.town_square import Square, open_square

NAME = "Mirandola"
PHONE = "000 4711"

PERSON = {
    "information_given": True,
    "family_name": NAME,
    "given_name": "Tesso",
    "sex": "F",
    "date_of_birth": "1990-04-02",
    "contact": PHONE,
    "area": "XTP-1",
    "hide_location": False,
}

CONSENT = {
    "information_given": True,
    "giver": "SELF",
    "purpose": "RECEPTION",
    "recipients": ["shelter"],
    "categories": ["FULL_NAME", "CONTACT"],
    "until": "2022-12-31",
    "alone": True,
    "deprived_of_liberty": False,
    "interpreter_by": "PERSON",
}

ASKS = {
    "service": "SHELTER",
    "pathway": "PW-SHELTER",
    "priority": "URGENT",
    "area": "XTP-1",
    "region": "XTP-1",
    "given": CONSENT,
}


@pytest.fixture
async def square(tmp_path: Path) -> AsyncIterator[Square]:
    made = await open_square(tmp_path)
    yield made
    await made.close()


async def refer(square: Square) -> dict[str, Any]:
    """Reception registers somebody and refers her; everybody does their work for three days."""
    registered = await square.call(RECEPTION, "POST", "/v1/persons", Role.INTAKE, PERSON)
    person = registered["person"]
    path = f"/v1/persons/{person}/referrals"
    asked = await square.call(RECEPTION, "POST", path, Role.CASEWORKER, ASKS)
    await square.rest()
    await square.wait(timedelta(days=3))
    return {"person": person, "referral": asked["referral"]}


async def rows(database: Any, table: str) -> list[Any]:
    """Everything that one table of a party holds."""
    found = await database.transact(
        lambda session: session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - a name of ours
    )
    return list(found)


async def shown(square: Square, case: dict[str, Any]) -> Any:
    path = f"/v1/referrals/{case['referral']}"
    return await square.call(RECEPTION, "GET", path, Role.CASEWORKER)


async def test_the_payload_opens_at_the_shelter_and_nowhere_else(square: Square) -> None:
    case = await refer(square)

    counts = await square.shelter.counts()
    assert (counts[Done.OFFERS], counts[Done.ACCEPTED], counts[Done.PAYLOADS_OPENED]) == (1, 1, 1)
    assert (await shown(square, case))["payload_sent"] is True
    held = [str(row) for row in await rows(square.shelter.database, "held")]
    assert any(NAME in row for row in held)
    assert any(PHONE in row for row in held)
    for agency in (DESK, EXCHANGE):
        assert not square.holds(agency, NAME.encode())
        assert not square.holds(agency, PHONE.encode())
    assert not square.holds(UNHCR, PHONE.encode())


async def test_the_desk_never_learns_who(square: Square) -> None:
    case = await refer(square)

    assert not square.holds(DESK, case["person"].encode())
    assert not square.holds(DESK, case["referral"].encode())
    assert len(await rows(square.services[DESK].database, "referral")) == 1


async def test_a_changed_mind_interrupts_the_referral_and_erases_at_the_shelter(
    square: Square,
) -> None:
    case = await refer(square)
    path = f"/v1/persons/{case['person']}/withdrawals"

    await square.call(RECEPTION, "POST", path, Role.CASEWORKER, {"recipients": "ALL"})
    await square.rest()

    counts = await square.shelter.counts()
    assert counts[Done.ERASURES_CONFIRMED] == 1
    kept = await rows(square.shelter.database, "held")
    assert not any(NAME in str(row) or PHONE in str(row) for row in kept)
