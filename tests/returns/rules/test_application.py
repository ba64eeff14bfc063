"""From a first question to an application: was the choice informed, and whose is it?"""

from datetime import timedelta

import pytest

from services.returns.commands import (
    RecordEnquiry,
    Topic,
)
from services.returns.rules import application
from services.returns.rules.case import (
    Case,
    State,
)
from services.returns.rules.gate import (
    ConsentMissing,
)
from shared.casework.rules import InformationNotGiven
from shared.codes.protection import Barred
from shared.events.control import TaskOpened
from shared.kernel.agencies import Purpose
from shared.kernel.consent import AgeState, Giver
from shared.kernel.errors import Refusal
from tests.returns.builders import (
    NOON,
    a_case,
    a_counselling,
    a_referral,
    an_application,
)

S = State


def test_whoever_asks_in_person_gives_iom_a_task_and_nobody_else_does() -> None:
    case = a_case(S.ENQUIRY)
    by_phone = application.enquire(case, RecordEnquiry(), on=NOON.date())
    here, task = application.enquire(case, RecordEnquiry(in_person=True), on=NOON.date())

    assert by_phone == (case, None)
    assert here.tasked
    assert task == TaskOpened(
        person=case.person,
        purpose=Purpose.RETURN_VOLUNTARY,
        until=NOON.date() + timedelta(days=365),
    )


def test_a_referral_that_is_not_said_is_not_forgotten() -> None:
    case = a_case(S.ENQUIRY, referral=a_referral())

    assert application.enquire(case, RecordEnquiry(), on=NOON.date())[0].referral == a_referral()


@pytest.mark.parametrize("topic", Topic)
def test_counselling_holds_everything(topic: Topic) -> None:
    some = tuple(one for one in Topic if one is not topic)
    missing: type[Refusal] = InformationNotGiven
    if topic in {Topic.ASYLUM, Topic.STAY, Topic.OTHER_ROUTES}:
        missing = application.AlternativesNotExplained

    with pytest.raises(missing):
        application.counsel(a_case(S.ENQUIRY), a_counselling(explained=some), at=NOON)


def test_counselling_that_was_not_understood_informs_nobody() -> None:
    with pytest.raises(InformationNotGiven):
        application.counsel(a_case(S.ENQUIRY), a_counselling(understood=False), at=NOON)


@pytest.mark.parametrize("detained", [True, None])
def test_whoever_may_be_detained_needs_somebody_independent(*, detained: bool | None) -> None:
    command = a_counselling(detained=detained)
    with pytest.raises(application.IndependentCounsellorMissing):
        application.counsel(a_case(S.ENQUIRY), command, at=NOON)

    helped = a_counselling(detained=detained, independent_counsellor=True)
    assert application.counsel(a_case(S.ENQUIRY), helped, at=NOON).detained is True


@pytest.mark.parametrize("age", AgeState)
@pytest.mark.parametrize("giver", [None, *Giver])
def test_who_consents_to_a_return(giver: Giver | None, age: AgeState) -> None:
    may = giver is Giver.SELF if age is AgeState.ADULT else giver not in (None, Giver.SELF)

    try:
        application.apply(a_case(S.COUNSELLED), an_application(giver=giver), age=age, at=NOON)
        consented = True
    except ConsentMissing:
        consented = False

    assert consented is may


@pytest.mark.parametrize("says", [True, None])
def test_who_may_have_protection_is_not_taken_for_assisted_return(*, says: bool | None) -> None:
    case, age = a_case(S.COUNSELLED), AgeState.ADULT
    with pytest.raises(application.RefugeeNeedsVolrep):
        application.apply(case, an_application(says_protected=says), age=age, at=NOON)

    free = an_application(says_protected=says, kind=Barred.VOLUNTARY_REPATRIATION)
    assert application.apply(case, free, age=age, at=NOON).kind is Barred.VOLUNTARY_REPATRIATION


def test_whether_somebody_has_protection_is_not_kept() -> None:
    assert all("protect" not in field for field in Case.__struct_fields__)
