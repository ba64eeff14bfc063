"""An event for which the exchange has no rule is refused aloud: no crash, no effect, no hearer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataexchange.rules import outcomes
from services.dataexchange.rules.control import is_handled
from shared.events.control import DocumentPresented, DuplicateLinked
from shared.events.event import Contract
from shared.events.exchange import DecisionMade, Outcome
from shared.events.referral import ReferralOffered, ReferralWithdrawn
from shared.events.registry import contract_of, contracts
from tests.builders import a_book, a_message, judged
from tests.contracts.strategies import TOLD_BY_AGENCIES, events, few

NOT_YET = [one for one in TOLD_BY_AGENCIES if not is_handled(one)]


@pytest.mark.parametrize("contract", TOLD_BY_AGENCIES, ids=lambda one: one.event.__name__)
@few
@given(data=st.data())
def test_every_event_of_every_contract_is_answered(contract: Contract, data: st.DataObject) -> None:
    author = min(contract.authors)

    judgement = judged(a_book(), a_message(author, data.draw(events(contract))))

    assert len(judgement.outcomes) == 1


@pytest.mark.parametrize("contract", NOT_YET, ids=lambda one: one.event.__name__)
@few
@given(data=st.data())
def test_event_without_a_rule_is_refused_and_told_to_its_author_alone(
    contract: Contract, data: st.DataObject
) -> None:
    author = min(contract.authors)

    judgement = judged(a_book(), a_message(author, data.draw(events(contract))))

    (outcome,) = judgement.outcomes
    assert (outcome.verdict, outcome.code) == (Outcome.REFUSED, outcomes.NOT_YET)
    assert {one.wire for one in judgement.releases} <= {contract_of(DecisionMade).wire}


def test_what_is_for_parties_or_without_a_rule_is_among_them() -> None:
    found = {one.event for one in NOT_YET}

    assert {ReferralOffered, ReferralWithdrawn, DocumentPresented, DuplicateLinked} <= found
    assert {one.event for one in contracts() if one.parties} <= found
