"""Registration, given nothing but references, concludes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.main import HEARS
from services.registration.rules import encounter, erasure, person, screening
from services.registration.rules.encounter import Encounter
from services.registration.rules.person import Person
from services.registration.rules.screening import Release, Urgency
from shared.events.border import (
    ArrivalRecorded,
    DisembarkationRecorded,
    HandoverMade,
    InterceptionRecorded,
    RescueRecorded,
    ScreeningCompleted,
)
from shared.events.control import SafeguardsStated
from shared.events.event import ABSENT, Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonState
from shared.kernel.consent import AgeState
from tests.contracts.strategies import barest, events_of, few

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERYBODY = 100_000


def hear_a_screening(event: ScreeningCompleted) -> None:
    assert screening.urgency_of(event) is Urgency.NOT_KNOWN
    assert screening.age_told(event) is AgeState.UNKNOWN


def hear_safeguards(event: SafeguardsStated) -> None:
    assert screening.age_told(event) is AgeState.UNKNOWN


def hear_a_handover(event: HandoverMade) -> None:
    handed_over = encounter.hand_over(Encounter(event.encounter), event)

    assert handed_over.expected is None
    assert encounter.meet(handed_over, EVERYBODY) == (handed_over, ())


def hear_a_correction(event: CorrectionProposed) -> None:
    known = Person(PersonState(person=event.person), version=1, hide_location=None)

    assert person.correct(event, known, at=AT) == ((), known)


def erase(event: ErasureAsked) -> None:
    assert event.categories is ABSENT
    assert erasure.erase(Release(event.about, 0, 1), None) is None


RULES: dict[type[Event], Callable[[Any], None]] = {
    ScreeningCompleted: hear_a_screening,
    SafeguardsStated: hear_safeguards,
    HandoverMade: hear_a_handover,
    CorrectionProposed: hear_a_correction,
    ErasureAsked: erase,
}

KEPT_AS_TOLD = {ArrivalRecorded, DisembarkationRecorded, InterceptionRecorded, RescueRecorded}
"""Encounters: no rule of registration reads one."""

OF_REFERENCES_ALONE = {RestateAsked}


@pytest.mark.parametrize("event", RULES, ids=lambda event: event.__name__)
@few
@given(data=st.data())
def test_rule_concludes_nothing_from_absent(event: type[Event], data: st.DataObject) -> None:
    drawn = data.draw(events_of(event))

    RULES[event](barest(drawn))


@few
@given(data=st.data())
def test_absent_leaves_what_is_known(data: st.DataObject) -> None:
    known = data.draw(events_of(ScreeningCompleted))

    assert screening.merge(known, barest(known)) == known


@few
@given(data=st.data())
def test_whole_state_tells_nothing_that_was_not_told(data: st.DataObject) -> None:
    known = data.draw(events_of(PersonState))

    told = person.whole_state(known)

    assert msgspec.structs.asdict(told) == msgspec.structs.asdict(known)


def test_every_event_that_registration_hears_has_its_rule_here() -> None:
    assert set(HEARS) == set(RULES) | KEPT_AS_TOLD | OF_REFERENCES_ALONE
