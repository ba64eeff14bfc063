"""What the tests of casework are made of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.casework.commands.referral import RequestReferral
from shared.casework.rules.offer import Offer, Release
from shared.casework.rules.sent import Sent
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import Service
from shared.events.control import ConsentGiven
from shared.events.referral import ReferralOffered
from shared.kernel.agencies import ASYLUM, UNHCR, Purpose
from shared.kernel.categories import Category
from shared.kernel.consent import Giver
from shared.kernel.identifiers import (
    ConsentRef,
    EventRef,
    Form,
    Kind,
    PersonRef,
    ReferralRef,
    reference,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = NOON.date()
PERSON = PersonRef(reference(Kind.PERSON, Form.OWN, bytes(16)))
REFERRAL = ReferralRef(reference(Kind.REFERRAL, Form.OWN, bytes(16)))
EVENT = EventRef(reference(Kind.EVENT, Form.OWN, bytes(16)))


def a_consent(number: int = 0) -> ConsentRef:
    return ConsentRef(reference(Kind.CONSENT, Form.OWN, number.to_bytes(16, "big")))


CONSENT = a_consent()


def given_consent(**fields: Any) -> ConsentGiven:
    told: dict[str, Any] = {
        "person": PERSON,
        "consent": CONSENT,
        "giver": Giver.SELF,
        "purpose": Purpose.ASYLUM_PROCEDURE,
        "recipients": (ASYLUM, UNHCR),
        "categories": (Category.FULL_NAME, Category.SEX, Category.FEAR_OF_RETURN),
        "until": DAY + timedelta(days=180),
        "alone": True,
    }
    return ConsentGiven(**told | fields)


def asking(**fields: Any) -> RequestReferral:
    body: dict[str, Any] = {
        "service": "OTHER",
        "pathway": "PW-ASY-REG",
        "priority": "EMERGENCY",
        "checked": ["WISH_CONFIRMED"],
        "consent": CONSENT,
    }
    return RequestReferral.model_validate(body | fields)


def a_sent(**fields: Any) -> Sent:
    told: dict[str, Any] = {
        "referral": REFERRAL,
        "person": PERSON,
        "consent": CONSENT,
        "service": Service.OTHER,
        "pathway": Pathway.ASYLUM,
        "priority": Priority.EMERGENCY,
        "requested_at": NOON,
        "due_at": NOON + timedelta(hours=24),
    }
    return Sent(**told | fields)


def an_offer(**fields: Any) -> Offer:
    card = ReferralOffered(
        referral=REFERRAL, provider=UNHCR, pathway=Pathway.ASYLUM, priority=Priority.EMERGENCY
    )
    told: dict[str, Any] = {
        "referral": REFERRAL,
        "heard_at": NOON,
        "card": card,
        "release": Release(0, 1),
    }
    return Offer(**told | fields)
