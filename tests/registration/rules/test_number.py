import re

from hypothesis import given
from hypothesis import strategies as st

from services.registration.rules.number import CHECKS, check_of, registration_no
from shared.codes.places import TEST_COUNTRY


def test_check_is_that_of_the_standard() -> None:
    assert check_of("A12425GABC1234002") == "M"


@given(material=st.binary(min_size=16, max_size=16))
def test_number_has_its_form(material: bytes) -> None:
    number = registration_no(TEST_COUNTRY, material)

    assert re.fullmatch(r"TP-XTP-[0-9A-HJKMNP-TV-Z]{8}-[0-9A-Z]", number)


@given(
    material=st.binary(min_size=16, max_size=16),
    place=st.integers(0, 7),
    wrong=st.sampled_from(CHECKS),
)
def test_one_wrong_character_is_found(material: bytes, place: int, wrong: str) -> None:
    _, _, body, check = registration_no(TEST_COUNTRY, material).split("-")

    mistyped = body[:place] + wrong + body[place + 1 :]

    assert (check_of("TPXTP" + mistyped) == check) == (mistyped == body)
