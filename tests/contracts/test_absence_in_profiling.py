"""Profiling, given nothing but references, concludes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profiling.main import HEARS
from services.profiling.rules import concern, described, profile
from services.profiling.rules.concern import NoteState, Release
from shared.events.border import (
    ArrivalRecorded,
    DisembarkationRecorded,
    Encounter,
    InterceptionRecorded,
    RescueRecorded,
    ScreeningCompleted,
)
from shared.events.control import ProtectionConcernRaised
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import PersonRegistered, PersonState, RegistrationUpdated
from shared.kernel.agencies import RECEPTION
from shared.kernel.consent import AgeState
from tests.contracts.strategies import barest, events_of, few

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def hear_about_a_person(event: ScreeningCompleted | PersonState) -> None:
    account = described.describe({}, event, partition=0, number=1)
    told = {RECEPTION: account}

    assert account == {}
    assert profile.needs_of(told) == frozenset()
    assert profile.age_of(told, at=AT) is AgeState.UNKNOWN
    assert not profile.is_child_alone(told)
    heard = profile.hear_about(None, told, person=event.person, at=AT)
    assert heard.due_at == AT + profile.NORMAL


def hear_about_an_encounter(event: Encounter) -> None:
    account = described.describe({}, event, partition=0, number=1)

    assert described.expected(account) is None


def hear_a_concern(event: ProtectionConcernRaised) -> None:
    raised = concern.raise_concern(event, Release(0, 1), at=AT)

    assert raised.due_at == AT + profile.EMERGENCY
    assert raised.note_state is NoteState.NONE


def erase(event: ErasureAsked) -> None:
    assert described.erasure_of(event, partition=0).categories is None


RULES: dict[type[Event], Callable[[Any], None]] = {
    ArrivalRecorded: hear_about_an_encounter,
    DisembarkationRecorded: hear_about_an_encounter,
    InterceptionRecorded: hear_about_an_encounter,
    RescueRecorded: hear_about_an_encounter,
    ScreeningCompleted: hear_about_a_person,
    PersonRegistered: hear_about_a_person,
    RegistrationUpdated: hear_about_a_person,
    ProtectionConcernRaised: hear_a_concern,
    ErasureAsked: erase,
}

OF_REFERENCES_ALONE = {RestateAsked}


@pytest.mark.parametrize("event", RULES, ids=lambda event: event.__name__)
@few
@given(data=st.data())
def test_rule_concludes_nothing_from_absent(event: type[Event], data: st.DataObject) -> None:
    drawn = data.draw(events_of(event))

    RULES[event](barest(drawn))


@pytest.mark.parametrize("event", [ScreeningCompleted, PersonRegistered, RegistrationUpdated])
@few
@given(data=st.data())
def test_absent_leaves_what_is_known(event: type[Event], data: st.DataObject) -> None:
    drawn = data.draw(events_of(event))
    known = described.describe({}, drawn, partition=0, number=1)

    assert described.describe(known, barest(drawn), partition=0, number=2) == known


def test_every_event_that_profiling_hears_has_its_rule_here() -> None:
    assert set(HEARS) == set(RULES) | OF_REFERENCES_ALONE
