"""The reckoning sees whatever is lost or doubled, and nothing where nothing is."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from embedded.main import start
from embedded.people import Traveller, travellers
from embedded.reckoning import Reckoning, compare, reckon, wanted_of
from tests.embedded.running import COUNTS, SEED, Left

DAY = date(2022, 7, 1)
PEOPLE = travellers(SEED, DAY, 400)
WHAT = ("profiles", "concerns", "withholdings", "consents")

Held = list[Counter[str]]
Registered = dict[str, list[str]]


def subject_of(one: Traveller) -> str:
    return f"S{one.index}"


def as_it_should_be() -> tuple[Registered, Held]:
    """Return what services hold of whom when nothing went wrong."""
    registered = {one.phone: [subject_of(one)] for one in PEOPLE}
    held: Held = [Counter() for _ in WHAT]
    for one in PEOPLE:
        for count, wanted in zip(held, wanted_of(one)[1:], strict=True):
            count[subject_of(one)] = wanted
    return registered, held


def somebody(fits: Callable[[Traveller], bool]) -> Traveller:
    return next(one for one in PEOPLE if fits(one))


WHOM: Mapping[str, Traveller] = {
    "profiles": PEOPLE[0],
    "concerns": somebody(lambda one: one.worry is not None),
    "withholdings": somebody(lambda one: one.withholds_name),
    "consents": somebody(lambda one: one.agrees_to_be_called),
}


def test_nothing_is_lost_or_doubled_where_everybody_is_held_once() -> None:
    assert compare(PEOPLE, *as_it_should_be()) == (0, 0)


def test_who_is_not_registered_is_lost() -> None:
    registered, held = as_it_should_be()

    del registered[PEOPLE[7].phone]

    assert compare(PEOPLE, registered, held) == (1, 0)


def test_who_is_registered_twice_is_doubled() -> None:
    registered, held = as_it_should_be()

    registered[PEOPLE[7].phone].append("S-other")

    assert compare(PEOPLE, registered, held) == (0, 1)


@pytest.mark.parametrize("what", WHAT)
def test_what_is_missing_is_lost(what: str) -> None:
    registered, held = as_it_should_be()

    held[WHAT.index(what)][subject_of(WHOM[what])] -= 1

    assert compare(PEOPLE, registered, held) == (1, 0)


@pytest.mark.parametrize("what", WHAT)
def test_what_is_there_once_too_often_is_doubled(what: str) -> None:
    registered, held = as_it_should_be()

    held[WHAT.index(what)][subject_of(WHOM[what])] += 1

    assert compare(PEOPLE, registered, held) == (0, 1)


def test_a_fear_and_a_worry_of_one_person_are_two_concerns() -> None:
    afraid = somebody(lambda one: one.fear is not None and one.worry is None)
    registered, held = as_it_should_be()

    both = [wanted_of(one)[2] for one in PEOPLE if one.fear and one.worry]

    assert wanted_of(afraid) == (1, 1, 1, afraid.withholds_name, afraid.agrees_to_be_called)
    assert both == [2] * len(both)
    assert sum(held[WHAT.index("concerns")].values()) == sum(
        (one.fear is not None) + (one.worry is not None) for one in PEOPLE
    )
    assert compare(PEOPLE, registered, held) == (0, 0)


def test_one_persons_double_does_not_make_up_for_anothers_loss() -> None:
    registered, held = as_it_should_be()

    held[0][subject_of(PEOPLE[1])] += 1
    held[0][subject_of(PEOPLE[2])] -= 1

    assert compare(PEOPLE, registered, held) == (1, 1)


def test_who_has_one_thing_missing_and_another_twice_is_lost_and_doubled() -> None:
    worried = WHOM["concerns"]
    registered, held = as_it_should_be()

    held[0][subject_of(worried)] += 1
    held[1][subject_of(worried)] -= 1

    assert compare(PEOPLE, registered, held) == (1, 1)


def test_a_registration_that_the_exchange_never_heard_of_is_lost() -> None:
    registered, held = as_it_should_be()

    registered[PEOPLE[7].phone] = [""]

    assert compare(PEOPLE, registered, held) == (1, 0)


def counted(left: Left, folder: Path, service: str, *statements: str) -> Reckoning:
    """Return the reckoning of a copy of what a demonstration left, after something was changed."""
    shutil.copytree(left.folder, folder)
    database = sqlite3.connect(folder / f"{service}.sqlite")
    for statement in statements:
        assert database.execute(statement).rowcount > 0
    database.commit()
    database.close()
    return asyncio.run(look(folder))


async def look(folder: Path) -> Reckoning:
    embedded = await start(folder, seed=SEED, first=min(COUNTS))
    try:
        return await reckon(embedded, COUNTS)
    finally:
        embedded.close()


LOSSES: Mapping[str, tuple[str, str]] = {
    "registration": ("registration", "delete from person where rowid = 1"),
    "profile": ("profiling", "delete from profile where rowid = 1"),
    "concern": ("profiling", "delete from concern where rowid = 1"),
    "withholding": (
        "registration",
        (
            "delete from outbox where seq = "
            "(select min(seq) from outbox where wire like '%.WithholdingSet.v1')"
        ),
    ),
    "consent": (
        "registration",
        (
            "delete from outbox where seq = "
            "(select min(seq) from outbox where wire like '%.ConsentGiven.v1')"
        ),
    ),
}
REGISTERED_AGAIN = (
    (
        "insert into person_version select 'again', version, state, recorded_at "
        "from person_version where version = 1 limit 1"
    ),
    "insert into person select 'again', 'again', 1, null, null",
)
CONCERNED_AGAIN = (
    "insert into concern select partition, number + 100000, person, raised_at, due_at, state, "
    "heard, heard_at, heard_by, note, note_state from concern limit 1"
)


def test_a_copy_in_which_nothing_was_changed_reckons_up_as_before(
    left: Left, tmp_path: Path
) -> None:
    found = counted(left, tmp_path / "run", "profiling")

    assert found == left.outcome.people
    assert (found.lost, found.doubled) == (0, 0)


@pytest.mark.parametrize("what", LOSSES)
def test_what_a_service_has_lost_is_found(left: Left, tmp_path: Path, what: str) -> None:
    found = counted(left, tmp_path / "run", *LOSSES[what])

    assert (found.lost, found.doubled) == (1, 0)


def test_a_second_registration_of_one_person_is_found(left: Left, tmp_path: Path) -> None:
    found = counted(left, tmp_path / "run", "registration", *REGISTERED_AGAIN)

    assert found.doubled == 1
    assert found.registered == left.outcome.people.registered + 1


def test_a_second_record_of_one_concern_is_found(left: Left, tmp_path: Path) -> None:
    found = counted(left, tmp_path / "run", "profiling", CONCERNED_AGAIN)

    assert (found.lost, found.doubled) == (0, 1)
    assert found.concerns == left.outcome.people.concerns + 1


@pytest.mark.parametrize(
    "heard_at", ["null", "datetime(due_at, '+1 second')"], ids=["never", "late"]
)
def test_a_concern_that_was_not_heard_by_its_time_does_not_count_as_heard_in_time(
    left: Left, tmp_path: Path, heard_at: str
) -> None:
    late = f"update concern set heard_at = {heard_at} where rowid = 1"  # noqa: S608

    found = counted(left, tmp_path / "run", "profiling", late)

    assert found.concerns == left.outcome.people.concerns
    assert found.in_time == left.outcome.people.in_time - 1


def test_a_correction_that_no_clerk_has_taken_over_put_nothing_right(
    left: Left, tmp_path: Path
) -> None:
    open_still = "update correction set accepted = null where id = 1"

    found = counted(left, tmp_path / "run", "registration", open_still)

    assert found.corrected == left.outcome.people.corrected - 1
