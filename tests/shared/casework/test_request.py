"""No referral without permission, none in bulk that harms, none before its checks."""

from datetime import timedelta
from typing import Any

import pytest

from shared.casework.commands.referral import Check
from shared.casework.rules import request as requests
from shared.casework.rules.request import (
    CHECKS,
    CheckMissing,
    ConsentMissing,
    PriorityTooSlow,
    SensitiveInBulk,
    WrongReceiver,
)
from shared.codes.pathways import TERMS, Pathway, Priority, is_sensitive, may_choose
from shared.events.control import ConsentWithdrawn
from shared.events.event import ABSENT
from shared.kernel.agencies import ASYLUM, IOM, Purpose
from shared.kernel.consent import AgeState
from tests.shared.casework.builders import (
    CONSENT,
    NOON,
    PERSON,
    REFERRAL,
    a_consent,
    asking,
    given_consent,
)

ALL_CHECKS = [*Check]


@pytest.mark.parametrize("pathway", Pathway)
def test_a_sensitive_service_is_never_asked_for_in_bulk(pathway: Pathway) -> None:
    priority = TERMS[pathway].slowest
    command = asking(pathway=pathway, priority=priority, checked=ALL_CHECKS, in_bulk=True)

    if is_sensitive(pathway, priority):
        with pytest.raises(SensitiveInBulk):
            requests.refuse_unready(command)
    else:
        requests.refuse_unready(command)


@pytest.mark.parametrize(
    ("pathway", "check"),
    [(way, check) for way, checks in CHECKS.items() for check in sorted(checks)],
)
def test_each_check_of_a_pathway_is_needed(pathway: Pathway, check: Check) -> None:
    others = [one for one in Check if one is not check]
    command = asking(pathway=pathway, priority="EMERGENCY", checked=others)

    with pytest.raises(CheckMissing):
        requests.refuse_unready(command)


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("pathway", Pathway)
def test_a_priority_slower_than_the_pathways_is_refused(
    pathway: Pathway, priority: Priority
) -> None:
    command = asking(pathway=pathway, priority=priority, checked=ALL_CHECKS)

    if may_choose(pathway, priority):
        requests.refuse_unready(command)
    else:
        with pytest.raises(PriorityTooSlow):
            requests.refuse_unready(command)


def test_a_named_provider_must_serve_the_pathway() -> None:
    requests.refuse_unready(asking(provider=ASYLUM))
    with pytest.raises(WrongReceiver):
        requests.refuse_unready(asking(provider=IOM))


@pytest.mark.parametrize(
    ("words", "consent"),
    [
        ((), CONSENT),
        ((given_consent(),), None),
        ((given_consent(),), a_consent(7)),
        ((given_consent(purpose=Purpose.HEALTH),), CONSENT),
        ((given_consent(until=NOON.date() - timedelta(days=1)),), CONSENT),
        ((given_consent(), ConsentWithdrawn(person=PERSON)), CONSENT),
    ],
)
def test_without_a_consent_in_force_for_the_purpose_nothing_is_asked(
    words: Any, consent: Any
) -> None:
    with pytest.raises(ConsentMissing):
        requests.refuse_without_consent(asking(), words, consent, age=AgeState.ADULT, at=NOON)


def test_a_consent_in_force_for_the_purpose_covers_the_request() -> None:
    found = requests.refuse_without_consent(
        asking(), (given_consent(),), CONSENT, age=AgeState.ADULT, at=NOON
    )

    assert found == CONSENT


def test_what_was_not_said_is_not_told() -> None:
    event, sent = requests.request(
        asking(), PERSON, referral=REFERRAL, consent=CONSENT, card={"due_at": NOON}, at=NOON
    )

    assert {event.after, event.transfer, event.provider} == {ABSENT}
    assert (event.person, event.consent) == (sent.person, sent.consent) == (PERSON, CONSENT)
