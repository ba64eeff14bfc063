"""Only people loosen, never while anything is open, and never one alone what was barred."""

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profiling.commands.case import StateProtection
from services.profiling.rules import protection as protections
from services.profiling.rules.case import Case, ConcernOpen, ProfileIncomplete
from services.profiling.rules.category import FOLLOWS
from services.profiling.rules.protection import Protection, SamePerson
from shared.codes.profiles import ProfileCode
from shared.codes.protection import Barred, Stated
from tests.profiling.builders import a_person
from tests.profiling.rules.test_case import IN_PROGRESS, REFERRED, establish, in_state

YES, NO, UNKNOWN = Stated.YES, Stated.NO, Stated.UNKNOWN
NOTHING = Protection(person=a_person())

words = st.fixed_dictionaries({act: st.sampled_from(Stated) for act in Barred})


def saying(**said: Stated) -> StateProtection:
    return StateProtection(**said)


def state(
    command: StateProtection,
    known: Protection = NOTHING,
    case: Case | None = None,
    *,
    concerned: bool = False,
    by: str = "one",
) -> Protection:
    return protections.state(command, known, case or in_state(REFERRED), concerned=concerned, by=by)


def test_what_nobody_stated_is_unknown() -> None:
    told = protections.told(NOTHING)

    assert {getattr(told, act.lower()) for act in Barred} == {UNKNOWN}


def test_a_yes_is_stated_at_any_time() -> None:
    known = state(saying(removal=YES), case=in_state(IN_PROGRESS), concerned=True)

    assert known.of(Barred.REMOVAL) is YES


def test_no_is_stated_only_of_a_complete_profile() -> None:
    with pytest.raises(ProfileIncomplete):
        state(saying(removal=NO), case=in_state(IN_PROGRESS))
    assert state(saying(removal=NO)).of(Barred.REMOVAL) is NO


def test_no_is_not_stated_while_a_concern_waits() -> None:
    with pytest.raises(ConcernOpen):
        state(saying(removal=NO), concerned=True)


def test_to_take_back_a_yes_needs_two_people_who_say_the_same() -> None:
    known = state(saying(removal=YES))

    proposed = state(saying(removal=NO), known, by="one")
    assert proposed.of(Barred.REMOVAL) is YES
    assert protections.needs_second(proposed)
    with pytest.raises(SamePerson):
        state(saying(removal=NO), proposed, by="one")
    other = state(saying(removal=NO, readmission=NO), proposed, by="two")
    assert other.of(Barred.REMOVAL) is YES
    stated = state(saying(removal=NO), proposed, by="two")
    assert stated.of(Barred.REMOVAL) is NO
    assert not protections.needs_second(stated)


def test_a_detour_over_unknown_does_not_do_without_the_second_person() -> None:
    known = state(saying(removal=UNKNOWN), state(saying(removal=YES)))

    proposed = state(saying(removal=NO), known)

    assert proposed.of(Barred.REMOVAL) is UNKNOWN
    assert protections.needs_second(proposed)


def test_a_no_that_two_people_said_is_said_again_by_one() -> None:
    proposed = state(saying(removal=NO), state(saying(removal=YES)))
    stated = state(saying(removal=NO), proposed, by="two")

    again = state(saying(removal=NO, readmission=YES), stated)

    assert (again.of(Barred.REMOVAL), again.of(Barred.READMISSION)) == (NO, YES)


@given(said=words)
def test_a_concern_makes_unknown_what_was_no_and_leaves_what_was_yes(said: Any) -> None:
    known = protections.with_words(NOTHING, said)

    after = protections.hear_concern(known)

    assert {act: after.of(act) for act in Barred} == {
        act: YES if word is YES else UNKNOWN for act, word in said.items()
    }


def test_a_concern_takes_what_was_proposed_off_the_table() -> None:
    proposed = state(saying(removal=NO), state(saying(removal=YES)))

    after = protections.hear_concern(proposed)

    assert not protections.needs_second(after)
    assert protections.needs_second(state(saying(removal=NO), after, by="two"))


@given(said=words, code=st.sampled_from([one for one in ProfileCode if one != "NOT_IP"]))
def test_a_finding_only_ever_bars(said: Any, code: ProfileCode) -> None:
    known = protections.with_words(NOTHING, said)
    case = establish(in_state(IN_PROGRESS), code)

    after = protections.after_finding(known, case)

    for act in Barred:
        expected = YES if act in FOLLOWS[code].bars else known.of(act)
        assert after.of(act) is expected


def test_no_finding_bars_the_persons_own_free_decision_to_go_home() -> None:
    bars = set(itertools.chain.from_iterable(one.bars for one in FOLLOWS.values()))

    assert Barred.VOLUNTARY_REPATRIATION not in bars


@given(steps=st.lists(st.tuples(words, st.sampled_from(["one", "two"])), max_size=6))
def test_no_one_person_ever_turns_a_yes_into_a_no(steps: list[tuple[Any, str]]) -> None:
    known = NOTHING
    barred_by: dict[Barred, bool] = {}
    for said, by in steps:
        before = known
        try:
            known = state(
                StateProtection(**{act.lower(): word for act, word in said.items()}), known, by=by
            )
        except SamePerson:
            continue
        for act in Barred:
            loosened = known.of(act) is NO and before.of(act) is not NO and barred_by.get(act)
            assert not loosened or (before.proposed == said and before.proposed_by != by)
            barred_by[act] = barred_by.get(act, False) or known.of(act) is YES


def test_what_is_kept_reads_back() -> None:
    proposed = state(saying(removal=NO), state(saying(removal=YES)))

    assert msgspec.json.decode(msgspec.json.encode(proposed), type=Protection) == proposed
