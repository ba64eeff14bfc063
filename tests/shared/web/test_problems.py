import pytest

from shared.kernel import errors
from shared.web import problems


class Taken(errors.Conflict):
    code = "taken"


class Withheld(errors.NotFound):
    code = "withheld"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Invalid(), 422),
        (errors.NotFound(), 404),
        (Withheld(), 404),
        (errors.Conflict(), 409),
        (Taken(), 409),
        (errors.Stale(), 412),
        (errors.NotSignedIn(), 401),
        (errors.Refusal(), 409),
        (errors.Unavailable(), 503),
        (errors.Forbidden(), 500),
        (errors.Gap(), 500),
        (errors.Fenced(), 500),
    ],
)
def test_an_error_has_the_status_of_its_nearest_ancestor(
    error: errors.TenpointError, status: int
) -> None:
    assert problems.status_of(error) == status


def test_a_name_that_the_interface_does_not_have_is_left_out() -> None:
    error = Taken("inner.year", "Amina", "inner.Amina", "inner.year.1991-05-14")

    answer = problems.of_error(error, {"inner", "year"})

    assert b"Amina" not in answer.body
    assert b"1991" not in answer.body
    assert b'"field":"inner.year"' in answer.body


def test_the_same_wrong_twice_is_told_once() -> None:
    wrong = {"type": "extra_forbidden", "loc": ("body", "made_up")}

    answer = problems.of_validation([wrong, wrong], {"name"})

    assert bytes(answer.body).count(b"extra_forbidden") == 1
    assert b"made_up" not in answer.body
