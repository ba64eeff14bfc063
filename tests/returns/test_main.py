"""Returns as they are put together."""

from services.returns.main import ANNOUNCES, HEARS
from shared.events.event import Event, Topic
from shared.events.profiling import JourneyRecorded
from shared.events.registry import contract_of, contracts
from shared.events.returns import DepartureConfirmed, ReturnTold
from shared.kernel.agencies import ASYLUM, BORDER, COLUMN_OF, IOM, RECEPTION


def test_iom_may_tell_all_that_returns_announce() -> None:
    assert all(IOM in contract_of(event).authors for event in ANNOUNCES)


def test_iom_can_hear_all_that_returns_hear() -> None:
    assert all(IOM in contract_of(event).audience for event in HEARS)


def test_iom_hears_every_content_that_a_return_needs() -> None:
    reaching = {
        contract.event
        for contract in contracts()
        if IOM in contract.audience and contract.topic is not Topic.STREAM
    }

    heard = {event for event in HEARS if contract_of(event).topic is not Topic.STREAM}
    as_a_party = {event for event in reaching if contract_of(event).parties}
    assert reaching - as_a_party - heard == NOT_NEEDED
    assert heard <= reaching


NOT_NEEDED: set[type[Event]] = {JourneyRecorded}
"""What passes by unheard: no return needs to know by which way somebody came."""


def test_every_word_of_a_return_is_announced() -> None:
    assert set(ReturnTold.__subclasses__()) <= ANNOUNCES


def test_no_state_ever_hears_of_a_return() -> None:
    told: list[type[Event]] = list(ReturnTold.__subclasses__())

    assert DepartureConfirmed in told
    for event in told:
        assert not contract_of(event).audience & {BORDER, RECEPTION, ASYLUM}


def test_nothing_of_returns_has_a_way_to_a_country_of_return() -> None:
    hearers = {hearer for event in ANNOUNCES for hearer in contract_of(event).audience}

    assert hearers <= set(COLUMN_OF)
    assert not any(contract_of(event).topic is Topic.STREAM for event in ANNOUNCES)
