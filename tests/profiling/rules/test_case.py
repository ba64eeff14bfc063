"""A profile goes as the table says; whatever is done, nothing is lost and nothing jumps ahead."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.profiling.commands.case import EstablishProfile, RecordCounselling
from services.profiling.rules import case as cases
from services.profiling.rules.case import Case
from services.profiling.rules.category import FOLLOWS
from services.profiling.rules.profile import ProfileState
from shared.codes.pathways import Pathway
from shared.codes.profiles import Confidence, Option, Pause, ProfileCode
from shared.kernel.agencies import Role
from shared.kernel.errors import Conflict
from tests.profiling.builders import NOON, a_person

OPEN, IN_PROGRESS, PAUSED, PRELIMINARY, COUNSELLED, REFERRED, CLOSED = ProfileState
every_state = pytest.mark.parametrize("state", ProfileState)


def finding(code: str = "ASY", **said: Any) -> dict[str, Any]:
    body = {"code": code, "confidence": "LIKELY", "basis": ["SELF"], "explanation": "in words"}
    return body | said


def establishing(*codes: str) -> EstablishProfile:
    return EstablishProfile.model_validate({"findings": [finding(code) for code in codes]})


def establish(case: Case, *codes: str) -> Case:
    return cases.establish(establishing(*codes), case, by=Role.PROFILER, at=NOON)


def counselling(*options: str, declined: tuple[str, ...] = ()) -> RecordCounselling:
    return RecordCounselling.model_validate({"options": options, "declined": declined})


WAY: dict[ProfileState, Callable[[Case], Case]] = {
    IN_PROGRESS: cases.begin,
    PRELIMINARY: lambda case: establish(case, "ASY"),
    COUNSELLED: lambda case: cases.counsel(counselling("ASYLUM"), case),
    REFERRED: lambda case: cases.refer(case, Pathway.ASYLUM),
    CLOSED: lambda case: cases.close(case, concerned=False, referral_open=False),
}
"""From the first state to the last, act by act."""


def in_state(state: ProfileState) -> Case:
    """Return a case that came to a state by its own way."""
    case = Case(person=a_person())
    if state is PAUSED:
        return cases.pause(cases.begin(case), Pause.TRAUMA)
    for step in WAY.values():
        if case.state is state:
            break
        case = step(case)
    return case


@every_state
def test_each_state_is_reached(state: ProfileState) -> None:
    assert in_state(state).state is state


ACTS: dict[str, Any] = {
    "begin": cases.begin,
    "pause": lambda case: cases.pause(case, Pause.MEDICAL),
    "establish": lambda case: establish(case, "TIP"),
    "counsel": lambda case: cases.counsel(counselling("ASYLUM"), case),
    "refer": lambda case: cases.refer(case, Pathway.ASYLUM),
    "close": lambda case: cases.close(case, concerned=False, referral_open=False),
    "reopen": lambda case: cases.reopen(case, at=NOON),
    "concern": lambda case: cases.hear_concern(case, at=NOON),
}

TABLE: dict[str, dict[ProfileState, ProfileState]] = {
    "begin": {OPEN: IN_PROGRESS, PAUSED: IN_PROGRESS}
    | {state: state for state in (IN_PROGRESS, PRELIMINARY, COUNSELLED, REFERRED)},
    "pause": {state: state for state in ProfileState} | {IN_PROGRESS: PAUSED},
    "establish": dict.fromkeys(
        (IN_PROGRESS, PRELIMINARY, COUNSELLED, REFERRED, CLOSED), PRELIMINARY
    ),
    "counsel": {PRELIMINARY: COUNSELLED, COUNSELLED: COUNSELLED, REFERRED: REFERRED},
    "refer": {state: state for state in ProfileState} | {COUNSELLED: REFERRED},
    "close": {REFERRED: CLOSED},
    "reopen": {CLOSED: PRELIMINARY},
    "concern": {state: state for state in ProfileState}
    | dict.fromkeys((COUNSELLED, REFERRED, CLOSED), PRELIMINARY),
}
"""Where each act leads from where; from anywhere else it is refused."""


@every_state
@pytest.mark.parametrize("act", ACTS)
def test_each_act_leads_where_the_table_says_or_is_refused(act: str, state: ProfileState) -> None:
    to = TABLE[act].get(state)

    if to is None:
        with pytest.raises(Conflict):
            ACTS[act](in_state(state))
    else:
        assert ACTS[act](in_state(state)).state is to


@pytest.mark.parametrize("code", ProfileCode)
def test_every_category_but_the_competent_bodys_can_be_found(code: ProfileCode) -> None:
    if code is ProfileCode.NOT_IN_NEED:
        with pytest.raises(cases.CompetentBodyOnly):
            establish(in_state(IN_PROGRESS), code)
    else:
        assert establish(in_state(IN_PROGRESS), code).codes == (code,)


def test_profiling_confirms_nothing() -> None:
    said = {"findings": [finding(confidence=Confidence.CONFIRMED)]}
    command = EstablishProfile.model_validate(said)

    with pytest.raises(cases.CompetentBodyOnly):
        cases.establish(command, in_state(IN_PROGRESS), by=Role.PROFILER, at=NOON)


@pytest.mark.parametrize("explanation", ["", "  "])
def test_a_finding_is_explained(explanation: str) -> None:
    said = {"findings": [finding(), finding("TIP", explanation=explanation)]}
    command = EstablishProfile.model_validate(said)

    with pytest.raises(cases.ExplanationMissing):
        cases.establish(command, in_state(IN_PROGRESS), by=Role.PROFILER, at=NOON)


@pytest.mark.parametrize("state", [OPEN, PAUSED])
def test_nobody_is_profiled_unheard(state: ProfileState) -> None:
    with pytest.raises(cases.NotInterviewed):
        establish(in_state(state), "ASY")


def test_several_categories_stand_at_once_and_the_earlier_ones_stay() -> None:
    case = establish(in_state(PRELIMINARY), "TIP", "MED_N")

    assert case.codes == (ProfileCode.TRAFFICKED, ProfileCode.MEDICAL_NEED)
    assert [one.code for one in case.history[0].findings] == [ProfileCode.ASYLUM_SEEKER]
    assert case.reopened_at == NOON


@pytest.mark.parametrize(
    "options",
    [("VOLUNTARY_RETURN",), ("READMISSION_FIRST_COUNTRY",), ("VOLUNTARY_RETURN",) * 2],
)
def test_a_way_back_is_never_the_only_option(options: tuple[str, ...]) -> None:
    with pytest.raises(cases.ReturnOnlyOption):
        cases.counsel(counselling(*options), in_state(PRELIMINARY))


@pytest.mark.parametrize("option", sorted(set(Option) - cases.WAYS_BACK))
def test_beside_any_other_option_a_way_back_may_be_explained(option: Option) -> None:
    case = cases.counsel(counselling("VOLUNTARY_RETURN", option), in_state(PRELIMINARY))

    assert case.options == (Option.VOLUNTARY_RETURN, option)


def test_each_category_needs_its_referral_or_a_recorded_no() -> None:
    case = establish(in_state(IN_PROGRESS), "ASY", "MED_N", "OTHER")

    case = cases.refer(case, Pathway.MEDICAL)
    assert cases.unanswered(case) == {ProfileCode.ASYLUM_SEEKER}
    case = cases.counsel(counselling("ASYLUM"), case)
    assert (case.state, cases.is_complete(case)) == (COUNSELLED, False)
    case = cases.counsel(counselling("ASYLUM", declined=("ASY",)), case)
    assert (case.state, cases.is_complete(case)) == (REFERRED, True)


@pytest.mark.parametrize(
    ("concerned", "referral_open", "refusal"),
    [(True, False, cases.ConcernOpen), (False, True, cases.ReferralOpen)],
)
def test_what_waits_keeps_a_profile_open(
    concerned: bool,  # noqa: FBT001
    referral_open: bool,  # noqa: FBT001
    refusal: type[Conflict],
) -> None:
    with pytest.raises(refusal):
        cases.close(in_state(REFERRED), concerned=concerned, referral_open=referral_open)


@pytest.mark.parametrize("code", ProfileCode)
def test_a_profile_is_due_by_its_most_urgent_category(code: ProfileCode) -> None:
    assert cases.due_at([code], at=NOON) == NOON + FOLLOWS[code].within
    assert cases.due_at([code, ProfileCode.ASYLUM_SEEKER], at=NOON) == NOON + min(
        FOLLOWS[code].within, FOLLOWS[ProfileCode.ASYLUM_SEEKER].within
    )


class CaseMachine(RuleBasedStateMachine):
    """Whatever staff tries in whatever order, the table holds and no history is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case(person=a_person())
        self.established = 0

    @rule(act=st.sampled_from(sorted(ACTS)))
    def act(self, act: str) -> None:
        before = self.case
        try:
            self.case = ACTS[act](before)
        except Conflict:
            assert before.state not in TABLE[act] or act == "close"
            return
        self.established += act == "establish"
        reached = {TABLE[act][before.state]}
        if TABLE[act][before.state] is COUNSELLED:
            reached.add(REFERRED)
        if act == "refer" and cases.unanswered(self.case):
            reached.add(before.state)
        assert self.case.state in reached

    @rule(codes=st.sets(st.sampled_from(["TIP", "MED_N", "STL"]), min_size=1))
    def find(self, codes: set[str]) -> None:
        try:
            self.case = establish(self.case, *sorted(codes))
        except cases.NotInterviewed:
            assert self.case.state in (OPEN, PAUSED)
        else:
            self.established += 1

    @invariant()
    def history_only_grows(self) -> None:
        assert len(self.case.history) == self.established

    @invariant()
    def nobody_is_counselled_without_a_profile(self) -> None:
        unheard = self.case.state in (OPEN, IN_PROGRESS, PAUSED)
        assert unheard == (not self.case.history)

    @invariant()
    def what_is_settled_is_complete(self) -> None:
        if self.case.state in (REFERRED, CLOSED):
            assert cases.is_complete(self.case)


TestCaseMachine = CaseMachine.TestCase
