"""Which one word do others hear, and when does a case wait for somebody?"""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.returns.rules import return_case, telling
from services.returns.rules.case import BEFORE_DEPARTURE, ENDED, State
from shared.codes.returns import Advice, ReturnWord
from shared.events.control import TaskClosed
from shared.events.event import Event, fields_of
from shared.events.partners import ClosureAdvised
from shared.events.registry import contract_of
from shared.events.returns import ReturnApplied, ReturnEnded, ReturnTold
from shared.kernel.agencies import Purpose
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind
from tests.returns.builders import DAY, HOUR, MOMENT, NOON, a_case, a_person

S = State


def told(before: State | None, after: State, word: ReturnWord | None) -> list[Event]:
    was = None if before is None else a_case(before, word=word)
    now = telling.settle(was, a_case(after, word=word))
    return list(telling.events_of(was, now))


def test_others_hear_of_a_case_at_its_application_and_not_before() -> None:
    assert told(None, S.ENQUIRY, None) == []
    assert told(S.ENQUIRY, S.COUNSELLED, None) == []
    (applied,) = told(S.COUNSELLED, S.APPLIED, None)
    assert isinstance(applied, ReturnApplied)


@pytest.mark.parametrize("end", [S.WITHDRAWN, S.CANCELLED, S.SUSPENDED])
@pytest.mark.parametrize("early", [S.ENQUIRY, S.COUNSELLED])
def test_nobody_hears_of_what_became_of_a_case_they_never_heard_of(early: S, end: S) -> None:
    assert told(early, end, None) == []


def test_every_end_is_the_same_word() -> None:
    ends = [
        told(S.BOOKED, S.WITHDRAWN, ReturnWord.APPLIED),
        told(S.PREPARING, S.CANCELLED, ReturnWord.APPLIED),
        told(S.SUSPENDED, S.WITHDRAWN, ReturnWord.SUSPENDED),
        told(S.REINTEGRATING, S.CLOSED, ReturnWord.ARRIVED),
    ]

    assert all(end == ends[0] for end in ends)
    assert [type(event) for event in ends[0]] == [ReturnEnded]


def test_preparing_and_booking_are_nobodys_business() -> None:
    assert told(S.APPLIED, S.PREPARING, ReturnWord.APPLIED) == []
    assert told(S.PREPARING, S.BOOKED, ReturnWord.APPLIED) == []


def test_a_case_that_is_taken_up_is_told_as_applied_again() -> None:
    (applied,) = told(S.SUSPENDED, S.PREPARING, ReturnWord.SUSPENDED)

    assert isinstance(applied, ReturnApplied)


def test_a_departure_advises_to_close_a_registration_in_two_words() -> None:
    events = told(S.BOOKED, S.DEPARTED, ReturnWord.APPLIED)

    assert ClosureAdvised(person=a_person(), advice=Advice.CLOSE) in events
    assert told(S.DEPARTED, S.ARRIVED, ReturnWord.DEPARTED)[1:] == []


@pytest.mark.parametrize("end", sorted(ENDED))
def test_an_end_closes_the_task_that_was_opened_and_no_other(end: State) -> None:
    open_case = a_case(S.BOOKED, tasked=True)
    ended = telling.settle(open_case, a_case(end))

    closed = TaskClosed(person=a_person(), purpose=Purpose.RETURN_VOLUNTARY)
    assert closed in telling.events_of(open_case, ended)
    assert closed not in telling.events_of(replace(open_case, tasked=False), ended)
    assert closed not in telling.events_of(ended, ended)


@pytest.mark.parametrize("event", sorted(telling.TOLD_AS.values(), key=str))
def test_no_field_of_an_event_says_why_where_or_when(event: type[ReturnTold]) -> None:
    fields = {field.name: field for field in fields_of(event)}

    assert set(fields) == {"person", "return_case", "state"}
    assert fields["person"].reference is Kind.PERSON
    assert fields["return_case"].reference is Kind.RETURN
    assert fields["state"].category is Category.RETURN_CASE
    assert {event.state for event in map(restated, State)} <= set(ReturnWord)
    assert contract_of(event).audience == contract_of(ReturnApplied).audience


def restated(state: State) -> ReturnTold:
    return telling.restate(a_case(state, word=telling.WORD.get(state)))


def test_the_restated_word_is_the_present_one() -> None:
    for state, word in telling.WORD.items():
        event = restated(state)
        assert type(event) is telling.TOLD_AS[word]
        assert event.state is word


def test_when_a_case_waits_for_somebody() -> None:
    visit = datetime(2026, 6, 2, tzinfo=UTC)
    contact = a_case(S.REINTEGRATING, contact_until=visit.date())

    assert telling.due_of(a_case(S.SUSPENDED)) == NOON + timedelta(hours=72)
    assert telling.due_of(a_case(S.DEPARTED)) == NOON + timedelta(hours=72)
    assert telling.due_of(a_case(S.BOOKED, reconfirmed_at=None)) == NOON + DAY - 48 * HOUR
    assert telling.due_of(a_case(S.BOOKED)) is None
    assert telling.due_of(contact) == visit
    assert telling.due_of(a_case(S.REINTEGRATING)) is None


@pytest.mark.parametrize("state", sorted(set(State) - {S.SUSPENDED, S.DEPARTED}))
def test_nothing_else_waits(state: State) -> None:
    case = a_case(state)

    assert telling.due_of(case) is None
    assert telling.find_overdue(case, at=NOON + 1000 * DAY) == case


def test_the_due_time_itself_is_on_time_and_a_clock_only_marks() -> None:
    case = a_case(S.SUSPENDED)
    due = NOON + timedelta(hours=72)

    late = telling.find_overdue(case, at=due + MOMENT)

    assert telling.find_overdue(case, at=due) == case
    assert late == replace(case, overdue_at=due + MOMENT)
    assert telling.find_overdue(late, at=due + DAY) == late


@pytest.mark.parametrize("state", sorted(BEFORE_DEPARTURE - {S.SUSPENDED}))
def test_what_waits_anew_is_not_overdue(state: State) -> None:
    late = a_case(state, overdue_at=NOON)

    stopped = telling.settle(late, return_case.suspend(late, at=NOON + DAY))

    assert stopped.overdue_at is None
