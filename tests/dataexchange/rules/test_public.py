"""A fact about nobody: its audience hears it, without agreement, under the exchange's own name."""

import msgspec

from services.dataexchange.rules.judge import Judgement
from shared.codes.places import CountryText
from shared.codes.referrals import Service
from shared.events.referral import CapacityReported
from shared.events.returns import CountrySuspended
from shared.kernel.agencies import BORDER, DESK, EXCHANGE, IOM, RECEPTION, SHELTER, UNHCR
from tests.builders import a_book, a_message, judged

EVERYBODY = (BORDER, RECEPTION, UNHCR, DESK, IOM, SHELTER)
PLACES = CapacityReported(provider=SHELTER, service=Service.SHELTER, places=4)
CLOSED = CountrySuspended(country=CountryText("XTA"), on=True)


def told(judgement: Judgement) -> list[str]:
    return [one.recipient for one in judgement.releases if one.source >= 0]


def test_what_a_provider_can_take_reaches_the_desk_alone() -> None:
    judgement = judged(a_book(*EVERYBODY, agreements=()), a_message(SHELTER, PLACES))

    assert told(judgement) == [DESK]
    assert [one.told for one in judgement.outcomes] == [True]
    [content] = judgement.contents.values()
    assert msgspec.json.decode(content)["places"] == 4


def test_a_closed_country_reaches_everybody_but_the_border() -> None:
    judgement = judged(a_book(*EVERYBODY, agreements=()), a_message(IOM, CLOSED))

    assert sorted(told(judgement)) == sorted({RECEPTION, UNHCR, DESK, SHELTER})


def test_it_stands_under_nobodys_reference_and_is_given_of_nobody() -> None:
    judgement = judged(a_book(*EVERYBODY, agreements=()), a_message(IOM, CLOSED))

    assert {one.key for one in judgement.releases if one.source >= 0} == {EXCHANGE}
    assert judgement.given == []


def test_a_fact_without_a_hearer_in_the_deployment_says_so() -> None:
    judgement = judged(a_book(SHELTER, UNHCR, agreements=()), a_message(SHELTER, PLACES))

    assert [one.told for one in judgement.outcomes] == [False]
