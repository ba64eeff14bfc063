"""Returns, given nothing but references, conclude nothing, and carry nobody anywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.returns.main import HEARS
from services.returns.rules import described, gate, return_case
from services.returns.rules.case import State
from services.returns.rules.gate import Enquiry
from shared.events.control import SafeguardsStated
from shared.events.event import Event
from shared.events.exchange import (
    ErasureAsked,
    FlowInterrupted,
    ProtectionCheckAnswered,
    RestateAsked,
)
from shared.events.registration import PersonRegistered, PersonState, RegistrationUpdated
from shared.kernel.consent import AgeState
from tests.contracts.strategies import barest, events_of, few
from tests.returns.builders import NOON, a_case, a_nonce


def hear_about_a_person(event: PersonState) -> None:
    account = described.describe({}, event, partition=0, number=1)

    assert account == {}
    assert described.age_of(account, (), None, at=NOON) is AgeState.UNKNOWN


def hear_of_an_age(event: SafeguardsStated) -> None:
    word = described.age_word(event, partition=0, number=1)

    assert word.age is AgeState.UNKNOWN
    assert described.age_of({}, (word,), None, at=NOON) is AgeState.UNKNOWN


def hear_an_answer(event: ProtectionCheckAnswered) -> None:
    asked = a_case(State.PREPARING, enquiry=Enquiry(a_nonce(), NOON))

    assert return_case.hear_answer(asked, event, at=NOON) == asked
    own = return_case.ask(asked, event.nonce, at=NOON)
    heard = return_case.hear_answer(own, event, at=NOON)
    assert heard.state in (State.PREPARING, State.SUSPENDED)
    assert (heard.state is State.SUSPENDED) is gate.is_barred(event)


def erase(event: ErasureAsked) -> None:
    assert described.erasure_of(event, partition=0).categories is None


RULES: dict[type[Event], Callable[[Any], None]] = {
    PersonRegistered: hear_about_a_person,
    RegistrationUpdated: hear_about_a_person,
    SafeguardsStated: hear_of_an_age,
    ProtectionCheckAnswered: hear_an_answer,
    ErasureAsked: erase,
}

OF_REFERENCES_ALONE = {RestateAsked, FlowInterrupted}


@pytest.mark.parametrize("event", RULES, ids=lambda event: event.__name__)
@few
@given(data=st.data())
def test_rule_concludes_nothing_from_absent(event: type[Event], data: st.DataObject) -> None:
    drawn = data.draw(events_of(event))

    RULES[event](barest(drawn))


@pytest.mark.parametrize("event", [PersonRegistered, RegistrationUpdated])
@few
@given(data=st.data())
def test_absent_leaves_what_is_known(event: type[Event], data: st.DataObject) -> None:
    drawn = data.draw(events_of(event))
    assert isinstance(drawn, PersonState)
    known = described.describe({}, drawn, partition=0, number=1)

    assert described.describe(known, barest(drawn), partition=0, number=2) == known


def test_every_event_that_returns_hear_has_its_rule_here() -> None:
    assert set(HEARS) == set(RULES) | OF_REFERENCES_ALONE
