"""An offer: heard, perhaps asked about, answered once and within its time."""

from datetime import datetime, timedelta
from typing import Final

from embedded.partners.edge.memory import (
    LIVE,
    MAY_COME_AGAIN,
    Done,
    State,
    told_by,
)
from embedded.partners.edge.practice import Practice
from embedded.partners.edge.tables import CaseRow
from embedded.partners.edge.turn import Turn
from shared.codes.pathways import RESPONSE_TIME, TERMS, Priority
from shared.codes.referrals import CardField, DeclineReason
from shared.events.exchange import DecisionMade, Outcome
from shared.events.referral import (
    InformationRequested,
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralOffered,
)
from shared.events.sealed import SealNonceText
from shared.kernel.agencies import COLUMN_OF
from shared.kernel.identifiers import Reference, ReferralRef
from shared.messaging.receive import Heard

ANSWER: Final = "answer"
"""Clock of an offer: when staff answers."""

FOLLOW_UP: Final = "follow-up"
"""Clock of an acceptance: until when the person is expected."""

EARLIEST: Final = 0.05
LATEST: Final = 0.6
"""Shares of the time to answer between which staff answers. Source: Tenpoint design decision."""

LAST: Final = 0.9
"""Share of the time left that staff waits for what it asked. Source: Tenpoint design decision."""

FOLLOW_UP_AFTER: Final = timedelta(days=7)
"""Source: Tenpoint design decision."""

REDUCED: Final = (CardField.AREA, CardField.AGE_BAND, CardField.WORKER_SEX)
"""What a reduced card may hold of what can be asked for; see `shared.codes.pathways`."""


def on_offered(event: ReferralOffered, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Take an offer up, unless it is the one that was taken up before."""
    del practice
    case = turn.memory.case(event.referral)
    before = None if case is None else turn.memory.respond_by(event.referral)
    turn.memory.hold(event.referral, heard, told_by(event))
    if case is None:
        case = CaseRow(referral=event.referral, state=State.OFFERED, place=0)
    elif case.state not in MAY_COME_AGAIN or before == turn.memory.respond_by(event.referral):
        return
    case.state, case.asked, case.acceptance = State.OFFERED, False, None
    case.place = turn.memory.count(Done.OFFERS)
    turn.memory.save(case)
    share = turn.draw(case, "when").uniform(EARLIEST, LATEST)
    turn.timers.set(ANSWER, event.referral, turn.at + time_left(case, turn) * share)


def on_amended(event: ReferralAmended, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Keep a corrected card; if it was waited for, answer soon."""
    del practice
    case = turn.memory.case(event.referral)
    if case is None or case.state not in LIVE:
        return
    turn.memory.hold(event.referral, heard, told_by(event))
    if case.state == State.ASKED:
        turn.timers.set(ANSWER, event.referral, turn.at + time_left(case, turn) * EARLIEST)


def on_decision_made(event: DecisionMade, heard: Heard, practice: Practice, turn: Turn) -> None:
    """Give up what another provider has taken first."""
    del heard, practice
    for answer in event.answers:
        case = turn.memory.accepted_by(answer.event)
        if case is None or case.state != State.ACCEPTED:
            continue
        if answer.outcome is Outcome.REFUSED:
            case.state, case.nonce = State.LOST, None
            turn.memory.save(case)
            turn.timers.cancel(FOLLOW_UP, case.referral)


def answer(case: CaseRow, practice: Practice, turn: Turn) -> None:
    """Ask, accept or decline, as the case's own chances say."""
    reason = why_not(case, practice, turn)
    asks = turn.draw(case, "asks").random() < practice.habits.asks
    wanted = missing(case, turn)
    if reason is not None:
        decline(case, reason, turn)
    elif asks and wanted and not case.asked:
        ask(case, wanted, turn)
    else:
        accept(case, turn)


def why_not(case: CaseRow, practice: Practice, turn: Turn) -> DeclineReason | None:
    """Return why an offer is declined, or None. Nobody serves on a card that names no pathway."""
    pathway = turn.memory.pathway(case.referral)
    if pathway is None:
        return DeclineReason.NEEDS_MORE_INFO
    if COLUMN_OF[turn.agency] not in TERMS[pathway].receivers:
        return DeclineReason.WRONG_SERVICE
    declines = turn.draw(case, "declines").random() < practice.habits.declines
    return DeclineReason.NO_CAPACITY if declines else None


def ask(case: CaseRow, wanted: tuple[CardField, ...], turn: Turn) -> None:
    """Ask for more of the card; whoever gets no more answers on what there is, in time."""
    case.state, case.asked = State.ASKED, True
    turn.memory.save(case)
    turn.memory.count(Done.ASKED)
    asked = InformationRequested(referral=referral_of(case), provider=turn.agency, wanted=wanted)
    turn.outbox.add(asked)
    turn.timers.set(ANSWER, case.referral, turn.at + time_left(case, turn) * LAST)


def accept(case: CaseRow, turn: Turn) -> None:
    """Take it, with a fresh nonce for its payload."""
    nonce = turn.tools.make_id().hex()
    follow_up = turn.at + FOLLOW_UP_AFTER
    accepted = ReferralAccepted(
        referral=referral_of(case),
        provider=turn.agency,
        unsealing_key=turn.tools.key,
        seal_nonce=SealNonceText(nonce),
        follow_up_by=follow_up.date(),
    )
    case.state, case.nonce = State.ACCEPTED, nonce
    case.acceptance = turn.outbox.add(accepted)
    turn.memory.save(case)
    turn.memory.count(Done.ACCEPTED)
    turn.timers.set(FOLLOW_UP, case.referral, follow_up)


def decline(case: CaseRow, reason: DeclineReason, turn: Turn) -> None:
    """Decline it."""
    case.state = State.DECLINED
    turn.memory.save(case)
    turn.memory.count(Done.DECLINED)
    declined = ReferralDeclined(referral=referral_of(case), provider=turn.agency, reason=reason)
    turn.outbox.add(declined)


def missing(case: CaseRow, turn: Turn) -> tuple[CardField, ...]:
    """Return what the card could say and does not."""
    pathway = turn.memory.pathway(case.referral)
    reduced = pathway is not None and TERMS[pathway].sensitive
    fields = REDUCED if reduced else tuple(CardField)
    memory = turn.memory
    return tuple(one for one in fields if memory.newest(case.referral, one, object) is None)


def time_left(case: CaseRow, turn: Turn) -> timedelta:
    """Return how long the desk still waits for an answer; what was not said counts as urgent."""
    until: datetime | None = turn.memory.respond_by(case.referral)
    if until is None:
        return RESPONSE_TIME[turn.memory.priority(case.referral) or Priority.EMERGENCY]
    return max(until - turn.at, timedelta())


def referral_of(case: CaseRow) -> ReferralRef:
    """Return the partner's reference of a case."""
    return ReferralRef(Reference(case.referral))
