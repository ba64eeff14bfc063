"""From the card to the sealed payload: who hears what at each step, and who never does."""

import msgspec
import pytest

from services.dataexchange.rules.flows.state import State
from shared.codes.pathways import Pathway
from shared.codes.referrals import Level
from shared.events.control import ConsentWithdrawn, WithholdingSet
from shared.events.exchange import Outcome
from shared.events.referral import (
    InformationRequested,
    ReferralAmended,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpired,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.kernel.agencies import ANTI_TRAFFICKING, DESK, SHELTER, UNHCR
from shared.kernel.categories import Category, bit
from tests.dataexchange.rules.flows.case import (
    PERSON,
    REFERRAL,
    Case,
    told,
)


def test_a_card_reaches_the_desk_alone_under_a_reference_of_its_own() -> None:
    case = Case()

    judgement = case.request()

    assert told(judgement, "ReferralRequested") == [DESK]
    [content] = judgement.contents.values()
    card = msgspec.json.decode(content)
    assert card["referral"] == case.named(DESK) != REFERRAL
    assert "person" not in card
    assert "consent" not in card
    assert PERSON.encode() not in content


def test_an_offer_reaches_the_provider_it_names_alone() -> None:
    case = Case()
    case.request()

    judgement = case.offer()

    assert told(judgement, "ReferralOffered") == [SHELTER]
    [content] = judgement.contents.values()
    assert msgspec.json.decode(content)["referral"] == case.named(SHELTER)


def test_an_acceptance_reaches_desk_and_sender_and_opens_the_task() -> None:
    case = Case()
    case.consent()
    case.request()
    case.offer()

    judgement = case.accept()

    assert sorted(told(judgement, "ReferralAccepted")) == [DESK, UNHCR]
    assert case.flow.state is State.ACCEPTED


def test_a_payload_reaches_the_accepted_provider_alone_and_holds_what_was_consented_to() -> None:
    case = Case().until_accepted()

    judgement = case.payload()

    assert told(judgement, "ReferralPayloadSent") == [SHELTER]
    [content] = judgement.contents.values()
    parts = msgspec.json.decode(content)
    assert "contact" in parts
    assert "health" not in parts
    assert parts["person"] != PERSON


def test_nothing_of_a_payload_goes_before_the_acceptance() -> None:
    case = Case()
    case.consent()
    case.request()
    case.offer()

    judgement = case.payload()

    assert told(judgement, "ReferralPayloadSent") == []
    assert [(one.verdict, one.code) for one in judgement.outcomes] == [
        (Outcome.REFUSED, "not_accepted")
    ]


def test_without_consent_nothing_of_a_payload_goes_and_the_flow_ends_aloud() -> None:
    case = Case()
    case.request(consent=msgspec.UNSET)
    case.offer()
    case.accept()

    judgement = case.payload()

    assert told(judgement, "ReferralPayloadSent") == []
    assert [one.told for one in judgement.outcomes] == [False]
    assert sorted(told(judgement, "FlowInterrupted")) == sorted([DESK, SHELTER, UNHCR])
    assert case.flow.state is State.INTERRUPTED


def test_the_desk_never_hears_of_the_payload_nor_of_the_person() -> None:
    case = Case().until_accepted()
    case.payload()
    case.say(SHELTER, ServiceStarted(referral=case.named(SHELTER), provider=SHELTER))
    case.say(SHELTER, ServiceEnded(referral=case.named(SHELTER), provider=SHELTER))

    assert DESK not in case.person.references
    assert "ReferralPayloadSent" not in {
        one.wire.split(".")[-2] for one in case.heard if one.recipient == DESK
    }


def test_an_end_closes_the_task_so_that_nothing_more_goes() -> None:
    case = Case().until_accepted()
    case.say(SHELTER, ServiceEnded(referral=case.named(SHELTER), provider=SHELTER))

    judgement = case.payload()

    assert case.flow.state is State.CLOSED
    assert told(judgement, "ReferralPayloadSent") == []


def test_words_of_the_course_reach_desk_and_sender_and_nobody_else() -> None:
    case = Case()
    case.request()
    case.offer()
    asked = case.say(SHELTER, InformationRequested(referral=case.named(SHELTER), provider=SHELTER))
    answered = case.say(UNHCR, ReferralAmended(referral=REFERRAL, pathway=case.pathway))
    declined = case.say(SHELTER, ReferralDeclined(referral=case.named(SHELTER), provider=SHELTER))
    late = case.say(DESK, ReferralEscalated(referral=case.named(DESK), level=Level.COORDINATOR))
    expired = case.say(DESK, ReferralExpired(referral=case.named(DESK)))

    assert sorted(told(asked, "InformationRequested")) == [DESK, UNHCR]
    assert told(answered, "ReferralAmended") == [DESK, SHELTER]
    assert sorted(told(declined, "ReferralDeclined")) == [DESK, UNHCR]
    assert told(late, "ReferralEscalated") == [UNHCR]
    assert told(expired, "ReferralExpired") == [UNHCR]


def test_a_withdrawal_reaches_everybody_who_takes_part() -> None:
    case = Case().until_accepted()

    judgement = case.say(UNHCR, ReferralWithdrawn(referral=REFERRAL))

    assert sorted(told(judgement, "ReferralWithdrawn")) == [DESK, SHELTER]
    assert case.flow.state is State.WITHDRAWN


@pytest.mark.parametrize("scope", ["consent", "everything"])
def test_a_withdrawn_consent_interrupts_the_flow_and_asks_for_erasure(scope: str) -> None:
    case = Case().until_accepted()
    case.payload()
    said = {"consent": case.flow.consent} if scope == "consent" else {}

    judgement = case.say(UNHCR, ConsentWithdrawn(person=PERSON, **said))  # type: ignore[arg-type]

    assert sorted(told(judgement, "FlowInterrupted")) == sorted([DESK, SHELTER, UNHCR])
    assert told(judgement, "ErasureAsked") == [SHELTER]
    assert case.flow.state is State.INTERRUPTED
    assert told(case.payload(), "ReferralPayloadSent") == []


def test_a_withdrawal_of_another_consent_leaves_the_flow_alone() -> None:
    case = Case().until_accepted()
    other = ConsentWithdrawn(person=PERSON, recipients=(ANTI_TRAFFICKING,))

    judgement = case.say(UNHCR, other)

    assert told(judgement, "FlowInterrupted") == []
    assert case.flow.state is State.ACCEPTED


def test_what_the_person_keeps_from_the_desk_is_not_on_the_card() -> None:
    case = Case()
    wish = WithholdingSet(person=PERSON, from_=(DESK,), categories=(Category.REFERRAL,))
    case.say(UNHCR, wish)

    judgement = case.request()

    assert all(b"pathway" not in content for content in judgement.contents.values())


def test_the_acceptance_asks_owners_again_only_for_who_hears_of_people() -> None:
    case = Case(ANTI_TRAFFICKING, Pathway.TRAFFICKING).until_accepted()

    assert case.flow.state is State.ACCEPTED
    assert not [one for one in case.heard if one.wire.endswith(".RestateAsked.v1")]


def test_trafficking_reaches_the_one_that_accepted_when_she_agrees() -> None:
    case = Case(ANTI_TRAFFICKING, Pathway.TRAFFICKING)
    case.until_accepted()

    judgement = case.payload()

    [release] = [one for one in judgement.releases if one.wire.endswith("PayloadSent.v1")]
    assert release.recipient == ANTI_TRAFFICKING
    assert release.full & bit(Category.CONTACT)
