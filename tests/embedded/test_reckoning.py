"""The reckoning sees whatever is lost, doubled or nobody's, and nothing where nothing is."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from embedded.holdings import HELD, Registration
from embedded.main import start
from embedded.people import Traveller, travellers
from embedded.reckoning import Reckoning, Wanted, compare, is_nobodys, reckon, wanted_of
from tests.embedded.running import COUNTS, SEED, Left

DAY = date(2022, 7, 1)
PEOPLE = travellers(SEED, DAY, 400)

Held = dict[str, Counter[str]]
Registered = dict[str, list[str]]


def subject_of(one: Traveller) -> str:
    return f"S{one.index}"


def as_it_should_be() -> tuple[Registered, Held]:
    """Return what services hold of whom when nothing went wrong."""
    registered = {one.phone: [subject_of(one)] for one in PEOPLE}
    held: Held = {what: Counter() for what in HELD}
    for one in PEOPLE:
        for what, wanted in wanted_of(one).items():
            held[what][subject_of(one)] = wanted.most
    return registered, held


def somebody(fits: Callable[[Traveller], bool]) -> Traveller:
    return next(one for one in PEOPLE if fits(one) and not one.withholds_name)


WHOM: Mapping[str, Traveller] = {
    "profiles": PEOPLE[0],
    "concerns": somebody(lambda one: one.worry is not None),
    "hearings": somebody(lambda one: one.fear is not None),
    "withholdings": next(one for one in PEOPLE if one.withholds_name),
    "consents": somebody(lambda one: one.agrees_to_be_called),
    "tasks": somebody(lambda one: one.agrees_to_be_called),
    "withdrawals": somebody(lambda one: one.withdraws),
    "referrals": somebody(lambda one: one.wants_shelter),
    "corrections": somebody(lambda one: one.misspelt is not None),
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


@pytest.mark.parametrize("what", HELD)
def test_what_is_missing_is_lost(what: str) -> None:
    registered, held = as_it_should_be()

    held[what][subject_of(WHOM[what])] -= 1

    assert compare(PEOPLE, registered, held) == (1, 0)


@pytest.mark.parametrize("what", HELD)
def test_what_is_there_once_too_often_is_doubled(what: str) -> None:
    registered, held = as_it_should_be()

    held[what][subject_of(WHOM[what])] += 1

    assert compare(PEOPLE, registered, held) == (0, 1)


@pytest.mark.parametrize("what", HELD)
def test_what_is_there_of_somebody_who_has_no_part_in_it_is_doubled(what: str) -> None:
    registered, held = as_it_should_be()
    whose = next((one for one in PEOPLE if wanted_of(one)[what].most == 0), PEOPLE[0])

    held[what][subject_of(whose)] += 1

    assert compare(PEOPLE, registered, held) == (0, 1)


def test_a_fear_and_a_worry_of_one_person_are_two_concerns() -> None:
    people = travellers(SEED, DAY, 2_000)

    both = [wanted_of(one) for one in people if one.fear and one.worry]
    neither = [wanted_of(one) for one in people if not one.fear and not one.worry]

    for what in ("concerns", "hearings"):
        assert {wanted[what] for wanted in both} == {Wanted(2, 2)}
        assert {wanted[what] for wanted in neither} == {Wanted(0, 0)}


def test_who_keeps_a_name_may_not_have_been_recognised_and_never_twice() -> None:
    whose = next(
        one for one in travellers(SEED, DAY, 2_000) if one.withholds_name and one.withdraws
    )

    wanted = wanted_of(whose)

    assert (wanted["tasks"], wanted["withdrawals"]) == (Wanted(0, 1), Wanted(0, 1))


def test_a_registration_of_nobody_in_the_seed_is_nobodys() -> None:
    one = PEOPLE[7]
    days = {DAY: len(PEOPLE)}

    assert not is_nobodys(Registration("S7", one.phone, DAY), SEED, days)
    assert is_nobodys(Registration("S7", "000 99999999", DAY), SEED, days)
    assert is_nobodys(Registration("S7", one.phone, date(2022, 7, 2)), SEED, days)
    assert is_nobodys(Registration("S7", one.phone, date(2024, 7, 1)), SEED, days)
    assert is_nobodys(Registration("S7", one.phone, None), SEED, days)


def test_who_came_on_another_day_of_the_facts_is_somebody() -> None:
    day = date(2022, 7, 3)
    one = travellers(SEED, day, 140)[3]

    assert not is_nobodys(Registration("S3", one.phone, day), SEED, {DAY: len(PEOPLE)})


def test_one_persons_double_does_not_make_up_for_anothers_loss() -> None:
    registered, held = as_it_should_be()

    held["profiles"][subject_of(PEOPLE[1])] += 1
    held["profiles"][subject_of(PEOPLE[2])] -= 1

    assert compare(PEOPLE, registered, held) == (1, 1)


def test_who_has_one_thing_missing_and_another_twice_is_lost_and_doubled() -> None:
    worried = WHOM["concerns"]
    registered, held = as_it_should_be()

    held["profiles"][subject_of(worried)] += 1
    held["concerns"][subject_of(worried)] -= 1

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


def untold(event: str) -> str:
    """Return the statement that takes one event of a kind out of an outbox."""
    one = f"select min(seq) from outbox where wire like '%.{event}.v1'"  # noqa: S608
    return f"delete from outbox where seq = ({one})"  # noqa: S608


UNHEARD = "update concern set state = 'OPEN', heard = 0, heard_at = null where rowid = 1"
LOSSES: Mapping[str, tuple[str, str]] = {
    "registration": ("registration", "delete from person where rowid = 1"),
    "profile": ("profiling", "delete from profile where rowid = 1"),
    "concern": ("profiling", "delete from concern where rowid = 1"),
    "hearing": ("profiling", UNHEARD),
    "withholding": ("registration", untold("WithholdingSet")),
    "consent": ("registration", untold("ConsentGiven")),
    "task": ("profiling", untold("TaskOpened")),
    "withdrawal": ("profiling", untold("ConsentWithdrawn")),
    "referral": (
        "registration",
        "delete from referral where rowid = (select min(rowid) from referral)",
    ),
    "correction": ("registration", "update correction set accepted = null where id = 1"),
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
    assert (found.lost, found.doubled, found.nobodys) == (0, 0, 0)
    assert found.is_right


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
    assert found.heard == left.outcome.people.heard + 1


def test_a_concern_that_was_not_heard_does_not_count_as_heard(left: Left, tmp_path: Path) -> None:
    found = counted(left, tmp_path / "run", "profiling", UNHEARD)

    assert found.raised == left.outcome.people.raised == left.outcome.people.heard
    assert found.heard == left.outcome.people.heard - 1
    assert found.in_time == left.outcome.people.in_time - 1


def test_a_concern_that_was_heard_late_does_not_count_as_heard_in_time(
    left: Left, tmp_path: Path
) -> None:
    late = "update concern set heard_at = datetime(due_at, '+1 second') where rowid = 1"

    found = counted(left, tmp_path / "run", "profiling", late)

    assert found.heard == left.outcome.people.heard
    assert found.in_time == left.outcome.people.in_time - 1


def test_a_correction_that_no_clerk_has_taken_over_put_nothing_right(
    left: Left, tmp_path: Path
) -> None:
    found = counted(left, tmp_path / "run", *LOSSES["correction"])

    assert found.corrected == left.outcome.people.corrected - 1


def test_a_registration_under_a_number_that_nobody_has_is_nobodys(
    left: Left, tmp_path: Path
) -> None:
    strange = (
        "update person_version set state = cast(replace(state, '\"000 ', '\"999 ') as blob) "
        "where person = (select min(person) from person)"
    )

    found = counted(left, tmp_path / "run", "registration", strange)

    assert (found.lost, found.doubled, found.nobodys) == (1, 0, 1)
    assert not found.is_right
