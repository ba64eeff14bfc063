"""The card is coarse and about nobody; every pathway has its terms; a provider names itself."""

from datetime import timedelta

import pytest

from shared.codes.pathways import (
    RESPONSE_TIME,
    TERMS,
    Pathway,
    Priority,
    is_sensitive,
    may_choose,
    outcomes_of,
)
from shared.codes.protection import Barred
from shared.codes.referrals import CardField, ServiceOutcome, Step
from shared.events.card import Card
from shared.events.control import ProtectionStated
from shared.events.event import Party, fields_of
from shared.events.referral import (
    AnswerOfProvider,
    ReferralAmended,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
)
from shared.events.registry import contract_of, contracts
from shared.kernel.agencies import COLUMN_OF, Column, Purpose
from shared.kernel.categories import NEVER, SEALED_ONLY, Category
from shared.kernel.identifiers import Kind
from tests.contracts.strategies import required, told_of

every_pathway = pytest.mark.parametrize("pathway", Pathway)

WORDS = {Category.REFERRAL, Category.CONSENT}
"""Rows that are full for a party of the referral, and closed to all others."""


def test_card_names_nobody_and_is_coarse_but_for_its_words() -> None:
    fields = fields_of(Card)

    assert not [field for field in fields if field.reference is not None]
    assert all(field.coarse or field.category in WORDS for field in fields)
    assert not {field.category for field in fields} & SEALED_ONLY


def test_what_a_provider_may_ask_for_is_named_like_a_field_of_the_card() -> None:
    assert {str(one) for one in CardField} <= set(Card.__struct_fields__)


def test_request_amendment_and_offer_hold_the_same_card() -> None:
    for event in (ReferralRequested, ReferralAmended, ReferralOffered):
        assert set(Card.__struct_fields__) < set(event.__struct_fields__)


def test_offer_never_holds_the_person_nor_the_senders_receipt() -> None:
    kinds = {field.reference for field in contract_of(ReferralOffered).fields}

    assert kinds == {Kind.REFERRAL, None}


def test_what_is_released_to_nobody_is_not_needed_to_read_what_is_released() -> None:
    for contract in contracts():
        untold = {one.name for one in contract.fields if one.category is None and one.part is None}
        assert not contract.audience or not untold & required(contract.event), contract.event


def test_payload_is_sealed_field_by_field_and_holds_each_category_once() -> None:
    contract = contract_of(ReferralPayloadSent)
    parts = [field for field in contract.fields if field.reference is None]
    categories = [field.category for field in parts]

    assert len(set(categories)) == len(categories)
    assert set(categories) >= SEALED_ONLY
    assert not set(categories) & NEVER
    sealed = {field.name for field in told_of(ReferralPayloadSent) if "Sealed" in str(field.type)}
    assert sealed == {field.name for field in parts}


def test_payload_is_judged_by_the_person_and_heard_by_who_accepted() -> None:
    contract = contract_of(ReferralPayloadSent)

    assert contract.key == "person"
    assert contract.parties == {Party.ACCEPTED}


def test_every_answer_of_a_provider_names_it_and_reaches_desk_and_sender() -> None:
    answers = [one for one in contracts() if issubclass(one.event, AnswerOfProvider)]

    assert len(answers) == 5
    for answer in answers:
        assert "provider" in answer.event.__struct_fields__
        assert answer.parties == {Party.DESK, Party.SENDER}


def test_protection_is_stated_for_every_act_that_is_asked_about() -> None:
    stated = set(ProtectionStated.__struct_fields__) - {"person"}

    assert stated == {one.lower() for one in Barred}


@every_pathway
def test_pathway_has_its_terms(pathway: Pathway) -> None:
    terms = TERMS[pathway]

    assert terms.receivers
    assert not terms.receivers & {Column.BP, Column.GR, Column.RD, Column.ST, Column.MO}
    assert terms.purpose not in {Purpose.REFERRAL, Purpose.PROFILING, Purpose.STATISTICS}
    assert Step.BEGUN not in terms.steps


@every_pathway
def test_sensitive_pathway_ends_in_two_words(pathway: Pathway) -> None:
    two = {ServiceOutcome.PROVIDED, ServiceOutcome.NOT_PROVIDED}

    assert outcomes_of(pathway) == (two if TERMS[pathway].sensitive else set(ServiceOutcome))


def test_clocks_are_those_of_the_form() -> None:
    assert {
        Priority.EMERGENCY: timedelta(hours=24),
        Priority.URGENT: timedelta(hours=72),
        Priority.NORMAL: timedelta(days=14),
    } == RESPONSE_TIME


def test_sender_may_choose_a_faster_priority_and_never_a_slower_one() -> None:
    assert may_choose(Pathway.CHILD_PROTECTION, Priority.EMERGENCY)
    assert may_choose(Pathway.CHILD_PROTECTION, Priority.URGENT)
    assert not may_choose(Pathway.CHILD_PROTECTION, Priority.NORMAL)


def test_sensitive_pathways_are_these_and_a_medical_emergency_is_not() -> None:
    quiet = {one for one in Pathway if is_sensitive(one, Priority.URGENT)}

    assert quiet == set(Pathway) - {
        Pathway.ASSISTED_RETURN,
        Pathway.LABOUR,
        Pathway.STUDY,
        Pathway.FAMILY,
        Pathway.REGULARISATION,
        Pathway.HUMANITARIAN,
        Pathway.VULNERABLE_MIGRANT,
        Pathway.CASH,
        Pathway.SHELTER,
        Pathway.EDUCATION,
        Pathway.HOUSEHOLD_ITEMS,
    }
    assert not is_sensitive(Pathway.MEDICAL, Priority.EMERGENCY)
    assert is_sensitive(Pathway.TRAFFICKING, Priority.EMERGENCY)


def test_every_provider_of_the_deployment_receives_some_pathway() -> None:
    received = {column for terms in TERMS.values() for column in terms.receivers}
    audience = contract_of(ReferralOffered).audience

    assert {COLUMN_OF[agency] for agency in audience} <= received
