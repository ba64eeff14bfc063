"""Agreements: what both signed, for its days, until either stops it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.dataexchange.rules.agreements import (
    SerialNotRisen,
    resume,
    suspend,
)
from services.dataexchange.rules.pair import Outcome
from shared.kernel.agencies import BORDER, IOM, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import Category, bit
from tests.dataexchange.rules.signing import FILES, TEXT, read, signed_by


def test_what_both_signed_is_an_agreement() -> None:
    agreement = read(TEXT)

    assert (agreement.author, agreement.recipient) == (RECEPTION, UNHCR)
    assert (agreement.purpose, agreement.serial) == (Purpose.PROFILING, 2)
    assert agreement.standing
    assert agreement.pair.outcome(Category.FULL_NAME) == Outcome.FULL
    assert agreement.pair.outcome(Category.AGE_BAND) == Outcome.PARTIAL
    assert agreement.pair.outcome(Category.REFERENCE) == Outcome.FULL
    assert not agreement.pair.outcome(Category.ADDRESS)


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_both_days_are_included(day: date, *, in_force: bool) -> None:
    assert read(TEXT).in_force(day) is in_force


@pytest.mark.parametrize("party", [RECEPTION, UNHCR])
def test_either_party_stops_it_alone_and_both_let_it_go_on(party: Agency) -> None:
    day = date(2022, 7, 1)

    stopped = suspend(read(TEXT), party)
    half = resume(stopped, party)
    other = resume(stopped, UNHCR if party == RECEPTION else RECEPTION)

    assert not stopped.in_force(day)
    assert not half.in_force(day)
    assert not other.in_force(day)
    assert resume(half, UNHCR if party == RECEPTION else RECEPTION).in_force(day)


def test_a_stranger_stops_and_resumes_nothing() -> None:
    agreement = read(TEXT)

    assert suspend(agreement, IOM) == agreement
    assert resume(suspend(agreement, UNHCR), IOM) == suspend(agreement, UNHCR)


def test_stopped_again_before_both_resumed_both_must_resume() -> None:
    half = resume(suspend(read(TEXT), UNHCR), UNHCR)

    again = suspend(half, RECEPTION)

    assert again.held_by == {RECEPTION, UNHCR}


@pytest.mark.parametrize("known", [2, 3])
def test_there_is_no_way_back_to_an_older_text(known: int) -> None:
    with pytest.raises(SerialNotRisen):
        read(TEXT, known_serial=known)


def test_a_higher_serial_is_accepted() -> None:
    assert read(TEXT, known_serial=1).serial == 2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_texts_of_the_deployment_are_agreements(path: Path) -> None:
    author, recipient, purpose = path.stem.split(".")
    data = path.read_bytes()

    agreement = read(data, signatures=signed_by(data, Agency(author), Agency(recipient)))

    assert (agreement.author, agreement.recipient, agreement.purpose) == (
        author,
        recipient,
        purpose,
    )
    assert agreement.in_force(date(2022, 1, 1))
    assert agreement.in_force(date(2030, 12, 31))
    assert not agreement.in_force(date(2030, 12, 31) + timedelta(days=1))


def test_the_slice_has_its_texts_and_unhcr_hears_concerns() -> None:
    assert [path.stem for path in FILES if path.stem in SLICE] == sorted(SLICE)
    for author in (BORDER, RECEPTION):
        data = Path(f"deploy/agreements/{author}.unhcr.PROFILING.toml").read_bytes()
        agreement = read(data, signatures=signed_by(data, author, UNHCR))
        assert agreement.pair.full & bit(Category.FEAR_OF_RETURN)


SLICE = {
    "gov-border.gov-reception.RECEPTION",
    "gov-border.unhcr.PROFILING",
    "gov-reception.gov-border.RECEPTION",
    "gov-reception.unhcr.PROFILING",
    "unhcr.gov-reception.RECEPTION",
}
