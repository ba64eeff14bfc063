"""Nobody is interviewed until everything is there that makes talking safe."""

from typing import Any

import pytest

from services.profiling.commands.case import Journey, RecordAnswers, StartInterview
from services.profiling.rules import talk
from services.profiling.rules.talk import QUESTIONS, Interview
from shared.codes.profiles import Pause
from shared.events.event import ABSENT
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict
from tests.profiling.builders import a_person

SAFE: dict[str, Any] = {
    "information_given": True,
    "interpreter": "CONFIRMED",
    "room_private": True,
    "spouse_apart": True,
    "fit_to_talk": True,
    "deprived_of_liberty": False,
}
WITH_CHILD = SAFE | {"support_person": True, "child_trained": True}


def begin(said: dict[str, Any], age: AgeState = AgeState.ADULT, *, consented: bool = True) -> None:
    talk.refuse_unsafe(StartInterview.model_validate(said), consented=consented, age=age)


def test_with_everything_there_an_interview_begins() -> None:
    begin(SAFE)
    begin(SAFE | {"interpreter": "NOT_NEEDED"})
    begin(WITH_CHILD, AgeState.CHILD)
    begin(SAFE | {"deprived_of_liberty": True, "lawyer_offered": True})


@pytest.mark.parametrize(
    ("without", "refusal"),
    [
        ("information_given", talk.InformationNotGiven),
        ("interpreter", talk.InterpreterUnconfirmed),
        ("room_private", talk.RoomNotPrivate),
        ("spouse_apart", talk.SpousePresent),
        ("fit_to_talk", talk.MedicalHold),
        ("deprived_of_liberty", talk.LawyerNotOffered),
    ],
)
def test_what_was_not_said_counts_as_the_worse(without: str, refusal: type[Conflict]) -> None:
    with pytest.raises(refusal):
        begin({name: value for name, value in SAFE.items() if name != without})


def test_without_consent_nothing_begins() -> None:
    with pytest.raises(talk.ConsentMissing):
        begin(SAFE, consented=False)


@pytest.mark.parametrize("age", [AgeState.CHILD, AgeState.UNKNOWN])
@pytest.mark.parametrize(
    ("without", "refusal"),
    [
        ("support_person", talk.ChildWithoutSupport),
        ("child_trained", talk.NotChildTrained),
    ],
)
def test_who_may_be_a_child_is_never_alone(
    age: AgeState, without: str, refusal: type[Conflict]
) -> None:
    with pytest.raises(refusal):
        begin(WITH_CHILD | {without: False}, age)


def recording(**answers: tuple[str, ...]) -> RecordAnswers:
    return RecordAnswers(seen=0, answers=answers)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_of_the_questionnaire_is_taken(name: str) -> None:
    answers = tuple(sorted(QUESTIONS[name]))[:20]

    kept = talk.record(Interview(person=a_person()), recording(**{name: answers}))

    assert (kept.version, kept.answers) == (1, {name: answers})


@pytest.mark.parametrize(
    "answers",
    [
        {"religion": ("YES",)},
        {"sexual_history": ("YES",)},
        {"fear_of_return": ("CREDIBLE",)},
    ],
)
def test_what_is_not_in_the_questionnaire_is_not_asked(answers: dict[str, Any]) -> None:
    with pytest.raises(talk.QuestionNotAsked):
        talk.record(Interview(person=a_person()), recording(**answers))


def test_answers_that_somebody_has_not_seen_are_not_overwritten() -> None:
    once = talk.record(Interview(person=a_person()), recording(fear_of_return=("YES",)))

    with pytest.raises(talk.Superseded):
        talk.record(once, recording(fear_of_return=("NO",)))


def test_in_a_paused_interview_nothing_is_recorded() -> None:
    with pytest.raises(talk.Superseded):
        talk.record(Interview(person=a_person(), paused=Pause.TRAUMA), recording())


def test_a_journey_is_told_as_said_with_its_coarse_form() -> None:
    said = {
        "origin_country": "XTA",
        "route": [{"country": "XTA"}, {"country": "XTC", "month": "2026-01"}, {"country": "XTB"}],
    }

    told = talk.journey_of(a_person(), Journey.model_validate(said))

    assert told.transit == ("XTB", "XTC")
    assert isinstance(told.route, tuple)
    assert [leg.country for leg in told.route] == ["XTA", "XTC", "XTB"]
    assert told.route[0].month is ABSENT
    assert told.place_of_origin is ABSENT


def test_of_a_route_that_was_not_said_nothing_is_told() -> None:
    told = talk.journey_of(a_person(), Journey.model_validate({"place_of_origin": "XTA-1"}))

    assert {told.route, told.transit, told.origin_country} == {ABSENT}
