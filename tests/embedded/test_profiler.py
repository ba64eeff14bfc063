"""Simulated staff of UNHCR at profiling's own desk: concerns first, and only what people asked."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from typing_extensions import override

from embedded.partners.book import Book
from embedded.partners.calls import MOST, Unexpected
from embedded.partners.profiler import LONGEST_PAUSE, Profilers, task_of
from embedded.people import Traveller, travellers
from services.profiling.rules.concern import ConcernState
from shared.codes.places import NameText
from shared.events.control import ConsentWithdrawn, ProtectionConcernRaised, TaskOpened
from shared.events.event import ABSENT, Absent, Event
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.kernel.agencies import Purpose
from tests.profiling.builders import a_person
from tests.profiling.world import World

SEED = 10
DAY = date(2022, 7, 1)
COUNTS = {DAY: 400}


class Lost(Exception):
    """The answer never came, although the service did what it was asked."""


class Line(httpx.ASGITransport):
    """A way to the service that keeps what was looked at, and may lose the answers to a path."""

    def __init__(self, world: World) -> None:
        super().__init__(world.service.app)
        self.lose = ""
        self.asked: list[str] = []

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        self.asked.append(request.url.path)
        if self.lose and request.url.path.endswith(self.lose):
            self.lose = ""
            raise Lost
        return answer


class Office:
    """Profiling, and the staff of one life of the process after another."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.book = folder / "profilers.txt"
        self.line = Line(self.world)

    def staff(self) -> Profilers:
        """Return staff who remember only what lies in their file."""
        client = httpx.AsyncClient(transport=self.line, base_url="http://profiling")
        return Profilers(client, str, seed=SEED, counts=COUNTS, book=Book(self.book))

    async def told(self) -> list[Event]:
        """Return what UNHCR has told, without receipts."""
        kinds = (TaskOpened, ConsentWithdrawn, CorrectionProposed)
        return [event for event in await self.world.announced() if isinstance(event, kinds)]

    async def concerns(self) -> list[ConcernState]:
        found = await self.world.ask(lambda store: store.concerns(after=None, most=9_999))
        return [one.state for one in found]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.world.close()


def somebody(fits: Callable[[Traveller], bool]) -> Traveller:
    people = travellers(SEED, DAY, COUNTS[DAY])
    return next(one for one in people if fits(one) and not one.withholds_name)


PLAIN = somebody(lambda one: not one.agrees_to_be_called and one.misspelt is None)
STAYING = somebody(
    lambda one: one.agrees_to_be_called and not one.withdraws and one.misspelt is None
)
LEAVING = somebody(lambda one: one.withdraws and one.misspelt is None)
MISSPELT = somebody(lambda one: one.misspelt is not None and not one.agrees_to_be_called)


def registered(one: Traveller, **fields: Any) -> PersonRegistered:
    """Return what UNHCR is told of a person as long as no consent says more."""
    told: dict[str, Any] = {
        "person": a_person(one.index),
        "given_name": NameText(one.given_name),
        "family_name": NameText(one.misspelt or one.family_name),
        "arrived_on": one.day.isoformat(),
    }
    return PersonRegistered(**(told | fields))


def callable_now(one: Traveller) -> RegistrationUpdated:
    """Return what UNHCR is told once task and consent open the telephone number."""
    return RegistrationUpdated(person=a_person(one.index), contact=one.phone)  # type: ignore[arg-type]


async def test_every_concern_is_opened_and_heard_once(office: Office) -> None:
    await office.world.tell(*(ProtectionConcernRaised(person=a_person(n)) for n in range(1, 4)))

    heard = [await office.staff().hear_concerns(), await office.staff().hear_concerns()]

    looked_at = [path for path in office.line.asked if path.count("/") == 3]
    assert heard == [3, 0]
    assert len(looked_at) == 3
    assert await office.concerns() == [ConcernState.HEARD] * 3


async def test_concerns_beyond_one_page_are_heard_too(office: Office) -> None:
    people = range(1, MOST + 2)
    await office.world.tell(*(ProtectionConcernRaised(person=a_person(n)) for n in people))
    staff = office.staff()

    heard = [await staff.hear_concerns() for _ in range(3)]

    assert heard == [MOST, 1, 0]
    assert set(await office.concerns()) == {ConcernState.HEARD}


async def test_a_concern_whose_answer_was_lost_is_not_heard_twice(office: Office) -> None:
    await office.world.tell(ProtectionConcernRaised(person=a_person(1)))
    office.line.lose = "/hearing"

    with pytest.raises(Lost):
        await office.staff().hear_concerns()
    heard = await office.staff().hear_concerns()

    assert heard == 0
    assert await office.concerns() == [ConcernState.HEARD]


@pytest.mark.parametrize("who", [PLAIN, STAYING], ids=["never asked", "still agrees"])
async def test_who_can_be_called_and_wants_nothing_more_is_left_alone(
    office: Office, who: Traveller
) -> None:
    await office.world.tell(registered(who), callable_now(who))
    staff = office.staff()

    acts = [await staff.work(), await staff.work()]

    assert acts == [0, 0]
    assert await office.told() == []
    assert staff.finished == {a_person(who.index)}


async def test_who_agrees_to_be_called_asks_for_help_in_person_once(office: Office) -> None:
    await office.world.tell(registered(STAYING))
    staff = office.staff()

    acts = [await staff.work() for _ in range(4)]

    (told,) = await office.told()
    assert acts == [1, 0, 0, 0]
    assert isinstance(told, TaskOpened)
    assert (told.person, told.purpose) == (a_person(STAYING.index), Purpose.PROFILING)
    assert task_of()["in_person"] is True


async def test_a_change_of_mind_is_told_once_the_number_is_known_and_not_before(
    office: Office,
) -> None:
    await office.world.tell(registered(LEAVING))
    staff = office.staff()
    await staff.work()
    before = [type(event) for event in await office.told()]
    await office.world.tell(callable_now(LEAVING))

    for _ in range(3):
        await staff.work()

    after = [type(event) for event in await office.told()]
    assert before == [TaskOpened]
    assert sorted(kind.__name__ for kind in after) == ["ConsentWithdrawn", "TaskOpened"]


async def test_a_wrong_name_is_proposed_right_and_nothing_else(office: Office) -> None:
    await office.world.tell(registered(MISSPELT))

    await office.staff().work()

    right = NameText(MISSPELT.family_name)
    assert await office.told() == [
        CorrectionProposed(person=a_person(MISSPELT.index), family_name=right)
    ]


@pytest.mark.parametrize(
    ("who", "name"),
    [(MISSPELT, NameText(MISSPELT.family_name)), (PLAIN, ABSENT)],
    ids=["right already", "never told"],
)
async def test_a_name_that_is_not_wrong_is_not_corrected(
    office: Office, who: Traveller, name: NameText | Absent
) -> None:
    await office.world.tell(registered(who, family_name=name))

    await office.staff().work()

    assert await office.told() == []


@pytest.mark.parametrize(
    ("who", "opened", "path", "kind"),
    [
        (STAYING, (), "/tasks", TaskOpened),
        (LEAVING, (callable_now(LEAVING),), "/withdrawals", ConsentWithdrawn),
        (MISSPELT, (), "/corrections", CorrectionProposed),
    ],
    ids=["task", "withdrawal", "correction"],
)
async def test_whichever_answer_is_lost_the_next_life_does_it_once(
    office: Office, who: Traveller, opened: tuple[Event, ...], path: str, kind: type[Event]
) -> None:
    await office.world.tell(registered(who), *opened)
    office.line.lose = path

    with pytest.raises(Lost):
        await office.staff().work()
    await office.staff().work()

    assert [type(event) for event in await office.told()] == [kind]


@pytest.mark.parametrize(
    "fields",
    [
        {"given_name": ABSENT},
        {"arrived_on": ABSENT},
        {"arrived_on": (DAY + timedelta(days=1)).isoformat()},
    ],
    ids=["no name", "no day", "a namesake of a day that nobody replays"],
)
async def test_who_cannot_be_recognised_is_not_acted_for(
    office: Office, fields: dict[str, Any]
) -> None:
    await office.world.tell(registered(STAYING, **fields))

    await office.staff().work()

    assert await office.told() == []


async def test_whom_reception_has_not_told_of_yet_is_looked_at_again(office: Office) -> None:
    await office.world.tell(ProtectionConcernRaised(person=a_person(STAYING.index)))
    staff = office.staff()
    first = await staff.work()
    await office.world.tell(registered(STAYING))

    acts = [await staff.work() for _ in range(LONGEST_PAUSE)]

    assert first == 0
    assert sum(acts) == 1
    assert [type(event) for event in await office.told()] == [TaskOpened]


async def test_who_waits_is_looked_at_ever_more_rarely_but_never_given_up(office: Office) -> None:
    await office.world.tell(registered(STAYING))
    staff = office.staff()
    rounds: list[int] = []
    for number in range(40):
        before = len(office.line.asked)
        await staff.work()
        looked = [path for path in office.line.asked[before:] if path.count("/") == 3]
        rounds += [number] * len(looked)

    pauses = [later - earlier for earlier, later in pairwise(rounds)]

    assert pauses[:4] == [1, 2, 4, LONGEST_PAUSE]
    assert set(pauses[3:]) == {LONGEST_PAUSE}


async def test_everybody_is_found_however_many_pages_there_are(office: Office) -> None:
    people = range(1, MOST + 2)
    await office.world.tell(*(PersonRegistered(person=a_person(n)) for n in people))

    found = await office.staff().profiles()

    assert sorted(found) == sorted(a_person(n) for n in people)


async def test_a_refused_act_is_not_taken_for_done(office: Office) -> None:
    path = f"/v1/profiles/{a_person(9)}/tasks"

    with pytest.raises(Unexpected):
        await office.staff().do(path, task_of(), "task-1", a_person(9))
