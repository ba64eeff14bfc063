"""Routes of people, of those who wait, and of proposed corrections.

A person who is unknown, or whom the caller may not see, is not found: the same answer as for a
path that does not exist.
"""

from datetime import datetime
from http import HTTPStatus
from types import NoneType
from typing import Annotated, Any, Final, Self

import msgspec
from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel

from services.registration.api.wiring import Wired
from services.registration.commands import DecideCorrection, RegisterPerson, UpdatePerson
from services.registration.handlers import acts, safeguards
from services.registration.rules.person import Person
from services.registration.rules.screening import Announced
from services.registration.store import Store, WaitingPlace
from shared.casework.commands import StateSafeguards
from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.people import PrivateTalk
from shared.kernel.agencies import Role
from shared.kernel.identifiers import EncounterRef, PersonRef, Reference
from shared.storage.keyset import Count
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy
from shared.web.paging import Cursor, Limit, next_of, read_cursor

CLERKS: Final = (Role.INTAKE, Role.CASEWORKER, Role.SUPERVISOR)

router = APIRouter(prefix="/v1", tags=["registration"])


Clerk = Annotated[Caller, calls(*CLERKS)]
Intake = Annotated[Caller, calls(Role.INTAKE)]
Number = Annotated[int, Path(ge=1, lt=2**53)]
IfMatch = Annotated[str | None, Header(pattern=r'^"[0-9]{1,9}"$')]
"""The version that the caller has seen, as its `ETag` said it."""


class Registered(BaseModel):
    """The reference of a registration, and the number that the person is given."""

    person: PersonRef
    registration_no: str


class Waits(BaseModel):
    """One person who waits: a reference and needs, nothing that names anybody.

    A field that is null was not told, and says nothing.
    """

    person: PersonRef
    urgency: str
    encounter: EncounterRef | None
    child_alone: bool | None
    private_talk: PrivateTalk | None
    reception_needs: tuple[ReceptionNeed, ...] | None
    needs: tuple[TopNeed, ...] | None
    wristband: str | None
    """What the person wears, by which a clerk calls them; null before the handover."""

    @classmethod
    def of(cls, person: PersonRef, known: Announced) -> Self:
        """Return what a clerk sees of what the border told."""
        return cls(
            person=person,
            urgency=known.urgency.name,
            encounter=known.encounter,
            child_alone=told(known.screening, "child_alone"),
            private_talk=told(known.screening, "private_talk"),
            reception_needs=told(known.screening, "reception_needs"),
            needs=told(known.screening, "needs"),
            wristband=known.wristband,
        )


class IntakePage(BaseModel):
    """A part of the list of those who wait."""

    waiting: list[Waits]
    next: str | None = None


@router.post("/persons", status_code=HTTPStatus.CREATED)
async def post_person(
    command: RegisterPerson, wired: Wired, caller: Intake, once: OnceBy
) -> Registered:
    """Register one person individually; the same `Idempotency-Key` again registers nobody."""

    def work(store: Store, at: datetime) -> tuple[str, str]:
        told = acts.register_person(command, store=store, at=at, make_id=wired.make_id)
        return told.person, str(told.registration_no)

    person, number = await wired.run_once(once(caller), work, tuple[str, str])
    return Registered(person=PersonRef(Reference(person)), registration_no=number)


@router.patch("/persons/{p}", response_class=Response)
async def patch_person(
    p: PersonRef, command: UpdatePerson, wired: Wired, _: Intake, if_match: IfMatch = None
) -> Response:
    """Change what is registered; answers with the whole state after it."""
    version = None if if_match is None else int(if_match.strip('"'))

    def work(store: Store, at: datetime) -> Response:
        person = acts.update_person(command, p, version, store=store, at=at)
        return shown(person, at, store=store)

    return await wired.run(work)


@router.get("/persons/{p}", response_class=Response)
async def get_person(p: PersonRef, wired: Wired, _: Clerk) -> Response:
    """Return the whole state of a registered person."""

    def work(store: Store, at: datetime) -> Response:
        person = acts.get_person(p, store=store)
        return shown(person, at, store=store)

    return await wired.run(work)


def shown(person: Person, at: datetime, *, store: Store) -> Response:
    """Return a person as a clerk sees them; a field that was not asked is not there."""
    body: dict[str, Any] = msgspec.to_builtins(person.state)
    body |= {
        "treated_as_child": safeguards.find_age(person.state.person, store=store, at=at),
        "hide_location": safeguards.is_hidden(person.state.person, store=store, at=at),
    }
    etag = {"ETag": f'"{person.version}"'}
    return Response(msgspec.json.encode(body), media_type="application/json", headers=etag)


@router.post("/persons/{p}/safeguards", status_code=HTTPStatus.NO_CONTENT)
async def post_safeguards(
    p: PersonRef,
    command: StateSafeguards,
    wired: Wired,
    caller: Annotated[Caller, calls(Role.CASEWORKER, Role.SUPERVISOR)],
    once: OnceBy,
) -> None:
    """State what was found about age and place, of somebody who is registered or waits."""

    def work(store: Store, at: datetime) -> None:
        safeguards.keep_safeguards(command, p, store=store, at=at)

    await wired.run_once(once(caller), work, NoneType)


@router.get("/intake")
async def get_intake(
    wired: Wired, _: Clerk, cursor: Cursor = None, limit: Limit = 50
) -> IntakePage:
    """Return who waits for registration, the most urgent first."""
    after = read_cursor(cursor, WaitingPlace)

    def work(store: Store, _: datetime) -> IntakePage:
        found = store.waiting.next(after, limit)
        known = acts.announced_of(found, store=store)
        waiting = [Waits.of(person, told) for person, told in known]
        return IntakePage(waiting=waiting, next=next_of([*found.values()], limit))

    return await wired.run(work)


def told(event: object, name: str) -> Any:  # noqa: ANN401 - any field of a contract
    """Return a field as it was told; None if it was not."""
    value = getattr(event, name, None)
    return None if value is msgspec.UNSET else value


@router.get("/corrections", response_class=Response)
async def get_corrections(
    wired: Wired, _: Clerk, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Return the proposed corrections that wait for a clerk, the oldest first."""
    after = read_cursor(cursor, Count)

    def work(store: Store, _: datetime) -> bytes:
        found = store.corrections.open(after, limit)
        page = {
            "corrections": [{"id": one.id, "proposed": one.proposed} for one in found],
            "next": next_of([one.id for one in found], limit),
        }
        return msgspec.json.encode(page)

    return Response(await wired.run(work), media_type="application/json")


@router.post("/corrections/{c}/decision", status_code=HTTPStatus.NO_CONTENT)
async def post_decision(c: Number, command: DecideCorrection, wired: Wired, _: Clerk) -> None:
    """Take over a proposed correction, or leave the entry as it is."""
    await wired.run(lambda store, at: acts.decide_correction(command, c, store=store, at=at))
