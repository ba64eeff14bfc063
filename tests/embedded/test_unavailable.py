"""A service that cannot at the moment ends nobody's shift, and nothing is done twice or lost."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Table, delete

from embedded.demo import Shift
from embedded.partners.book import Book
from embedded.partners.calls import each
from embedded.partners.clerk import Clerks
from embedded.partners.profiler import Profilers
from embedded.people import Traveller, travellers
from services.profiling.store import REQUEST as PROFILING_REQUEST
from services.registration.store.tables import REQUEST as REGISTRATION_REQUEST
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ProtectionConcernRaised,
    TaskOpened,
    WithholdingSet,
)
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered
from shared.kernel.errors import Conflict, Unavailable
from shared.storage.engine import Database
from tests.embedded.failing import FailingLine
from tests.embedded.test_clerk import AGREEING, COUNTS, DAY, SEED, WITHHOLDING, WORRYING
from tests.embedded.test_clerk import Office as Reception
from tests.embedded.test_profiler import LEAVING, MISSPELT, STAYING, callable_now, registered
from tests.embedded.test_profiler import Office as Unhcr
from tests.profiling.builders import a_person
from tests.registration.builders import person

LATE = pytest.mark.parametrize("late", [False, True], ids=["503", "connection lost"])
MOST_CALLS = 9
WORRIED = replace(WITHHOLDING, worry="Xa")


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    office = Reception(tmp_path)
    yield office
    office.world.close()


@pytest.fixture
def unhcr(tmp_path: Path) -> Iterator[Unhcr]:
    office = Unhcr(tmp_path)
    yield office
    office.world.close()


def clerks_of(reception: Reception, line: FailingLine) -> Clerks:
    client = httpx.AsyncClient(transport=line, base_url="http://registration")
    book = Book(reception.book)
    return Clerks(client, str, seed=SEED, counts=COUNTS, book=book, abreast=1)


def staff_of(unhcr: Unhcr, line: FailingLine) -> Profilers:
    client = httpx.AsyncClient(transport=line, base_url="http://profiling")
    book = Book(unhcr.book)
    return Profilers(client, str, seed=SEED, counts=COUNTS, book=book, abreast=1)


async def work(staff: Clerks | Profilers) -> None:
    """Work a few rounds, as a shift does."""
    for _ in range(4):
        try:
            await staff.work()
        except Unavailable:
            continue


async def forget_requests(office: Reception | Unhcr, requests: Table) -> None:
    """Have the service forget what it was asked, as it does after a day."""
    database = office.world.service.database
    assert isinstance(database, Database)
    await database.transact(lambda session: session.connection().execute(delete(requests)))


def asks_for_help(one: Traveller) -> bool:
    return one.agrees_to_be_called and not (one.withholds_name or one.misspelt or one.withdraws)


@LATE
@pytest.mark.parametrize("call", range(1, MOST_CALLS))
async def test_whichever_call_fails_clerks_do_everything_once(
    reception: Reception, call: int, *, late: bool
) -> None:
    await reception.hand_over(WORRYING, WITHHOLDING, AGREEING)
    line = FailingLine(reception.world.service.app, call, late=late)

    await work(clerks_of(reception, line))

    kinds = (PersonRegistered, ProtectionConcernRaised, WithholdingSet, ConsentGiven)
    told = [len(await reception.told(kind)) for kind in kinds]
    assert line.calls > call
    assert told == [3, 1, 1, 1]
    assert Book(reception.book).open == {}


async def test_one_person_who_cannot_be_served_holds_up_nobody_else(reception: Reception) -> None:
    await reception.hand_over(WORRYING, WITHHOLDING, AGREEING)
    clerks = clerks_of(reception, FailingLine(reception.world.service.app, 2))

    with pytest.raises(Unavailable):
        await clerks.work()

    assert len(await reception.told(PersonRegistered)) == 2
    assert len(Book(reception.book).open) == 1


@LATE
async def test_who_comes_alone_waits_until_registration_can(
    reception: Reception, *, late: bool
) -> None:
    alone = [one for one in travellers(SEED, DAY, COUNTS[DAY]) if one.boat is None]
    line = FailingLine(reception.world.service.app, 1, 3, late=late)

    await clerks_of(reception, line).walk_ins(DAY)

    assert len(await reception.told(PersonRegistered)) == len(alone)


async def test_a_later_life_registers_nobody_again_although_the_keys_are_forgotten(
    reception: Reception,
) -> None:
    alone = [one for one in travellers(SEED, DAY, COUNTS[DAY]) if one.boat is None]
    line = FailingLine(reception.world.service.app)
    await clerks_of(reception, line).walk_ins(DAY)
    await forget_requests(reception, REGISTRATION_REQUEST)

    await clerks_of(reception, line).walk_ins(DAY)

    assert len(await reception.told(PersonRegistered)) == len(alone)


async def test_what_a_person_wished_is_written_down_although_the_key_is_forgotten(
    reception: Reception,
) -> None:
    await reception.hand_over(WORRIED)
    line = FailingLine(reception.world.service.app, 3, 5)
    clerks = clerks_of(reception, line)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await clerks.serve(WORRIED, person(WORRIED.index))
        await forget_requests(reception, REGISTRATION_REQUEST)

    await clerks.serve(WORRIED, person(WORRIED.index))

    assert len(await reception.told(ProtectionConcernRaised)) == 1
    assert len(await reception.told(WithholdingSet)) == 1


@LATE
@pytest.mark.parametrize("call", range(1, MOST_CALLS))
async def test_whichever_call_fails_profilers_do_everything_once(
    unhcr: Unhcr, call: int, *, late: bool
) -> None:
    await unhcr.world.tell(registered(STAYING), registered(MISSPELT))
    await unhcr.world.tell(registered(LEAVING), callable_now(LEAVING))
    line = FailingLine(unhcr.world.service.app, call, late=late)

    await work(staff_of(unhcr, line))

    told = Counter(type(event) for event in await unhcr.told())
    assert line.calls > call
    assert told == {TaskOpened: 1, CorrectionProposed: 1, ConsentWithdrawn: 1}
    assert Book(unhcr.book).open == {}


async def test_a_later_life_does_nothing_again_although_the_keys_are_forgotten(
    unhcr: Unhcr,
) -> None:
    await unhcr.world.tell(registered(STAYING), registered(MISSPELT))
    await unhcr.world.tell(registered(LEAVING), callable_now(LEAVING))
    line = FailingLine(unhcr.world.service.app)
    await work(staff_of(unhcr, line))
    await forget_requests(unhcr, PROFILING_REQUEST)

    await work(staff_of(unhcr, line))

    told = Counter(type(event) for event in await unhcr.told())
    assert told == {TaskOpened: 1, CorrectionProposed: 1, ConsentWithdrawn: 1}


async def test_what_an_earlier_life_began_comes_before_everything_else(unhcr: Unhcr) -> None:
    alike = [one for one in travellers(SEED, DAY, COUNTS[DAY]) if asks_for_help(one)]
    await unhcr.world.tell(*(registered(one) for one in alike))
    *_, last = await staff_of(unhcr, FailingLine(unhcr.world.service.app)).profiles()
    begun = next(one for one in alike if a_person(one.index) == last)
    Book(unhcr.book).begin(f"task-{begun.wristband}", last)

    await work(staff_of(unhcr, FailingLine(unhcr.world.service.app)))

    first = (await unhcr.told())[0]
    assert isinstance(first, TaskOpened)
    assert first.person == last


@LATE
@pytest.mark.parametrize("call", range(1, 5))
async def test_whichever_call_fails_every_concern_is_heard(
    unhcr: Unhcr, call: int, *, late: bool
) -> None:
    await unhcr.world.tell(*(ProtectionConcernRaised(person=a_person(n)) for n in (1, 2)))
    staff = staff_of(unhcr, FailingLine(unhcr.world.service.app, call, late=late))

    with pytest.raises(Unavailable):
        await staff.hear_concerns()
    await staff.hear_concerns()

    assert set(await unhcr.concerns()) == {"HEARD"}


async def test_a_shift_goes_on_and_has_not_looked_in_vain() -> None:
    answers: list[int | Exception] = [0, 0, Unavailable(), Unavailable()]
    idle: list[int] = []

    async def turn() -> int:
        idle.append(shift.idle_rounds)
        answer = answers.pop(0) if answers else asyncio.CancelledError()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    shift = Shift(turn, 0)
    with pytest.raises(asyncio.CancelledError):
        await shift.run()

    assert idle == [0, 1, 2, 2, 2]


async def test_a_refusal_is_told_before_what_can_be_tried_again() -> None:
    async def fail(error: Exception) -> int:
        raise error

    with pytest.raises(Conflict):
        await each(fail(error) for error in (Unavailable(), Conflict()))
