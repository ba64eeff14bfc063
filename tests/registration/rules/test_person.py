from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.commands import RegisterPerson
from services.registration.rules import person as rules
from services.registration.rules.person import Person, Waiting
from services.registration.rules.stated import BornInTheFuture, NotADate
from shared.codes.people import AgeBand, AgeStatus, Level, PaperKind, Sex, State
from shared.codes.places import NameText, NumberText, PhoneText
from shared.events.control import SafeguardsStated
from shared.events.event import ABSENT
from shared.events.profiling import CorrectionProposed
from shared.events.registration import (
    Identity,
    IdentityPaper,
    PersonRegistered,
    RegistrationUpdated,
)
from shared.kernel.consent import AgeState
from shared.kernel.dates import PartialDate
from tests.registration.builders import (
    DAY,
    NOON,
    a_change,
    a_registration,
    encounter,
    person,
    registered,
)

NUMBER = NumberText("TP-XTP-00000000-0")

FACTS: dict[str, st.SearchStrategy[Any]] = {
    "family_name": st.none() | st.text(st.characters(codec="utf-8"), max_size=20),
    "other_names": st.none() | st.lists(st.sampled_from(["Ka", "Lo"]), max_size=3),
    "sex": st.none() | st.sampled_from([sex.value for sex in Sex]),
    "date_of_birth": st.none() | st.integers(1900, 2025).map(str),
    "age": st.none() | st.integers(0, 120),
    "nationalities": st.none() | st.lists(st.sampled_from(["XTA", "XXA", "XXX"]), max_size=3),
    "identity_papers": st.none()
    | st.lists(
        st.sampled_from([{"kind": "NONE"}, {"kind": "PASSPORT", "number": "X1"}]), max_size=3
    ),
    "contact": st.none() | st.just("+999 1"),
    "occupation": st.none() | st.integers(0, 9999),
    "hide_location": st.none() | st.booleans(),
}
SAID = st.fixed_dictionaries({}, optional=FACTS)


def register(
    command: RegisterPerson, waiting: Waiting | None = None
) -> tuple[SafeguardsStated, PersonRegistered]:
    return rules.register(command, waiting, person=person(), number=NUMBER, at=NOON)


@given(said=SAID)
def test_nobody_is_refused_for_papers_consent_or_anything_not_said(said: dict[str, Any]) -> None:
    stated, told = register(a_registration(**said))

    assert told.person == stated.person == person()
    assert told.state is State.ACTIVE


@given(said=SAID)
def test_what_was_not_asked_stays_absent_and_what_is_not_there_is_null(
    said: dict[str, Any],
) -> None:
    _, told = register(a_registration(**said))

    for name in rules.IDENTITY - {"age_band"}:
        value = getattr(told, name)
        assert (value is ABSENT) == (name not in said)
        assert (value is None) == (name in said and said[name] is None)


def test_nothing_is_asked_but_age_and_information() -> None:
    stated, told = register(a_registration())

    assert told == PersonRegistered(
        person=person(),
        registration_no=NUMBER,
        level=Level.EMERGENCY,
        state=State.ACTIVE,
        age_band=AgeBand.UNKNOWN,
    )
    assert stated == SafeguardsStated(person=person(), treated_as_child=AgeState.UNKNOWN)


def test_information_comes_first() -> None:
    with pytest.raises(rules.InformationNotGiven):
        register(a_registration(information_given=False))


def test_age_is_asked_and_may_be_unknown() -> None:
    with pytest.raises(rules.AgeUnknown) as refused:
        register(a_registration(age_not_known=False))

    assert refused.value.fields == ("date_of_birth", "age", "age_not_known")


@pytest.mark.parametrize("said", [{"date_of_birth": "1991"}, {"age": 0}])
def test_a_date_or_an_age_is_enough(said: dict[str, Any]) -> None:
    _, told = register(a_registration(age_not_known=False, **said))

    assert isinstance(told.age_band, AgeBand)


@pytest.mark.parametrize("born", ["2026-03-02", "2026-04", "2027"])
def test_nobody_is_born_after_today(born: str) -> None:
    with pytest.raises(BornInTheFuture):
        register(a_registration(date_of_birth=born))


@pytest.mark.parametrize("born", ["2026-03-01", "2026-03", "2026"])
def test_a_child_may_be_born_today(born: str) -> None:
    _, told = register(a_registration(date_of_birth=born))

    assert told.age_band is AgeBand.FROM_0_TO_4


def test_an_age_is_kept_as_its_band_and_no_date_is_invented() -> None:
    stated, told = register(a_registration(age=17))

    assert told.date_of_birth is ABSENT
    assert told.age_band is AgeBand.FROM_12_TO_17
    assert stated.treated_as_child is AgeState.CHILD


def test_a_wristband_that_finds_nobody_is_told() -> None:
    with pytest.raises(rules.WristbandUnknown):
        register(a_registration(wristband="W-1"))


def test_nobody_is_registered_twice() -> None:
    with pytest.raises(rules.AlreadyRegistered):
        register(a_registration(), Waiting(person(), encounter(), registered=True))


def test_papers_are_written_as_shown() -> None:
    _, told = register(a_registration(identity_papers=[{"kind": "PASSPORT", "number": "X1"}]))

    assert told.identity_papers == (
        IdentityPaper(kind=PaperKind.PASSPORT, number=NumberText("X1")),
    )


@given(first=SAID, then=SAID.filter(bool))
def test_a_change_tells_the_whole_state(first: dict[str, Any], then: dict[str, Any]) -> None:
    _, told = register(a_registration(**first))
    before = Person(told, version=1, hide_location=first.get("hide_location"))

    events, after = rules.update(a_change(**then), before, at=NOON)

    expected = msgspec.structs.asdict(told) | rules.facts_of(a_change(**then), on=DAY)
    assert msgspec.structs.asdict(after.state) == expected
    if not events:
        assert after == before
    else:
        assert isinstance(events[-1], RegistrationUpdated)
        assert msgspec.structs.asdict(events[-1]) == expected
        assert after.version == 2


@given(said=SAID.filter(bool))
def test_told_again_changes_nothing(said: dict[str, Any]) -> None:
    _, told = register(a_registration(**said))
    before = Person(told, version=1, hide_location=said.get("hide_location"))

    assert rules.update(a_change(**said), before, at=NOON) == ((), before)


def test_null_clears_and_absent_leaves() -> None:
    before = registered(family_name=NameText("Ka"), contact=PhoneText("+999 1"))

    _, after = rules.update(a_change(contact=None), before, at=NOON)

    assert after.state.contact is None
    assert after.state.family_name == "Ka"


def test_safeguards_are_told_first_and_only_when_they_change() -> None:
    before = registered(age_band=AgeBand.FROM_18_TO_59)

    told, _ = rules.update(a_change(age=17), before, at=NOON)
    only_name, _ = rules.update(a_change(family_name="Ka"), before, at=NOON)

    assert [type(event) for event in told] == [SafeguardsStated, RegistrationUpdated]
    assert [type(event) for event in only_name] == [RegistrationUpdated]


def test_hiding_a_place_is_told() -> None:
    told, after = rules.update(a_change(hide_location=False), registered(), at=NOON)

    assert isinstance(told[0], SafeguardsStated)
    assert told[0].hide_location is False
    assert after.hide_location is False


def test_a_date_that_is_cleared_leaves_an_unknown_age() -> None:
    before = registered(date_of_birth=PartialDate("1991"), age_band=AgeBand.FROM_18_TO_59)

    _, after = rules.update(a_change(date_of_birth=None), before, at=NOON)

    assert after.state.age_band is AgeBand.UNKNOWN


@pytest.mark.parametrize("said", [{"age": 30}, {"date_of_birth": "1991"}])
def test_an_assessment_never_overwrites_the_stated_age(said: dict[str, Any]) -> None:
    with pytest.raises(rules.StatedAgeKept):
        rules.update(a_change(age_status="ASSESSED", **said), registered(), at=NOON)


def test_an_assessment_alone_is_noted() -> None:
    _, after = rules.update(a_change(age_status="ASSESSED"), registered(), at=NOON)

    assert after.state.age_status is AgeStatus.ASSESSED


def test_a_change_says_something() -> None:
    with pytest.raises(rules.NothingSaid):
        rules.update(a_change(), registered(), at=NOON)


def test_a_level_only_changes_when_said() -> None:
    before = registered(level=Level.BASIC)

    _, after = rules.update(a_change(level=None, family_name="Ka"), before, at=NOON)

    assert after.state.level is Level.BASIC


def test_a_correction_replaces_only_what_it_says() -> None:
    before = registered(family_name=NameText("Ka"), sex=Sex.FEMALE)
    proposed = CorrectionProposed(person=person(), family_name=NameText("Kaa"))

    told, after = rules.correct(proposed, before, at=NOON)

    assert (after.state.family_name, after.state.sex) == ("Kaa", Sex.FEMALE)
    assert [type(event) for event in told] == [RegistrationUpdated]


def test_a_corrected_date_brings_its_band() -> None:
    proposed = CorrectionProposed(person=person(), date_of_birth=PartialDate("2012"))

    told, after = rules.correct(proposed, registered(age_band=AgeBand.FROM_18_TO_59), at=NOON)

    assert after.state.age_band is AgeBand.FROM_12_TO_17
    assert isinstance(told[0], SafeguardsStated)
    assert told[0].treated_as_child is AgeState.CHILD


@pytest.mark.parametrize("field", ["date_of_birth", "arrived_on"])
@pytest.mark.parametrize("text", ["2026-00", "1991-02-30"])
def test_a_correction_to_what_no_calendar_has_is_refused(field: str, text: str) -> None:
    proposed = msgspec.convert({field: text}, Identity)

    with pytest.raises(NotADate, match=field):
        rules.correct(proposed, registered(), at=NOON)


def test_a_correction_to_a_birth_in_the_future_is_refused() -> None:
    tomorrow = PartialDate((DAY + timedelta(days=1)).isoformat())

    with pytest.raises(BornInTheFuture):
        rules.correct(Identity(date_of_birth=tomorrow), registered(), at=NOON)
