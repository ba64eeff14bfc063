"""Where is nobody taken, and what may a request for a travel document say?"""

from datetime import date

import pytest

from services.returns.commands import Answer, ClosedFor, RecordDocuments, RecordSafety
from services.returns.rules import travel
from services.returns.rules.gate import ConsentMissing
from shared.events.event import ABSENT
from tests.returns.builders import a_closure

NEVER_SAID = (
    "claim",
    "asylum",
    "reasons",
    "route",
    "health",
    "trafficking",
    "gbv",
    "relatives",
    "unhcr_contact",
    "fingerprints",
    "address",
    "Family_Name",
    "",
)


def a_request(**more: object) -> RecordDocuments:
    told = {"answer": "YES", "says": ["family_name"], "agreed": True, "shows_claim": False}
    return RecordDocuments.model_validate(told | more)


@pytest.mark.parametrize(
    ("country", "area", "closed"),
    [
        ("XTA", "XTA-1", True),
        ("XTA", "XTA-2", False),
        ("XTA", None, True),
        ("XTB", "XTB-1", True),
        ("XTB", None, True),
        ("XTC", "XTA-1", False),
        ("XTC", None, False),
        (None, None, False),
    ],
)
def test_a_place_is_closed_with_its_country_or_area_and_in_doubt(
    country: str | None, area: str | None, *, closed: bool
) -> None:
    closures = [a_closure("XTA", "XTA-1"), a_closure("XTB")]

    assert travel.is_closed(country, area, closures) is closed


def test_a_way_through_a_country_closed_in_part_is_unsafe() -> None:
    travel.refuse_transit(("XTC",), [a_closure("XTA", "XTA-1")])
    with pytest.raises(travel.TransitUnsafe):
        travel.refuse_transit(("XTC", "XTA"), [a_closure("XTA", "XTA-1")])


def test_a_request_may_say_all_that_proves_a_nationality() -> None:
    command = a_request(says=sorted(travel.MAY_SAY))

    assert travel.record_documents(command, is_clear=True) is Answer.YES


@pytest.mark.parametrize("field", NEVER_SAID)
def test_a_request_says_nothing_else(field: str) -> None:
    with pytest.raises(travel.FieldNotAllowed) as refusal:
        travel.record_documents(a_request(says=["sex", field]), is_clear=True)
    assert refusal.value.fields == ("says",)


@pytest.mark.parametrize("shows", [True, None])
def test_a_request_that_may_show_a_claim_is_not_made(*, shows: bool | None) -> None:
    with pytest.raises(travel.OriginWouldLearn):
        travel.record_documents(a_request(shows_claim=shows), is_clear=True)


def test_nobody_is_named_to_a_country_of_return_while_protection_is_not_clear() -> None:
    with pytest.raises(travel.OriginWouldLearn):
        travel.record_documents(a_request(), is_clear=False)


def test_no_request_is_made_without_the_persons_agreement() -> None:
    with pytest.raises(ConsentMissing):
        travel.record_documents(a_request(agreed=False), is_clear=True)


@pytest.mark.parametrize("answer", Answer)
def test_a_document_that_is_there_needs_no_request(answer: Answer) -> None:
    assert travel.record_documents(RecordDocuments(answer=answer), is_clear=False) is answer


def test_a_closed_place_is_never_found_safe() -> None:
    assert travel.record_safety(RecordSafety(answer=Answer.YES), closed=False) is Answer.YES
    assert travel.record_safety(RecordSafety(answer=Answer.NO), closed=True) is Answer.NO
    with pytest.raises(travel.CountrySuspended):
        travel.record_safety(RecordSafety(answer=Answer.YES), closed=True)


def test_a_place_is_closed_for_a_reason_that_nobody_hears() -> None:
    closure = travel.suspend("XTA", None, ClosedFor.CONFLICT, on=date(2026, 3, 2))
    told = travel.tell(closure, is_on=True)

    assert (told.country, told.area, told.since, told.on) == ("XTA", ABSENT, closure.since, True)
    assert "reason" not in told.__struct_fields__
    with pytest.raises(travel.ReasonMissing):
        travel.suspend("XTA", None, None, on=date(2026, 3, 2))
