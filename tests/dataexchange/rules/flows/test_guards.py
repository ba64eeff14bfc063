"""What holds a referral together: each guard alone keeps something from somebody."""

import dataclasses

import pytest
from msgspec.structs import replace

from services.dataexchange.rules.decision import OpenedBy
from services.dataexchange.rules.facts import tasks_of
from services.dataexchange.rules.flows.hearing import column_of, hearers_of, may_be_told
from services.dataexchange.rules.flows.state import Flow, State
from shared.codes.pathways import Pathway
from shared.events.control import ConsentWithdrawn
from shared.events.event import ABSENT, Party
from shared.events.referral import (
    ReferralAccepted,
    ReferralExpired,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
    ServiceEnded,
)
from shared.kernel.agencies import (
    ASYLUM,
    DESK,
    IOM,
    RECEPTION,
    SHELTER,
    UNHCR,
    Column,
    Purpose,
)
from shared.kernel.categories import Category
from tests.builders import TODAY, a_restate, a_state, an_adult
from tests.dataexchange.rules.flows.case import PERSON, REFERRAL, Case, told

CARD = ReferralRequested(referral=REFERRAL)
OFFER = ReferralOffered(referral=REFERRAL, provider=IOM)
PAYLOAD = ReferralPayloadSent(person=PERSON, referral=REFERRAL)
WORD = ReferralExpired(referral=REFERRAL)
TAKEN = Flow(UNHCR, offered=frozenset({IOM, SHELTER}), accepted=ASYLUM, state=State.ACCEPTED)


def tasks(case: Case, agency: str = SHELTER) -> list[tuple[Purpose, OpenedBy]]:
    found = tasks_of(case.person.told(), agency, frozenset(), TODAY)  # type: ignore[arg-type]
    return [(task.purpose, task.opened_by) for task in found]


def test_the_task_is_open_from_the_acceptance_to_the_end_and_the_providers_alone() -> None:
    case = Case().until_accepted()

    assert tasks(case) == [(Purpose.RECEPTION, OpenedBy.ACCEPTANCE)]
    assert tasks(case, ASYLUM) == []

    case.say(SHELTER, ServiceEnded(referral=case.named(SHELTER), provider=SHELTER))

    assert tasks(case) == []


def test_an_interruption_closes_the_task() -> None:
    case = Case().until_accepted()

    case.say(UNHCR, ConsentWithdrawn(person=PERSON))

    assert tasks(case) == []


def test_a_no_to_everything_ends_a_referral_that_stands_on_no_consent() -> None:
    case = Case()
    case.request(consent=ABSENT)

    judgement = case.say(UNHCR, ConsentWithdrawn(person=PERSON))

    assert case.flow.state is State.INTERRUPTED
    assert sorted(told(judgement, "FlowInterrupted")) == sorted([DESK, UNHCR])


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.INTERRUPTED, State.CLOSED, State.EXPIRED])
def test_cards_and_payloads_are_told_of_live_referrals_and_words_to_the_end(state: State) -> None:
    over = replace(TAKEN, state=state)

    assert may_be_told(CARD, TAKEN, DESK)
    assert may_be_told(PAYLOAD, TAKEN, ASYLUM)
    assert may_be_told(WORD, over, UNHCR)
    assert not may_be_told(CARD, over, DESK)
    assert not may_be_told(PAYLOAD, over, ASYLUM)
    assert not may_be_told(PAYLOAD, TAKEN, SHELTER)


def test_a_card_is_judged_as_the_desks_and_everything_else_as_the_hearers() -> None:
    assert column_of(OFFER, SHELTER) is Column.RD
    assert column_of(PAYLOAD, SHELTER) is Column.SHELTER
    assert column_of(WORD, UNHCR) is Column.UN


def test_an_offer_is_heard_by_the_one_it_names_and_a_word_by_all_who_hold_one() -> None:
    parties = frozenset({Party.OFFERED})

    assert hearers_of(OFFER, parties, TAKEN) == {IOM}
    assert hearers_of(WORD, parties, TAKEN) == {IOM, SHELTER}
    assert hearers_of(WORD, frozenset({Party.ACCEPTED}), TAKEN) == {ASYLUM}


def test_an_expiry_tells_every_provider_that_holds_an_offer_that_it_is_over() -> None:
    case = Case()
    case.request()
    case.offer()

    judgement = case.say(DESK, ReferralExpired(referral=case.named(DESK)))

    assert told(judgement, "FlowInterrupted") == [SHELTER]


def test_one_of_two_parties_that_cannot_be_told_ends_the_flow() -> None:
    case = Case()
    case.request()
    case.offer()
    policy = case.book.policy
    agreements = {
        parties: found
        for parties, found in policy.agreements.items()
        if parties != (SHELTER, UNHCR)
    }
    case.book.policy = dataclasses.replace(policy, agreements=agreements)

    judgement = case.accept()

    assert told(judgement, "ReferralAccepted") == [DESK]
    assert [one.told for one in judgement.outcomes] == [False]
    assert case.flow.state is State.INTERRUPTED


def test_an_acceptance_asks_owners_to_tell_the_authority_that_now_hears() -> None:
    case = Case(ASYLUM, Pathway.ASYLUM)
    case.say(RECEPTION, an_adult(PERSON))
    case.say(RECEPTION, a_state(PERSON))
    theirs = case.book.subject_of(RECEPTION, PERSON)
    assert theirs is not None
    case.book.by_reference[UNHCR, PERSON] = theirs.id
    theirs.references[UNHCR] = PERSON
    case.consent(Category.FULL_NAME, purpose=Purpose.ASYLUM_PROCEDURE)
    case.request()
    case.offer()

    judgement = case.accept()

    assert told(judgement, "RestateAsked") == [RECEPTION]
    assert {one.recipient for one in case.book.restates.values()} == {ASYLUM}


def test_what_is_told_again_under_a_token_changes_nothing() -> None:
    case = Case().until_accepted()
    token = a_restate(case.book, case.referral.id, owner=SHELTER, recipient=UNHCR)
    again = ReferralAccepted(referral=case.named(SHELTER), provider=SHELTER)
    before = case.flow

    judgement = case.say(SHELTER, again, token=token)

    assert told(judgement, "ReferralAccepted") == [UNHCR]
    assert case.flow == before


def test_data_of_a_referral_waits_while_its_person_is_stopped() -> None:
    case = Case()
    case.request()
    case.person.stops.add(("unhcr.control.v1", PERSON))

    judgement = case.offer()

    assert [(one.verdict, one.code) for one in judgement.outcomes] == [("HELD", "stopped")]
    assert told(judgement, "ReferralOffered") == []
