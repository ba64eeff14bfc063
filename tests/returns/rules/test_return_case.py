"""Is the choice still free and informed, do all checks stand, and may the person still say no?"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.returns.commands import (
    Answer,
    BookTravel,
    ConfirmDeparture,
    PlanReintegration,
    ReconfirmWish,
    RecordDocuments,
    RecordMonitoring,
)
from services.returns.rules import application, arrival, return_case
from services.returns.rules.case import (
    BEFORE_DEPARTURE,
    ENDED,
    STOPPED,
    UNDER_WAY,
    Case,
    OutOfOrder,
    State,
)
from services.returns.rules.gate import (
    AnswerExpired,
    Check,
    CheckStanding,
    Enquiry,
    ScreeningMissing,
)
from shared.codes.protection import Clearance
from shared.codes.returns import ReturnWord
from shared.kernel.consent import AgeState
from shared.kernel.errors import Refusal
from tests.returns.builders import (
    CLEAR_GROUND,
    DAY,
    HOUR,
    MOMENT,
    NOON,
    a_case,
    a_closure,
    a_counselling,
    a_nonce,
    a_referral,
    an_answer,
    an_application,
)

BOOKING = BookTravel(leaves_at=NOON + DAY)
BOARDING = ConfirmDeparture(boards_at=NOON)
S = State

ACTS: dict[str, Callable[[Case], Case]] = {
    "counsel": lambda case: application.counsel(case, a_counselling(), at=NOON),
    "apply": lambda c: application.apply(c, an_application(), age=AgeState.ADULT, at=NOON),
    "record": lambda case: return_case.record(case, Check.FIT, Answer.YES, at=NOON),
    "refuse": lambda case: return_case.record(case, Check.FIT, Answer.NO, at=NOON),
    "book": lambda case: return_case.book(case, BOOKING, CLEAR_GROUND, at=NOON),
    "reconfirm": lambda case: return_case.reconfirm(case, ReconfirmWish(signed=True), at=NOON),
    "depart": lambda case: return_case.depart(case, BOARDING, CLEAR_GROUND, at=NOON),
    "withdraw": lambda case: return_case.withdraw(case, at=NOON),
    "cancel": lambda case: return_case.cancel(case, at=NOON),
    "suspend": lambda case: return_case.suspend_by_hand(case, at=NOON),
    "resume": lambda case: return_case.resume(case, at=NOON),
    "arrive": lambda case: arrival.arrive(case, at=NOON),
    "plan": lambda c: arrival.plan(c, PlanReintegration(), age=AgeState.ADULT, at=NOON),
    "monitor": lambda case: arrival.monitor(case, RecordMonitoring(), at=NOON),
    "close": lambda case: arrival.close(case, at=NOON),
}

TABLE: dict[State, dict[str, State | str]] = {
    S.ENQUIRY: {"counsel": S.COUNSELLED, "apply": "not_counselled"},
    S.COUNSELLED: {"counsel": S.COUNSELLED, "apply": S.APPLIED},
    S.APPLIED: {"record": S.PREPARING, "refuse": S.SUSPENDED},
    S.PREPARING: {"record": S.PREPARING, "refuse": S.SUSPENDED, "book": S.BOOKED},
    S.BOOKED: {
        "record": S.BOOKED,
        "refuse": S.SUSPENDED,
        "reconfirm": S.BOOKED,
        "depart": S.DEPARTED,
    },
    S.SUSPENDED: {"resume": S.PREPARING, "suspend": S.SUSPENDED},
    S.DEPARTED: {"arrive": S.ARRIVED},
    S.ARRIVED: {"plan": S.REINTEGRATING},
    S.REINTEGRATING: {
        "plan": S.REINTEGRATING,
        "monitor": "contact_not_consented",
        "close": S.CLOSED,
    },
    S.CLOSED: {},
    S.WITHDRAWN: {"withdraw": S.WITHDRAWN},
    S.CANCELLED: {"withdraw": S.CANCELLED},
}
"""What each act does in each state; what is not here is refused as out of order."""

STOPS = {"withdraw": S.WITHDRAWN, "cancel": S.CANCELLED, "suspend": S.SUSPENDED}
AFTER = {"arrive", "plan", "monitor", "close"}


def expected(state: State, act: str) -> State | str:
    if act in TABLE[state]:
        return TABLE[state][act]
    if act in STOPS and state in BEFORE_DEPARTURE:
        return STOPS[act]
    if act in STOPS and state not in STOPPED:
        return "already_departed"
    arrived = {S.ARRIVED, S.REINTEGRATING, S.CLOSED}
    before_arrival = state not in arrived
    return "not_departed" if act in AFTER and before_arrival else "out_of_order"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state(state: State, act: str) -> None:
    try:
        found: State | str = ACTS[act](a_case(state)).state
    except Refusal as refusal:
        found = refusal.code

    assert found == expected(state, act)


@pytest.mark.parametrize("state", State)
def test_anything_but_clear_suspends_a_return_and_never_does_more(state: State) -> None:
    case = a_case(state, enquiry=Enquiry(a_nonce(), NOON))

    heard = return_case.hear_answer(case, an_answer(answer=Clearance.BLOCKED), at=NOON)

    if state in UNDER_WAY:
        assert (heard.state, heard.enquiry) == (S.SUSPENDED, None)
    else:
        assert heard == case


def test_a_barred_answer_after_a_clear_one_to_the_same_question_suspends() -> None:
    case = a_case(S.PREPARING)

    heard = return_case.hear_answer(case, an_answer(answer=Clearance.BLOCKED), at=NOON)

    assert heard.state is S.SUSPENDED


def test_a_clear_answer_after_a_barred_one_opens_nothing() -> None:
    case = a_case(S.PREPARING)
    barred = return_case.hear_answer(case, an_answer(answer=Clearance.BLOCKED), at=NOON)

    assert return_case.hear_answer(barred, an_answer(), at=NOON) == barred


def test_an_answer_to_another_question_is_dropped() -> None:
    case = a_case(S.PREPARING)

    for answer in Clearance:
        assert return_case.hear_answer(case, an_answer(a_nonce(2), answer), at=NOON) == case


def test_an_answer_that_merely_ran_out_suspends_nothing() -> None:
    case = a_case(S.PREPARING)

    with pytest.raises(AnswerExpired):
        return_case.book(case, BOOKING, CLEAR_GROUND, at=NOON + HOUR)
    asked = return_case.ask(case, a_nonce(2), at=NOON + HOUR)
    heard = return_case.hear_answer(
        asked, an_answer(a_nonce(2), until=NOON + 2 * HOUR), at=NOON + HOUR
    )

    assert return_case.book(heard, BOOKING, CLEAR_GROUND, at=NOON + HOUR).state is S.BOOKED


def test_a_new_question_makes_the_answer_before_it_worthless() -> None:
    asked = return_case.ask(a_case(S.PREPARING), a_nonce(2), at=NOON)

    with pytest.raises(CheckStanding):
        return_case.book(asked, BOOKING, CLEAR_GROUND, at=NOON)
    assert return_case.hear_answer(asked, an_answer(a_nonce(1)), at=NOON) == asked


def test_nobody_is_asked_about_who_was_not_screened() -> None:
    with pytest.raises(ScreeningMissing):
        return_case.ask(a_case(S.APPLIED), a_nonce(), at=NOON)


@pytest.mark.parametrize("state", sorted(set(State) - UNDER_WAY))
def test_nobody_is_asked_about_whose_return_is_not_prepared(state: State) -> None:
    with pytest.raises(OutOfOrder):
        return_case.ask(a_case(state), a_nonce(), at=NOON)


def test_booking_spends_the_answer_so_that_departure_asks_again() -> None:
    booked = return_case.book(a_case(S.PREPARING), BOOKING, CLEAR_GROUND, at=NOON)
    booked = return_case.reconfirm(booked, ReconfirmWish(signed=True), at=NOON)

    with pytest.raises(AnswerExpired):
        return_case.depart(booked, BOARDING, CLEAR_GROUND, at=NOON)
    repeated = return_case.hear_answer(booked, an_answer(), at=NOON)
    with pytest.raises(AnswerExpired):
        return_case.depart(repeated, BOARDING, CLEAR_GROUND, at=NOON)


def test_the_last_yes_is_at_most_48_hours_old_when_boarding() -> None:
    case = a_case(S.BOOKED, enquiry=Enquiry(a_nonce(), NOON, NOON + 10 * DAY))
    late = NOON + timedelta(hours=48)

    assert return_case.depart(case, BOARDING, CLEAR_GROUND, at=late).state is S.DEPARTED
    with pytest.raises(return_case.NotReconfirmed):
        return_case.depart(case, BOARDING, CLEAR_GROUND, at=late + MOMENT)
    boards_later = ConfirmDeparture(boards_at=late + MOMENT)
    with pytest.raises(return_case.NotReconfirmed):
        return_case.depart(case, boards_later, CLEAR_GROUND, at=NOON)


def test_a_reconfirmation_is_signed_and_not_too_early() -> None:
    case = a_case(S.BOOKED, leaves_at=NOON + timedelta(hours=48), reconfirmed_at=None)

    with pytest.raises(return_case.TooEarly):
        return_case.reconfirm(case, ReconfirmWish(signed=True), at=NOON - MOMENT)
    with pytest.raises(return_case.NotSigned):
        return_case.reconfirm(case, ReconfirmWish(), at=NOON)
    assert return_case.reconfirm(case, ReconfirmWish(signed=True), at=NOON).reconfirmed_at == NOON


def test_a_journey_leads_through_no_place_that_closes_later() -> None:
    case = a_case(S.BOOKED, transits=("XTB",))

    assert return_case.is_closed(case, [a_closure("XTB", "XTB-9")])
    assert return_case.is_closed(case, [a_closure("XTA", "XTA-1")])
    assert not return_case.is_closed(case, [a_closure("XTA", "XTA-2"), a_closure("XTC")])


def test_a_suspension_takes_journey_and_question_and_leaves_what_was_found() -> None:
    suspended = return_case.suspend(a_case(S.BOOKED), at=NOON)

    gone = (suspended.enquiry, suspended.leaves_at, suspended.transits, suspended.reconfirmed_at)
    assert gone == (None, None, (), None)
    assert suspended.findings == a_case(S.BOOKED).findings


def test_after_a_suspension_every_check_is_asked_anew() -> None:
    resumed = return_case.resume(return_case.suspend(a_case(S.BOOKED), at=NOON), at=NOON)

    assert (resumed.state, resumed.findings, resumed.enquiry) == (S.PREPARING, {}, None)


@pytest.mark.parametrize("state", [S.ENQUIRY, S.COUNSELLED])
def test_who_had_not_applied_has_not_applied_after_a_suspension(state: State) -> None:
    case = a_case(state)

    assert return_case.resume(return_case.suspend(case, at=NOON), at=NOON) == case


@pytest.mark.parametrize("stop", [return_case.withdraw, return_case.cancel])
@pytest.mark.parametrize("state", sorted(BEFORE_DEPARTURE))
def test_of_a_stopped_case_nothing_stays_but_that_it_ended(
    state: State, stop: Callable[..., Case]
) -> None:
    case = a_case(state, word=ReturnWord.APPLIED, tasked=True, referral=a_referral())

    left = stop(case, at=NOON)

    midnight = NOON.replace(hour=0)
    assert left == Case(
        reference=case.reference,
        person=case.person,
        state=left.state,
        since=midnight,
        word=ReturnWord.APPLIED,
    )
    assert left.state in STOPPED


@pytest.mark.parametrize("state", State)
def test_a_word_on_age_stops_a_return_to_which_somebody_else_had_to_consent(state: State) -> None:
    case = a_case(state)

    assert return_case.hear_age(case, AgeState.ADULT, at=NOON) == case
    for age in (AgeState.CHILD, AgeState.UNKNOWN):
        heard = return_case.hear_age(case, age, at=NOON)
        assert (heard.state is S.SUSPENDED) is (state in UNDER_WAY or state is S.SUSPENDED)


def test_a_request_for_a_paper_is_kept_as_a_day() -> None:
    case = a_case(S.PREPARING)
    asked = RecordDocuments(answer=Answer.UNKNOWN, says=("sex",))

    assert return_case.request_paper(case, asked, at=NOON).requested_on == NOON.date()
    none = RecordDocuments(answer=Answer.YES)
    assert return_case.request_paper(case, none, at=NOON) == case


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_is_never_suspended(state: State) -> None:
    assert return_case.suspend(a_case(state), at=NOON) == a_case(state)
