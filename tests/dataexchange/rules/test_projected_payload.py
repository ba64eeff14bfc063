"""A sealed part of a payload passes to the one it is for, whatever its category."""

import json
from typing import Any

import pytest

from services.dataexchange.rules.pair import Pair
from shared.events.referral import ReferralPayloadSent
from shared.events.sealed import Extent, KeyId, Sealed
from shared.kernel.agencies import IOM, UNHCR, Agency
from shared.kernel.categories import Category
from shared.kernel.identifiers import Form, Kind, ReferralRef, reference
from tests.dataexchange.rules.telling import PERSON, only, project

REFERRAL = ReferralRef(reference(Kind.REFERRAL, Form.OWN, b"r" * 16))
PARTS = {"full_name": Category.FULL_NAME, "health": Category.HEALTH}
every_part = pytest.mark.parametrize("name", PARTS)


def a_part(category: Category, recipient: Agency = UNHCR, extent: Extent = Extent.FULL) -> Sealed:
    return Sealed(
        suite=1,
        category=category,
        recipient=recipient,
        key=KeyId("k1"),
        nonce=b"nonce",
        extent=extent,
        sealed=b"sealed",
    )


def passed(pair: Pair, **parts: Any) -> set[str]:
    event = ReferralPayloadSent(person=PERSON, referral=REFERRAL, **parts)
    projected = project(event, pair)
    body = {} if projected is None else json.loads(projected.body)
    return set(body) - {"person", "referral"}


@every_part
def test_part_for_the_hearer_passes_where_its_category_is_open(name: str) -> None:
    part = a_part(PARTS[name])

    assert passed(only(PARTS[name]), **{name: part}) == {name}
    assert passed(only(Category.SEX), **{name: part}) == set()


@every_part
def test_part_for_another_agency_or_of_another_category_never_passes(name: str) -> None:
    for part in (a_part(PARTS[name], IOM), a_part(Category.SEX)):
        assert passed(only(PARTS[name]), **{name: part}) == set()


@every_part
def test_where_the_partial_form_is_open_only_a_partial_part_passes(name: str) -> None:
    pair = only(partial=(PARTS[name],))

    assert passed(pair, **{name: a_part(PARTS[name])}) == set()
    assert passed(pair, **{name: a_part(PARTS[name], extent=Extent.PARTIAL)}) == {name}
