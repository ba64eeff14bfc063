"""What registration hears and announces is what the contracts allow it."""

from services.registration.main import ANNOUNCES, HEARS
from shared.casework.handlers.heard import HEARS as CASEWORK_HEARS
from shared.events.event import Topic
from shared.events.partners import CareArranged, ClosureAdvised
from shared.events.registry import contract_of, contracts
from shared.events.returns import CountrySuspended
from shared.kernel.agencies import RECEPTION


def test_registration_announces_only_what_it_may_author() -> None:
    assert all(RECEPTION in contract_of(event).authors for event in ANNOUNCES)


def test_registration_hears_only_what_may_reach_it() -> None:
    assert all(RECEPTION in contract_of(event).audience for event in HEARS)


def test_registration_hears_every_content_that_may_reach_it() -> None:
    reaching = {
        contract.event
        for contract in contracts()
        if RECEPTION in contract.audience and contract.topic is not Topic.STREAM
    }

    heard = {event for event in HEARS if contract_of(event).topic is not Topic.STREAM}
    assert reaching - set(AS_SENDER) - heard == NOT_YET
    assert heard <= reaching


NOT_YET = {CareArranged, ClosureAdvised, CountrySuspended}
"""What passes by unheard so far."""

AS_SENDER = [event for event in CASEWORK_HEARS if RECEPTION in contract_of(event).audience]
