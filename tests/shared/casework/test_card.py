"""A card says what, where and by when; of a sensitive service as little as can be."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from shared.casework.commands.referral import CardFields
from shared.casework.rules.card import Asked, card, due_at
from shared.codes.pathways import TERMS, Pathway, Priority
from shared.codes.people import SizeBand
from shared.codes.referrals import Access, CardAge, Service
from shared.events.event import Absent
from shared.events.referral import ReferralAmended
from shared.kernel.consent import AgeState
from tests.shared.casework.builders import NOON, REFERRAL

SAID = CardFields(
    area="XTP-1-3",
    region="XTP-1",
    places=SizeBand.FOUR_TO_SIX,
    language="aaa",
    access=(Access.STEP_FREE,),
)


def made(
    pathway: Pathway = Pathway.SHELTER,
    priority: Priority = Priority.URGENT,
    said: CardFields = SAID,
    *,
    age: AgeState = AgeState.ADULT,
    hidden: bool = False,
) -> dict[str, Any]:
    asked = Asked(Service.OTHER, pathway, priority, due_at(priority, at=NOON))
    fields = card(said, asked, age=age, hidden=hidden, common={"aaa"})
    event = ReferralAmended(referral=REFERRAL, **fields)
    told = msgspec.json.decode(msgspec.json.encode(event), type=ReferralAmended)
    return {
        name: value
        for name, value in msgspec.structs.asdict(told).items()
        if not isinstance(value, Absent)
    }


@pytest.mark.parametrize("pathway", Pathway)
def test_a_sensitive_card_has_no_language_access_or_places_and_the_region_only(
    pathway: Pathway,
) -> None:
    fields = made(pathway)

    quiet = TERMS[pathway].sensitive
    assert bool(fields.keys() & {"language", "access", "places"}) != quiet
    assert fields["area"] == ("XTP-1" if quiet else "XTP-1-3")


def test_a_medical_emergency_says_how_to_come_at_once() -> None:
    assert made(Pathway.MEDICAL, Priority.EMERGENCY)["language"] == "aaa"
    assert "language" not in made(Pathway.MEDICAL, Priority.URGENT)
    assert "language" not in made(Pathway.TRAFFICKING, Priority.EMERGENCY)


def test_of_a_hidden_place_the_region_only_is_told() -> None:
    assert made(hidden=True)["area"] == "XTP-1"


def test_without_a_region_a_sensitive_card_names_no_place() -> None:
    assert "area" not in made(Pathway.TRAFFICKING, said=CardFields(area="XTP-1-3"))


def test_a_language_that_few_speak_is_told_as_other() -> None:
    assert made(said=CardFields(language="zzz"))["language"] == "other"
    assert "language" not in made(said=CardFields())


@pytest.mark.parametrize(
    ("age", "older", "told"),
    [
        (AgeState.CHILD, False, CardAge.CHILD),
        (AgeState.CHILD, True, CardAge.CHILD),
        (AgeState.UNKNOWN, True, CardAge.UNKNOWN),
        (AgeState.ADULT, False, CardAge.ADULT),
        (AgeState.ADULT, True, CardAge.OLDER),
    ],
)
def test_a_child_is_a_child_on_the_card(age: AgeState, older: bool, told: CardAge) -> None:  # noqa: FBT001
    assert made(said=CardFields(older=older), age=age)["age_band"] == told


def test_the_clock_is_that_of_the_form() -> None:
    assert made(priority=Priority.URGENT)["due_at"] == NOON + timedelta(hours=72)
