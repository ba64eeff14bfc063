"""A worry about a person's safety."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profiling.rules import concern as rules
from services.profiling.rules.concern import Concern, ConcernState, NoteState, Release
from services.profiling.rules.described import Erasure
from services.profiling.rules.profile import Profile
from shared.events.control import ProtectionConcernRaised
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import UNHCR, Role
from shared.kernel.categories import Category
from shared.kernel.errors import NotFound
from tests.profiling.builders import NOON, a_person

DAY = timedelta(hours=24)
NOTE = Sealed(
    suite=1,
    category=Category.FEAR_OF_RETURN,
    recipient=UNHCR,
    key=KeyId("K1"),
    nonce=b"n",
    sealed=b"s",
)


def a_concern() -> Concern:
    event = ProtectionConcernRaised(person=a_person(), note=NOTE)
    return rules.raise_concern(event, Release(3, 7), at=NOON)


def test_a_concern_has_a_clock_of_24_hours_of_its_own() -> None:
    concern = a_concern()

    assert concern.due_at == NOON + DAY
    assert concern.state is ConcernState.OPEN
    assert concern.note == NOTE
    assert concern.note_state is NoteState.SEALED
    assert concern.in_time is None


def test_a_concern_without_a_note_is_a_concern() -> None:
    event = ProtectionConcernRaised(person=a_person())

    concern = rules.raise_concern(event, Release(3, 7), at=NOON)

    assert concern == replace(a_concern(), note=None, note_state=NoteState.NONE)


def test_a_concern_opens_the_profile_at_once() -> None:
    profile = rules.hear_first(None, a_concern())

    assert profile == Profile(a_person(), opened_at=NOON, due_at=NOON + DAY, concerned=True)


@given(st.integers(-500, 500))
def test_a_concern_only_ever_brings_the_profile_nearer(hours: int) -> None:
    due_at = NOON + timedelta(hours=hours)
    known = Profile(a_person(), opened_at=NOON - 30 * DAY, due_at=due_at)

    profile = rules.hear_first(known, a_concern())

    assert profile.due_at == min(due_at, NOON + DAY)
    assert profile.opened_at == known.opened_at
    assert profile.concerned


def test_a_concern_heard_at_its_due_time_is_heard_in_time() -> None:
    heard = rules.hear(a_concern(), by=Role.PROFILER, at=NOON + DAY)

    assert heard.state is ConcernState.HEARD
    assert heard.in_time is True
    assert heard.heard_by is Role.PROFILER


def test_a_concern_heard_after_its_due_time_is_heard_late() -> None:
    overdue = rules.find_overdue(a_concern(), at=NOON + DAY + timedelta(microseconds=1))

    heard = rules.hear(overdue, by=Role.PROFILER, at=NOON + 2 * DAY)

    assert overdue.state is ConcernState.OVERDUE
    assert heard.state is ConcernState.HEARD
    assert heard.in_time is False


def test_a_concern_is_heard_once() -> None:
    heard = rules.hear(a_concern(), by=Role.PROFILER, at=NOON)

    with pytest.raises(rules.AlreadyHeard):
        rules.hear(heard, by=Role.PROFILER, at=NOON)


def test_an_early_or_a_late_clock_changes_nothing() -> None:
    concern = a_concern()
    heard = rules.hear(concern, by=Role.PROFILER, at=NOON)

    assert rules.find_overdue(concern, at=NOON + DAY) == concern
    assert rules.find_overdue(heard, at=NOON + 2 * DAY) == heard


def test_erasing_the_note_leaves_the_concern_and_its_clock() -> None:
    concern = a_concern()

    erased = rules.erase_note(concern, Erasure(3, frozenset({7})))

    assert erased == replace(concern, note=None, note_state=NoteState.ERASED)


@pytest.mark.parametrize(
    "erasure",
    [
        Erasure(2, frozenset({7})),
        Erasure(3, frozenset({6})),
        Erasure(3, frozenset({7}), frozenset({Category.SEX})),
    ],
)
def test_a_note_that_another_release_told_stays(erasure: Erasure) -> None:
    assert rules.erase_note(a_concern(), erasure) == a_concern()


def test_one_release_or_one_sealed_note_is_one_concern() -> None:
    concern = a_concern()
    again = replace(concern, release=Release(3, 8))
    silent = replace(concern, note=None, note_state=NoteState.NONE)

    assert rules.is_same(concern, again)
    assert rules.is_same(silent, concern)
    assert not rules.is_same(silent, replace(silent, release=Release(3, 8)))


def test_a_person_comes_first_while_any_concern_waits() -> None:
    waiting = a_concern()
    heard = rules.hear(waiting, by=Role.SUPERVISOR, at=NOON)
    profile = rules.hear_first(None, waiting)

    assert rules.after_hearing(profile, [heard, waiting]).concerned
    assert not rules.after_hearing(profile, [heard]).concerned


def test_the_name_of_a_concern_reads_back_and_nothing_else_does() -> None:
    assert Release.read(Release(11, 900).text) == Release(11, 900)
    for text in ("", "3", "3-", "-3-7", "3-7\n", "a-b", "3-7-1", "9" * 40 + "-1"):
        with pytest.raises(NotFound):
            Release.read(text)
