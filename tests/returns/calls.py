"""How the tests of the routes call returns, and how they bring a case to where it is needed."""

from datetime import timedelta
from typing import Any

import httpx

from shared.codes.protection import Clearance
from shared.events.control import ProtectionCheckAsked, SafeguardsStated
from shared.events.exchange import HeadSigned, ProtectionCheckAnswered
from shared.kernel.agencies import Role
from shared.kernel.clock import system_clock
from shared.kernel.consent import AgeState
from tests.returns.builders import EVERYTHING, HOUR, a_person
from tests.returns.world import World

CANARY = "Qanaryx"
CREATED, ACCEPTED, NO_CONTENT = 201, 202, 204
NOT_FOUND, CONFLICT, INVALID = 404, 409, 422
OK = 200
CASES = "/v1/return-cases"

COUNSELLING = {
    "explained": [
        "ASYLUM",
        "STAY",
        "OTHER_ROUTES",
        "CONDITIONS_AT_HOME",
        "HELP_AND_ITS_LIMITS",
        "CHANGE_OF_MIND",
    ],
    "understood": True,
    "detained": False,
}
APPLICATION = {
    "kind": "ASSISTED_RETURN",
    "country": "XTA",
    "area": "XTA-1",
    "giver": "SELF",
    "says_protected": False,
}
VOLUNTARY = {"answer": "YES", "free": True, "informed": True, "capable": True}
SCREENED = {"answer": "YES", "screened": [str(one) for one in EVERYTHING]}
YES = {"answer": "YES"}
CHECKS: dict[str, dict[str, Any]] = {
    "VOLUNTARY": VOLUNTARY,
    "SCREENED": SCREENED,
    "FIT": YES,
    "DOCUMENTED": YES,
    "SAFE": YES,
}


def role_of(check: str) -> Role:
    return Role.MEDICAL if check == "FIT" else Role.CASEWORKER


async def call(
    world: World,
    method: str,
    path: str,
    body: object = None,
    role: Role = Role.CASEWORKER,
) -> httpx.Response:
    async with world.client(role) as client:
        return await client.request(method, path, json=body)


async def get(world: World, path: str, role: Role = Role.CASEWORKER) -> Any:
    answer = await call(world, "GET", path, role=role)
    assert answer.status_code == OK, answer.json()["code"]
    return answer.json()


async def do(world: World, path: str, body: object = None, role: Role = Role.CASEWORKER) -> str:
    """Do an act that is taken; return the state after it."""
    answer = await call(world, "POST", path, body, role)
    assert answer.status_code in (OK, CREATED, ACCEPTED), answer.json()
    return str(answer.json().get("state"))


async def check(world: World, case: str, name: str, body: object = None) -> httpx.Response:
    body = CHECKS[name] if body is None else body
    return await call(world, "PUT", f"{case}/checks/{name}", body, role_of(name))


def a_head(world: World) -> HeadSigned:
    """Return a head that says that everything was heard, so that clocks run."""
    return HeadSigned(
        size=1,
        root="0" * 64,  # type: ignore[arg-type]
        at=system_clock(),
        signature="",  # type: ignore[arg-type]
        last=tuple(world.numbers[partition] for partition in range(3)),
        reached=(),
    )


async def hear_adult(world: World, number: int = 1) -> None:
    """Have IOM know an adult."""
    adult = SafeguardsStated(person=a_person(number), treated_as_child=AgeState.ADULT)
    await world.tell(adult)


async def enquire(world: World, number: int = 1, **more: object) -> str:
    """Have an adult ask about return; return the path of the case."""
    await hear_adult(world, number)
    body = {"person": a_person(number), "in_person": True} | more
    answer = await call(world, "POST", CASES, body)
    assert answer.status_code == CREATED, answer.json()
    return f"{CASES}/{answer.json()['case']}"


async def ask(world: World, case: str) -> ProtectionCheckAsked:
    """Ask the exchange; return the question as it went out."""
    await do(world, f"{case}/checks/PROTECTION")
    asked = [one for one in await world.announced() if isinstance(one, ProtectionCheckAsked)]
    return asked[-1]


async def answer_last(
    world: World, case: str, answer: Clearance = Clearance.CLEAR, lasts: timedelta = HOUR
) -> ProtectionCheckAnswered:
    """Ask the exchange, and have it answer at once."""
    asked = await ask(world, case)
    event = ProtectionCheckAnswered(nonce=asked.nonce, answer=answer, valid_until=world.now + lasts)
    await world.tell(event)
    return event


async def bring_to(world: World, state: str, number: int = 1, **more: object) -> str:
    """Bring a case of an adult to a state, by the acts that lead there; return its path."""
    case = await enquire(world, number, **more)
    for reached, step in STEPS.items():
        if state == "ENQUIRY":
            break
        await step(world, case)
        if reached == state:
            break
    return case


async def prepare(world: World, case: str) -> None:
    for name in CHECKS:
        answer = await check(world, case, name)
        assert answer.status_code == OK, answer.json()


async def book(world: World, case: str) -> None:
    await answer_last(world, case)
    leaves = (world.now + timedelta(hours=40)).isoformat()
    await do(world, f"{case}/booking", {"leaves_at": leaves, "transits": ["XTC"]})


async def depart(world: World, case: str) -> None:
    await do(world, f"{case}/reconfirmation", {"signed": True})
    await answer_last(world, case)
    await do(world, f"{case}/departure", {"boards_at": world.now.isoformat()})


async def plan(world: World, case: str) -> None:
    body = {"help": ["SOCIAL"], "contact_giver": "SELF", "contact_until": "2027-12-31"}
    answer = await call(world, "PUT", f"{case}/reintegration", body)
    assert answer.status_code == OK, answer.json()


STEPS: dict[str, Any] = {
    "COUNSELLED": lambda world, case: do(world, f"{case}/counselling", COUNSELLING),
    "APPLIED": lambda world, case: do(world, f"{case}/application", APPLICATION),
    "PREPARING": prepare,
    "BOOKED": book,
    "DEPARTED": depart,
    "ARRIVED": lambda world, case: do(world, f"{case}/arrival"),
    "REINTEGRATING": plan,
}
