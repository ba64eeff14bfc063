"""The desk, given nothing but references, concludes nothing that would leave somebody waiting."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.main import HEARS
from services.referral.rules import answers, heard, routing
from services.referral.rules.acts import offer
from services.referral.rules.record import RULE, Referral, State, unheard
from shared.codes.pathways import Priority
from shared.events.card import Card
from shared.events.event import Event
from shared.events.exchange import ErasureAsked, FlowInterrupted
from shared.events.referral import (
    AnswerOfProvider,
    CapacityReported,
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import UNHCR
from tests.contracts.strategies import barest, events_of, few

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

ANSWERS: dict[type[Event], Callable[..., Referral]] = {
    InformationRequested: answers.ask,
    ReferralAccepted: answers.accept,
    ReferralDeclined: answers.decline,
    ServiceStarted: answers.start,
    ServiceEnded: answers.end,
}


def hear_a_request(event: ReferralRequested) -> None:
    referral = heard.request(unheard(event.referral, at=AT), event, at=AT)

    assert referral.card == Card()
    assert referral.priority is Priority.EMERGENCY
    assert referral.sensitive
    assert not referral.transfer
    assert (referral.named, referral.after) == (None, None)


def hear_a_correction(event: ReferralAmended) -> None:
    known = unheard(event.referral, at=AT)

    assert heard.amend(known, event, at=AT) == known


def hear_an_answer(event: AnswerOfProvider) -> None:
    offered, _ = offer(unheard(event.referral, at=AT), [UNHCR], by=RULE, at=AT)

    after = ANSWERS[type(event)](offered, event, at=AT)

    assert after.state is State.CREATED
    assert after.offers == offered.offers
    assert after.overdue_at == AT


def hear_a_capacity(event: CapacityReported) -> None:
    assert routing.capacity_of(event, at=AT) is None


RULES: dict[type[Event], Callable[[Any], None]] = {
    ReferralRequested: hear_a_request,
    ReferralAmended: hear_a_correction,
    CapacityReported: hear_a_capacity,
    **dict.fromkeys(ANSWERS, hear_an_answer),
}

OF_REFERENCES_ALONE = {ReferralWithdrawn, FlowInterrupted, ErasureAsked}


@pytest.mark.parametrize("event", RULES, ids=lambda event: event.__name__)
@few
@given(data=st.data())
def test_rule_concludes_nothing_from_absent(event: type[Event], data: st.DataObject) -> None:
    RULES[event](barest(data.draw(events_of(event))))


def test_every_event_that_the_desk_hears_has_its_rule_here() -> None:
    assert set(HEARS) == set(RULES) | OF_REFERENCES_ALONE
