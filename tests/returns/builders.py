"""What the tests of returns are made of: invented people, a fixed noon, counted identifiers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.returns.commands import (
    Answer,
    ApplyForReturn,
    ClosedFor,
    RecordCounselling,
    Screened,
    Topic,
)
from services.returns.rules.case import Case, State
from services.returns.rules.gate import Check, Enquiry, Finding, Ground
from services.returns.rules.travel import Closure
from shared.codes.protection import Barred, Clearance
from shared.events.exchange import ProtectionCheckAnswered
from shared.kernel.consent import Giver
from shared.kernel.identifiers import (
    EnquiryRef,
    Form,
    Kind,
    MakeId,
    NoticeRef,
    PersonRef,
    ReferralRef,
    ReturnRef,
    TokenRef,
    reference,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
CLEAR_GROUND = Ground(closed=False, consented=True)
OTHERS = tuple(check for check in Check if check is not Check.PROTECTION)


def material(number: int) -> bytes:
    return number.to_bytes(16, "big")


def a_person(number: int = 1) -> PersonRef:
    return PersonRef(reference(Kind.PERSON, Form.ISSUED, material(number)))


def a_return(number: int = 1) -> ReturnRef:
    return ReturnRef(reference(Kind.RETURN, Form.OWN, material(number)))


def a_nonce(number: int = 1) -> EnquiryRef:
    return EnquiryRef(reference(Kind.ENQUIRY, Form.OWN, material(number)))


def a_referral(number: int = 1) -> ReferralRef:
    return ReferralRef(reference(Kind.REFERRAL, Form.ISSUED, material(number)))


def a_notice(number: int = 1) -> NoticeRef:
    return NoticeRef(reference(Kind.NOTICE, Form.ISSUED, material(number)))


def a_token(number: int = 1) -> TokenRef:
    return TokenRef(reference(Kind.RESTATE, Form.ISSUED, material(number)))


def counted_ids(start: int = 1) -> MakeId:
    numbers = iter(range(start, 1_000_000))
    return lambda: material(next(numbers))


def a_counselling(**more: Any) -> RecordCounselling:
    told: dict[str, Any] = {"explained": tuple(Topic), "understood": True, "detained": False}
    return RecordCounselling(**(told | more))


def an_application(**more: Any) -> ApplyForReturn:
    told: dict[str, Any] = {
        "kind": Barred.ASSISTED_RETURN,
        "country": "XTA",
        "area": "XTA-1",
        "giver": Giver.SELF,
        "says_protected": False,
    }
    return ApplyForReturn(**(told | more))


def an_answer(
    nonce: EnquiryRef | None = None,
    answer: Clearance = Clearance.CLEAR,
    until: datetime = NOON + HOUR,
) -> ProtectionCheckAnswered:
    return ProtectionCheckAnswered(nonce=nonce or a_nonce(), answer=answer, valid_until=until)


def a_case(state: State, *, at: datetime = NOON, **more: Any) -> Case:
    """Return a case as it usually is in a state; nothing stands against it."""
    told: dict[str, Any] = {"reference": a_return(), "person": a_person(), "since": at}
    early = {State.ENQUIRY, State.WITHDRAWN, State.CANCELLED}
    if state not in early:
        told |= {"detained": False}
    if state not in early | {State.COUNSELLED}:
        told |= {"kind": Barred.ASSISTED_RETURN, "country": "XTA", "area": "XTA-1"}
        told |= {"giver": Giver.SELF}
    if state in {State.PREPARING, State.BOOKED}:
        told |= {"findings": {check: Finding(Answer.YES, at) for check in OTHERS}}
        told |= {"enquiry": Enquiry(a_nonce(), at, at + HOUR)}
    if state is State.BOOKED:
        told |= {"leaves_at": at + DAY, "reconfirmed_at": at}
    if state in {State.ARRIVED, State.REINTEGRATING, State.CLOSED}:
        told |= {"arrived_on": at.date()}
    return Case(state=state, **(told | more))


def a_closure(country: str = "XTA", area: str | None = None) -> Closure:
    return Closure(country, area, date(2026, 3, 2), ClosedFor.CONFLICT)


EVERYTHING = tuple(Screened)
