"""The card of a referral: all that the desk, and a provider to whom it is offered, ever see.

Source: IASC, Inter-Agency Referral Form and Guidance Note (2017), for the items; UN Women, guiding
principles of referral, for as few of them as possible.
"""

from datetime import datetime
from typing import Annotated

from shared.codes.pathways import Pathway, Priority
from shared.codes.people import SizeBand
from shared.codes.places import Area
from shared.codes.referrals import Access, CardAge, CardLanguage, Service, WorkerSex
from shared.events.event import ABSENT, COARSE, Absent, Event
from shared.kernel.categories import Category


class Card(Event, frozen=True, kw_only=True):
    """Codes and coarse values: what is needed, where and by when; no text and no person.

    Of a sensitive pathway, language, access and places stay absent and the area is a region.
    """

    service: Annotated[Service | Absent, Category.REFERRAL] = ABSENT
    pathway: Annotated[Pathway | Absent, Category.REFERRAL] = ABSENT
    area: Annotated[Area | Absent | None, Category.CARD_AREA, COARSE] = ABSENT
    priority: Annotated[Priority | Absent, Category.REFERRAL] = ABSENT
    due_at: Annotated[datetime | Absent, Category.REFERRAL] = ABSENT
    age_band: Annotated[CardAge | Absent | None, Category.AGE_BAND, COARSE] = ABSENT
    """Absent counts as a child."""
    places: Annotated[SizeBand | Absent | None, Category.GROUP_COMPOSITION, COARSE] = ABSENT
    language: Annotated[CardLanguage | Absent | None, Category.LANGUAGE, COARSE] = ABSENT
    access: Annotated[tuple[Access, ...] | Absent | None, Category.SUPPORT_NEED, COARSE] = ABSENT
    worker_sex: Annotated[WorkerSex | Absent | None, Category.LANGUAGE, COARSE] = ABSENT
    consented: Annotated[bool | Absent, Category.CONSENT] = ABSENT
    """Consent or override, not told apart. Absent counts as no."""
