"""When may a service be asked for, and what is told of it?

No referral without the person's permission. Source: UN Women, guiding principles of referral;
Primero, consent for referral; 10-Point Plan of Action, points 5 and 6, for the checks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from shared.casework.commands.referral import Check, RequestReferral
from shared.casework.rules.permission import Word, find_consent, is_over
from shared.casework.rules.person import told
from shared.casework.rules.sent import Sent
from shared.codes.pathways import TERMS, Pathway, is_sensitive, may_choose
from shared.events.event import ABSENT
from shared.events.referral import ReferralRequested
from shared.kernel.agencies import COLUMN_OF
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import ConsentRef, PersonRef, ReferralRef

CHECKS: Final[Mapping[Pathway, frozenset[Check]]] = MappingProxyType(
    {
        Pathway.ASYLUM: frozenset({Check.WISH_CONFIRMED}),
        Pathway.ASYLUM_ACCELERATED: frozenset({Check.WISH_CONFIRMED}),
        Pathway.CHILD_PROTECTION: frozenset({Check.CHILD_INFORMED}),
        Pathway.TRACING: frozenset({Check.TRACING_CONSENT, Check.ORIGIN_RISK_CHECKED}),
        Pathway.GENDER_BASED_VIOLENCE: frozenset({Check.EACH_STEP_CHOSEN}),
        Pathway.STATELESSNESS: frozenset({Check.ASYLUM_EXAMINED_FIRST}),
        Pathway.FAMILY: frozenset({Check.ORIGIN_RISK_CHECKED}),
        Pathway.REGULARISATION: frozenset({Check.LEGAL_ADVICE_GIVEN}),
        Pathway.HUMANITARIAN: frozenset({Check.LEGAL_ADVICE_GIVEN}),
        Pathway.ASSISTED_RETURN: frozenset({Check.WISH_CONFIRMED}),
    }
)
"""What must have been done before a pathway is asked for. Source: see `Check`."""

PRIORITY: Final = "priority"
PROVIDER: Final = "provider"
CONSENT: Final = "consent"
CHECKED: Final = "checked"


class ConsentMissing(Conflict):
    """No consent in force covers this service."""

    code = "consent_missing"


class SensitiveInBulk(Conflict):
    """A sensitive service is asked for one person at a time. Source: Primero, bulk referral."""

    code = "sensitive_in_bulk"


class CheckMissing(Conflict):
    """Something must be done with the person first."""

    code = "check_missing"


class PriorityTooSlow(Invalid):
    """This pathway needs an answer sooner."""

    code = "priority_too_slow"


class WrongReceiver(Invalid):
    """That provider does not serve this pathway."""

    code = "wrong_receiver"


def refuse_unready(command: RequestReferral) -> None:
    """Refuse a request that may not be made yet, or not so.

    Raises:
        SensitiveInBulk: a sensitive service, as one of many.
        CheckMissing: something must be done first.
        PriorityTooSlow: the pathway is more urgent than said.
        WrongReceiver: the provider named does not serve it.
    """
    pathway = command.pathway
    if command.in_bulk and is_sensitive(pathway, command.priority):
        raise SensitiveInBulk
    if CHECKS.get(pathway, frozenset()) - set(command.checked):
        raise CheckMissing(CHECKED)
    if not may_choose(pathway, command.priority):
        raise PriorityTooSlow(PRIORITY)
    serves = command.provider is None or COLUMN_OF[command.provider] in TERMS[pathway].receivers
    if not serves:
        raise WrongReceiver(PROVIDER)


def refuse_without_consent(
    command: RequestReferral,
    words: Sequence[Word],
    consent: ConsentRef | None,
    *,
    age: AgeState,
    at: datetime,
) -> ConsentRef:
    """Return the consent that covers a request: for its purpose, in force, opening something.

    Raises:
        ConsentMissing: there is none.
    """
    given = None if consent is None else find_consent(words, consent)
    purpose = TERMS[command.pathway].purpose
    if given is None or given.purpose is not purpose:
        raise ConsentMissing(CONSENT)
    if is_over(words, given.consent, age=age, on=at.date()):
        raise ConsentMissing(CONSENT)
    return given.consent


def request(
    command: RequestReferral,
    person: PersonRef,
    *,
    referral: ReferralRef,
    consent: ConsentRef,
    card: Mapping[str, Any],
    at: datetime,
) -> tuple[ReferralRequested, Sent]:
    """Return what is told of a request, and what the sender remembers.

    Args:
        command: what is asked for.
        person: for whom; the exchange alone reads it.
        referral: a fresh reference.
        consent: the receipt that covers it.
        card: its fields, coarse by rule.
        at: the time, in UTC.
    """
    event = ReferralRequested(
        referral=referral,
        person=person,
        consent=consent,
        after=told(command.after),
        transfer=command.transfer or ABSENT,
        provider=told(command.provider),
        **card,
    )
    sent = Sent(
        referral=referral,
        person=person,
        consent=consent,
        service=command.service,
        pathway=command.pathway,
        priority=command.priority,
        requested_at=at,
        due_at=card["due_at"],
    )
    return event, sent
