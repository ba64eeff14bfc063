"""The desk knows what, where and by when, and never who: not in its schema, not in its file."""

import dataclasses
import json
import re
from datetime import timedelta

import msgspec
from sqlmodel import Session, text

from services.referral.rules.record import Referral
from services.referral.store import ReferralTable
from shared.codes.pathways import Pathway, Priority
from shared.events.control import ErasureConfirmed
from shared.events.event import Event
from shared.events.exchange import ErasureAsked
from shared.events.referral import ReferralRequested
from shared.kernel.agencies import ASYLUM, Role
from shared.kernel.identifiers import (
    ConsentRef,
    Form,
    Kind,
    NoticeRef,
    PersonRef,
    Reference,
    is_well_formed,
    reference,
)
from shared.storage.engine import Database
from tests.referral.builders import (
    MOMENT,
    NOON,
    a_referral,
    accepted,
    amended,
    asked,
    ended,
    requested,
    started,
)
from tests.referral.calls import REFERRAL, call, get
from tests.referral.world import COORDINATOR, World

OF_A_PERSON = {Kind.PERSON, Kind.GROUP, Kind.ENCOUNTER, Kind.DOCUMENT, Kind.RETURN, Kind.CONSENT}
SHE = PersonRef(reference(Kind.PERSON, Form.ISSUED, b"who nobody knows"))
RECEIPT = ConsentRef(reference(Kind.CONSENT, Form.ISSUED, b"who nobody knows"))
REFERENCE = re.compile(r"[A-Z][WX][0-9A-Z*~$=]{27}")


def with_person(event: ReferralRequested) -> ReferralRequested:
    """Return a request in which the exchange has left what it never releases."""
    return msgspec.structs.replace(event, person=SHE, consent=RECEIPT)


def everything_in(world: World) -> str:
    """Return every cell of every table, as text."""
    database = world.service.database
    assert isinstance(database, Database)

    def read(session: Session) -> list[str]:
        names = [table.name for table in ReferralTable.metadata.sorted_tables]
        rows = [session.connection().execute(text(f'SELECT * FROM "{name}"')) for name in names]  # noqa: S608
        return [repr(cell) for found in rows for row in found for cell in row]

    with Session(database._engine) as session:  # noqa: SLF001 - looks behind the store
        return "\n".join(read(session))


def references_in(found: str) -> set[str]:
    return {match for match in REFERENCE.findall(found) if is_well_formed(match)}


async def a_journey(world: World) -> None:
    """Have all happen that can happen to referrals of one person."""
    await world.tell(
        with_person(requested(Pathway.ASYLUM, priority=Priority.EMERGENCY)),
        with_person(requested(Pathway.CASH, 2)),
        with_person(requested(Pathway.FAMILY, 3)),
    )
    await world.tell(
        asked(ASYLUM), amended(language="und"), accepted(ASYLUM), started(ASYLUM), ended(ASYLUM)
    )
    await call(world, "POST", f"/v1/referrals/{a_referral(3)}/offers", {}, key="k")
    for _ in range(2):
        world.now += timedelta(weeks=2) + MOMENT
        await world.caught_up()
    reopening = f"/v1/referrals/{a_referral(2)}/reopening"
    await call(world, "POST", reopening, {}, Role.SUPERVISOR, key="r")
    notice = NoticeRef(reference(Kind.NOTICE, Form.ISSUED, bytes(16)))
    erasure = ErasureAsked(about=Reference(SHE), notice=notice, releases=(1,), due=NOON.date())
    await world.tell(erasure)


def test_no_table_and_no_field_has_a_place_for_a_person() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in ReferralTable.metadata.sorted_tables
        for column in table.columns
    }
    fields = {field.name for field in dataclasses.fields(Referral)}
    hints = json.dumps(sorted({*columns, *fields}))

    assert not re.search(r"person|consent|name\b|birth|nationality|phone|document", hints)


async def test_after_a_whole_journey_no_reference_of_a_person_is_in_any_table(
    world: World,
) -> None:
    await a_journey(world)

    found = everything_in(world)
    references = references_in(found)
    assert a_referral() in references
    assert not [one for one in references if Kind(one[0]) in OF_A_PERSON]
    assert SHE not in found
    assert "who nobody knows" not in found


async def test_after_a_whole_journey_no_reference_of_a_person_is_in_the_file(
    world: World,
) -> None:
    await a_journey(world)

    for path in world.database_file.parent.glob("referral.sqlite*"):
        held = path.read_bytes()
        assert SHE.encode() not in held, path.name
        assert RECEIPT.encode() not in held, path.name


async def test_what_the_desk_tells_and_shows_names_nobody(world: World) -> None:
    await a_journey(world)

    told: list[Event] = await world.announced()
    shown = [
        await get(world, REFERRAL, person=COORDINATOR),
        await get(world, "/v1/referrals"),
        await get(world, "/v1/services"),
    ]

    assert any(isinstance(event, ErasureConfirmed) for event in told)
    assert SHE not in repr(told) + repr(shown)
    assert RECEIPT not in repr(told) + repr(shown)
