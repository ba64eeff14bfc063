"""What agencies without a service of their own tell, through the exchange's edge.

Source: 10-Point Plan of Action, points 3, 6 and 7; that a claim travels sealed, and care as a kind
and never as a place, is a Tenpoint design decision.
"""

from typing import Annotated

from shared.codes.children import Care
from shared.codes.returns import Advice
from shared.events.event import ABSENT, COARSE, Absent, Event, Topic, contract
from shared.events.sealed import Sealed
from shared.kernel.agencies import ASYLUM, CHILD_PROTECTION, IOM, RECEPTION, UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef


@contract(Topic.EVENTS, authors=(ASYLUM,), audience=(UNHCR,), directed=True)
class ClaimUpdated(Event, frozen=True, kw_only=True):
    """Something about a claim for asylum changed; each part is sealed to UNHCR alone."""

    person: PersonRef
    claim: Annotated[Sealed | Absent, Category.FACT_OF_CLAIM] = ABSENT
    decision: Annotated[Sealed | Absent, Category.CLAIM_DECISION] = ABSENT
    first_country: Annotated[Sealed | Absent, Category.FIRST_COUNTRY_STATUS] = ABSENT


@contract(Topic.EVENTS, authors=(CHILD_PROTECTION,), audience=(UNHCR, ASYLUM, RECEPTION))
class CareArranged(Event, frozen=True, kw_only=True):
    """Who cares for a child changed. Reception hears yes or no, so as not to house it with adults.

    Never where: the place of a foster home is named to nobody.
    """

    person: PersonRef
    care: Annotated[Care | Absent | None, Category.CARE_ARRANGEMENT] = ABSENT
    in_care: Annotated[bool | Absent | None, Category.CARE_ARRANGEMENT, COARSE] = ABSENT
    """Absent counts as not known, and not known as in care."""


@contract(Topic.EVENTS, authors=(ASYLUM, UNHCR, IOM), audience=(RECEPTION,), directed=True)
class ClosureAdvised(Event, frozen=True, kw_only=True):
    """Whether a registration may be closed: the same two words for every reason. A clerk decides.

    Absent advice counts as keep open.
    """

    person: PersonRef
    advice: Annotated[Advice | Absent, Category.REGISTRATION_NUMBER] = ABSENT
