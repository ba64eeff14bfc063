"""The rules against the plan of a referral, told once more in the plainest words.

The plan below knows nothing of the rules: hours, words and dictionaries. Whatever happens, in any
order and any number of times, both say the same.
"""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from services.referral.rules import acts, answers, clocks, heard
from services.referral.rules.record import Referral, unheard
from services.referral.rules.routing import Directory
from shared.codes.pathways import Priority
from shared.events.event import Event
from shared.events.referral import ReferralEscalated, ReferralExpired, ReferralOffered
from shared.kernel.agencies import CHILD_PROTECTION, IOM, UNHCR, Agency, Role
from shared.kernel.errors import Refusal
from shared.kernel.identifiers import Form, Kind, ReferralRef, reference
from tests.referral import builders
from tests.referral.builders import NOON, a_referral

HOURS = {Priority.EMERGENCY: 24, Priority.URGENT: 72, Priority.NORMAL: 14 * 24}
ENDED = {"CLOSED", "WITHDRAWN", "EXPIRED"}
PROVIDERS = st.sampled_from([UNHCR, IOM])
ANYBODY = st.sampled_from([UNHCR, IOM, CHILD_PROTECTION])
SELDOM = st.sampled_from([True, *[False] * 7])
"""So that a course does not end before it has begun."""


class Plan:
    """A referral of the floor plan, in hours since it was heard of."""

    def __init__(self, hours: int) -> None:
        self.state, self.marked = "CREATED", False
        self.taker: str | None = None
        self.begun, self.stopped, self.paused, self.has_paused = 0, 0, -1, False
        self.hours = hours
        self.offers: dict[Agency, str] = {}
        self.told: list[str] = []

    @property
    def due(self) -> int:
        return self.begun + self.hours + self.stopped

    def go_on(self, now: int) -> None:
        if self.paused >= 0:
            self.stopped, self.paused = min(now - self.paused, 48), -1

    def lapse(self) -> None:
        waits = {who for who, state in self.offers.items() if state in {"OFFERED", "ASKED"}}
        self.offers |= dict.fromkeys(waits, "LAPSED")

    def finish(self, state: str) -> None:
        self.state, self.paused = state, -1
        self.lapse()

    def pass_time(self, now: int) -> None:
        if self.state != "CREATED":
            return
        if self.paused >= 0 and now > self.paused + 48:
            self.go_on(now)
        if self.paused < 0 and now > self.due:
            if self.marked:
                self.finish("EXPIRED")
                self.told.append("expired")
            else:
                self.marked, self.begun, self.stopped = True, now, 0
                self.lapse()
                self.told.append("escalated")

    def offer(self, who: Agency) -> None:
        if self.state == "CREATED" and self.offers.get(who) not in {"OFFERED", "ASKED", "DECLINED"}:
            self.offers[who] = "OFFERED"
            self.told.append(f"offered {who}")

    def ask(self, who: Agency, now: int) -> None:
        if self.state == "CREATED" and self.offers.get(who) == "OFFERED":
            self.offers[who] = "ASKED"
            if not self.marked and not self.has_paused:
                self.paused, self.has_paused = now, True

    def amend(self, now: int) -> None:
        if self.state not in ENDED:
            asked = [who for who, state in self.offers.items() if state == "ASKED"]
            self.offers |= dict.fromkeys(asked, "OFFERED")
            self.go_on(now)

    def accept(self, who: Agency) -> None:
        if self.state == "CREATED" and self.offers.get(who) in {"OFFERED", "ASKED", "LAPSED"}:
            self.offers[who] = "ACCEPTED"
            self.taker = who
            self.finish("ACCEPTED")

    def decline(self, who: Agency, now: int) -> None:
        if self.state == "CREATED" and who in self.offers:
            self.offers[who] = "DECLINED"
            if "ASKED" not in self.offers.values():
                self.go_on(now)

    def start(self, who: Agency) -> None:
        if self.state == "ACCEPTED" and who == self.taker:
            self.state = "IN_PROGRESS"

    def end(self, who: Agency) -> None:
        if self.state in {"ACCEPTED", "IN_PROGRESS"} and who == self.taker:
            self.state = "CLOSED"

    def withdraw(self) -> None:
        if self.state != "CLOSED":
            self.finish("WITHDRAWN")

    def interrupt(self) -> None:
        if self.state not in ENDED:
            self.finish("INTERRUPTED")

    def close(self) -> None:
        if self.state not in ENDED:
            self.finish("CLOSED")


class ReferralMachine(RuleBasedStateMachine):
    """The rules and the plan, side by side."""

    referral: Referral
    plan: Plan
    hour = 0

    @property
    def at(self) -> datetime:
        return NOON + timedelta(hours=self.hour)

    def tell(self, events: tuple[Event, ...]) -> None:
        for event in events:
            match event:
                case ReferralOffered():
                    self.told.append(f"offered {event.provider}")
                case ReferralEscalated():
                    self.told.append("escalated")
                case ReferralExpired():
                    self.told.append("expired")
                case _:
                    raise AssertionError

    @initialize(priority=st.sampled_from(Priority))
    def hear(self, priority: Priority) -> None:
        self.told: list[str] = []
        event = builders.requested(priority=priority)
        self.referral = heard.request(unheard(a_referral(), at=NOON), event, at=NOON)
        self.plan = Plan(HOURS[priority])

    @rule(hours=st.sampled_from([0, 1, 5, 24, 47, 48, 49, 72, 336]))
    def wait(self, hours: int) -> None:
        self.hour += hours
        self.plan.pass_time(self.hour)
        for clock in (clocks.Clock.PAUSE, clocks.Clock.RESPONSE):
            self.referral, events = clocks.pass_by(self.referral, clock, at=self.at)
            self.tell(events)

    @rule(who=PROVIDERS)
    def offer(self, who: Agency) -> None:
        self.plan.offer(who)
        try:
            self.referral, events = acts.offer_next(
                self.referral, who, Directory(), by=Role.CASEWORKER, at=self.at
            )
        except Refusal:
            return
        self.tell(events)

    @rule(who=ANYBODY)
    def ask(self, who: Agency) -> None:
        self.plan.ask(who, self.hour)
        self.referral = answers.ask(self.referral, builders.asked(who), at=self.at)

    @rule()
    def amend(self) -> None:
        self.plan.amend(self.hour)
        self.referral = heard.amend(self.referral, builders.amended(language="und"), at=self.at)

    @rule(who=ANYBODY, takes=st.sampled_from([True, False, False]))
    def accept(self, who: Agency, *, takes: bool) -> None:
        if not takes:
            return
        self.plan.accept(who)
        self.referral = answers.accept(self.referral, builders.accepted(who), at=self.at)

    @rule(who=ANYBODY, declines=SELDOM)
    def decline(self, who: Agency, *, declines: bool) -> None:
        if not declines:
            return
        self.plan.decline(who, self.hour)
        self.referral = answers.decline(self.referral, builders.declined(who), at=self.at)

    @rule(who=ANYBODY)
    def start(self, who: Agency) -> None:
        self.plan.start(who)
        self.referral = answers.start(self.referral, builders.started(who), at=self.at)

    @rule(who=ANYBODY)
    def end(self, who: Agency) -> None:
        self.plan.end(who)
        self.referral = answers.end(self.referral, builders.ended(who), at=self.at)

    @rule(ends=SELDOM)
    def withdraw(self, *, ends: bool) -> None:
        if ends:
            self.plan.withdraw()
            self.referral = heard.withdraw(self.referral, at=self.at)

    @rule(ends=SELDOM)
    def interrupt(self, *, ends: bool) -> None:
        if ends:
            self.plan.interrupt()
            self.referral = heard.interrupt(self.referral, at=self.at)

    @rule(ends=SELDOM)
    def close(self, *, ends: bool) -> None:
        if not ends:
            return
        self.plan.close()
        try:
            self.referral = acts.close(self.referral, "DUPLICATE", by=Role.SUPERVISOR, at=self.at)
        except acts.NotOpen:
            return

    @rule()
    def hear_it_again(self) -> None:
        again = heard.request(self.referral, builders.requested(), at=self.at)
        assert again == self.referral

    @rule()
    def reopen(self) -> None:
        new = ReferralRef(reference(Kind.REFERRAL, Form.OWN, bytes(16)))
        try:
            old, following = acts.reopen(self.referral, new, by=Role.SUPERVISOR, at=self.at)
        except acts.NotExpired:
            assert self.plan.state != "EXPIRED"
            return
        assert self.plan.state == "EXPIRED"
        assert following.after == old.referral
        assert old.state == "EXPIRED"

    @invariant()
    def rules_say_what_the_plan_says(self) -> None:
        referral, plan = self.referral, self.plan
        offers = {provider: referral.offer_to(provider) for provider in plan.offers}
        assert referral.state == plan.state
        assert (referral.escalated_at is not None) == plan.marked
        assert referral.accepted_by == plan.taker
        assert {who: offer and offer.state for who, offer in offers.items()} == plan.offers
        assert {offer.provider for offer in referral.offers} == set(plan.offers)
        assert self.told == plan.told
        assert (referral.paused_at is not None) == (plan.paused >= 0)

    @invariant()
    def a_clock_runs_exactly_while_an_answer_is_waited_for(self) -> None:
        due = clocks.due_times(self.referral)
        runs = self.plan.state == "CREATED" and self.plan.paused < 0
        expected = NOON + timedelta(hours=self.plan.due) if runs else None
        assert due.get(clocks.Clock.RESPONSE) == expected
        assert (clocks.Clock.PAUSE in due) == (self.plan.paused >= 0)


ReferralMachine.TestCase.settings = settings(max_examples=400, stateful_step_count=40)
TestReferral = ReferralMachine.TestCase
