"""The agreements of the deployment carry the contracts, and nothing that never-share forbids."""

from collections.abc import Iterable
from itertools import chain

import pytest

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.never_share import never_share
from shared.codes.pathways import TERMS
from shared.events.referral import PROVIDERS, SENDERS
from shared.kernel.agencies import (
    ASYLUM,
    CHILD_PROTECTION,
    COLUMN_OF,
    DESK,
    IOM,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
    Purpose,
)
from shared.kernel.categories import Category, bit, mask_of
from tests.dataexchange.rules.signing import FILES, read, signed_by

CARD = mask_of(
    {
        Category.REFERENCE,
        Category.AGE_BAND,
        Category.GROUP_COMPOSITION,
        Category.LANGUAGE,
        Category.SUPPORT_NEED,
        Category.REFERRAL,
        Category.CONSENT,
        Category.CARD_AREA,
    }
)
IN_FULL = mask_of({Category.REFERENCE, Category.REFERRAL, Category.CONSENT})

FLOWS = [
    *((UNHCR, provider) for provider in PROVIDERS if provider != UNHCR),
    *((RECEPTION, provider) for provider in (ASYLUM, IOM, CHILD_PROTECTION, SHELTER)),
]
"""Who can refer to whom in the demonstration."""


def agreement_of(stem: str, data: bytes) -> Agreement:
    author, recipient, _ = stem.split(".")
    return read(data, signatures=signed_by(data, Agency(author), Agency(recipient)))


AGREEMENTS = [agreement_of(path.stem, path.read_bytes()) for path in FILES]
every_agreement = pytest.mark.parametrize(
    "agreement", AGREEMENTS, ids=lambda one: f"{one.author}.{one.recipient}.{one.purpose}"
)


def between(author: Agency, recipient: Agency) -> Iterable[Agreement]:
    return [one for one in AGREEMENTS if (one.author, one.recipient) == (author, recipient)]


@every_agreement
def test_text_grants_nothing_that_is_never_shared(agreement: Agreement) -> None:
    left = never_share(
        agreement.pair,
        author=agreement.author,
        recipient=agreement.recipient,
        column=COLUMN_OF[agreement.recipient],
    )

    assert left == agreement.pair


@every_agreement
def test_text_for_routing_and_offer_grants_the_card_and_nothing_else(agreement: Agreement) -> None:
    if DESK in agreement.parties:
        assert agreement.purpose is Purpose.REFERRAL
    if agreement.purpose is Purpose.REFERRAL:
        assert DESK in agreement.parties
        assert agreement.pair.partial & ~CARD == 0
        assert agreement.pair.full & ~IN_FULL == 0


@every_agreement
def test_text_towards_whom_a_referral_reaches_is_never_standing(agreement: Agreement) -> None:
    if agreement.recipient not in (RECEPTION, UNHCR):
        assert not agreement.standing


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_can_be_offered_a_card_and_can_answer(provider: Agency) -> None:
    for author, recipient in ((DESK, provider), (provider, DESK)):
        assert any(one.pair.full & bit(Category.REFERRAL) for one in between(author, recipient))


@pytest.mark.parametrize("sender", SENDERS)
def test_every_sender_can_ask_the_desk_and_hear_it(sender: Agency) -> None:
    asks = [one for one in between(sender, DESK) if one.pair.partial & CARD == CARD]
    hears = [one for one in between(DESK, sender) if one.pair.full & bit(Category.REFERRAL)]

    assert asks
    assert hears


@pytest.mark.parametrize(("sender", "provider"), FLOWS)
def test_both_parties_of_a_referral_can_speak_to_each_other(
    sender: Agency, provider: Agency
) -> None:
    for author, recipient in ((sender, provider), (provider, sender)):
        granted = [one.pair.full & bit(Category.REFERRAL) for one in between(author, recipient)]
        assert any(granted), (author, recipient)


@pytest.mark.parametrize(("sender", "provider"), FLOWS)
def test_payload_goes_under_the_purpose_of_a_pathway_that_the_provider_receives(
    sender: Agency, provider: Agency
) -> None:
    purposes = {terms.purpose for terms in TERMS.values() if COLUMN_OF[provider] in terms.receivers}
    texts = [one for one in between(sender, provider) if one.pair.partial & ~CARD]

    assert texts
    assert {one.purpose for one in texts} <= purposes


def test_unhcr_hears_concerns_from_everybody_who_meets_people() -> None:
    for author in chain(PROVIDERS, (RECEPTION,)):
        if author != UNHCR:
            granted = [
                one.pair.full & bit(Category.FEAR_OF_RETURN) for one in between(author, UNHCR)
            ]
            assert any(granted), author
