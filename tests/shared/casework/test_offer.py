"""Only the receiver answers, once; a payload is shown to nobody but its holder, and then erased."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.commands.offer import Answer, AnswerOffer, RecordService
from shared.casework.rules import erasure as erasures
from shared.casework.rules import offer as offers
from shared.casework.rules.erasure import Erasure
from shared.casework.rules.offer import (
    ANSWERABLE,
    OPEN,
    SERVING,
    AlreadyTaken,
    NotReceiver,
    NotThisStep,
    OfferState,
    ReasonMissing,
    Release,
)
from shared.codes.pathways import TERMS, Pathway, outcomes_of
from shared.codes.people import SizeBand
from shared.codes.referrals import CardField, DeclineReason, ServiceOutcome, Step
from shared.crypto.payloads import Value
from shared.events.event import ABSENT, Absent
from shared.events.referral import ReferralAmended, ReferralOffered
from shared.events.sealed import Extent, KeyId
from shared.kernel.agencies import UNHCR
from shared.kernel.categories import Category
from tests.shared.casework.builders import NOON, PERSON, REFERRAL, an_offer

NONCE = bytes(range(16))
every_state = pytest.mark.parametrize("state", OfferState)


def accept(state: OfferState = OfferState.OFFERED) -> offers.Offer:
    _, after = offers.accept(
        an_offer(state=state),
        agency=UNHCR,
        staff="one",
        key=KeyId("key"),
        nonce=NONCE,
        follow_up_by=None,
    )
    return after


@every_state
def test_an_offer_is_answered_while_it_waits_and_once(state: OfferState) -> None:
    offer = an_offer(state=state)
    no = AnswerOffer(answer=Answer.DECLINE, reason=DeclineReason.NO_CAPACITY)
    which = AnswerOffer(answer=Answer.ASK, wanted=(CardField.AREA,))

    if state in ANSWERABLE:
        assert accept(state).state is OfferState.ACCEPTED
        assert offers.decline(offer, no, agency=UNHCR)[1].state is OfferState.DECLINED
        assert offers.ask(offer, which, agency=UNHCR)[1].state is OfferState.ASKED
    else:
        with pytest.raises(AlreadyTaken):
            accept(state)
        with pytest.raises(AlreadyTaken):
            offers.decline(offer, no, agency=UNHCR)
        with pytest.raises(AlreadyTaken):
            offers.ask(offer, which, agency=UNHCR)


def test_an_acceptance_names_key_and_nonce_and_gives_the_task_to_who_accepted() -> None:
    event, after = offers.accept(
        an_offer(), agency=UNHCR, staff="one", key=KeyId("key"), nonce=NONCE, follow_up_by=None
    )

    assert (event.provider, event.unsealing_key, event.seal_nonce) == (UNHCR, "key", NONCE.hex())
    assert (after.staff, after.nonce) == ("one", NONCE.hex())


def test_a_no_needs_a_reason_and_a_question_a_field() -> None:
    with pytest.raises(ReasonMissing):
        offers.decline(an_offer(), AnswerOffer(answer=Answer.DECLINE), agency=UNHCR)
    with pytest.raises(ReasonMissing):
        offers.ask(an_offer(), AnswerOffer(answer=Answer.ASK), agency=UNHCR)


@every_state
def test_only_who_serves_tells_of_the_service(state: OfferState) -> None:
    begun = RecordService(step=Step.BEGUN)

    if state in SERVING:
        _, after = offers.record_service(an_offer(state=state), begun, agency=UNHCR)
        assert after.state is OfferState.IN_PROGRESS
    else:
        with pytest.raises(NotReceiver):
            offers.record_service(an_offer(state=state), begun, agency=UNHCR)


@pytest.mark.parametrize("pathway", [*Pathway, ABSENT])
@pytest.mark.parametrize("outcome", ServiceOutcome)
def test_an_outcome_is_one_of_the_pathways_and_of_an_untold_pathway_one_of_two(
    pathway: Pathway | Absent, outcome: ServiceOutcome
) -> None:
    card = ReferralOffered(referral=REFERRAL, provider=UNHCR, pathway=pathway)
    offer = an_offer(state=OfferState.ACCEPTED, card=card)
    two = {ServiceOutcome.PROVIDED, ServiceOutcome.NOT_PROVIDED}
    known = two if isinstance(pathway, Absent) else outcomes_of(pathway)

    if outcome in known:
        _, after = offers.record_service(offer, RecordService(outcome=outcome), agency=UNHCR)
        assert after.state is OfferState.ENDED
    else:
        with pytest.raises(NotThisStep):
            offers.record_service(offer, RecordService(outcome=outcome), agency=UNHCR)


@pytest.mark.parametrize("pathway", Pathway)
@pytest.mark.parametrize("step", Step)
def test_a_step_is_one_of_the_pathways(pathway: Pathway, step: Step) -> None:
    card = ReferralOffered(referral=REFERRAL, provider=UNHCR, pathway=pathway)
    offer = an_offer(state=OfferState.ACCEPTED, card=card)

    if step in (Step.BEGUN, *TERMS[pathway].steps):
        assert offers.record_service(offer, RecordService(step=step), agency=UNHCR)
    else:
        with pytest.raises(NotThisStep):
            offers.record_service(offer, RecordService(step=step), agency=UNHCR)


@pytest.mark.parametrize(
    "command", [RecordService(), RecordService(step=Step.BEGUN, outcome=ServiceOutcome.PROVIDED)]
)
def test_a_service_is_told_one_thing_at_a_time(command: RecordService) -> None:
    with pytest.raises(NotThisStep):
        offers.record_service(an_offer(state=OfferState.ACCEPTED), command, agency=UNHCR)


@every_state
def test_what_is_taken_back_is_stopped_and_its_nonce_forgotten(state: OfferState) -> None:
    offer = an_offer(state=state, nonce=NONCE.hex())

    stopped = offers.stop(offer, OfferState.WITHDRAWN)

    if state in OPEN:
        assert (stopped.state, stopped.nonce) == (OfferState.WITHDRAWN, None)
    else:
        assert stopped == offer


def test_the_nonce_is_forgotten_once_the_payload_is_open() -> None:
    kept = offers.keep(
        accept(), {Category.SEX: Value(b'"F"')}, person=PERSON, release=Release(0, 2)
    )

    assert kept.nonce is None
    assert kept.payload["SEX"].value == '"F"'
    assert NONCE.hex().encode() not in msgspec.json.encode(kept)


def test_an_amendment_corrects_what_it_tells_and_opens_a_question_again() -> None:
    card = ReferralOffered(
        referral=REFERRAL, provider=UNHCR, pathway=Pathway.SHELTER, places=SizeBand.ONE
    )
    asked = an_offer(card=card, state=OfferState.ASKED)
    event = ReferralAmended(referral=REFERRAL, places=SizeBand.SEVEN_OR_MORE)

    after = offers.amend(asked, event, Release(0, 2))

    assert after.state is OfferState.OFFERED
    assert (after.card.places, after.card.pathway) == (SizeBand.SEVEN_OR_MORE, Pathway.SHELTER)


@every_state
def test_an_offer_heard_again_never_takes_the_task_from_who_has_it(state: OfferState) -> None:
    known = an_offer(state=state, staff="one")
    event = ReferralOffered(referral=REFERRAL, provider=UNHCR)

    after = offers.hear_offer(known, event, Release(0, 2), at=NOON)

    assert (after == known) == (state in offers.SHOWN)


@given(
    numbers=st.frozensets(st.integers(1, 3)),
    categories=st.none() | st.frozensets(st.sampled_from([Category.SEX, Category.HEALTH])),
    partition=st.integers(0, 1),
)
def test_an_erasure_takes_exactly_what_it_names(
    numbers: frozenset[int], categories: frozenset[Category] | None, partition: int
) -> None:
    values = {Category.SEX: Value(b'"F"'), Category.HEALTH: Value(b'"x"', Extent.PARTIAL)}
    full = offers.keep(accept(), values, person=PERSON, release=Release(0, 2))

    left = erasures.erase(full, Erasure(partition, numbers, categories)).payload

    named = partition == 0 and 2 in numbers
    gone = set(values) & (set(values) if categories is None else categories) if named else set()
    assert {Category[name] for name in left} == set(values) - gone
