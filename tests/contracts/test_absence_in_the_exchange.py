"""The exchange, given nothing but what is required, loosens nothing and restricts most."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataexchange.rules.book import Subject
from services.dataexchange.rules.consent import consent_mask
from services.dataexchange.rules.control import LEARN
from services.dataexchange.rules.decision import Known
from services.dataexchange.rules.facts import Barring, Withdrawal, known_to
from services.dataexchange.rules.reading import Message
from shared.codes.protection import Barred, Stated
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ProtectionConcernRaised,
    ProtectionStated,
    SafeguardsStated,
    TaskClosed,
    TaskOpened,
    WithholdingSet,
)
from shared.events.event import Event
from shared.events.registry import contract_of
from shared.kernel.agencies import ASYLUM, BORDER, COLUMN_OF, IOM, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import ALL, SEALED_ONLY, mask_of
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import Kind
from shared.messaging.envelope import Envelope
from tests.contracts.strategies import barest, events_of, few

ON = date(2026, 3, 1)
AUTHOR = RECEPTION
P3 = mask_of(SEALED_ONLY)
UNFREE = {BORDER, RECEPTION, ASYLUM, IOM}
EVERY_PURPOSE = frozenset(Purpose)
NOTHING_TOLD = Subject("subject", Kind.PERSON)


def learn(*told: Event) -> Subject:
    subject = Subject("subject", Kind.PERSON)
    for number, event in enumerate(told, start=1):
        contract = contract_of(type(event))
        envelope = Envelope(f"event-{number}", contract.wire, AUTHOR, ON, sequence=number)
        message = Message(0, AUTHOR, "topic", "key", envelope, contract, event)
        LEARN[type(event)](message, event, subject, ON)
    return subject


def known(subject: Subject, recipient: Agency = UNHCR) -> Known:
    return known_to(subject.told(), recipient, EVERY_PURPOSE, ON)


def consent(event: ConsentGiven) -> None:
    everybody = msgspec.structs.replace(event, recipients=tuple(COLUMN_OF))
    for age, recipient in product(AgeState, everybody.recipients):
        opened = consent_mask(everybody, recipient=recipient, age=age, on=event.until)

        assert opened & P3 == 0
        assert not opened or recipient not in UNFREE


def withdraw(event: ConsentWithdrawn) -> None:
    (withdrawal,) = learn(event).told()

    assert isinstance(withdrawal, Withdrawal)
    assert (withdrawal.consent, withdrawal.recipients) == (None, None)
    assert withdrawal.categories == ALL


def withhold(event: WithholdingSet) -> None:
    for recipient in (RECEPTION, UNHCR, IOM, Agency("unheard-of")):
        assert known(learn(event), recipient).withheld == ALL


def state_safeguards(event: SafeguardsStated) -> None:
    assert known(learn(event)).hide_location
    assert known(learn(event)).age is AgeState.UNKNOWN


def close_a_task(event: TaskClosed) -> None:
    assert known(learn(event), AUTHOR).tasks == ()


def raise_a_concern(event: ProtectionConcernRaised) -> None:
    before, after = known(NOTHING_TOLD), known(learn(event))

    assert (after.consents, after.withheld, after.age) == (before.consents, 0, before.age)


def open_a_task(event: TaskOpened) -> None:
    before, after = known(NOTHING_TOLD), known(learn(event))

    assert (after.consents, after.hide_location, after.age) == ((), True, before.age)


def state_protection(event: ProtectionStated) -> None:
    facts = learn(event).told()

    assert all(isinstance(fact, Barring) for fact in facts)
    assert {fact.kind for fact in facts if isinstance(fact, Barring)} == set(Barred)
    assert {fact.word for fact in facts if isinstance(fact, Barring)} == {Stated.UNKNOWN}


RULES: dict[type[Event], Callable[[Any], None]] = {
    ConsentGiven: consent,
    ConsentWithdrawn: withdraw,
    WithholdingSet: withhold,
    SafeguardsStated: state_safeguards,
    TaskOpened: open_a_task,
    TaskClosed: close_a_task,
    ProtectionConcernRaised: raise_a_concern,
    ProtectionStated: state_protection,
}


@pytest.mark.parametrize("event", RULES, ids=lambda event: event.__name__)
@few
@given(data=st.data())
def test_rule_loosens_nothing_for_absent(event: type[Event], data: st.DataObject) -> None:
    drawn = data.draw(events_of(event))

    RULES[event](barest(drawn))


def test_nothing_told_is_hidden_and_of_unknown_age() -> None:
    assert known(NOTHING_TOLD).hide_location
    assert known(NOTHING_TOLD).age is AgeState.UNKNOWN


def test_every_control_event_about_a_person_has_its_rule_here() -> None:
    assert set(LEARN) == set(RULES)
