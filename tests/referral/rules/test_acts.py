"""What the desk's own staff, and its rule, may do with a referral."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.referral.rules import acts, answers
from services.referral.rules.clocks import NEXT, Clock, Moved, due_times
from services.referral.rules.record import (
    OPEN,
    RULE,
    Act,
    ClosureReason,
    OfferState,
    Referral,
    State,
)
from services.referral.rules.routing import Directory
from shared.codes.pathways import Pathway, Priority
from shared.codes.referrals import CardAge
from shared.events.event import ABSENT, Event
from shared.events.referral import ReferralOffered
from shared.kernel.agencies import CHILD_PROTECTION, IOM, SHELTER, UNHCR, Agency, Role
from shared.kernel.identifiers import Form, Kind, ReferralRef, reference
from tests.referral.builders import DAY, HOUR, NOON, a_card, a_referral, created, declined

EMPTY = Directory()
NEW = ReferralRef(reference(Kind.REFERRAL, Form.OWN, bytes(16)))


def offer_next(referral: Referral, provider: Agency | None = None) -> Moved:
    return acts.offer_next(referral, provider, EMPTY, by=Role.CASEWORKER, at=NOON + HOUR)


def providers_in(told: tuple[Event, ...]) -> list[object]:
    return [event.provider for event in told if isinstance(event, ReferralOffered)]


def test_an_offer_shows_the_card_as_its_sender_wrote_it_and_who_declined_it() -> None:
    card = a_card(age_band=CardAge.CHILD)
    once, _ = offer_next(created(card), UNHCR)
    refused = answers.decline(once, declined(), at=NOON + HOUR)

    after, told = offer_next(refused)

    assert told == (
        ReferralOffered(
            referral=a_referral(),
            provider=IOM,
            respond_by=NOON + timedelta(weeks=2),
            declined_by=(UNHCR,),
            pathway=card.pathway,
            priority=card.priority,
            area=card.area,
            age_band=card.age_band,
        ),
    )
    assert [one.state for one in after.offers] == [OfferState.DECLINED, OfferState.OFFERED]


def test_a_human_offers_to_whom_they_choose_or_to_the_first_of_the_rule() -> None:
    assert providers_in(offer_next(created(), UNHCR)[1]) == [UNHCR]
    assert providers_in(offer_next(created())[1]) == [IOM]


def test_a_human_who_offers_an_emergency_offers_it_to_all() -> None:
    referral = created(a_card(priority=Priority.EMERGENCY))

    assert providers_in(offer_next(referral)[1]) == [IOM, UNHCR]


def test_offering_where_it_is_offered_already_tells_nothing_more() -> None:
    once, _ = offer_next(created(), UNHCR)

    assert offer_next(once, UNHCR) == (once, ())


def test_a_choice_of_a_human_answers_what_waited_for_one() -> None:
    waiting = created(next_by=NOON, overdue_at=NOON)

    after, _ = offer_next(waiting, UNHCR)

    assert (after.next_by, after.overdue_at) == (None, None)
    assert after.moves[-1].by == Role.CASEWORKER


@pytest.mark.parametrize("state", sorted(set(State) - {State.CREATED}))
def test_what_is_taken_or_over_is_offered_to_nobody(state: State) -> None:
    with pytest.raises(acts.NotOpen):
        offer_next(created(state=state), UNHCR)


def test_nothing_is_offered_before_its_request_is_heard() -> None:
    with pytest.raises(acts.NotOpen):
        offer_next(created(requested=False), UNHCR)


def test_who_declined_is_not_asked_again() -> None:
    once, _ = offer_next(created(), UNHCR)
    refused = answers.decline(once, declined(), at=NOON)

    with pytest.raises(acts.AlreadyDeclined):
        offer_next(refused, UNHCR)


@pytest.mark.parametrize("provider", [CHILD_PROTECTION, Agency("gov-border"), Agency("nobody")])
def test_who_may_not_receive_the_pathway_is_not_asked(provider: Agency) -> None:
    with pytest.raises(acts.NoProvider):
        offer_next(created(), provider)


def test_with_nobody_left_there_is_no_provider() -> None:
    only, _ = offer_next(created(a_card(Pathway.CASH)), SHELTER)
    refused = answers.decline(only, declined(SHELTER), at=NOON)

    with pytest.raises(acts.NoProvider):
        offer_next(refused)


def test_what_the_rule_asks_nobody_about_is_a_humans_within_a_day() -> None:
    waits, told = acts.route(created(), EMPTY, at=NOON)
    again, _ = acts.route(waits, EMPTY, at=NOON + HOUR)

    assert (told, waits.next_by, waits.overdue_at) == ((), NOON + NEXT, None)
    assert again == waits
    assert due_times(waits)[Clock.NEXT] == NOON + NEXT


def test_an_emergency_that_nobody_can_be_asked_about_is_a_humans_at_once() -> None:
    nobody = created(a_card(Pathway.MEDICAL, priority=Priority.EMERGENCY))

    waits, _ = acts.route(nobody, EMPTY, at=NOON)

    assert waits.overdue_at == NOON


@pytest.mark.parametrize("reason", ClosureReason)
@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_human_closes_what_is_open_and_says_why(state: State, reason: ClosureReason) -> None:
    asked, _ = offer_next(created(), UNHCR)

    closed = acts.close(replace(asked, state=state), reason, by=Role.SUPERVISOR, at=NOON + DAY)

    assert (closed.state, closed.closed_for, closed.overdue_at) == (State.CLOSED, reason, None)
    assert closed.offers[0].state is OfferState.LAPSED
    assert (closed.moves[-1].act, closed.moves[-1].by) == (Act.CLOSED, Role.SUPERVISOR)


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_what_is_over_is_not_closed(state: State) -> None:
    with pytest.raises(acts.NotOpen):
        acts.close(created(state=state), None, by=Role.SUPERVISOR, at=NOON)


@pytest.mark.parametrize("reason", [None, "BECAUSE"])
def test_nothing_is_closed_without_a_reason(reason: str | None) -> None:
    with pytest.raises(acts.ReasonMissing):
        acts.close(created(), reason, by=Role.SUPERVISOR, at=NOON)


def test_reopening_makes_a_new_referral_that_follows_and_names_nobody() -> None:
    card = a_card(age_band=CardAge.CHILD)
    expired = created(card, state=State.EXPIRED, named=UNHCR, transfer=True, overdue_at=NOON)

    old, new = acts.reopen(expired, NEW, by=Role.SUPERVISOR, at=NOON + DAY)
    _, told = acts.offer(new, [IOM], by=RULE, at=NOON + DAY)

    assert (old.state, old.reopened_as, old.overdue_at) == (State.EXPIRED, NEW, None)
    assert (new.referral, new.after, new.card, new.named) == (NEW, a_referral(), card, None)
    assert (new.state, new.transfer, new.offers) == (State.CREATED, True, ())
    assert due_times(new) == {Clock.RESPONSE: NOON + DAY + timedelta(weeks=2)}
    assert [event.after for event in told if isinstance(event, ReferralOffered)] == [a_referral()]


def test_only_the_desks_own_referral_says_to_the_exchange_what_it_follows() -> None:
    _, told = acts.offer(created(after=a_referral(9)), [IOM], by=RULE, at=NOON)

    assert [event.after for event in told if isinstance(event, ReferralOffered)] == [ABSENT]


@pytest.mark.parametrize("state", sorted(set(State) - {State.EXPIRED}))
def test_only_what_expired_is_reopened(state: State) -> None:
    with pytest.raises(acts.NotExpired):
        acts.reopen(created(state=state), NEW, by=Role.SUPERVISOR, at=NOON)


def test_nothing_is_reopened_twice() -> None:
    old, _ = acts.reopen(created(state=State.EXPIRED), NEW, by=Role.SUPERVISOR, at=NOON)

    with pytest.raises(acts.AlreadyReopened):
        acts.reopen(old, NEW, by=Role.SUPERVISOR, at=NOON)
