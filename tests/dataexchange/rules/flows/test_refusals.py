"""Each step that may not follow has a name, changes nothing, and is told to nobody."""

from collections.abc import Callable

import pytest

from services.dataexchange.rules.flows.state import State
from shared.events.event import Event
from shared.events.exchange import Outcome
from shared.events.referral import (
    ReferralAccepted,
    ReferralAmended,
    ReferralDeclined,
    ReferralExpired,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
    ReferralWithdrawn,
    ServiceEnded,
    ServiceStarted,
)
from shared.events.sealed import SealNonceText
from shared.kernel.agencies import (
    CHILD_PROTECTION,
    DESK,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
)
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind, ReferralRef
from tests.builders import a_person, a_reference, an_adult
from tests.dataexchange.rules.flows.case import PERSON, REFERRAL, Case, told

NONCE = SealNonceText("0" * 32)
UNKNOWN = ReferralRef(a_reference(Kind.REFERRAL, 77))


def requested() -> Case:
    case = Case()
    case.say(UNHCR, an_adult(PERSON))
    case.consent()
    case.request()
    return case


def offered() -> Case:
    case = requested()
    case.offer()
    return case


def closed() -> Case:
    case = Case().until_accepted()
    case.say(SHELTER, ServiceEnded(referral=case.named(SHELTER), provider=SHELTER))
    return case


def expired() -> Case:
    case = offered()
    case.say(DESK, ReferralExpired(referral=case.named(DESK)))
    return case


def withdrawn() -> Case:
    case = offered()
    case.say(UNHCR, ReferralWithdrawn(referral=REFERRAL))
    return case


def by_shelter(event: type[Event]) -> Callable[[Case], tuple[Agency, Event]]:
    return lambda case: (SHELTER, event(referral=case.named(SHELTER), provider=SHELTER))


def offer(to: Agency) -> Callable[[Case], tuple[Agency, Event]]:
    return lambda case: (
        DESK,
        ReferralOffered(referral=case.named(DESK), provider=to, pathway=case.pathway),
    )


Act = Callable[[Case], tuple[Agency, Event]]
CASES: dict[str, tuple[Callable[[], Case], Act, str]] = {
    "accepted twice": (lambda: Case().until_accepted(), by_shelter(ReferralAccepted), "not_open"),
    "accepted after expiry": (expired, by_shelter(ReferralAccepted), "not_open"),
    "accepted after withdrawal": (withdrawn, by_shelter(ReferralAccepted), "not_open"),
    "declined after acceptance": (
        lambda: Case().until_accepted(),
        by_shelter(ReferralDeclined),
        "not_open",
    ),
    "begun before acceptance": (offered, by_shelter(ServiceStarted), "not_accepted"),
    "feedback twice": (closed, by_shelter(ServiceEnded), "not_open"),
    "accepted for another": (
        offered,
        lambda case: (
            SHELTER,
            ReferralAccepted(referral=case.named(SHELTER), provider=CHILD_PROTECTION),
        ),
        "not_yours",
    ),
    "offered outside the pathway": (requested, offer(CHILD_PROTECTION), "not_a_receiver"),
    "offered to the sender": (requested, offer(UNHCR), "not_a_receiver"),
    "offered after acceptance": (lambda: Case().until_accepted(), offer(SHELTER), "not_open"),
    "offered after withdrawal": (withdrawn, offer(SHELTER), "not_open"),
    "asked for twice": (
        requested,
        lambda case: (
            UNHCR,
            ReferralRequested(referral=REFERRAL, person=PERSON, pathway=case.pathway),
        ),
        "already_requested",
    ),
    "told of what was never offered": (
        offered,
        lambda _: (SHELTER, ServiceStarted(referral=UNKNOWN, provider=SHELTER)),
        "unknown_referral",
    ),
    "corrected after the end": (
        closed,
        lambda case: (UNHCR, ReferralAmended(referral=REFERRAL, pathway=case.pathway)),
        "not_open",
    ),
    "an answer that names nobody": (
        offered,
        lambda case: (SHELTER, ReferralAccepted(referral=case.named(SHELTER), seal_nonce=NONCE)),
        "not_yours",
    ),
    "a correction that says nothing": (
        offered,
        lambda _: (UNHCR, ReferralAmended(referral=REFERRAL)),
        "says_nothing",
    ),
    "expired after acceptance": (
        lambda: Case().until_accepted(),
        lambda case: (DESK, ReferralExpired(referral=case.named(DESK))),
        "not_open",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_step_that_may_not_follow_is_named_and_changes_nothing(name: str) -> None:
    start, act, code = CASES[name]
    case = start()
    before = case.flow
    author, event = act(case)

    judgement = case.say(author, event)

    assert [(one.verdict, one.code) for one in judgement.outcomes] == [(Outcome.REFUSED, code)]
    assert case.flow == before
    assert {one.wire.split(".")[-2] for one in judgement.releases} == {"DecisionMade"}


def test_an_agency_that_was_not_offered_it_has_no_name_for_it() -> None:
    case = offered()

    assert CHILD_PROTECTION not in case.referral.references
    assert RECEPTION not in case.referral.references


def test_the_second_of_two_acceptances_is_told_that_it_is_taken() -> None:
    case = offered()
    case.referral.references[CHILD_PROTECTION] = UNKNOWN
    case.book.by_reference[CHILD_PROTECTION, UNKNOWN] = case.referral.id
    case.accept()

    late = ReferralAccepted(referral=UNKNOWN, provider=CHILD_PROTECTION)

    assert case.fate(CHILD_PROTECTION, late) == (Outcome.REFUSED, "already_taken")
    assert case.flow.accepted == SHELTER


def test_one_who_was_never_offered_it_cannot_accept() -> None:
    case = offered()
    case.referral.references[CHILD_PROTECTION] = UNKNOWN
    case.book.by_reference[CHILD_PROTECTION, UNKNOWN] = case.referral.id

    stranger = ReferralAccepted(referral=UNKNOWN, provider=CHILD_PROTECTION)

    assert case.fate(CHILD_PROTECTION, stranger) == (Outcome.REFUSED, "not_offered")


def test_a_withdrawal_that_comes_before_its_request_ends_it() -> None:
    case = Case()
    case.say(UNHCR, ReferralWithdrawn(referral=REFERRAL))

    judgement = case.request()

    assert [(one.verdict, one.code) for one in judgement.outcomes] == [
        (Outcome.REFUSED, "not_open")
    ]
    assert told(judgement, "ReferralRequested") == []


def anew(case: Case, number: int = 50) -> ReferralOffered:
    """The desk's offer of a new referral that follows the case's."""
    return ReferralOffered(
        referral=ReferralRef(a_reference(Kind.REFERRAL, number)),
        after=case.named(DESK),
        provider=SHELTER,
        pathway=case.pathway,
    )


def test_an_expired_referral_goes_on_as_a_new_one_that_is_the_senders_own() -> None:
    case = expired()
    old = case.named(SHELTER)

    judgement = case.say(DESK, anew(case))
    accepted = case.accept()

    assert told(judgement, "ReferralOffered") == [SHELTER]
    assert case.named(SHELTER) != old
    assert case.flow.state is State.ACCEPTED
    assert sorted(told(accepted, "ReferralAccepted")) == [DESK, UNHCR]
    keys = {one.key for one in accepted.releases if one.recipient == UNHCR}
    assert REFERRAL in keys
    assert told(case.payload(), "ReferralPayloadSent") == [SHELTER]
    late = ReferralAccepted(referral=old, provider=SHELTER)
    assert case.fate(SHELTER, late) == (Outcome.REFUSED, "not_open")


@pytest.mark.parametrize("start", [offered, withdrawn, closed])
def test_only_an_expired_referral_is_offered_anew(start: Callable[[], Case]) -> None:
    case = start()

    assert case.fate(DESK, anew(case)) == (Outcome.REFUSED, "not_open")


def test_an_expired_referral_is_offered_anew_once() -> None:
    case = expired()
    desks = case.named(DESK)
    case.say(DESK, anew(case))

    again = ReferralOffered(
        referral=ReferralRef(a_reference(Kind.REFERRAL, 51)),
        after=desks,
        provider=SHELTER,
        pathway=case.pathway,
    )

    assert case.fate(DESK, again) == (Outcome.REFUSED, "not_open")


def test_a_payload_about_somebody_else_is_refused() -> None:
    case = Case().until_accepted()
    event = ReferralRequested(
        referral=ReferralRef(a_reference(Kind.REFERRAL, 5)),
        person=a_person(5),
        pathway=case.pathway,
    )
    case.say(UNHCR, event)

    part = case.part(Category.CONTACT)
    wrong = ReferralPayloadSent(person=a_person(5), referral=REFERRAL, contact=part)

    assert case.fate(UNHCR, wrong) == (Outcome.REFUSED, "wrong_person")
