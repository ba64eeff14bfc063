"""The decision, input by input, on the matrix of the deployment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.dataexchange.rules.decision import (
    ConsentBit,
    Known,
    OpenedBy,
    Task,
    decide,
)
from services.dataexchange.rules.pair import Outcome, pair_of
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    BORDER,
    EXCHANGE,
    IOM,
    RECEPTION,
    UNHCR,
    Purpose,
)
from shared.kernel.categories import ALL, Category, bit
from shared.kernel.consent import AgeState
from tests.dataexchange.rules.asking import DAY, MATRIX, agreement, outcome, question, with_task


def test_a_standing_agreement_is_a_task() -> None:
    known = with_task(OpenedBy.STANDING)
    asked = question(RECEPTION, UNHCR)

    assert outcome(Category.FULL_NAME, asked, known, agreement(RECEPTION, UNHCR)) == Outcome.FULL


def test_a_standing_task_opens_no_agreement_that_is_not_standing() -> None:
    known = with_task(OpenedBy.STANDING)
    lent = agreement(RECEPTION, UNHCR, standing=False)

    assert not outcome(Category.FULL_NAME, question(RECEPTION, UNHCR), known, lent)


def test_a_concern_opens_unhcrs_task_by_itself() -> None:
    known = with_task(OpenedBy.BOARD)
    asked = question(RECEPTION, UNHCR)
    granted = agreement(RECEPTION, UNHCR, standing=False)

    assert outcome(Category.FEAR_OF_RETURN, asked, known, granted) == Outcome.FULL


@pytest.mark.parametrize("opened_by", [OpenedBy.STANDING, OpenedBy.BOARD])
def test_neither_standing_nor_concern_opens_what_needs_consent(opened_by: OpenedBy) -> None:
    consent = ConsentBit(Purpose.PROFILING, UNHCR, ALL)
    known = replace(with_task(opened_by), consents=(consent,))
    asked = question(RECEPTION, UNHCR)

    assert not outcome(Category.CONTACT, asked, known, agreement(RECEPTION, UNHCR))


def test_consent_opens_with_a_task_of_the_persons_own() -> None:
    known = replace(
        with_task(OpenedBy.PERSON), consents=(ConsentBit(Purpose.PROFILING, UNHCR, ALL),)
    )
    asked = question(RECEPTION, UNHCR)

    assert outcome(Category.CONTACT, asked, known, agreement(RECEPTION, UNHCR)) == Outcome.FULL


def test_a_task_of_the_persons_own_opens_nothing_without_consent() -> None:
    known = with_task(OpenedBy.PERSON)
    asked = question(RECEPTION, UNHCR)

    assert not outcome(Category.CONTACT, asked, known, agreement(RECEPTION, UNHCR))


@pytest.mark.parametrize(
    "consent",
    [
        ConsentBit(Purpose.HEALTH, UNHCR, ALL),
        ConsentBit(Purpose.PROFILING, IOM, ALL),
        ConsentBit(Purpose.PROFILING, UNHCR, ALL & ~bit(Category.CONTACT)),
    ],
)
def test_consent_is_for_one_purpose_one_recipient_and_its_categories(consent: ConsentBit) -> None:
    known = replace(with_task(OpenedBy.PERSON), consents=(consent,))
    asked = question(RECEPTION, UNHCR)

    assert not outcome(Category.CONTACT, asked, known, agreement(RECEPTION, UNHCR))


def test_a_consent_for_one_purpose_never_meets_the_task_of_another() -> None:
    known = Known(
        tasks=(Task(Purpose.RETURN_VOLUNTARY, OpenedBy.PERSON),),
        consents=(ConsentBit(Purpose.HEALTH, IOM, ALL),),
        hide_location=False,
        age=AgeState.ADULT,
    )
    both = (
        agreement(RECEPTION, IOM, purpose=Purpose.HEALTH),
        agreement(RECEPTION, IOM, purpose=Purpose.RETURN_VOLUNTARY),
    )

    assert not outcome(Category.FULL_NAME, question(RECEPTION, IOM), known, *both)


def test_a_payload_needs_an_acceptance_and_not_only_a_request() -> None:
    granted = agreement(UNHCR, ANTI_TRAFFICKING)
    asked = question(UNHCR, ANTI_TRAFFICKING)

    assert not outcome(Category.SEX, asked, with_task(OpenedBy.PERSON), granted)
    assert outcome(Category.SEX, asked, with_task(OpenedBy.ACCEPTANCE), granted) == Outcome.FULL


def test_a_hidden_persons_address_stays_and_the_area_goes() -> None:
    known = replace(with_task(OpenedBy.STANDING), hide_location=True)
    asked = question(RECEPTION, UNHCR)

    assert outcome(Category.ADDRESS, asked, known, agreement(RECEPTION, UNHCR)) == Outcome.PARTIAL


def test_an_agreement_may_grant_the_partial_form_only() -> None:
    granted = agreement(RECEPTION, UNHCR, pair=pair_of(1, bit(Category.AGE_BAND)))
    known = with_task(OpenedBy.STANDING)

    assert outcome(Category.AGE_BAND, question(RECEPTION, UNHCR), known, granted) == Outcome.PARTIAL


def test_the_persons_own_wish_closes_a_category() -> None:
    known = replace(with_task(OpenedBy.STANDING), withheld=bit(Category.FULL_NAME))
    asked = question(RECEPTION, UNHCR)

    assert not outcome(Category.FULL_NAME, asked, known, agreement(RECEPTION, UNHCR))


@pytest.mark.parametrize(("days", "in_force"), [(-1, False), (0, True), (1, False)])
def test_the_day_of_release_counts_and_both_ends_are_included(days: int, *, in_force: bool) -> None:
    asked = replace(question(RECEPTION, UNHCR), on=DAY + timedelta(days=days))
    known = with_task(OpenedBy.STANDING)

    told = outcome(Category.FULL_NAME, asked, known, agreement(RECEPTION, UNHCR))

    assert bool(told) is in_force


def test_an_older_wider_version_opens_nothing_once_a_newer_one_is_known() -> None:
    newer = agreement(RECEPTION, UNHCR, serial=2, pair=pair_of(1 | bit(Category.SEX)))
    older = agreement(RECEPTION, UNHCR, serial=1)
    known = with_task(OpenedBy.STANDING)
    asked = question(RECEPTION, UNHCR)

    assert not outcome(Category.FULL_NAME, asked, known, older, newer)
    assert not outcome(Category.FULL_NAME, asked, known, newer, older)
    assert outcome(Category.SEX, asked, known, newer, older) == Outcome.FULL


def test_an_author_tells_only_what_it_learned_itself() -> None:
    known = with_task(OpenedBy.STANDING)
    granted = agreement(BORDER, UNHCR)

    assert not outcome(Category.FULL_NAME, question(BORDER, UNHCR), known, granted)
    assert outcome(Category.SEX, question(BORDER, UNHCR), known, granted) == Outcome.FULL


def test_a_reference_goes_only_with_something_else() -> None:
    known = with_task(OpenedBy.STANDING)
    asked = question(RECEPTION, UNHCR)
    bare = agreement(RECEPTION, UNHCR, pair=pair_of(bit(Category.REFERENCE)))

    alone = decide(asked, matrix=MATRIX, agreements=[bare], known=known)
    only = decide(
        replace(asked, references_alone=True), matrix=MATRIX, agreements=[bare], known=known
    )

    assert not alone.pair.outcome(Category.REFERENCE)
    assert only.pair.outcome(Category.REFERENCE) == Outcome.FULL
    assert only.agreements == (bare.digest,)


def test_an_event_about_nobody_needs_an_agreement_and_no_task() -> None:
    asked = replace(question(BORDER, RECEPTION), about_person=False)
    granted = agreement(BORDER, RECEPTION, purpose=Purpose.RECEPTION)

    assert outcome(Category.ARRIVAL, asked, Known(), granted) == Outcome.FULL
    assert not outcome(Category.ARRIVAL, asked, Known())


def test_the_border_hears_its_own_receipt_and_no_other_count() -> None:
    granted = agreement(RECEPTION, BORDER, purpose=Purpose.RECEPTION)
    asked = replace(question(RECEPTION, BORDER), about_person=False)

    receipt = replace(asked, own_handover=True)

    assert not outcome(Category.ENCOUNTER, asked, Known(), granted)
    assert outcome(Category.ENCOUNTER, receipt, Known(), granted) == Outcome.FULL


def test_public_facts_need_neither_agreement_nor_task() -> None:
    asked = replace(question(EXCHANGE, BORDER), about_person=False)

    assert outcome(Category.PUBLIC, asked, Known()) == Outcome.FULL
