"""What comes again is answered as the first time: its author may have lost that answer."""

import pytest

from shared.codes.places import NameText
from shared.events.exchange import Outcome
from shared.events.profiling import CorrectionProposed
from shared.kernel.agencies import UNHCR
from tests.builders import a_book, a_message, a_person, judged
from tests.dataexchange.rules.test_judge import REFUSALS, fates


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refused_event_that_comes_again_is_refused_again(code: str) -> None:
    book, message = a_book(), REFUSALS[code]
    judged(book, message)

    assert fates(book, message) == [(Outcome.REFUSED, code)]


def test_a_directed_event_told_to_nobody_is_answered_so_again() -> None:
    book = a_book(agreements=())
    theirs = a_person(4)
    message = a_message(UNHCR, CorrectionProposed(person=theirs, given_name=NameText("Myra")))

    first, second = judged(book, message), judged(book, message)

    assert [one.told for one in first.outcomes + second.outcomes] == [False, False]
