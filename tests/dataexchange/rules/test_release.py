"""What is told to whom: as much as is open, in the hearer's own terms, and once."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from services.dataexchange.rules.book import Book, Restate
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.outcomes import Release
from shared.codes.people import AgeBand, Sex
from shared.codes.places import NameText, PhoneText
from shared.events.border import (
    DisembarkationRecorded,
    HandedOver,
    HandoverMade,
    PeopleCount,
    RescueRecorded,
)
from shared.events.control import ProtectionConcernRaised, SafeguardsStated
from shared.events.event import Event
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import BORDER, IOM, RECEPTION, UNHCR, Agency
from shared.kernel.categories import Category, bit
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import EncounterRef, Form, GroupRef, Kind, form_of
from tests.builders import (
    a_book,
    a_message,
    a_person,
    a_reference,
    a_state,
    agreements_between,
    judged,
)

PERSON = a_person()
TOKEN = "TX" + "0" * 27
ENCOUNTER = EncounterRef(a_reference(Kind.ENCOUNTER))


def contents(judgement: Judgement, recipient: Agency | None = None) -> list[Release]:
    return [
        one for one in judgement.releases if one.source >= 0 and recipient in (None, one.recipient)
    ]


def words(judgement: Judgement, recipient: Agency) -> list[dict[str, Any]]:
    return [
        msgspec.json.decode(judgement.contents[place])
        for place, one in enumerate(judgement.releases)
        if one.source >= 0 and one.recipient == recipient
    ]


def tell(book: Book, event: Event, number: int = 1, **more: Any) -> Judgement:
    return judged(book, a_message(RECEPTION, event, number, **more))


def test_only_what_is_open_goes() -> None:
    book = a_book(RECEPTION, UNHCR)

    [told] = words(tell(book, a_state(PERSON)), UNHCR)

    assert told["given_name"] == "Mira"
    assert "contact" not in told


def test_a_hearer_is_told_in_its_own_terms_and_the_same_each_time() -> None:
    book = a_book(RECEPTION, UNHCR)

    [first] = words(tell(book, a_state(PERSON)), UNHCR)
    [second] = words(tell(book, a_state(PERSON, given_name=NameText("Tomo")), 2), UNHCR)

    assert first["person"] == second["person"] != PERSON
    assert form_of(first["person"]) is Form.ISSUED


def test_nobody_outside_the_deployment_is_told() -> None:
    judgement = tell(a_book(RECEPTION, UNHCR), a_state(PERSON))

    assert {one.recipient for one in contents(judgement)} == {UNHCR}
    assert judgement.tally[IOM, "AGREEMENT"] > 0


def test_without_an_agreement_nothing_is_told() -> None:
    assert contents(tell(a_book(RECEPTION, UNHCR, agreements=()), a_state(PERSON))) == []


def test_what_was_given_is_kept_with_its_number_and_what_went() -> None:
    book = a_book(RECEPTION, UNHCR)

    judgement = tell(book, a_state(PERSON))

    [release] = contents(judgement)
    [(subject, recipient, partition, number, mask)] = judgement.given
    assert (subject, recipient) == (release.subject, UNHCR)
    assert (partition, number) == (release.partition, release.number)
    assert mask & bit(Category.FULL_NAME)
    assert not mask & bit(Category.CONTACT)


def test_numbers_of_a_partition_have_no_hole() -> None:
    book = a_book(RECEPTION, UNHCR)
    seen: dict[int, list[int]] = {}

    for person in range(1, 9):
        for one in contents(judged(book, a_message(RECEPTION, a_state(a_person(person))))):
            seen.setdefault(one.partition, []).append(one.number)

    assert len(seen) > 1
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen.values())


def test_news_of_nothing_is_not_told() -> None:
    book = a_book(RECEPTION, UNHCR)
    tell(book, PersonRegistered(**state_of(a_state(PERSON))))

    hidden = tell(book, a_state(PERSON, contact=PhoneText("000 0999")), 2)
    news = tell(book, a_state(PERSON, given_name=NameText("Tomo")), 3)

    assert contents(hidden) == []
    assert len(contents(news)) == 1


def state_of(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_the_same_words_of_another_kind_of_event_are_news() -> None:
    book = a_book(BORDER, UNHCR)
    people = PeopleCount(sex=Sex.FEMALE, age_band=AgeBand.ADULT, people=3)
    told: dict[str, Any] = {"encounter": ENCOUNTER, "counts": (people,)}

    rescue = judged(book, a_message(BORDER, RescueRecorded(**told), 1))
    landing = judged(book, a_message(BORDER, DisembarkationRecorded(**told), 2))
    again = judged(book, a_message(BORDER, DisembarkationRecorded(**told), 3))

    assert words(rescue, UNHCR) == words(landing, UNHCR) != []
    assert words(again, UNHCR) == []


def with_token(book: Book, recipient: Agency) -> None:
    subject = book.subject_of(RECEPTION, PERSON)
    assert subject is not None
    book.restates[TOKEN] = Restate(TOKEN, RECEPTION, recipient, subject.id)


def test_what_is_told_under_a_token_goes_to_its_recipient_even_if_it_is_no_news() -> None:
    book = a_book(RECEPTION, UNHCR, IOM)
    tell(book, a_state(PERSON))
    with_token(book, UNHCR)

    judgement = tell(book, a_state(PERSON), 2, token=TOKEN)

    assert {one.recipient for one in contents(judgement)} == {UNHCR}
    assert book.taken == {TOKEN: 1}


def test_a_token_opens_nothing() -> None:
    book = a_book(RECEPTION, UNHCR, agreements=())
    tell(book, a_state(PERSON))
    with_token(book, UNHCR)

    assert contents(tell(book, a_state(PERSON), 2, token=TOKEN)) == []


def test_what_is_told_under_a_token_is_told_to_nobody_else() -> None:
    book = a_book(RECEPTION, UNHCR, IOM)
    tell(book, a_state(PERSON))
    with_token(book, IOM)

    judgement = tell(book, a_state(PERSON, given_name=NameText("Tomo")), 2, token=TOKEN)

    assert contents(judgement, UNHCR) == []


@pytest.mark.parametrize("whose", ["another person", "another owner"])
def test_a_token_serves_its_owner_about_its_person_alone(whose: str) -> None:
    book = a_book(RECEPTION, UNHCR)
    [told] = words(tell(book, a_state(PERSON)), UNHCR)
    tell(book, a_state(a_person(2)))
    with_token(book, UNHCR)
    message = a_message(RECEPTION, a_state(a_person(2)), 2, token=TOKEN)
    if whose == "another owner":
        message = a_message(UNHCR, CorrectionProposed(person=told["person"]), token=TOKEN)

    [outcome] = judged(book, message).outcomes

    assert outcome.code == "unknown_token"


def test_a_concern_is_told_to_unhcr_as_a_reference_when_nothing_else_is_open() -> None:
    book = a_book(RECEPTION, UNHCR, agreements=())

    judgement = tell(book, ProtectionConcernRaised(person=PERSON))

    [outcome] = judgement.outcomes
    [told] = words(judgement, UNHCR)
    assert outcome.told is True
    assert set(told) == {"person"}
    assert told["person"] != PERSON


def test_the_author_of_a_directed_event_learns_that_it_was_not_told() -> None:
    handover = HandoverMade(encounter=ENCOUNTER, persons=(HandedOver(person=PERSON),))
    signed = agreements_between(BORDER, RECEPTION)

    closed = judged(a_book(BORDER, RECEPTION, agreements=()), a_message(BORDER, handover))
    counted = HandoverMade(encounter=ENCOUNTER, people=3)
    opened = judged(a_book(BORDER, RECEPTION, agreements=signed), a_message(BORDER, counted))

    assert [one.told for one in closed.outcomes] == [False]
    assert contents(closed) == []
    assert [one.told for one in opened.outcomes] == [True]


def test_an_announced_event_says_nothing_about_who_was_told() -> None:
    assert [one.told for one in tell(a_book(), a_state(PERSON)).outcomes] == [None]


def test_safeguards_are_filtered_like_content() -> None:
    child = SafeguardsStated(person=PERSON, treated_as_child=AgeState.CHILD)

    judgement = judged(a_book(UNHCR, RECEPTION, agreements=()), a_message(UNHCR, child))

    assert contents(judgement) == []


def test_a_groups_reference_goes_where_its_composition_may_go() -> None:
    group = GroupRef(a_reference(Kind.GROUP))
    signed = agreements_between(RECEPTION, UNHCR)
    group_of = bit(Category.GROUP_COMPOSITION)
    closed = [replace(one, pair=one.pair.without(group_of)) for one in signed]

    [told] = words(tell(a_book(RECEPTION, UNHCR), a_state(PERSON, group=group)), UNHCR)
    book = a_book(RECEPTION, UNHCR, agreements=closed)
    [less] = words(tell(book, a_state(PERSON, group=group)), UNHCR)

    assert told["group"] != group
    assert form_of(told["group"]) is Form.ISSUED
    assert "group" not in less
    assert not any(kind == UNHCR and name[0] == "G" for kind, name in book.by_reference)


def test_what_was_not_released_made_no_reference_known() -> None:
    book = a_book(RECEPTION, UNHCR, agreements=())

    tell(book, a_state(PERSON))

    assert not any(agency == UNHCR for agency, _ in book.by_reference)
