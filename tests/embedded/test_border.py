"""The simulated border: every boat lands once and whole, and questions are answered once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from embedded.partners.border.events import band_of
from embedded.people import encounter_of, reference_of, travellers
from shared.codes.people import AgeBand
from shared.crypto.keys import Seal
from shared.events.border import DisembarkationRecorded, HandoverMade, ScreeningCompleted
from shared.events.control import ErasureConfirmed, ProtectionConcernRaised, RestateEnded
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import HandoverReceived
from shared.events.sealed import Sealed
from shared.kernel.identifiers import (
    EncounterRef,
    Form,
    Kind,
    NoticeRef,
    Reference,
    TokenRef,
    reference,
)
from tests.embedded.border_world import DAY, PEOPLE, SEED, World

ON_BOATS = [one for one in travellers(SEED, DAY, PEOPLE) if one.boat is not None]
AFRAID = [one for one in ON_BOATS if one.fear is not None]
BOATS = {one.boat for one in ON_BOATS if one.boat is not None}


class Fell(Exception):
    """The system falls here."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def ref(kind: Kind, number: int = 1) -> Reference:
    return reference(kind, Form.ISSUED, number.to_bytes(16, "big"))


async def test_every_boat_lands_once_even_if_the_system_falls_between_two(world: World) -> None:
    first = await world.land()
    world.start_again()
    later = [await world.land() for _ in range(len(BOATS) - 1)]

    assert first > 0
    assert all(later)
    assert await world.land() == 0
    assert await world.border.landed() == first + sum(later) == len(ON_BOATS)


async def test_each_person_of_a_boat_is_told_of_once_and_walk_ins_never(world: World) -> None:
    while await world.land():
        pass

    told = [event for event, _ in await world.sent()]

    assert Counter(type(event) for event in told) == {
        DisembarkationRecorded: len(BOATS),
        HandoverMade: len(BOATS),
        ScreeningCompleted: len(ON_BOATS),
        ProtectionConcernRaised: len(AFRAID),
    }
    assert {event.person for event in told if isinstance(event, ScreeningCompleted)} == {
        reference_of(one) for one in ON_BOATS
    }


async def test_a_handover_names_everybody_of_the_boat_by_wristband(world: World) -> None:
    while await world.land():
        pass

    handovers = [event for event, _ in await world.sent() if isinstance(event, HandoverMade)]

    worn = {
        (str(event.encounter), str(one.person), str(one.wristband))
        for event in handovers
        if event.persons is not ABSENT
        for one in event.persons
    }
    assert worn == {
        (encounter_of(SEED, DAY, one.boat or 0), reference_of(one), one.wristband)
        for one in ON_BOATS
    }


async def test_a_fear_reaches_unhcr_word_for_word_and_nobody_else(world: World) -> None:
    while await world.land():
        pass

    concerns = [
        event for event, _ in await world.sent() if isinstance(event, ProtectionConcernRaised)
    ]
    heard = {
        str(event.person): world.open_sealed(event.note).decode()
        for event in concerns
        if isinstance(event.note, Sealed)
    }
    in_the_clear = b"\n".join(record.value for record in await world.records())

    assert AFRAID
    assert heard == {reference_of(one): one.fear for one in AFRAID}
    assert not any((one.fear or "").encode() in in_the_clear for one in AFRAID)


async def test_the_border_tells_no_phone_and_no_address(world: World) -> None:
    while await world.land():
        pass

    told = b"\n".join(record.value for record in await world.records())

    assert not any(one.phone.encode() in told for one in ON_BOATS)
    assert not any(one.address.encode() in told for one in ON_BOATS)


async def test_a_boat_that_falls_half_way_has_not_landed_at_all(world: World) -> None:
    def falls(*_: object, **__: object) -> Sealed:
        raise Fell

    whole: Seal = world.border.seal
    while not await fails(world, falls):
        pass
    landed = await world.border.landed()
    told = [event for event, _ in await world.sent() if isinstance(event, ScreeningCompleted)]

    assert len(told) == landed < len(ON_BOATS)

    world.border.seal = whole
    while await world.land():
        pass
    assert await world.border.landed() == len(ON_BOATS)


async def fails(world: World, falls: Seal) -> bool:
    """Land a boat with a seal that falls; return whether somebody on it had something to seal."""
    world.border.seal = falls
    try:
        assert await world.land()
    except Fell:
        return True
    return False


async def test_a_receipt_is_kept_once_per_boat(world: World) -> None:
    receipt = HandoverReceived(encounter=EncounterRef(encounter_of(SEED, DAY, 0)), registered=20)

    await world.tell(receipt)
    await world.tell(receipt)

    assert await world.border.receipts() == 1


async def test_a_short_form_is_told_again_under_the_token_and_only_once(world: World) -> None:
    await world.land()
    asked = RestateAsked(about=reference_of(ON_BOATS[0]), token=TokenRef(ref(Kind.RESTATE)))

    await world.tell(asked)
    await world.tell(asked)
    await world.tell(HandoverReceived(encounter=EncounterRef(encounter_of(SEED, DAY, 0))))

    sent = await world.sent()
    again = [event for event, envelope in sent if envelope.token == asked.token]
    first = [
        event
        for event, envelope in sent
        if isinstance(event, ScreeningCompleted)
        and event.person == asked.about
        and envelope.token is None
    ]
    assert again == first
    assert [event for event, _ in sent if isinstance(event, RestateEnded)] == [
        RestateEnded(token=asked.token, events=1)
    ]
    assert await world.border.receipts() == 1, "what comes behind the second question is heard"


async def test_of_somebody_the_border_never_met_nothing_is_told_again(world: World) -> None:
    asked = RestateAsked(about=ref(Kind.PERSON, 9), token=TokenRef(ref(Kind.RESTATE)))

    await world.tell(asked)

    assert [event for event, _ in await world.sent()] == [RestateEnded(token=asked.token, events=0)]


async def test_an_erased_receipt_is_gone_before_that_is_confirmed(world: World) -> None:
    encounter = EncounterRef(encounter_of(SEED, DAY, 0))
    notice = NoticeRef(ref(Kind.NOTICE))
    await world.tell(HandoverReceived(encounter=encounter, registered=20))

    await world.tell(
        ErasureAsked(about=encounter, notice=notice, releases=(1,), due=date(2022, 7, 31))
    )

    assert await world.border.receipts() == 0
    assert [event for event, _ in await world.sent()] == [
        ErasureConfirmed(notice=notice, outcome="ERASED")
    ]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (None, AgeBand.UNKNOWN),
        (4, AgeBand.FROM_0_TO_4),
        (5, AgeBand.FROM_5_TO_11),
        (12, AgeBand.FROM_12_TO_17),
        (17, AgeBand.FROM_12_TO_17),
        (18, AgeBand.FROM_18_TO_59),
        (60, AgeBand.FROM_60),
    ],
)
def test_an_age_nobody_knows_is_written_as_unknown(age: int | None, band: AgeBand) -> None:
    assert band_of(replace(ON_BOATS[0], age=age)) == band
