"""What is a person on the staff asked to do? Codes and references only; a person does it."""

from enum import StrEnum

import msgspec

from shared.kernel.identifiers import ReferralRef


class TaskKind(StrEnum):
    """Why a referral needs a person. No task is ever done by a machine."""

    OFFERED = "OFFERED"
    CARD_AMENDED = "CARD_AMENDED"
    REFERRAL_WITHDRAWN = "REFERRAL_WITHDRAWN"
    PAYLOAD_OPENED = "PAYLOAD_OPENED"
    PAYLOAD_UNOPENABLE = "PAYLOAD_UNOPENABLE"
    ACCEPTED = "ACCEPTED"
    ACCEPTED_LATE = "ACCEPTED_LATE"
    NOT_SEALED = "NOT_SEALED"
    DECLINED = "DECLINED"
    INFORMATION_WANTED = "INFORMATION_WANTED"
    ESCALATED = "ESCALATED"
    EXPIRED = "EXPIRED"
    INTERRUPTED = "INTERRUPTED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    SERVICE_STARTED = "SERVICE_STARTED"
    SERVICE_ENDED = "SERVICE_ENDED"


class Task(msgspec.Struct, frozen=True):
    """One thing to do about a referral; the codes say what it is about."""

    referral: ReferralRef
    kind: TaskKind
    codes: tuple[str, ...] = ()
