from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes.dates import PartialDate
from shared.codes.places import Area, Country, Language, Number, Phone, Site

TEXTS = [
    (Country, "XTA"),
    (Language, "qaa"),
    (Site, "QUAY-1"),
    (Area, "XT-01"),
    (Phone, "+999 1"),
    (Number, "WB-1"),
    (PartialDate, "1991"),
    (PartialDate, "1991-05"),
    (PartialDate, "1991-05-14"),
]


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_a_text_of_the_contracts_is_taken(kind: Any, text: str) -> None:
    assert msgspec.convert(text, kind) == text


@pytest.mark.parametrize(("kind", "text"), TEXTS)
@given(more=st.sampled_from(["\n", "\r", "\x00", "\u2028", "\u0661", "\uff11", "\u00e9"]))
def test_nothing_else_stands_before_or_after_it(kind: Any, text: str, more: str) -> None:
    for wrong in (text + more, more + text):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, kind)


@given(st.from_regex(r"\d{4}", fullmatch=True))
def test_a_year_in_another_script_is_no_date(text: str) -> None:
    if text.isascii():
        assert msgspec.convert(text, PartialDate) == text
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(text, PartialDate)
