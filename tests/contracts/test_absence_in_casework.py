"""Casework, given nothing but references, concludes nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.handlers.heard import HEARS
from shared.casework.rules import offer as offers
from shared.casework.rules import sent as sending
from shared.casework.rules.offer import OfferState, Release
from shared.casework.rules.payload import parts_of
from shared.casework.rules.sent import RULES, SentState
from shared.events.event import Event
from shared.events.exchange import FlowInterrupted
from shared.events.referral import (
    ReferralAmended,
    ReferralExpired,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from tests.contracts.strategies import barest, events_of, few
from tests.shared.casework.builders import NOON, a_sent, an_offer

MOVES = {ServiceStarted, ServiceEnded, ReferralExpired, FlowInterrupted}
"""Events that say by themselves that something happened, whatever else they tell."""

OF_REFERENCES_ALONE = {ReferralWithdrawn}


@pytest.mark.parametrize("event", RULES, ids=lambda event: event.__name__)
@few
@given(data=st.data())
def test_a_sender_concludes_nothing_from_absent(event: type[Event], data: st.DataObject) -> None:
    bare = barest(data.draw(events_of(event)))
    serves = event in (ServiceStarted, ServiceEnded)
    sent = a_sent(state=SentState.ACCEPTED if serves else SentState.REQUESTED)

    after, _ = sending.hear(sent, bare)

    assert (after.state is sent.state) == (event not in MOVES)
    told = (after.provider, after.declined_by, after.step, after.outcome)
    assert told == (sent.provider, (), None, None)


@few
@given(data=st.data())
def test_an_offer_that_tells_nothing_shows_nothing(data: st.DataObject) -> None:
    bare: Any = barest(data.draw(events_of(ReferralOffered)))

    offer = offers.hear_offer(None, bare, Release(0, 1), at=NOON)

    assert (offer.card, offer.state) == (bare, OfferState.OFFERED)


@few
@given(data=st.data())
def test_an_amendment_that_tells_nothing_changes_no_card(data: st.DataObject) -> None:
    bare: Any = barest(data.draw(events_of(ReferralAmended)))
    known = an_offer()

    card = offers.amend(known, bare, Release(0, 2)).card

    assert card.pathway == known.card.pathway


@few
@given(data=st.data())
def test_a_payload_of_which_every_part_was_dropped_has_none(data: st.DataObject) -> None:
    bare: Any = barest(data.draw(events_of(ReferralPayloadSent)))

    assert parts_of(bare) == []


def test_every_event_that_casework_hears_has_its_rule_here() -> None:
    receiver = {ReferralOffered, ReferralAmended, ReferralPayloadSent}

    assert set(HEARS) == set(RULES) | receiver | OF_REFERENCES_ALONE
