"""Load, decide, save: what leads to a departure, and what stops it. Each is a human's act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.returns.commands import (
    ApplyForReturn,
    AssessVoluntariness,
    BookTravel,
    ConfirmDeparture,
    OfferAlternative,
    ReconfirmWish,
    RecordCounselling,
    RecordDocuments,
    RecordEnquiry,
    RecordFitness,
    RecordSafety,
    RecordScreening,
)
from services.returns.handlers.people import find_age, get_age
from services.returns.handlers.saving import save
from services.returns.rules import application, gate, return_case, travel
from services.returns.rules.case import (
    BEFORE_DEPARTURE,
    UNDER_WAY,
    Case,
    State,
    open_case,
    refuse_unless,
)
from services.returns.rules.gate import Check, Ground
from services.returns.store import Store
from shared.kernel.agencies import Role
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import EnquiryRef, Kind, MakeId, PersonRef, ReturnRef, own


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a member of staff: in which role, when, and in which memory."""

    store: Store
    at: datetime
    by: Role

    def change(self, reference: ReturnRef, rule: Callable[[Case], Case]) -> Case:
        """Return a case as kept after a rule has changed it; raises NotFound if there is none."""
        case = self.store.cases.get(reference)
        return save(case, rule(case), store=self.store, at=self.at, by=self.by)

    def ground(self, case: Case) -> Ground:
        """Return what the checks of a case stand on now."""
        age = get_age(case.person, store=self.store, at=self.at)
        return return_case.ground_of(case, self.store.closures.all(), age)


def enquire(command: RecordEnquiry, *, act: Act, make_id: MakeId) -> ReturnRef:
    """Open the case of a person who asks about return, or go on with the one that is open.

    Raises:
        NotFound: a person was said whom IOM does not know.
    """
    store, at = act.store, act.at
    person = command.person or PersonRef(own(Kind.PERSON, make_id))
    if command.person is not None and find_age(person, store=store, at=at) is None:
        raise NotFound
    before = store.cases.open_of(person)
    case = before or open_case(ReturnRef(own(Kind.RETURN, make_id)), person, at=at)
    after, task = application.enquire(case, command, on=at.date())
    if task is not None:
        store.outbox.add(task)
    return save(before, after, store=store, at=at, by=act.by).reference


def counsel(reference: ReturnRef, command: RecordCounselling, *, act: Act) -> Case:
    """Record a conversation about return and everything else."""
    return act.change(reference, lambda case: application.counsel(case, command, at=act.at))


def apply(reference: ReturnRef, command: ApplyForReturn, *, act: Act) -> Case:
    """Record that the person asks to be helped to return."""

    def rule(case: Case) -> Case:
        age = get_age(case.person, store=act.store, at=act.at)
        return application.apply(case, command, age=age, at=act.at)

    return act.change(reference, rule)


def record_voluntary(reference: ReturnRef, command: AssessVoluntariness, *, act: Act) -> Case:
    """Record whether the choice is free, informed, and made by somebody who can make it."""

    def rule(case: Case) -> Case:
        refuse_unless(case, *UNDER_WAY)
        answer = gate.assess_voluntariness(command, consented=act.ground(case).consented)
        return return_case.record(case, Check.VOLUNTARY, answer, at=act.at)

    return act.change(reference, rule)


def record_screened(reference: ReturnRef, command: RecordScreening, *, act: Act) -> Case:
    """Record whether the person was screened; what was found is raised as a concern."""
    answer = gate.record_screening(command)
    return act.change(
        reference, lambda case: return_case.record(case, Check.SCREENED, answer, at=act.at)
    )


def record_fit(reference: ReturnRef, command: RecordFitness, *, act: Act) -> Case:
    """Record the one word of the medical staff."""
    answer = gate.record_fitness(command)
    return act.change(
        reference, lambda case: return_case.record(case, Check.FIT, answer, at=act.at)
    )


def record_documented(reference: ReturnRef, command: RecordDocuments, *, act: Act) -> Case:
    """Record whether a travel document is there; of a paper request, the day."""

    def rule(case: Case) -> Case:
        refuse_unless(case, *UNDER_WAY)
        clear = gate.is_clear(case.enquiry, at=act.at)
        answer = travel.record_documents(command, is_clear=clear)
        asked = return_case.request_paper(case, command, at=act.at)
        return return_case.record(asked, Check.DOCUMENTED, answer, at=act.at)

    return act.change(reference, rule)


def record_safe(reference: ReturnRef, command: RecordSafety, *, act: Act) -> Case:
    """Record whether the place of return is safe enough."""

    def rule(case: Case) -> Case:
        refuse_unless(case, *UNDER_WAY)
        answer = travel.record_safety(command, closed=act.ground(case).closed)
        return return_case.record(case, Check.SAFE, answer, at=act.at)

    return act.change(reference, rule)


def ask(reference: ReturnRef, *, act: Act, make_id: MakeId) -> Case:
    """Ask the exchange whether the return is barred; the owners never learn that it was asked."""
    nonce = EnquiryRef(own(Kind.ENQUIRY, make_id))
    case = act.change(reference, lambda case: return_case.ask(case, nonce, at=act.at))
    act.store.outbox.add(return_case.question_of(case, nonce))
    return case


def book(reference: ReturnRef, command: BookTravel, *, act: Act) -> Case:
    """Book the journey of a person for whom all six checks are yes."""

    def rule(case: Case) -> Case:
        refuse_unless(case, State.PREPARING)
        travel.refuse_transit(command.transits, act.store.closures.all())
        return return_case.book(case, command, act.ground(case), at=act.at)

    return act.change(reference, rule)


def reconfirm(reference: ReturnRef, command: ReconfirmWish, *, act: Act) -> Case:
    """Record that the person still wants to go."""
    return act.change(reference, lambda case: return_case.reconfirm(case, command, at=act.at))


def depart(reference: ReturnRef, command: ConfirmDeparture, *, act: Act) -> Case:
    """Record that the person boards."""
    return act.change(
        reference,
        lambda case: return_case.depart(case, command, act.ground(case), at=act.at),
    )


def withdraw(reference: ReturnRef, *, act: Act) -> Case:
    """Record that the person changed their mind; asks no reason and keeps none."""
    return act.change(reference, lambda case: return_case.withdraw(case, at=act.at))


def suspend(reference: ReturnRef, *, act: Act) -> Case:
    """Bring a case to a standstill."""
    return act.change(reference, lambda case: return_case.suspend_by_hand(case, at=act.at))


def resume(reference: ReturnRef, *, act: Act) -> Case:
    """Take up a suspended case; every check is asked anew."""
    return act.change(reference, lambda case: return_case.resume(case, at=act.at))


def cancel(reference: ReturnRef, *, act: Act) -> Case:
    """End a case before departure, also after a no-show."""
    return act.change(reference, lambda case: return_case.cancel(case, at=act.at))


def offer(reference: ReturnRef, command: OfferAlternative, *, act: Act) -> Case:
    """Record that another way than return was offered."""

    def rule(case: Case) -> Case:
        refuse_unless(case, *BEFORE_DEPARTURE)
        offered = dict.fromkeys((*case.alternatives, command.alternative))
        return replace(case, alternatives=tuple(offered))

    return act.change(reference, rule)
