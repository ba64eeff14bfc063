"""One value from its sender's book to its receiver's, and in clear nowhere between.

The test is exchange and desk: it hands each event on in the hearer's references.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.crypto import signing
from shared.crypto.partners import Partner, PartnerRegistry
from shared.crypto.payload_keys import payload_opening
from shared.crypto.sealing import public_of
from shared.events.event import Event, encode
from shared.events.referral import (
    ReferralAccepted,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
)
from shared.events.registry import contract_of
from shared.kernel.agencies import RECEPTION, UNHCR, Column
from shared.kernel.identifiers import ReferralRef
from tests.profiling.builders import a_person as unhcrs_person
from tests.profiling.world import World as Profiling
from tests.registration.world import World as Registration
from tests.shared.casework.receiving import OFFER, REFERRAL, call, seen
from tests.shared.casework.sending import CANARY, GIVEN, a_person, asked


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Registration]:
    (tmp_path / "sender").mkdir()
    world = Registration(tmp_path / "sender")
    yield world
    world.close()


@pytest.fixture
def receiver(tmp_path: Path, sender: Registration) -> Iterator[Profiling]:
    (tmp_path / "receiver").mkdir()
    world = Profiling(tmp_path / "receiver")
    world.service.database.close()
    world.opening = payload_opening(UNHCR, world.key, {RECEPTION: signing.public_of(sender.seed)})
    world.service = world.build()
    partner = Partner(agency=UNHCR, column=Column.UN, signing={}, sealing=public_of(world.key))
    sender.registry = PartnerRegistry((partner,))
    yield world
    world.close()


async def only(world: Registration | Profiling, kind: type[Event]) -> Event:
    (found,) = [event for event in await world.announced() if type(event) is kind]
    return found


async def travel(sender: Registration, receiver: Profiling) -> None:
    """Ask, offer, accept and send, as exchange and desk would hand it on."""
    given = GIVEN | {"recipients": ["unhcr"]}
    referral = await asked(sender, await a_person(sender), given=given)
    request = await only(sender, ReferralRequested)
    assert isinstance(request, ReferralRequested)
    offer = ReferralOffered(
        referral=REFERRAL,
        provider=UNHCR,
        pathway=request.pathway,
        priority=request.priority,
        area=request.area,
    )
    await receiver.tell(offer)
    await call(receiver, "POST", f"{OFFER}/answer", {"answer": "ACCEPT"})
    answer = await only(receiver, ReferralAccepted)
    assert isinstance(answer, ReferralAccepted)
    await sender.tell(told_to(answer, referral))
    sent = await only(sender, ReferralPayloadSent)
    assert isinstance(sent, ReferralPayloadSent)
    parts = {name: getattr(sent, name) for name in ReferralPayloadSent.__struct_fields__[2:]}
    await receiver.tell(ReferralPayloadSent(person=unhcrs_person(), referral=REFERRAL, **parts))


def told_to(answer: ReferralAccepted, referral: ReferralRef) -> ReferralAccepted:
    return ReferralAccepted(
        referral=referral,
        provider=answer.provider,
        unsealing_key=answer.unsealing_key,
        seal_nonce=answer.seal_nonce,
    )


async def test_what_one_agency_knows_another_reads_by_acceptance(
    sender: Registration, receiver: Profiling
) -> None:
    await travel(sender, receiver)

    payload = (await seen(receiver))["payload"]
    assert payload["FULL_NAME"]["value"] == {"family_name": CANARY, "given_name": "One"}


async def test_the_value_is_in_clear_in_no_event_of_the_referral_and_no_log_line(
    sender: Registration, receiver: Profiling, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await travel(sender, receiver)

    told = [*await sender.announced(), *await receiver.announced()]
    of_referral = [encode(event) for event in told if "referral" in contract_of(type(event)).wire]
    assert len(of_referral) == 3
    assert all(CANARY.encode() not in text for text in of_referral)
    assert CANARY not in caplog.text
    assert CANARY.encode() not in (receiver.database_file.parent / "log.sqlite").read_bytes()


async def test_the_value_is_in_the_receivers_book_and_only_with_the_offer(
    sender: Registration, receiver: Profiling
) -> None:
    await travel(sender, receiver)

    tables = await receiver.rows("select name from sqlite_master where type = 'table'")
    holding = [
        name
        for (name,) in tables
        if CANARY in repr(await receiver.rows(f"select * from {name}"))  # noqa: S608
    ]
    assert holding == ["offer"]
