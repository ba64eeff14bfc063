"""Which of the six checks stand? Unknown is no, silence is no, and old is unknown."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.returns.commands import (
    Answer,
    AssessVoluntariness,
    RecordFitness,
    RecordScreening,
    Screened,
)
from services.returns.rules import gate
from services.returns.rules.gate import Check, Enquiry, Finding, Ground
from shared.codes.protection import Clearance
from tests.returns.builders import (
    CLEAR_GROUND,
    DAY,
    EVERYTHING,
    HOUR,
    MOMENT,
    NOON,
    OTHERS,
    a_nonce,
    an_answer,
)

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
ASKED = Enquiry(a_nonce(), NOON)
CLEAR = Enquiry(a_nonce(), NOON, NOON + HOUR)


def found(**answers: Answer) -> dict[Check, Finding]:
    told = dict.fromkeys(OTHERS, YES) | {Check(name): told for name, told in answers.items()}
    return {check: Finding(answer, NOON) for check, answer in told.items()}


def passes(
    findings: dict[Check, Finding],
    enquiry: Enquiry | None = CLEAR,
    ground: Ground = CLEAR_GROUND,
    at: datetime = NOON,
    acts_at: datetime = NOON,
) -> str:
    try:
        gate.pass_gate(findings, enquiry, ground, at=at, acts_at=acts_at)
    except (gate.CheckStanding, gate.AnswerExpired) as refusal:
        return " ".join((refusal.code, *refusal.fields))
    return "passes"


@pytest.mark.parametrize("answers", list(product(Answer, repeat=5)))
def test_only_five_times_yes_and_a_clear_word_pass(answers: tuple[Answer, ...]) -> None:
    told = zip(OTHERS, answers, strict=True)
    findings: dict[Check, Finding] = {check: Finding(answer, NOON) for check, answer in told}

    assert (passes(findings) == "passes") is (set(answers) == {YES})
    assert passes(findings, ASKED) != "passes"
    assert passes(findings, None) != "passes"


@pytest.mark.parametrize("check", OTHERS)
def test_a_check_of_which_nothing_was_said_stands(check: Check) -> None:
    findings = {other: finding for other, finding in found().items() if other is not check}

    assert passes(findings) == f"check_standing {check.lower()}"


def test_everything_that_stands_is_named() -> None:
    assert passes(found(FIT=NO, SAFE=UNKNOWN), None) == "check_standing fit protection safe"


@pytest.mark.parametrize("check", OTHERS)
def test_choice_and_screening_are_fresh_for_90_days(check: Check) -> None:
    late = NOON + timedelta(days=90)
    clear = Enquiry(a_nonce(), NOON, late + HOUR)

    assert passes(found(), clear, at=late - MOMENT) == "passes"
    aged = passes(found(), clear, at=late)
    ages = check in {Check.VOLUNTARY, Check.SCREENED}
    assert (check.lower() in aged) is ages


def test_a_finding_of_the_future_is_unknown() -> None:
    answer = gate.answer_of(found(), Check.SCREENED, at=NOON - MOMENT)

    assert answer is UNKNOWN


def test_the_exchanges_word_holds_until_its_time_and_not_at_it() -> None:
    assert passes(found(), at=NOON + HOUR - MOMENT) == "passes"
    assert passes(found(), at=NOON + HOUR) == "answer_expired"


def test_a_word_that_ran_out_is_not_the_only_thing_asked_for_when_more_stands() -> None:
    assert passes(found(FIT=UNKNOWN), at=NOON + HOUR) == "check_standing fit protection"


def test_boarding_later_than_the_word_holds_asks_again() -> None:
    assert passes(found(), acts_at=NOON + HOUR) == "answer_expired"
    assert passes(found(), acts_at=NOON + HOUR - MOMENT) == "passes"


def test_boarding_said_to_have_been_earlier_does_not_help() -> None:
    assert passes(found(), at=NOON + HOUR, acts_at=NOON) == "answer_expired"


def test_a_closed_place_is_not_safe_and_a_wrong_consent_no_choice() -> None:
    closed = passes(found(), ground=Ground(closed=True, consented=True))
    unconsented = passes(found(), ground=Ground(closed=False, consented=False))

    assert closed == "check_standing safe"
    assert unconsented == "check_standing voluntary"


def test_a_choice_that_was_no_is_not_made_unknown_by_a_wrong_consent() -> None:
    ground = Ground(closed=False, consented=False)

    stand = gate.answers(found(VOLUNTARY=NO), CLEAR, ground, at=NOON)

    assert stand[Check.VOLUNTARY] is NO


def test_what_was_barred_stays_barred_whatever_else_is_known() -> None:
    assert passes(found(PROTECTION=NO)) == "check_standing protection"


def test_a_spent_word_opens_nothing_more() -> None:
    assert passes(found(), gate.spend(CLEAR, at=NOON)) == "answer_expired"
    assert gate.spend(None, at=NOON) is None


@pytest.mark.parametrize("answer", [one for one in Clearance if one is not Clearance.CLEAR])
def test_anything_but_clear_bars(answer: Clearance) -> None:
    assert gate.is_barred(an_answer(answer=answer))
    assert not gate.is_barred(an_answer())


def test_only_an_answer_to_the_last_question_is_one() -> None:
    assert gate.is_answer_to(ASKED, an_answer())
    assert not gate.is_answer_to(ASKED, an_answer(a_nonce(2)))
    assert not gate.is_answer_to(None, an_answer())


def test_a_word_never_holds_longer_than_an_hour_after_it_was_heard() -> None:
    heard = gate.hear_clear(ASKED, an_answer(until=NOON + DAY), at=NOON)

    assert heard.valid_until == NOON + HOUR


def test_a_word_heard_again_does_not_hold_longer() -> None:
    again = gate.hear_clear(CLEAR, an_answer(until=NOON + 2 * HOUR), at=NOON + HOUR)

    assert again == CLEAR


def test_a_word_told_late_has_run_out() -> None:
    late = gate.hear_clear(ASKED, an_answer(until=NOON + HOUR), at=NOON + 2 * HOUR)

    assert not gate.is_clear(late, at=NOON + 2 * HOUR)


def test_a_time_without_a_zone_is_no_time() -> None:
    naive = an_answer(until=(NOON + HOUR).replace(tzinfo=None))

    assert not gate.is_clear(gate.hear_clear(ASKED, naive, at=NOON), at=NOON)


@given(
    st.dictionaries(
        st.sampled_from(Check),
        st.builds(
            Finding, st.sampled_from(Answer), st.integers(0, 200).map(lambda d: NOON - d * DAY)
        ),
    ),
    st.none() | st.sampled_from([ASKED, CLEAR]),
    st.builds(Ground, st.booleans(), st.booleans()),
    st.sampled_from(Check),
)
def test_taking_a_finding_away_never_opens_the_gate(
    findings: dict[Check, Finding], enquiry: Enquiry | None, ground: Ground, check: Check
) -> None:
    if check is Check.PROTECTION:
        return
    poorer = {other: finding for other, finding in findings.items() if other is not check}

    assert passes(poorer, enquiry, ground) != "passes"


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("free", gate.UnderPressure),
        ("informed", gate.NotInformed),
        ("capable", gate.CapacityUnclear),
    ],
)
@pytest.mark.parametrize("said", [False, None])
def test_a_yes_to_the_choice_needs_its_three_parts(
    field: str, code: type[Exception], *, said: bool | None
) -> None:
    told: dict[str, Any] = {"free": True, "informed": True, "capable": True, field: said}

    with pytest.raises(code):
        gate.assess_voluntariness(AssessVoluntariness(answer=YES, **told), consented=True)


@pytest.mark.parametrize("answer", [NO, UNKNOWN])
def test_a_no_or_unknown_needs_no_reason(answer: Answer) -> None:
    choice = AssessVoluntariness(answer=answer)

    assert gate.assess_voluntariness(choice, consented=False) is answer
    assert gate.record_screening(RecordScreening(answer=answer)) is answer


def test_a_yes_to_the_choice_needs_a_consent_that_can_be_given() -> None:
    choice = AssessVoluntariness(answer=YES, free=True, informed=True, capable=True)

    assert gate.assess_voluntariness(choice, consented=True) is YES
    with pytest.raises(gate.ConsentMissing):
        gate.assess_voluntariness(choice, consented=False)


@pytest.mark.parametrize("left_out", Screened)
def test_a_yes_to_the_screening_needs_everything_looked_at(left_out: Screened) -> None:
    some = tuple(one for one in Screened if one is not left_out)

    assert gate.record_screening(RecordScreening(answer=YES, screened=EVERYTHING)) is YES
    with pytest.raises(gate.ScreeningMissing):
        gate.record_screening(RecordScreening(answer=YES, screened=some))


def test_the_exchange_is_asked_only_about_somebody_screened() -> None:
    gate.may_ask(found(), at=NOON)
    for findings, at in (({}, NOON), (found(SCREENED=NO), NOON), (found(), NOON + 90 * DAY)):
        with pytest.raises(gate.ScreeningMissing):
            gate.may_ask(findings, at=at)


@pytest.mark.parametrize("answer", Answer)
def test_of_fitness_only_one_word_is_taken(answer: Answer) -> None:
    assert gate.record_fitness(RecordFitness(answer=answer)) is answer
    with pytest.raises(gate.DiagnosisNotKept) as refusal:
        gate.record_fitness(RecordFitness.model_validate({"answer": answer, "why": "Qanaryx"}))
    assert "Qanaryx" not in repr(refusal.value)
    assert "Qanaryx" not in repr(RecordFitness.model_validate({"answer": answer, "why": "Qanaryx"}))
