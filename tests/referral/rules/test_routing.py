"""Who can be asked, and who is asked without a human's choice."""

from dataclasses import replace

import pytest

from services.referral.commands import ListService
from services.referral.rules import routing
from services.referral.rules.acts import offer
from services.referral.rules.record import RULE, OfferState, State
from services.referral.rules.routing import (
    Capacity,
    Directory,
    Listing,
    ListingId,
    NotAPartner,
    Place,
    UnknownPathway,
    by_rule,
    candidates,
    capacity_of,
    next_providers,
    partners_of,
)
from shared.codes.pathways import TERMS, Pathway, Priority
from shared.codes.places import AreaText
from shared.codes.referrals import Service
from shared.events.card import Card
from shared.events.event import ABSENT
from shared.events.referral import PROVIDERS, CapacityReported
from shared.kernel.agencies import (
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    COLUMN_OF,
    IOM,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
)
from tests.referral.builders import NOON, NORTH, SOUTH, a_card, a_directory, created, listed

FAMILY = Pathway.FAMILY
EMPTY = Directory()


def places(provider: Agency, number: int | None, waiting: int = 0) -> dict[Place, Capacity]:
    return {Place(provider, Service.OTHER, NORTH): Capacity(number, waiting, NOON)}


@pytest.mark.parametrize("pathway", Pathway)
def test_only_who_may_receive_a_pathway_is_a_partner_of_it(pathway: Pathway) -> None:
    partners = partners_of(pathway)

    assert partners == {one for one in PROVIDERS if COLUMN_OF[one] in TERMS[pathway].receivers}
    assert set(candidates(a_card(pathway), EMPTY)) == partners


def test_a_pathway_for_which_nobody_is_listed_goes_to_every_partner_of_it() -> None:
    directory = a_directory(listed(SHELTER, Pathway.CASH))

    assert candidates(a_card(FAMILY), directory) == (IOM, UNHCR)


@pytest.mark.parametrize(
    ("listing", "found"),
    [
        (listed(IOM, FAMILY), True),
        (listed(IOM, FAMILY, NORTH), True),
        (listed(IOM, FAMILY, SOUTH), False),
        (listed(IOM, FAMILY, SOUTH, NORTH), True),
        (listed(IOM, FAMILY, open=False), False),
        (listed(IOM, FAMILY, service=Service.OTHER), True),
        (listed(IOM, FAMILY, service=Service.LEGAL), False),
        (listed(CHILD_PROTECTION, FAMILY), False),
    ],
)
def test_who_is_listed_serves_by_pathway_area_and_service(listing: Listing, *, found: bool) -> None:
    card = a_card(FAMILY, service=Service.OTHER)

    assert candidates(card, a_directory(listing)) == ((IOM,) if found else ())


@pytest.mark.parametrize("area", [ABSENT, None])
def test_a_card_without_a_place_can_go_anywhere(area: AreaText | None) -> None:
    directory = a_directory(listed(IOM, FAMILY, SOUTH), listed(UNHCR, FAMILY, NORTH))

    assert candidates(a_card(FAMILY, area=area), directory) == (IOM, UNHCR)


def test_who_has_places_comes_first_and_who_has_none_not_at_all() -> None:
    card = a_card(FAMILY, service=Service.OTHER)
    few = a_directory(capacities=places(UNHCR, 2))
    equal = a_directory(capacities=places(UNHCR, 2, waiting=1) | places(IOM, 2, waiting=5))
    full = a_directory(capacities=places(UNHCR, 0))
    unknown = a_directory(capacities=places(UNHCR, None))

    assert candidates(card, few) == (UNHCR, IOM)
    assert candidates(card, equal) == (UNHCR, IOM)
    assert candidates(card, full) == (IOM,)
    assert candidates(card, full, full_too=True) == (UNHCR, IOM)
    assert candidates(card, unknown) == (IOM, UNHCR)


def test_a_card_has_nothing_by_which_a_nationality_could_route() -> None:
    fields = set(Card.__struct_fields__)

    assert not {one for one in fields if "national" in one or "country" in one or "origin" in one}


def test_the_only_provider_of_an_ordinary_pathway_is_asked_by_rule() -> None:
    assert by_rule(created(a_card(Pathway.CASH)), EMPTY) == (SHELTER,)


def test_of_several_providers_a_human_chooses() -> None:
    assert by_rule(created(a_card(FAMILY)), EMPTY) == ()
    assert next_providers(created(a_card(FAMILY)), EMPTY) == (IOM, UNHCR)


def test_of_a_sensitive_pathway_a_human_chooses_even_the_only_one() -> None:
    referral = created(a_card(Pathway.CHILD_PROTECTION))

    assert by_rule(referral, EMPTY) == ()
    assert next_providers(referral, EMPTY) == (CHILD_PROTECTION,)


@pytest.mark.parametrize("pathway", [Pathway.ASYLUM, Pathway.CHILD_PROTECTION, FAMILY])
def test_an_emergency_asks_all_of_the_area_at_once_sensitive_or_full(pathway: Pathway) -> None:
    card = a_card(pathway, priority=Priority.EMERGENCY, service=Service.OTHER)
    directory = a_directory(capacities=places(UNHCR, 0))

    assert set(by_rule(created(card), directory)) == partners_of(pathway)


def test_an_emergency_asks_nobody_outside_its_area() -> None:
    card = a_card(Pathway.ASYLUM, priority=Priority.EMERGENCY)
    directory = a_directory(
        listed(ASYLUM, Pathway.ASYLUM, NORTH), listed(UNHCR, Pathway.ASYLUM, SOUTH)
    )

    assert by_rule(created(card), directory) == (ASYLUM,)


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("pathway", [Pathway.WOMAN_AT_RISK, FAMILY])
def test_whom_the_sender_named_is_asked_first_and_alone(
    pathway: Pathway, priority: Priority
) -> None:
    referral = created(a_card(pathway, priority=priority), named=UNHCR)
    asked, _ = offer(referral, [UNHCR], by=RULE, at=NOON)

    assert by_rule(referral, EMPTY) == (UNHCR,)
    assert by_rule(asked, EMPTY) == ()


def test_when_whom_the_sender_named_declines_the_rule_goes_on() -> None:
    named = created(a_card(FAMILY), named=UNHCR)
    asked, _ = offer(named, [UNHCR], by=RULE, at=NOON)
    declined = replace(asked, offers=(replace(asked.offers[0], state=OfferState.DECLINED),))
    sensitive = replace(declined, card=a_card(Pathway.STATELESSNESS))

    assert by_rule(declined, EMPTY) == (IOM,)
    assert by_rule(sensitive, EMPTY) == ()


@pytest.mark.parametrize("named", [BORDER, RECEPTION, CHILD_PROTECTION, Agency("nobody")])
def test_a_named_provider_that_may_not_receive_the_pathway_is_not_asked(named: Agency) -> None:
    referral = created(a_card(FAMILY), named=named)

    assert by_rule(referral, EMPTY) == ()
    assert named not in next_providers(referral, EMPTY)


def test_nobody_is_asked_while_somebody_is_asked_or_twice_by_rule() -> None:
    asked, _ = offer(created(a_card(Pathway.CASH)), [SHELTER], by=RULE, at=NOON)
    lapsed = replace(asked, offers=(replace(asked.offers[0], state=OfferState.LAPSED),))

    assert by_rule(asked, EMPTY) == by_rule(lapsed, EMPTY) == ()
    assert next_providers(asked, EMPTY) == ()
    assert next_providers(lapsed, EMPTY) == (SHELTER,)


@pytest.mark.parametrize("state", sorted(set(State) - {State.CREATED}))
def test_nobody_is_asked_about_what_is_taken_or_over(state: State) -> None:
    assert by_rule(created(a_card(Pathway.CASH), state=state), EMPTY) == ()


def test_nobody_is_asked_before_it_is_heard_whom_the_sender_named() -> None:
    referral = created(a_card(Pathway.CASH), requested=False)

    assert by_rule(referral, EMPTY) == ()


def test_without_a_pathway_nobody_can_be_asked() -> None:
    referral = created(Card(priority=Priority.EMERGENCY), named=UNHCR)

    assert by_rule(referral, EMPTY) == next_providers(referral, EMPTY) == ()


def report(**told: object) -> CapacityReported:
    whole = {"provider": IOM, "service": Service.LEGAL, "area": NORTH, "places": 3} | told
    return CapacityReported(**whole)  # type: ignore[arg-type]


def test_a_capacity_is_of_one_service_in_one_area() -> None:
    place = Place(IOM, Service.LEGAL, NORTH)

    assert capacity_of(report(), at=NOON) == (place, Capacity(3, None, NOON))
    assert capacity_of(report(places=None, waiting=2), at=NOON) == (place, Capacity(None, 2, NOON))


@pytest.mark.parametrize(
    "missing",
    [{"provider": ABSENT}, {"service": ABSENT}, {"area": ABSENT}, {"provider": BORDER}],
)
def test_a_capacity_of_nobody_or_nowhere_says_nothing(missing: dict[str, object]) -> None:
    assert capacity_of(report(**missing), at=NOON) is None


def test_a_service_is_listed_for_a_pathway_that_its_provider_may_receive() -> None:
    command = ListService(provider="iom", pathway="PW-FAM", areas=("XTP-N",), open=False)

    listing = routing.list_service(command, ListingId("x"))

    assert listing == Listing(ListingId("x"), IOM, FAMILY, None, (NORTH,), open=False)


def test_what_is_no_pathway_or_no_partner_of_it_is_not_listed() -> None:
    with pytest.raises(UnknownPathway):
        routing.list_service(ListService(provider="iom", pathway="PW-NONE"), ListingId("x"))
    for provider in ("cp", "gov-border", "nobody"):
        with pytest.raises(NotAPartner):
            routing.list_service(ListService(provider=provider, pathway="PW-FAM"), ListingId("x"))
