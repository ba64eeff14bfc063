from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.rules.encounter import (
    Encounter,
    EncounterState,
    find_overdue,
    hand_over,
    meet,
)
from shared.events.border import HandedOver, HandoverMade
from shared.events.registration import HandoverReceived
from tests.registration.builders import encounter, person

REPORTED = Encounter(encounter())


def a_handover(persons: int | None = None, **told: Any) -> HandoverMade:
    if persons is not None:
        told["persons"] = tuple(HandedOver(person=person(number)) for number in range(persons))
    return HandoverMade(encounter=encounter(), **told)


@pytest.mark.parametrize(
    ("handover", "expected"),
    [
        (a_handover(), None),
        (a_handover(people=None), None),
        (a_handover(people=3), 3),
        (a_handover(2), 2),
        (a_handover(2, people=5), 5),
        (a_handover(5, people=2), 5),
    ],
)
def test_the_higher_count_told_is_expected(handover: HandoverMade, expected: int | None) -> None:
    after = hand_over(REPORTED, handover)

    assert (after.state, after.expected) == (EncounterState.HANDED_OVER, expected)


@given(expected=st.integers(0, 50), registered=st.integers(0, 60))
def test_receipt_goes_once_all_are_registered(expected: int, registered: int) -> None:
    handed = hand_over(REPORTED, a_handover(people=expected))

    after, receipts = meet(handed, registered)

    received = HandoverReceived(encounter=encounter(), registered=registered)
    assert receipts == ((received,) if registered >= expected else ())
    assert meet(after, registered)[1] == (() if receipts else receipts)


def test_a_count_that_was_not_told_never_meets() -> None:
    handed = hand_over(REPORTED, a_handover())

    assert meet(handed, 1000) == (handed, ())


def test_nobody_is_received_who_was_not_handed_over() -> None:
    assert meet(Encounter(encounter(), expected=0), 5)[1] == ()


def test_a_handover_told_again_asks_for_no_second_receipt() -> None:
    done, _ = meet(hand_over(REPORTED, a_handover(2)), 2)

    assert meet(hand_over(done, a_handover(2)), 2)[1] == ()


def test_more_people_handed_over_open_the_encounter_again() -> None:
    done, _ = meet(hand_over(REPORTED, a_handover(2)), 2)

    more = hand_over(done, a_handover(3))

    assert more.state is EncounterState.HANDED_OVER
    assert meet(more, 2)[1] == ()
    assert meet(more, 3)[1] != ()


def test_a_clock_shows_only_who_was_not_handed_over() -> None:
    assert find_overdue(REPORTED).overdue
    assert not find_overdue(hand_over(REPORTED, a_handover(1))).overdue
