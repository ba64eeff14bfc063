"""What a conversation with the person tells others."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.profiling.commands import OpenTask, ProposeCorrection
from services.profiling.rules import interview as rules
from shared.codes.people import PaperKind, Sex
from shared.events.event import ABSENT, encode
from shared.events.profiling import CorrectionProposed
from shared.events.registration import Identity, IdentityPaper
from shared.kernel.agencies import Purpose
from tests.profiling.builders import NOON, a_person

SAID: dict[str, Any] = {
    "family_name": "Tavoren",
    "given_name": "",
    "other_names": ("Miluk",),
    "sex": "F",
    "date_of_birth": "1991-05",
    "age_band": "18-59",
    "age_status": "STATED",
    "nationalities": ("XTA", "XTB"),
    "country_of_origin": "XTA",
    "identity_papers": ({"kind": "PASSPORT", "number": "A1"},),
    "size_band": "2-3",
    "area": "NORTH-1",
    "address": "second house",
    "contact": "+99 123",
    "languages": ("qaa",),
    "interpreter_sex": "F",
    "marital_status": "SN",
    "occupation": 2310,
    "arrived_on": "2026-02-28",
    "entry_mode": "SEA_RESCUE",
    "stateless_indication": "POSSIBLE",
}


def a_task(**fields: Any) -> OpenTask:
    return OpenTask.model_validate(
        {"purpose": Purpose.SOLUTIONS, "until": date(2026, 6, 1), "in_person": True, **fields}
    )


def test_every_entry_of_the_registration_can_be_found_wrong() -> None:
    assert set(ProposeCorrection.model_fields) == set(Identity.__struct_fields__)
    assert set(SAID) == set(Identity.__struct_fields__)


@given(st.sets(st.sampled_from(sorted(SAID)), min_size=1), st.sets(st.sampled_from(sorted(SAID))))
def test_exactly_the_fields_said_are_proposed(names: set[str], cleared: set[str]) -> None:
    body = {name: None if name in cleared else SAID[name] for name in names}

    event = rules.propose_correction(ProposeCorrection.model_validate(body), person=a_person())

    for name in Identity.__struct_fields__:
        value = getattr(event, name)
        assert (value is ABSENT) == (name not in names)
        if name in names:
            assert (value is None) == (name in cleared)
    assert event.person == a_person()


def test_a_correction_reads_back_as_it_was_said() -> None:
    command = ProposeCorrection.model_validate(
        {"sex": "F", "identity_papers": [{"kind": "OTHER", "number": None}]}
    )

    event = rules.propose_correction(command, person=a_person())

    assert event == CorrectionProposed(
        person=a_person(),
        sex=Sex.FEMALE,
        identity_papers=(IdentityPaper(kind=PaperKind.OTHER),),
    )
    assert b"address" not in encode(event)


def test_a_correction_of_nothing_is_refused() -> None:
    with pytest.raises(rules.NothingToCorrect):
        rules.propose_correction(ProposeCorrection(), person=a_person())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "1991-13"),
        ("date_of_birth", "91"),
        ("date_of_birth", "1991-05-14\n"),
        ("country_of_origin", "xta"),
        ("languages", ["q"]),
        ("sex", "X"),
        ("occupation", 10_000),
        ("occupation", "12"),
        ("contact", "call me"),
        ("family_name", "x" * 101),
        ("nationalities", ["XTA"] * 21),
        ("claim", "any"),
    ],
)
def test_a_field_out_of_form_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        ProposeCorrection.model_validate({field: value})


def test_a_task_asked_for_in_person_is_opened() -> None:
    event = rules.open_task(a_task(), person=a_person(), on=date(2026, 6, 1))

    assert event.person == a_person()
    assert event.purpose is Purpose.SOLUTIONS
    assert event.until == date(2026, 6, 1)


def test_a_task_is_not_opened_unless_it_is_said_that_the_person_asked_in_person() -> None:
    silent = OpenTask(purpose=Purpose.SOLUTIONS, until=date(2026, 6, 1))

    for command in (silent, a_task(in_person=False)):
        with pytest.raises(rules.NotInPerson):
            rules.open_task(command, person=a_person(), on=NOON.date())


def test_a_task_that_has_ended_is_not_opened() -> None:
    with pytest.raises(rules.TaskEnded):
        rules.open_task(a_task(), person=a_person(), on=date(2026, 6, 1) + timedelta(days=1))
