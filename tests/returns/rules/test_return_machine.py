"""A return under any order of acts and answers, against the table written down a second time.

Answers of the exchange are dropped, delayed, doubled and reordered as the draw has it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.returns.commands import (
    Answer,
    BookTravel,
    ConfirmDeparture,
    PlanReintegration,
    ReconfirmWish,
)
from services.returns.rules import application, arrival, return_case
from services.returns.rules.case import STOPPED, Case, State, open_case
from services.returns.rules.gate import Check
from services.returns.rules.telling import due_of, events_of, find_overdue, settle
from services.returns.rules.travel import Closure
from shared.codes.protection import Clearance
from shared.events.exchange import ProtectionCheckAnswered
from shared.events.returns import ReturnTold
from shared.kernel.consent import AgeState
from shared.kernel.errors import Refusal
from shared.kernel.identifiers import EnquiryRef
from tests.returns.builders import (
    NOON,
    OTHERS,
    a_closure,
    a_counselling,
    a_nonce,
    a_person,
    a_return,
    an_application,
)
from tests.returns.rules.plain_return import BEFORE, MOVING, PlainReturn, Word

ADULT = AgeState.ADULT
YES = Answer.YES
MINUTES = st.sampled_from(
    [1, 1, 20, 20, 40, 59, 60, 60, 61, 60 * 24, 60 * 47, 60 * 24 * 89, 60 * 24 * 91]
)


def when(*states: str) -> Callable[[Any], Any]:
    """Draw a rule mostly where it may do something; `do_out_of_order` draws it anywhere."""
    return precondition(lambda self: self.plain.state in states)


class ReturnMachine(RuleBasedStateMachine):
    """One return, and its plain twin."""

    @initialize(far=st.sampled_from([0, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 11]))
    def begin(self, far: int) -> None:
        """Start anywhere, as most draws would stop a case before it is far."""
        self.at: datetime = NOON
        self.case: Case = open_case(a_return(), a_person(), at=NOON)
        self.plain = PlainReturn()
        self.closures: list[Closure] = []
        self.told: list[str] = []
        self.asked: list[EnquiryRef] = []
        self.on_their_way: list[ProtectionCheckAnswered] = []
        way: list[Callable[[], object]] = [self.counsel, self.apply, self.find_everything_well]
        way += [self.ask_and_hear, lambda: self.book(hours=40), self.reconfirm]
        way += [self.ask_and_hear, self.depart, self.arrive, self.plan, self.close]
        for step in way[:far]:
            step()

    def keep(self, after: Case) -> None:
        if after == self.case:
            return
        kept = settle(self.case, after)
        told = [one for one in events_of(self.case, kept) if isinstance(one, ReturnTold)]
        self.told += [str(one.state) for one in told]
        self.case = kept

    def act(self, change: Callable[[Case], Case], *, may: bool) -> bool:
        """Do an act of a human; it is refused exactly where the plain twin says so."""
        try:
            after = change(self.case)
        except Refusal:
            assert not may
            return False
        assert may
        self.keep(after)
        return True

    def grounded(self, rule_of: Callable[..., Case], command: object) -> Callable[[Case], Case]:
        def change(case: Case) -> Case:
            ground = return_case.ground_of(case, self.closures, ADULT)
            return rule_of(case, command, ground, at=self.at)

        return change

    @rule(minutes=MINUTES)
    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        state, due = self.case.state, due_of(self.case)
        self.case = find_overdue(self.case, at=self.at)
        assert self.case.state is state
        if due is not None and self.at > due:
            assert self.case.overdue_at is not None

    @when("ENQUIRY", "COUNSELLED")
    @rule()
    def counsel(self) -> None:
        may = self.plain.state in ("ENQUIRY", "COUNSELLED")
        if self.act(lambda c: application.counsel(c, a_counselling(), at=self.at), may=may):
            self.plain.state, self.plain.counselled = "COUNSELLED", True

    @when("COUNSELLED")
    @rule()
    def apply(self) -> None:
        def change(case: Case) -> Case:
            return application.apply(case, an_application(), age=ADULT, at=self.at)

        if self.act(change, may=self.plain.state == "COUNSELLED"):
            self.plain.applied = True
            self.plain.go("APPLIED")

    @when(*MOVING)
    @rule(check=st.sampled_from(OTHERS), answer=st.sampled_from([YES, YES, YES, *Answer]))
    def record(self, check: Check, answer: Answer) -> None:
        may = self.plain.state in MOVING
        if self.act(lambda c: return_case.record(c, check, answer, at=self.at), may=may):
            self.plain.find(check, answer, self.at)

    @when(*MOVING)
    @rule()
    def find_everything_well(self) -> None:
        for check in OTHERS:
            self.record(check, YES)

    @when(*MOVING)
    @rule(
        answer=st.sampled_from([Clearance.CLEAR, Clearance.CLEAR, *Clearance]),
        lasts=st.sampled_from([60, 60, 5, 600, -1]),
    )
    def ask(self, answer: Clearance, lasts: int) -> None:
        nonce = a_nonce(len(self.asked) + 1)
        may = self.plain.state in MOVING and self.plain.is_yes("SCREENED", self.at)
        if self.act(lambda c: return_case.ask(c, nonce, at=self.at), may=may):
            self.asked.append(nonce)
            self.plain.word = Word(nonce)
            until = self.at + timedelta(minutes=lasts)
            told = ProtectionCheckAnswered(nonce=nonce, answer=answer, valid_until=until)
            self.on_their_way.append(told)

    @precondition(lambda self: self.on_their_way)
    @rule(data=st.data())
    def hear_any_answer(self, data: st.DataObject) -> None:
        self.hear(data.draw(st.sampled_from(self.on_their_way)))

    @precondition(lambda self: self.on_their_way)
    @rule()
    def hear_the_last_answer(self) -> None:
        self.hear(self.on_their_way[-1])

    def hear(self, event: ProtectionCheckAnswered) -> None:
        before = self.case.state
        self.keep(return_case.hear_answer(self.case, event, at=self.at))
        self.plain.hear(event.nonce, event.answer, event.valid_until, self.at)
        assert self.case.state in (before, State.SUSPENDED)

    @when("PREPARING")
    @rule(hours=st.sampled_from([1, 40, 100]))
    def book(self, hours: int) -> None:
        leaves = self.at + timedelta(hours=hours)
        may = self.plain.state == "PREPARING" and self.plain.all_six(self.at)
        command = BookTravel(leaves_at=leaves)
        if self.act(self.grounded(return_case.book, command), may=may):
            assert self.plain.word is not None
            self.plain.word.spent = True
            self.plain.leaves_at = leaves
            self.plain.go("BOOKED")

    @when("BOOKED")
    @rule()
    def reconfirm(self) -> None:
        leaves = self.plain.leaves_at
        is_near = leaves is not None and leaves - self.at <= timedelta(hours=48)
        may = self.plain.state == "BOOKED" and is_near
        command = ReconfirmWish(signed=True)
        if self.act(lambda c: return_case.reconfirm(c, command, at=self.at), may=may):
            self.plain.signed_at = self.at

    @when("BOOKED")
    @rule()
    def depart(self) -> None:
        command = ConfirmDeparture(boards_at=self.at)
        may = self.plain.may_depart(self.at)
        if self.act(self.grounded(return_case.depart, command), may=may):
            self.plain.go("DEPARTED")

    @when("PREPARING", "BOOKED")
    @rule()
    def ask_and_hear(self) -> None:
        self.ask(answer=Clearance.CLEAR, lasts=60)
        if self.on_their_way:
            self.hear(self.on_their_way[-1])

    @rule(what=st.integers(0, 9))
    def say_no(self, what: int) -> None:
        noes = (self.withdraw, self.cancel, self.suspend, self.close_the_country)
        if what < len(noes):
            noes[what]()

    def withdraw(self) -> None:
        stopped = self.plain.state in ("WITHDRAWN", "CANCELLED")
        may = self.plain.state in BEFORE or stopped
        if self.act(lambda c: return_case.withdraw(c, at=self.at), may=may) and not stopped:
            self.plain.stop("WITHDRAWN")

    def cancel(self) -> None:
        may = self.plain.state in BEFORE
        if self.act(lambda c: return_case.cancel(c, at=self.at), may=may):
            self.plain.stop("CANCELLED")

    def suspend(self) -> None:
        may = self.plain.state in BEFORE
        if self.act(lambda c: return_case.suspend_by_hand(c, at=self.at), may=may):
            self.plain.stand_still()

    @when("SUSPENDED")
    @rule()
    def resume(self) -> None:
        self.act(lambda c: return_case.resume(c, at=self.at), may=True)
        self.plain.take_up()

    def close_the_country(self) -> None:
        self.closures, self.plain.closed = [a_closure()], True
        if return_case.is_closed(self.case, self.closures):
            self.keep(return_case.suspend(self.case, at=self.at))
        if self.plain.state in MOVING:
            self.plain.stand_still()

    @rule()
    def open_the_country(self) -> None:
        self.closures, self.plain.closed = [], False

    @when("DEPARTED")
    @rule()
    def arrive(self) -> None:
        may = self.plain.state == "DEPARTED"
        if self.act(lambda c: arrival.arrive(c, at=self.at), may=may):
            self.plain.go("ARRIVED")

    @when("ARRIVED")
    @rule()
    def plan(self) -> None:
        may = self.plain.state in ("ARRIVED", "REINTEGRATING")
        command = PlanReintegration()
        if self.act(lambda c: arrival.plan(c, command, age=ADULT, at=self.at), may=may):
            self.plain.go("REINTEGRATING")

    @when("REINTEGRATING")
    @rule()
    def close(self) -> None:
        may = self.plain.state == "REINTEGRATING"
        if self.act(lambda c: arrival.close(c, at=self.at), may=may):
            self.plain.go("CLOSED")

    @rule(what=st.integers(0, 12))
    def do_out_of_order(self, what: int) -> None:
        acts: list[Callable[[], object]] = [self.counsel, self.apply, self.reconfirm, self.depart]
        acts += [lambda: self.book(hours=40), self.arrive, self.plan, self.close]
        acts += [lambda: self.record(Check.FIT, YES)]
        if what < len(acts):
            acts[what]()

    @invariant()
    def both_are_in_one_state_and_told_the_same(self) -> None:
        if hasattr(self, "case"):
            assert self.case.state == self.plain.state
            assert self.told == self.plain.told

    @invariant()
    def nothing_stays_of_a_stopped_case(self) -> None:
        if hasattr(self, "case") and self.case.state in STOPPED:
            assert self.case.findings == {}
            assert (self.case.kind, self.case.country, self.case.leaves_at) == (None, None, None)


TestReturn = ReturnMachine.TestCase
TestReturn.settings = settings(max_examples=200, stateful_step_count=50)
