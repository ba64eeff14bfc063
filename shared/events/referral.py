"""What is told about a referral: the card, the answers, and at last the sealed payload.

The desk knows what, where and by when, never who. The key is the referral, in each agency's own
terms, but for the payload, whose key is the person, so that it is judged by her consent and by the
provider's task for her. An answer names its provider. Source: IASC, Inter-Agency Referral Form and
Guidance Note (2017), for the items; UN Women, guiding principles of referral, for as few people and
fields as possible.
"""

from datetime import date, datetime
from typing import Annotated, Final

from shared.codes.places import Area
from shared.codes.referrals import (
    CardField,
    DeclineReason,
    Level,
    Service,
    ServiceOutcome,
    Step,
)
from shared.events.border import Count
from shared.events.card import Card
from shared.events.event import (
    ABSENT,
    READ_BY_EXCHANGE,
    Absent,
    Event,
    Party,
    Topic,
    contract,
)
from shared.events.sealed import KeyId, Sealed, SealNonce
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    CHILD_PROTECTION,
    DESK,
    IOM,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
)
from shared.kernel.categories import Category
from shared.kernel.identifiers import ConsentRef, PersonRef, ReferralRef

SENDERS: Final = (RECEPTION, ASYLUM, UNHCR, IOM, CHILD_PROTECTION, ANTI_TRAFFICKING)
"""Agencies that refer people on; the border hands over instead."""

PROVIDERS: Final = (ASYLUM, UNHCR, IOM, CHILD_PROTECTION, ANTI_TRAFFICKING, SHELTER)
"""Agencies that a referral can be offered to. Further providers join with their classes."""


@contract(
    Topic.EVENTS,
    authors=SENDERS,
    audience=(DESK,),
    directed=True,
    key="referral",
    parties=(Party.DESK,),
)
class ReferralRequested(Card, frozen=True, kw_only=True):
    """A sender asks for a service. With `provider`, the desk keeps the clock only."""

    referral: ReferralRef
    person: Annotated[PersonRef | Absent, READ_BY_EXCHANGE] = ABSENT
    """Whom it is about: the sender always says it to the exchange, and the desk never hears it."""
    consent: Annotated[ConsentRef | Absent, READ_BY_EXCHANGE] = ABSENT
    """The receipt under which a payload will go; without one, none goes."""
    after: ReferralRef | Absent = ABSENT
    """The referral that this one follows."""
    transfer: Annotated[bool | Absent, Category.REFERRAL] = ABSENT
    """Whether the case goes over with the acceptance; absent counts as no."""
    provider: Annotated[Agency | Absent, Category.REFERRAL] = ABSENT


@contract(
    Topic.EVENTS,
    authors=SENDERS,
    audience=(DESK, *PROVIDERS),
    directed=True,
    key="referral",
    parties=(Party.DESK, Party.OFFERED, Party.ACCEPTED),
)
class ReferralAmended(Card, frozen=True, kw_only=True):
    """The sender corrected the card, or answered a question about it."""

    referral: ReferralRef


@contract(
    Topic.EVENTS,
    authors=SENDERS,
    audience=(DESK, *PROVIDERS),
    directed=True,
    restricts=True,
    key="referral",
    parties=(Party.DESK, Party.OFFERED, Party.ACCEPTED),
)
class ReferralWithdrawn(Event, frozen=True, kw_only=True):
    """The sender takes it back, or the person says no, left or cannot be found. Never says which.

    It closes every task that the referral opened.
    """

    referral: ReferralRef


@contract(
    Topic.EVENTS,
    authors=(DESK,),
    audience=PROVIDERS,
    directed=True,
    key="referral",
    parties=(Party.OFFERED,),
)
class ReferralOffered(Card, frozen=True, kw_only=True):
    """The desk offers it to one provider; in an emergency, to all of the area, one by one.

    The only event that tells what another agency learned: the card as its sender wrote it.
    """

    referral: ReferralRef
    provider: Annotated[Agency | Absent, READ_BY_EXCHANGE] = ABSENT
    """To whom it goes: the desk always says it, and the provider has no need to hear it."""
    after: Annotated[ReferralRef | Absent, READ_BY_EXCHANGE] = ABSENT
    """Of a referral that a human reopened: the expired one, whose person and sender are its own."""
    respond_by: Annotated[datetime | Absent, Category.REFERRAL] = ABSENT
    declined_by: Annotated[tuple[Agency, ...] | Absent, Category.REFERRAL] = ABSENT


class AnswerOfProvider(Event, frozen=True, kw_only=True):
    """What all answers of a provider have."""

    referral: ReferralRef
    provider: Annotated[Agency | Absent, Category.REFERRAL] = ABSENT
    """The author itself, which its hearers would not know otherwise."""


answer = contract(
    Topic.EVENTS,
    authors=PROVIDERS,
    audience=(DESK, *SENDERS),
    directed=True,
    key="referral",
    parties=(Party.DESK, Party.SENDER),
)
"""Declares an answer of a provider: desk and sender hear it."""


@answer
class InformationRequested(AnswerOfProvider, frozen=True, kw_only=True):
    """A provider needs more of the card in order to answer."""

    wanted: Annotated[tuple[CardField, ...] | Absent, Category.REFERRAL] = ABSENT


@answer
class ReferralAccepted(AnswerOfProvider, frozen=True, kw_only=True):
    """A provider takes it; the first in the log has it, any other is told so by a refusal."""

    unsealing_key: Annotated[KeyId | Absent, Category.REFERRAL] = ABSENT
    """The provider's key to which the payload is to be sealed."""
    seal_nonce: Annotated[SealNonce | Absent, Category.REFERRAL] = ABSENT
    """What the payload is bound to, as no reference is known to both sides."""
    follow_up_by: Annotated[date | Absent | None, Category.REFERRAL] = ABSENT


@answer
class ReferralDeclined(AnswerOfProvider, frozen=True, kw_only=True):
    """A provider does not take it."""

    reason: Annotated[DeclineReason | Absent, Category.REFERRAL] = ABSENT


@contract(
    Topic.EVENTS, authors=SENDERS, audience=PROVIDERS, directed=True, parties=(Party.ACCEPTED,)
)
class ReferralPayloadSent(Event, frozen=True, kw_only=True):
    """What the accepting provider needs, each category sealed to it alone by the sender.

    A sender tells only what it learned itself, and only what the person consented to; each part
    says whether it holds the full value or its partial form.
    """

    person: PersonRef
    referral: ReferralRef
    full_name: Annotated[Sealed | Absent, Category.FULL_NAME] = ABSENT
    other_names: Annotated[Sealed | Absent, Category.OTHER_NAMES] = ABSENT
    sex: Annotated[Sealed | Absent, Category.SEX] = ABSENT
    date_of_birth: Annotated[Sealed | Absent, Category.EXACT_DATE_OF_BIRTH] = ABSENT
    age_band: Annotated[Sealed | Absent, Category.AGE_BAND] = ABSENT
    nationality: Annotated[Sealed | Absent, Category.NATIONALITY] = ABSENT
    place_of_origin: Annotated[Sealed | Absent, Category.PLACE_OF_ORIGIN] = ABSENT
    document_number: Annotated[Sealed | Absent, Category.DOCUMENT_NUMBER] = ABSENT
    group_composition: Annotated[Sealed | Absent, Category.GROUP_COMPOSITION] = ABSENT
    relatives_in_origin: Annotated[Sealed | Absent, Category.RELATIVES_IN_ORIGIN] = ABSENT
    relatives_elsewhere: Annotated[Sealed | Absent, Category.RELATIVES_ELSEWHERE] = ABSENT
    address: Annotated[Sealed | Absent, Category.ADDRESS] = ABSENT
    contact: Annotated[Sealed | Absent, Category.CONTACT] = ABSENT
    language: Annotated[Sealed | Absent, Category.LANGUAGE] = ABSENT
    religion_ethnicity: Annotated[Sealed | Absent, Category.RELIGION_ETHNICITY] = ABSENT
    occupation: Annotated[Sealed | Absent, Category.EDUCATION_OCCUPATION] = ABSENT
    facilitator_debt: Annotated[Sealed | Absent, Category.FACILITATOR_DEBT] = ABSENT
    fear_of_return: Annotated[Sealed | Absent, Category.FEAR_OF_RETURN] = ABSENT
    fact_of_claim: Annotated[Sealed | Absent, Category.FACT_OF_CLAIM] = ABSENT
    claim_decision: Annotated[Sealed | Absent, Category.CLAIM_DECISION] = ABSENT
    first_country: Annotated[Sealed | Absent, Category.FIRST_COUNTRY_STATUS] = ABSENT
    migrant_options: Annotated[Sealed | Absent, Category.MIGRANT_OPTIONS] = ABSENT
    trafficking: Annotated[Sealed | Absent, Category.TRAFFICKING_PRESUMED] = ABSENT
    child_alone: Annotated[Sealed | Absent, Category.UASC_FLAG] = ABSENT
    best_interests: Annotated[Sealed | Absent, Category.BEST_INTERESTS] = ABSENT
    separation: Annotated[Sealed | Absent, Category.SEPARATION_TRACING] = ABSENT
    violence: Annotated[Sealed | Absent, Category.GBV_FACT] = ABSENT
    health: Annotated[Sealed | Absent, Category.HEALTH] = ABSENT
    fit_to_travel: Annotated[Sealed | Absent, Category.FIT_TO_TRAVEL] = ABSENT
    support_need: Annotated[Sealed | Absent, Category.SUPPORT_NEED] = ABSENT
    torture: Annotated[Sealed | Absent, Category.TORTURE] = ABSENT
    orientation: Annotated[Sealed | Absent, Category.ORIENTATION_IDENTITY] = ABSENT
    statelessness: Annotated[Sealed | Absent, Category.STATELESSNESS] = ABSENT
    detention: Annotated[Sealed | Absent, Category.DETENTION_TREATMENT] = ABSENT
    reception_needs: Annotated[Sealed | Absent, Category.RECEPTION_NEEDS] = ABSENT
    needs: Annotated[Sealed | Absent, Category.NEEDS_ORDINARY] = ABSENT
    sensitive_needs: Annotated[Sealed | Absent, Category.NEEDS_SENSITIVE] = ABSENT


@answer
class ServiceStarted(AnswerOfProvider, frozen=True, kw_only=True):
    """The service began, or reached a step of its pathway."""

    step: Annotated[Step | Absent, Category.REFERRAL] = ABSENT


@answer
class ServiceEnded(AnswerOfProvider, frozen=True, kw_only=True):
    """The service ended, and with it the provider's task."""

    outcome: Annotated[ServiceOutcome | Absent, Category.REFERRAL] = ABSENT


@contract(
    Topic.EVENTS,
    authors=(DESK,),
    audience=(*SENDERS, SHELTER),
    directed=True,
    key="referral",
    parties=(Party.SENDER, Party.OFFERED),
)
class ReferralEscalated(Event, frozen=True, kw_only=True):
    """Nobody answered in time; it stays open, for the same time once more."""

    referral: ReferralRef
    level: Annotated[Level | Absent, Category.REFERRAL] = ABSENT


@contract(
    Topic.EVENTS,
    authors=(DESK,),
    audience=SENDERS,
    directed=True,
    key="referral",
    parties=(Party.SENDER,),
)
class ReferralExpired(Event, frozen=True, kw_only=True):
    """Nobody answered the second time either: the sender has to reach the person itself."""

    referral: ReferralRef


@contract(Topic.EVENTS, authors=PROVIDERS, audience=(DESK,), directed=True, key=None)
class CapacityReported(Event, frozen=True, kw_only=True):
    """How many places a provider has for a service in an area, and how many people wait."""

    provider: Annotated[Agency | Absent, Category.PUBLIC] = ABSENT
    """The author itself, as in its answers."""
    service: Annotated[Service | Absent, Category.PUBLIC] = ABSENT
    area: Annotated[Area | Absent, Category.PUBLIC] = ABSENT
    places: Annotated[Count | Absent | None, Category.PUBLIC] = ABSENT
    waiting: Annotated[Count | Absent | None, Category.PUBLIC] = ABSENT
