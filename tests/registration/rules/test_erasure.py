from hypothesis import given
from hypothesis import strategies as st

from services.registration.rules.erasure import erase
from services.registration.rules.screening import Release
from shared.codes.people import PaperKind, Sex
from shared.codes.places import CountryText, NumberText
from shared.events.border import ScreeningCompleted
from shared.events.event import ABSENT
from shared.events.profiling import CorrectionProposed
from shared.events.registration import IdentityPaper
from shared.events.registry import contract_of
from shared.kernel.categories import Category
from tests.registration.builders import encounter, person

SCREENED = Release(
    person(),
    2,
    7,
    ScreeningCompleted(
        person=person(),
        encounter=encounter(),
        sex=Sex.FEMALE,
        nationality_stated=CountryText("XTA"),
        child_alone=None,
    ),
    encounter=encounter(),
)


def test_all_of_a_release_goes_unless_categories_are_named() -> None:
    assert erase(SCREENED, None) is None


@given(categories=st.sets(st.sampled_from(Category)))
def test_exactly_the_named_categories_go(categories: set[Category]) -> None:
    left = erase(SCREENED, categories)

    if left is None:
        return
    assert isinstance(left.event, ScreeningCompleted)
    assert left.event.person == person()
    for field in contract_of(ScreeningCompleted).fields[1:]:
        told = getattr(SCREENED.event, field.name) is not ABSENT
        kept = getattr(left.event, field.name) is not ABSENT
        assert kept == (told and field.category not in categories)


@given(categories=st.sets(st.sampled_from(Category)))
def test_a_release_is_kept_as_long_as_it_says_something(categories: set[Category]) -> None:
    told = {Category.SEX, Category.NATIONALITY, Category.UASC_FLAG}

    assert (erase(SCREENED, categories) is None) == (told <= categories)


def test_a_list_goes_with_the_category_of_its_parts() -> None:
    proposed = CorrectionProposed(
        person=person(), sex=Sex.MALE, identity_papers=(IdentityPaper(kind=PaperKind.PASSPORT),)
    )

    left = erase(Release(person(), 0, 1, proposed), {Category.DOCUMENT_NUMBER})

    assert left is not None
    assert left.event == CorrectionProposed(person=person(), sex=Sex.MALE)


def test_a_wristband_goes_with_its_category() -> None:
    handed = Release(person(), 0, 1, encounter=encounter(), wristband=NumberText("W-1"))

    left = erase(handed, {Category.REGISTRATION_NUMBER})

    assert left == Release(person(), 0, 1, encounter=encounter())
    assert erase(handed, {Category.SEX}) == handed
