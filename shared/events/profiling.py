"""What UNHCR's profiling tells. Profiles themselves never travel."""

from shared.events.event import Topic, contract
from shared.events.registration import Identity
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.kernel.identifiers import PersonRef


@contract(Topic.EVENTS, authors=(UNHCR,), audience=(RECEPTION,), directed=True)
class CorrectionProposed(Identity, frozen=True, kw_only=True):
    """An interview found an entry of the registration wrong. A clerk decides, never a machine."""

    person: PersonRef
